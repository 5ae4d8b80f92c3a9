import { optimizer } from "./optimizer.ts";

/** One benchmark a learned system: `npm run bench -- learned NAME [arguments]`. */
const benchmarks: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  optimizer,
};

const [name = "", ...args] = process.argv.slice(2);
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (benchmark === undefined) {
  console.error(
    `Name a learned system: npm run bench -- learned ${Object.keys(benchmarks).join("|")} [arguments]`,
  );
  process.exitCode = 1;
} else {
  await benchmark(args).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
