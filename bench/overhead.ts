/**
 * What a strategy costs: median milliseconds to be told of a trial and asked for the next one, with 10, 100, 1000 and
 * 10000 trials behind it. Each has 10 parameters: six numbers (two on a log scale), two whole ones, two categories.
 *
 *   npm run bench -- overhead [--strategies random,asha] [--sizes 10,100,1000,10000] [--rounds 20] [--limit 60]
 *                             [--peers optuna-tpe,optuna-gp] [--json FILE]
 *
 * A strategy that needs more than `--limit` seconds for a size is left out there and beyond, and the table says so.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TuningForkError } from "../src/protocol/errors.ts";
import type { Configuration, Parameter } from "../src/protocol/space.ts";
import { random } from "../src/space/random.ts";
import { Space } from "../src/space/space.ts";
import { createStrategy, strategies, strategyKind } from "../src/strategies/registry.ts";
import type { Strategy } from "../src/strategies/strategy.ts";
import { ensurePeer } from "./peers/environments.ts";
import { quantile } from "./quality/statistics.ts";
import { figure, markdown } from "./quality/table.ts";

const { values } = parseArgs({
  options: {
    strategies: { type: "string", default: strategies.map(({ name }) => name).join(",") },
    sizes: { type: "string", default: "10,100,1000,10000" },
    rounds: { type: "string", default: "20" },
    limit: { type: "string", default: "60" },
    peers: { type: "string", default: "" },
    json: { type: "string" },
  },
});
const sizes = values.sizes.split(",").map(Number);
const rounds = Number(values.rounds);
const limit = Number(values.limit) * 1000;

const float: Parameter = { type: "float", low: 0, high: 1 };
const parameters: Record<string, Parameter> = {
  a: float,
  b: float,
  c: float,
  d: float,
  e: { type: "float", low: 1e-5, high: 1, scale: "log" },
  f: { type: "float", low: 1e-5, high: 1, scale: "log" },
  g: { type: "int", low: 1, high: 20 },
  h: { type: "int", low: 8, high: 1024, scale: "log" },
  i: { type: "categorical", choices: ["p", "q", "r"] },
  j: { type: "categorical", choices: ["u", "v", "w", "x"] },
};
const space = new Space({ parameters });
const BUDGET = { min: 1, max: 27, eta: 3 };

/** Trials before those measured after each of which a strategy is asked, too. */
const WARM_UP = 50;

/** A bowl, so that models have something to find. */
function loss(configuration: Configuration): number {
  const vector = space.encode(configuration);
  return vector.reduce((sum, x) => sum + (x - 0.3) ** 2, 0);
}

/** A trial from its start to its end, without a question to the strategy. */
function feed(strategy: Strategy, trial: number, configuration: Configuration, budget: number): void {
  const losses = [loss(configuration)];
  const time = trial;
  const placement = budget > 0 ? { placement: { bracket: 0, rung: 0 } } : {};
  strategy.tell({ type: "started", trial, configuration, budget, ...placement, time });
  strategy.tell({ type: "reported", trial, budget, losses, time });
  if (budget > 0) strategy.tell({ type: "reached", trial, budget, losses, time });
  strategy.tell({ type: "finished", trial, state: "complete", budget, losses, time });
}

/** Median milliseconds at a size; undefined where it took longer than the limit. */
function measure(name: string, size: number): number | undefined {
  const { multiFidelity } = strategyKind(name);
  const budget = multiFidelity === true ? BUDGET : undefined;
  const strategy = createStrategy(name, {
    space,
    seed: 0,
    options: {},
    budget,
    trials: 10 * (size + rounds),
  });
  const draws = random(1, 0);
  const full = multiFidelity === true ? BUDGET.max : 0;
  const begin = performance.now();
  const late = (): boolean => performance.now() - begin > limit;
  for (let trial = 0; trial < size; trial++) {
    feed(strategy, trial, space.sample(draws), full);
    // A study has asked before each of its trials, so what it runs has been compiled by then.
    if (size - trial <= WARM_UP) strategy.ask();
    if (late()) return undefined;
  }
  strategy.ask();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const configuration = space.sample(draws);
    const start = performance.now();
    feed(strategy, size + round, configuration, full);
    strategy.stops();
    strategy.ask();
    times.push(performance.now() - start);
    // A few rounds of something slow say enough.
    if (late()) return times.length > 1 ? quantile(times, 0.5) : undefined;
  }
  return quantile(times, 0.5);
}

interface Result {
  readonly strategy: string;
  readonly observations: number;
  readonly milliseconds: number | null;
  /** Why there is no figure. */
  readonly skipped?: string;
}

function measured(strategy: string, observations: number): Result {
  try {
    const milliseconds = measure(strategy, observations);
    if (milliseconds !== undefined) return { strategy, observations, milliseconds };
    return { strategy, observations, milliseconds: null, skipped: `over ${values.limit} s` };
  } catch (error) {
    if (!(error instanceof TuningForkError)) throw error;
    return { strategy, observations, milliseconds: null, skipped: error.message };
  }
}

const results: Result[] = [];
for (const strategy of values.strategies.split(",")) {
  let skipped: string | undefined;
  for (const observations of sizes) {
    const result: Result =
      skipped === undefined
        ? measured(strategy, observations)
        : { strategy, observations, milliseconds: null, skipped };
    skipped = result.skipped;
    results.push(result);
  }
}

/** One of Optuna's samplers at a size, in the same run, on the same machine. */
function measuredPeer(python: string, strategy: string, observations: number): Result {
  const script = join(import.meta.dirname, "peers/overhead.py");
  const task = JSON.stringify({ peer: strategy, sizes: [observations], rounds, limit: Number(values.limit) });
  try {
    const answer = execFileSync(python, [script], { input: task, encoding: "utf8" });
    const { milliseconds } = (JSON.parse(answer) as Result[])[0]!;
    const skipped = milliseconds === null ? { skipped: `over ${values.limit} s` } : {};
    return { strategy, observations, milliseconds, ...skipped };
  } catch (error) {
    // It may need more memory than there is.
    const { signal, status } = error as { signal?: string; status?: number };
    return { strategy, observations, milliseconds: null, skipped: `ended by ${signal ?? `code ${status}`}` };
  }
}

for (const peer of values.peers.split(",").filter(Boolean)) {
  const python = await ensurePeer(peer, () => console.error(`Installing what ${peer} needs …`));
  let skipped: string | undefined;
  for (const observations of sizes) {
    const result: Result =
      skipped === undefined
        ? measuredPeer(python, peer, observations)
        : { strategy: peer, observations, milliseconds: null, skipped };
    skipped = result.skipped;
    results.push(result);
  }
}

const cell = (name: string, size: number): string => {
  const found = results.find(({ strategy, observations }) => strategy === name && observations === size);
  const { milliseconds, skipped } = found!;
  return milliseconds === null ? `skipped: ${skipped}` : figure(milliseconds);
};
const names = [...new Set(results.map(({ strategy }) => strategy))];
console.log("Milliseconds to tell of a trial and ask for the next, median:\n");
console.log(
  markdown(
    ["strategy", ...sizes.map((size) => `${size} trials`)],
    names.map((name) => [name, ...sizes.map((size) => cell(name, size))]),
  ),
);
const report = JSON.stringify({ benchmark: "overhead", rounds, results });
if (values.json === undefined) console.log(report);
else writeFileSync(values.json, `${report}\n`);
