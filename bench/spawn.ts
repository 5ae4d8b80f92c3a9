/**
 * What running a trial costs beside spawning its process: no-op trials a second of the local executor against a
 * bare loop that spawns the same processes with the same pipes and waits for them.
 *
 *     node bench/spawn.ts [rounds]
 *
 * Rounds alternate between the two, in turn which goes first; the ratio is the median of the rounds' ratios.
 * Prints a table on standard error and JSON on standard output.
 */
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalExecutor } from "../src/trials/localExecutor.ts";

type Command = readonly [string, ...string[]];
type Start = (done: () => void) => void;

interface Case {
  readonly name: string;
  readonly command: Command;
  /** Processes per round. */
  readonly count: number;
}

const CASES: readonly Case[] = [
  { name: "true", command: ["true"], count: 400 },
  { name: "python3 -c pass", command: ["python3", "-c", "pass"], count: 60 },
];
const PARALLEL = [1, 2, 8];
const rounds = Number(process.argv[2] ?? 9);

/** Runs `count` processes, `parallel` at a time; resolves with processes a second. */
function measure(start: Start, count: number, parallel: number): Promise<number> {
  return new Promise((resolve) => {
    const since = performance.now();
    let started = 0;
    let ended = 0;
    const next = (): void => {
      if (started === count) return;
      started++;
      start(() => {
        ended++;
        if (ended === count) resolve((count / (performance.now() - since)) * 1e3);
        else next();
      });
    };
    for (let i = 0; i < parallel; i++) next();
  });
}

function bare([file, ...args]: Command): Start {
  const env = { ...process.env };
  return (done) => {
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      cwd: tmpdir(),
      env,
    });
    child.stdout.resume();
    child.stderr.resume();
    child.on("close", () => done());
  };
}

function executed(command: Command): Start {
  const executor = createLocalExecutor();
  let number = 0;
  return (done) => {
    const trial = number++;
    executor.start(
      {
        mark: `/bench/study.log#${trial}`,
        command,
        cwd: tmpdir(),
        env: { PYTHONUNBUFFERED: "1", TUNING_FORK_PARAMS: '{"lr": 0.01}' },
        timeout: undefined,
        logPath: join(tmpdir(), "tuning-fork-bench", `${trial}.log`),
      },
      {
        line: () => {},
        exit: (exit) => {
          if (exit.type !== "exited" || exit.code !== 0)
            throw new Error(`trial failed: ${JSON.stringify(exit)}`);
          done();
        },
      },
    );
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const results = [];
for (const { name, command, count } of CASES) {
  for (const parallel of PARALLEL) {
    const loops = { bare: bare(command), executor: executed(command) };
    const rates = { bare: [] as number[], executor: [] as number[] };
    for (const start of Object.values(loops)) await measure(start, Math.ceil(count / 4), parallel);
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? (["bare", "executor"] as const) : (["executor", "bare"] as const);
      for (const which of order) rates[which].push(await measure(loops[which], count, parallel));
    }
    const ratio = median(rates.executor.map((rate, i) => rate / rates.bare[i]!));
    results.push({
      process: name,
      parallel,
      bare: median(rates.bare),
      executor: median(rates.executor),
      ratio,
      rounds,
    });
  }
}

console.error("process            parallel    bare/s  executor/s   ratio");
for (const { process: name, parallel, bare: plain, executor, ratio } of results) {
  const cells = [name.padEnd(18), String(parallel).padStart(8), plain.toFixed(1).padStart(9)];
  console.error([...cells, executor.toFixed(1).padStart(11), ratio.toFixed(3).padStart(7)].join(" "));
}
console.log(JSON.stringify({ benchmark: "spawn", node: process.version, results }, undefined, 2));
