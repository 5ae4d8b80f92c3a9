/**
 * The recurrent black-box optimizer at its horizon of 30 evaluations (Chen et al. 2017), on functions that it has never seen:
 * beside the same network trained for the sum of all values or for expected improvements, random search and a Gaussian
 * process; and what an ask costs.
 *
 *   npm run bench -- learned rnn [--sum FILE] [--ei FILE] [--draws 200] [--seed 5000] [--json FILE] [--picture FILE]
 *   npm run bench -- learned rnn --train FILE [--loss oi|sum|ei] [--dimensions 1,2,3,4,5,6] [--iterations 8000] [--seed 0]
 *     [--batch 64] [--hidden 64] [--final-share 0.1]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chooseBackend } from "../../src/learning/backend/backend.ts";
import { RNN_LOSSES } from "../../src/learning/rnn/rollout.ts";
import { trainRnn } from "../../src/learning/rnn/train.ts";
import type { Configuration } from "../../src/protocol/space.ts";
import { type Random, random } from "../../src/space/random.ts";
import { Space } from "../../src/space/space.ts";
import { createStrategy } from "../../src/strategies/registry.ts";
import { RnnCell } from "../../src/strategies/rnn/cell.ts";
import shipped from "../../src/strategies/rnn/weights.json" with { type: "json" };
import { packWeights, type RnnFile, unpackWeights } from "../../src/strategies/rnn/weights.ts";
import { functions } from "../quality/functions.ts";
import { mean, quantile } from "../quality/statistics.ts";
import { figure, markdown } from "../quality/table.ts";
import { searchPicture } from "./picture.ts";

const DIMENSIONS = 3;
const HORIZON = 30;
const LENGTH = 0.3;
const FEATURES = 200;
/** Hartmann 3 is −3.8628 at its best. */
const HARTMANN_DEPTH = 3.862779787332663;

type Objective = (x: ArrayLike<number>) => number;
/** Evaluates an objective `HORIZON` times; gives the best value after each. */
type Optimizer = (objective: Objective, seed: number) => number[];

/** A function with a squared-exponential covariance, by random Fourier features as in training. */
function drawFunction(draws: Random): Objective {
  const terms = Array.from({ length: FEATURES }, () => ({
    w: Array.from({ length: DIMENSIONS }, () => draws.normal() / LENGTH),
    phase: 2 * Math.PI * draws.uniform(),
    height: Math.sqrt(2 / FEATURES) * draws.normal(),
  }));
  return (x) =>
    terms.reduce(
      (sum, { w, phase, height }) =>
        sum + height * Math.cos(w.reduce((angle, frequency, i) => angle + frequency * x[i]!, phase)),
      0,
    );
}

/** Hartmann's function of three variables, moved by up to a tenth along each. */
function shiftedHartmann(draws: Random, reach: number): Objective {
  const shift = Array.from({ length: DIMENSIONS }, () => reach * (2 * draws.uniform() - 1));
  const { regret } = functions.hartmann3!;
  return (x) => regret(Object.fromEntries(shift.map((by, i) => [`x${i}`, x[i]! + by]))) - HARTMANN_DEPTH;
}

const trajectory = (values: readonly number[]): number[] =>
  values.map((_, i) => Math.min(...values.slice(0, i + 1)));

function network(file: RnnFile): Optimizer {
  const cell = new RnnCell(unpackWeights(file), DIMENSIONS);
  return (objective) => {
    let state = cell.start();
    const values: number[] = [];
    for (let t = 0; t < HORIZON; t++) {
      const x = cell.proposal(state);
      values.push(objective(x));
      state = cell.after(state, x, values[t]!);
    }
    return trajectory(values);
  };
}

/** The network of a file, if there is one, by its name. */
function trained(name: string, file: string | undefined): (readonly [string, Optimizer])[] {
  if (file === undefined) return [];
  return [[name, network(JSON.parse(readFileSync(file, "utf8")) as RnnFile)]];
}

const unit = { type: "float", low: 0, high: 1 } as const;
const space = new Space({ parameters: { x1: unit, x2: unit, x3: unit } });

/** Milliseconds of all asks of each strategy, and how many. */
const spent = new Map<string, { milliseconds: number; asks: number }>();

function strategy(name: string): Optimizer {
  return (objective, seed) => {
    const one = createStrategy(name, { space, seed, options: {}, budget: undefined, trials: HORIZON });
    const cost = spent.get(name) ?? { milliseconds: 0, asks: 0 };
    spent.set(name, cost);
    const values: number[] = [];
    for (let trial = 0; trial < HORIZON; trial++) {
      const begin = performance.now();
      const ask = one.ask();
      cost.milliseconds += performance.now() - begin;
      cost.asks++;
      if (ask.type !== "run") throw new Error(`${name} asks for ${ask.type}`);
      const configuration: Configuration = ask.configuration;
      const loss = objective(space.encode(configuration));
      values.push(loss);
      one.tell({ type: "started", trial, configuration, budget: 0, note: undefined, time: trial });
      one.tell({ type: "finished", trial, state: "complete", budget: 0, losses: [loss], time: trial });
    }
    return trajectory(values);
  };
}

function compare(
  title: string,
  objectives: readonly Objective[],
  optimizers: ReadonlyMap<string, Optimizer>,
  seed: number,
) {
  const results = [...optimizers].map(([name, optimize]) => ({
    name,
    runs: objectives.map((objective, i) => optimize(objective, seed + i)),
  }));
  const ends = (name: string) => results.find((one) => one.name === name)!.runs.map((run) => run.at(-1)!);
  const level = mean(ends("random"));
  const reach = level - mean(ends("gp"));
  console.log(`\n${title}, ${objectives.length} functions, best value after ${HORIZON} evaluations\n`);
  console.log(
    markdown(
      ["", "mean", "median [quartiles]", "of GP's improvement over random"],
      results.map(({ name }) => {
        const values = ends(name);
        const [low, middle, high] = [0.25, 0.5, 0.75].map((p) => quantile(values, p));
        const share = `${Math.round((100 * (level - mean(values))) / reach)} %`;
        return [name, figure(mean(values)), `${figure(middle!)} [${figure(low!)}, ${figure(high!)}]`, share];
      }),
    ),
  );
  return { title, results };
}

const FLAGS = {
  sum: { type: "string" },
  ei: { type: "string" },
  draws: { type: "string", default: "200" },
  seed: { type: "string" },
  json: { type: "string" },
  picture: { type: "string" },
  train: { type: "string" },
  loss: { type: "string", default: "oi" },
  dimensions: { type: "string", default: "1,2,3,4,5,6" },
  iterations: { type: "string", default: "8000" },
  batch: { type: "string", default: "64" },
  hidden: { type: "string", default: "64" },
  "final-share": { type: "string", default: "0.1" },
} as const;
const flagsOf = (args: string[]) => parseArgs({ args, options: FLAGS }).values;

async function train(file: string, flags: ReturnType<typeof flagsOf>): Promise<void> {
  const loss = RNN_LOSSES.find((one) => one === flags.loss);
  if (loss === undefined) throw new Error(`--loss is oi, sum or ei, not "${flags.loss}".`);
  const { name, why } = await chooseBackend();
  console.log(`TensorFlow.js computes with ${name}: ${why}.`);
  const shape = { hidden: Number(flags.hidden), horizon: HORIZON, batch: Number(flags.batch) };
  const learning = {
    loss,
    dimensions: flags.dimensions.split(",").map(Number),
    iterations: Number(flags.iterations),
    rate: 0.001,
    finalShare: Number(flags["final-share"]),
    seed: Number(flags.seed ?? "0"),
  };
  const begin = performance.now();
  const weights = await trainRnn(
    { ...shape, ...learning },
    ({ iteration, best, weights: sofar }) => {
      console.log(
        `${iteration} of ${learning.iterations}: ${best.toFixed(3)}, ${Math.round((performance.now() - begin) / 1000)} s`,
      );
      writeFileSync(file, `${JSON.stringify(packWeights(sofar))}\n`);
    },
    () => false,
  );
  writeFileSync(file, `${JSON.stringify(packWeights(weights))}\n`);
}

export async function main(args: string[]): Promise<void> {
  const values = flagsOf(args);
  if (values.train !== undefined) return train(values.train, values);
  const seed = Number(values.seed ?? "5000");
  const optimizers = new Map<string, Optimizer>([
    ["network, observed improvement", network(shipped)],
    ...trained("network, sum", values.sum),
    ...trained("network, expected improvement", values.ei),
    ["rnn", strategy("rnn")],
    ["random", strategy("random")],
    ["gp", strategy("gp")],
  ]);
  const draws = (n: number): Random => random(seed + n, 0);
  const count = Number(values.draws);
  const many = (make: (n: number) => Objective) => Array.from({ length: count }, (_, n) => make(n));
  const results = [
    compare(
      "Draws of a Gaussian process",
      many((n) => drawFunction(draws(n))),
      optimizers,
      seed,
    ),
    compare("Hartmann 3", [shiftedHartmann(draws(0), 0)], optimizers, seed),
    compare(
      "Hartmann 3, shifted by up to 0.1",
      many((n) => shiftedHartmann(draws(n), 0.1)),
      optimizers,
      seed,
    ),
  ];
  const each = (name: string): number => spent.get(name)!.milliseconds / spent.get(name)!.asks;
  console.log(
    `\nAn ask: rnn ${(1000 * each("rnn")).toFixed(0)} µs, gp ${each("gp").toFixed(1)} ms (1/${Math.round(each("gp") / each("rnn"))}).`,
  );
  if (values.picture !== undefined)
    writeFileSync(values.picture, await searchPicture(results[0]!.title, results[0]!.results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ results })}\n`);
}
