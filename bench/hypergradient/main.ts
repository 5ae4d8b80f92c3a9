/** Gradients of an error by hyperparameters, and what they are good for: `npm run bench -- hypergradient NAME`. */
const benchmarks: Readonly<Record<string, () => Promise<{ main(args: string[]): Promise<void> }>>> = {
  cost: () => import("./cost.ts"),
  rtho: () => import("./rtho.ts"),
  cleaning: () => import("./cleaning.ts"),
};

const [name = "", ...rest] = process.argv.slice(2);
const load = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (load === undefined) {
  console.error(
    `Name a benchmark: npm run bench -- hypergradient ${Object.keys(benchmarks).join("|")} [arguments]`,
  );
  process.exitCode = 1;
} else await (await load()).main(rest);

export {};
