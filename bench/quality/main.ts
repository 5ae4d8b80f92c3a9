/**
 * How good strategies are: studies of test functions and of YAHPO Gym surrogates in simulated time.
 *
 *   npm run bench -- quality --function branin,hartmann6 --strategies random,grid --trials 100 --seeds 30
 *   npm run bench -- quality --scenario DIR --instances A,B --strategies random --trials 100 --json FILE
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { TuningForkError } from "../../src/protocol/errors.ts";
import { compare, problemsOf } from "./compare.ts";
import { type Options, readOptions, usage } from "./options.ts";
import type { StudyResult } from "./problem.ts";
import { tables } from "./table.ts";

export function readResults(file: string): StudyResult[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { results: StudyResult[] }).results;
}

/** Writes the file that was asked for and prints the tables. */
export function show(results: readonly StudyResult[], options: Options): void {
  if (options.json !== undefined) {
    mkdirSync(dirname(options.json), { recursive: true });
    writeFileSync(options.json, `${JSON.stringify({ results })}\n`);
  }
  console.log(tables([...results, ...options.merge.flatMap(readResults)], options));
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const runs = options.strategies.length > 0;
  if (!runs && options.merge.length === 0) throw new Error("Name --strategies.");
  show(runs ? await compare(await problemsOf(options), options) : [], options);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    const text = error instanceof TuningForkError ? error.text : (error as Error).message;
    console.error(`${text}\n${usage}`);
    process.exitCode = 1;
  }
}
