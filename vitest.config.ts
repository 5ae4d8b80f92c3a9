import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{unit,contract,golden}/**/*.test.ts"],
          testTimeout: 20_000,
          pool: "forks",
        },
      },
    ],
  },
});
