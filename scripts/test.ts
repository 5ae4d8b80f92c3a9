// `npm test [-- suite …]`: sets up what the tests need, runs them all, and ends with one summary.
// What cannot be set up is a failure, named in one line.
import { mkdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { stripVTControlCharacters, styleText } from "node:util";
import { buildPackage } from "./package.ts";
import { ensureChromium } from "./setup/chromium.ts";
import { ensureCodeServer } from "./setup/codeServer.ts";
import { node, out, root, run } from "./setup/process.ts";
import { ensurePythonEnvironment, ensurePythonPackages, ensureTorch, findPython } from "./setup/python.ts";

/** Sets one thing up; gives the environment variables by which tests find it. */
type Need = () => Promise<Readonly<Record<string, string>>>;

interface Suite {
  readonly name: string;
  readonly needs: readonly (keyof typeof needs)[];
  /** Program and arguments, run by the project's Node. */
  readonly command: readonly string[];
  /** Whether it counts its tests (all that vitest runs). */
  readonly counts?: boolean;
}

interface Outcome {
  readonly suite: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** "214 passed", or why there is nothing to count. */
  readonly text: string;
  /** Tests left out by their own choice: named, since they prove nothing. */
  readonly skipped: readonly string[];
  /** Tests that are red, each with the first lines of what it said: at the end, since the output is long. */
  readonly failed: readonly string[];
}

const say = (text: string) => console.log(styleText("dim", text));

const needs = {
  python: async () => ({ TUNING_FORK_TEST_PYTHON: findPython().path }),
  packages: async () => ({
    TUNING_FORK_TEST_PYTHON: await ensurePythonEnvironment(() => say("Installing Optuna and scikit-learn …")),
  }),
  torch: async () => ({
    TUNING_FORK_TEST_TORCH_PYTHON: await ensureTorch(() => say("Installing PyTorch …")),
  }),
  keras: async () => ({
    TUNING_FORK_TEST_KERAS_PYTHON: await ensurePythonPackages("keras", ["keras>=3.10", "jax"], () =>
      say("Installing Keras and JAX …"),
    ),
  }),
  chromium: async () => ({ TUNING_FORK_TEST_CHROMIUM: await ensureChromium() }),
  vscode: async () => {
    const { entry } = await ensureCodeServer(() => say("Installing code-server: once, some minutes …"));
    return { TUNING_FORK_TEST_CODE_SERVER: entry };
  },
  vsix: async () => ({ TUNING_FORK_TEST_VSIX: await buildPackage(join(out, "logs/package.log")) }),
} satisfies Record<string, Need>;

const results = join(out, "results");
const vitest = (project: string) => [
  "node_modules/vitest/vitest.mjs",
  ...["run", "--project", project, "--allowOnly=false"],
  ...["--reporter=default", "--reporter=json", `--outputFile.json=${join(results, `${project}.json`)}`],
];
const tests = (name: string, needs: Suite["needs"]): Suite => ({
  name,
  needs,
  command: vitest(name),
  counts: true,
});

const suites: readonly Suite[] = [
  {
    name: "lint",
    needs: [],
    command: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."],
  },
  { name: "types", needs: [], command: ["node_modules/typescript/bin/tsc", "-b"] },
  tests("unit", ["python"]),
  tests("python", ["packages"]),
  tests("faults", ["python"]),
  tests("package", ["vsix", "python"]),
  tests("svm", ["packages", "vsix"]),
  tests("torch", ["torch", "vsix"]),
  tests("keras", ["keras"]),
  tests("webview", ["chromium"]),
  tests("vscode", ["chromium", "vscode", "vsix", "python"]),
];

/** Each need is met once, however many suites have it. */
const met = new Map<keyof typeof needs, ReturnType<Need>>();
function meet(name: keyof typeof needs): ReturnType<Need> {
  const known = met.get(name) ?? needs[name]();
  known.catch(() => {}); // told by the suites that wait for it
  met.set(name, known);
  return known;
}

interface VitestResult {
  readonly testResults: readonly {
    readonly name: string;
    /** What went wrong outside any test: a file that does not load. */
    readonly message?: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** The first lines of a failure: what was expected and what was there, without the stack. */
const firstLines = (message: string) =>
  stripVTControlCharacters(message)
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => `       ${line.slice(0, 200)}`);

function failures({ testResults }: VitestResult): string[] {
  return testResults.flatMap(({ name, message, status, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === "failed");
    if (status === "failed" && failed.length === 0) {
      return [[relative(root, name), ...firstLines(message ?? "")].join("\n")];
    }
    return failed.map(({ fullName, failureMessages = [] }) =>
      [`${relative(root, name)}: ${fullName}`, ...failureMessages.flatMap(firstLines)].join("\n"),
    );
  });
}

async function count(suite: Suite): Promise<Pick<Outcome, "text" | "skipped" | "failed">> {
  const text = await readFile(join(results, `${suite.name}.json`), "utf8").catch(() => undefined);
  if (!text) {
    return { text: "no result: the test runner did not finish", skipped: [], failed: [] };
  }
  const result = JSON.parse(text) as VitestResult;
  const all = result.testResults.flatMap((file) => file.assertionResults);
  const skipped = all.filter(({ status }) => status !== "passed" && status !== "failed");
  const failed = all.filter(({ status }) => status === "failed").length;
  const parts = [`${all.length - failed - skipped.length} passed`];
  if (failed > 0) {
    parts.push(`${failed} failed`);
  }
  if (skipped.length > 0) {
    parts.push(`${skipped.length} skipped`);
  }
  return {
    text: parts.join(", "),
    skipped: skipped.map(({ fullName }) => fullName),
    failed: failures(result),
  };
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function runSuite(suite: Suite): Promise<Outcome> {
  console.log(styleText("bold", `\n── ${suite.name}`));
  const start = Date.now();
  const since = () => (Date.now() - start) / 1000;
  const met = await Promise.allSettled(suite.needs.map(meet));
  const faults = met.flatMap((one) => (one.status === "rejected" ? [reason(one.reason)] : []));
  if (faults.length > 0) {
    const text = `could not be set up: ${faults.join("; ")}`;
    console.log(text);
    return { suite: suite.name, ok: false, seconds: since(), text, skipped: [], failed: [] };
  }
  const found = met.map((one) => (one.status === "fulfilled" ? one.value : {}));
  const env: NodeJS.ProcessEnv = Object.assign({}, process.env, ...found);
  const code = await run(node, suite.command, { env });
  const counted = suite.counts
    ? await count(suite)
    : { text: code === 0 ? "clean" : "not clean", skipped: [], failed: [] };
  return { suite: suite.name, ok: code === 0, seconds: since(), ...counted };
}

function summary(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ suite, ok, seconds, text }) => {
    const mark = ok ? styleText("green", "ok  ") : styleText("red", "FAIL");
    return `${mark} ${suite.padEnd(10)}${`${seconds.toFixed(0)} s`.padStart(6)}   ${text}`;
  });
  const skipped = outcomes.flatMap(({ suite, skipped }) =>
    skipped.map((name) => `     skipped in ${suite}: ${name}`),
  );
  const red = outcomes.flatMap(({ suite, failed }) => failed.map((text) => `     red in ${suite}: ${text}`));
  const failed = outcomes.filter(({ ok }) => !ok).map(({ suite }) => suite);
  const verdict = failed.length === 0 ? "All green." : `Failed: ${failed.join(", ")}.`;
  return ["", ...lines, ...skipped, ...red, "", verdict].join("\n");
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`no suite named ${unknown.join(", ")}: ${suites.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const chosen = suites.filter(({ name }) => asked.length === 0 || asked.includes(name));

await rm(results, { recursive: true, force: true });
await mkdir(results, { recursive: true });
if (chosen.some((suite) => suite.needs.includes("vscode"))) {
  void meet("vscode"); // the longest set-up goes on beside the first suites
}
const outcomes: Outcome[] = [];
for (const suite of chosen) {
  outcomes.push(await runSuite(suite));
}
console.log(summary(outcomes));
console.log(styleText("dim", `Logs, results and screenshots: ${relative(process.cwd(), out) || root}`));
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;
