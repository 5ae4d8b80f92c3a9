import { defineConfig } from "vitest/config";

/** One set of tests; `seconds` is the longest that one of them may take. */
const project = (name: string, include: string, seconds: number) => ({
  extends: true as const,
  test: { name, include: [include], testTimeout: seconds * 1000, hookTimeout: seconds * 1000 },
});

export default defineConfig({
  test: {
    allowOnly: !process.env.CI,
    projects: [
      project("unit", "test/{unit,contract,golden}/**/*.test.ts", 20),
      project("python", "test/python/**/*.test.ts", 120),
      project("svm", "test/examples/{svm,cartpole,hypergradient,sklearn*}.test.ts", 300),
      project("keras", "test/examples/keras*.test.ts", 120),
      project("torch", "test/examples/torch*.test.ts", 600),
      project("faults", "test/faults/**/*.test.ts", 900),
      project("package", "test/package/**/*.test.ts", 60),
      project("webview", "test/webview/**/*.test.ts", 60),
      // test/vscode/inHost holds Mocha tests, which run inside the extension host.
      project("vscode", "test/vscode/*.test.ts", 240),
    ],
  },
});
