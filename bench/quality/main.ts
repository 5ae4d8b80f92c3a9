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
import { pictureOf } from "./picture.ts";
import type { StudyResult } from "./problem.ts";
import { tables } from "./table.ts";

export function readResults(file: string): StudyResult[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { results: StudyResult[] }).results;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Writes the files that were asked for and prints the tables. */
export async function show(results: readonly StudyResult[], options: Options): Promise<void> {
  if (options.json !== undefined) write(options.json, `${JSON.stringify({ results })}\n`);
  const all = [...results, ...options.merge.flatMap(readResults)];
  if (options.picture !== undefined) {
    const scenarios = [...new Set(all.map(({ scenario }) => scenario))].join(", ");
    const problems = new Set(all.map(({ scenario, instance }) => `${scenario} ${instance}`)).size;
    write(options.picture, await pictureOf(all, `${scenarios}: ${problems} problems`));
  }
  console.log(tables(all, options));
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const runs = options.strategies.length > 0;
  if (!runs && options.merge.length === 0) throw new Error("Name --strategies.");
  await show(runs ? await compare(await problemsOf(options), options) : [], options);
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
