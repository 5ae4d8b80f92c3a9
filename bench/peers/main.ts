/**
 * Other programs on the problems of bench/quality, by the same rules; this project's strategies in the same run where
 * `--strategies` names some. A peer that cannot be installed or fails is named and left out.
 *
 *   npm run bench -- peers --function branin --peers optuna-tpe,optuna-gp --strategies random --trials 100 --seeds 10
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { TuningForkError } from "../../src/protocol/errors.ts";
import { compare, problemsOf, type SharedProblem } from "../quality/compare.ts";
import { show } from "../quality/main.ts";
import { type Options, readOptions, usage } from "../quality/options.ts";
import type { StudyResult } from "../quality/problem.ts";
import { ensurePeer, multiFidelityPeers, peers } from "./environments.ts";

/** What bench/peers/run.py reads. */
function taskOf(peer: string, problems: readonly SharedProblem[], options: Options) {
  const { trials = null, budget = null, workers, seeds } = options;
  return {
    peer,
    trials,
    budget,
    workers,
    seeds,
    problems: problems.map(({ problem, description }) => ({
      scenario: problem.scenario,
      instance: problem.instance,
      space: problem.space,
      range: problem.budget,
      description,
    })),
  };
}

/** Runs a peer's studies in its own Python; with one thread, as the other side has. */
async function runPeer(
  python: string,
  peer: string,
  problems: readonly SharedProblem[],
  options: Options,
): Promise<StudyResult[]> {
  const one = { OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const child = spawn(python, [join(import.meta.dirname, "run.py")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...one, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin.on("error", () => {}); // a child that dies at once says why by its exit code
  child.stdin.end(JSON.stringify(taskOf(peer, problems, options)));
  const results: StudyResult[] = [];
  // A strategy of ours may have the same name.
  const strategy = options.strategies.includes(peer) ? `${peer} (peer)` : peer;
  for await (const line of createInterface({ input: child.stdout })) {
    results.push({ ...(JSON.parse(line) as StudyResult), strategy });
  }
  const code = await ended;
  if (code !== 0) throw new Error(`ended with exit code ${code}`);
  return results;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const unknown = options.peers.filter((peer) => !(peers as readonly string[]).includes(peer));
  if (options.peers.length === 0 || unknown.length > 0)
    throw new Error(`${unknown.join(", ") || "--peers"}: name some of ${peers.join(", ")}.`);
  const needy = options.peers.filter((peer) => multiFidelityPeers.has(peer));
  if (options.budget === undefined && needy.length > 0)
    throw new Error(`${needy.join(", ")} spends budgets of different sizes: give --budget.`);

  const problems = await problemsOf(options);
  const results = await compare(problems, options);
  const missing: string[] = [];
  for (const peer of options.peers) {
    try {
      const python = await ensurePeer(peer, () => console.error(`Installing what ${peer} needs …`));
      results.push(...(await runPeer(python, peer, problems, options)));
    } catch (error) {
      missing.push(`Left out: ${peer} ${(error as Error).message}`);
    }
  }
  show(results, options);
  for (const line of missing) console.log(line);
  if (missing.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(`${error instanceof TuningForkError ? error.text : (error as Error).message}
  --peers A,B             of ${peers.join(", ")}${usage}`);
  process.exitCode = 1;
}
