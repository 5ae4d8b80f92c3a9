/**
 * Hyperparameters that move while training runs, beside a fixed setting and random search (the table on TIMIT of Franceschi
 * et al. 2017), and from how many starts a training is lost:
 * `npm run bench -- hypergradient rtho [--seeds 10] [--seed 0] [--steps 1500] [--runs 100] [--fashion DIR] [--json FILE]
 * [--picture FILE]`, and `[--discount M] [--optimizer sign|adam|descent] [--step S] [--no-rollback]` for other settings than
 * the default ones; `--no-table` for the runs alone.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDigits } from "../../src/learning/data/digits.ts";
import { readFashion } from "../../src/learning/data/fashion.ts";
import { outerOptimizers } from "../../src/learning/hypergradient/outer.ts";
import { REAL_TIME, type RealTimeOptions } from "../../src/learning/hypergradient/realTime.ts";
import { type Random, random } from "../../src/space/random.ts";
import { type TracedStep, tracesPicture } from "../picture.ts";
import { mean, quantile, standardError } from "../quality/statistics.ts";
import { markdown } from "../quality/table.ts";
import { BY_START } from "./picture.ts";
import { descended, fixed, type Outcome, realTime, type Start, splitTask, type Task } from "./task.ts";

const ROOT = join(import.meta.dirname, "../..");
const TRIALS = 20;
/** η and μ as in the paper's Vanilla, without weight decay. */
const VANILLA: Start = { rate: 0.075, momentum: 0.5, decay: 0 };
/** β of hypergradient descent, in logarithms of the learning rate about what the default of the others is. */
const DESCENT = 0.05;
/** All at their least bounds. */
const NULL_TEACHER: Start = { rate: 0, momentum: 0, decay: 0 };

/** η ~ exponential with mean 0.1, μ ~ uniform, as in the paper; decay log-uniform. */
const drawn = (source: Random): Start => ({
  rate: -0.1 * Math.log(1 - source.uniform()),
  momentum: source.uniform(),
  decay: 1e-6 * 1e4 ** source.uniform(),
});

interface Row {
  readonly name: string;
  readonly accuracy: number;
  readonly loss: number;
  readonly seconds: number;
}

/** The one that is best on the validation pictures, for the time of all. */
function bestOf(name: string, trials: readonly Outcome[]): Row {
  const [best] = trials.toSorted(
    (a, b) => b.validation.accuracy - a.validation.accuracy || a.validation.loss - b.validation.loss,
  );
  return { ...rowOf(name, best!), seconds: trials.reduce((sum, { seconds }) => sum + seconds, 0) };
}

const rowOf = (name: string, { test, seconds }: Outcome): Row => ({ name, ...test, seconds });

function compare(task: Task, options: RealTimeOptions): Row[] {
  const source = random(task.seed, 4);
  const trials = Array.from({ length: TRIALS }, () => fixed(task, drawn(source)));
  const [tuned, teacherless] = [VANILLA, NULL_TEACHER].map((start) => realTime(task, start, options));
  const each = mean(trials.map(({ seconds }) => seconds));
  const affordable = Math.max(1, Math.round(teacherless!.seconds / each));
  return [
    rowOf("Vanilla", fixed(task, VANILLA)),
    bestOf("RS, 20 trials", trials),
    bestOf("RS, at the time of RTHO-NT", trials.slice(0, affordable)),
    rowOf("RTHO", tuned!),
    rowOf("RTHO-NT", teacherless!),
    rowOf("HD", descended(task, VANILLA, DESCENT)),
    rowOf("HD-NT", descended(task, NULL_TEACHER, DESCENT)),
  ];
}

function report(seeds: readonly (readonly Row[])[]): void {
  const of = (k: number) => seeds.map((rows) => rows[k]!);
  const one = mean(of(1).map(({ seconds }) => seconds)) / TRIALS;
  const rows = seeds[0]!.map(({ name }, k) => {
    const accuracies = of(k).map(({ accuracy }) => 100 * accuracy);
    const seconds = mean(of(k).map((row) => row.seconds));
    return [
      name,
      `${mean(accuracies).toFixed(2)} ± ${standardError(accuracies).toFixed(2)}`,
      mean(of(k).map(({ loss }) => loss)).toFixed(3),
      seconds.toFixed(2),
      (seconds / one).toFixed(1),
    ];
  });
  console.log(markdown(["", "test accuracy, %", "test loss", "processor time, s", "trials' times"], rows));
  const gaps = seeds.map((row) => 100 * (row[4]!.accuracy - row[1]!.accuracy));
  console.log(
    `\nRTHO-NT − RS of 20: ${mean(gaps).toFixed(2)} ± ${standardError(gaps).toFixed(2)} points; seed by seed ${gaps.map((gap) => gap.toFixed(1)).join(", ")}`,
  );
}

/** Learning rates to begin with, log-evenly from 10⁻⁶ to 1, with momentum 0 and 0.9 in turns. */
const starts = (runs: number): Start[] =>
  Array.from({ length: runs }, (_, i) => ({
    rate: 10 ** (-6 + (6 * i) / Math.max(1, runs - 1)),
    momentum: i % 2 === 0 ? 0 : 0.9,
    decay: 1e-4,
  }));

/** Diverged: the loss on the validation pictures is no number, or above that of guessing, ln 10. */
function lost(tasks: readonly Task[], runs: number, options: RealTimeOptions) {
  const outcomes = starts(runs).map((start, i) => realTime(tasks[i % tasks.length]!, start, options));
  const losses = outcomes.map(({ validation }) => validation.loss);
  const guessing = Math.log(tasks[0]!.sizes.at(-1)!);
  const diverged = losses.filter((loss) => !(loss < guessing)).length;
  const poor = losses.filter((loss) => !(loss < 2 * quantile(losses, 0.5))).length;
  const back = outcomes.filter(({ rollbacks }) => rollbacks > 0).length;
  console.log(
    `\n${runs} runs from learning rates of 1e-6 to 1: ${diverged} diverged, ${poor} with more than twice the median validation loss; median ${quantile(losses, 0.5).toFixed(3)}, worst ${Math.max(...losses).toFixed(3)}; ${back} went back at least once, at most ${Math.max(...outcomes.map(({ rollbacks }) => rollbacks))} times.`,
  );
  return losses;
}

/** Learning rate and error over steps, from seven learning rates. */
function traces(task: Task, options: RealTimeOptions): TracedStep[] {
  return Array.from({ length: 7 }, (_, i) => 10 ** (i - 6)).flatMap((rate) => {
    const points: TracedStep[] = [];
    let error: number | undefined;
    realTime(task, { ...NULL_TEACHER, rate }, options, (step) => {
      if (step.error !== undefined) error = 0.95 * (error ?? step.error) + 0.05 * step.error;
      if (step.t % 10 !== 0) return;
      points.push({ of: rate, step: step.t, quantity: "learning rate", y: step.lambda[0]! });
      points.push({ of: rate, step: step.t, quantity: "validation loss, running mean", y: error! });
    });
    return points;
  });
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: "string", default: "10" },
      seed: { type: "string", default: "0" },
      steps: { type: "string", default: "1500" },
      runs: { type: "string", default: "100" },
      fashion: { type: "string" },
      discount: { type: "string", default: `${REAL_TIME.discount}` },
      step: { type: "string", default: `${REAL_TIME.step}` },
      optimizer: { type: "string", default: REAL_TIME.optimizer },
      "no-rollback": { type: "boolean", default: false },
      "no-table": { type: "boolean", default: false },
      json: { type: "string" },
      picture: { type: "string" },
    },
  });
  const options: RealTimeOptions = {
    ...REAL_TIME,
    discount: Number(values.discount),
    step: Number(values.step),
    optimizer: nameOf(values.optimizer),
    rollback: !values["no-rollback"],
  };
  const isFashion = values.fashion !== undefined;
  const images = isFashion
    ? await readFashion(values.fashion!, 4000)
    : await readDigits(join(ROOT, "examples"));
  const counts = isFashion ? { training: 2000, validation: 500 } : { training: 1000, validation: 300 };
  const shape = { hidden: [32], steps: Number(values.steps), rule: "momentum" } as const;
  const tasks = Array.from({ length: Number(values.seeds) }, (_, i) =>
    splitTask(images, Number(values.seed) + i, counts, shape),
  );
  const first = tasks[0]!;
  const data = isFashion ? "Fashion-MNIST, 14 × 14 pixels" : "Digits";
  console.log(
    `${data}: ${first.training.count} pictures to learn from, ${first.validation.count} to validate, ${first.test.count} to test; a rectified layer of 32, ${shape.steps} steps of 64, ${tasks.length} seeds; ${JSON.stringify(options)}\n`,
  );
  const seeds = values["no-table"] ? [] : tasks.map((task) => compare(task, options));
  if (seeds.length > 0) report(seeds);
  const losses = Number(values.runs) > 0 ? lost(tasks, Number(values.runs), options) : [];
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ options, seeds, losses })}\n`);
  if (values.picture !== undefined)
    writeFileSync(values.picture, await tracesPicture(traces(first, options), BY_START));
}

function nameOf(name: string): RealTimeOptions["optimizer"] {
  if (Object.hasOwn(outerOptimizers, name)) return name as RealTimeOptions["optimizer"];
  throw new Error(
    `There is no outer optimizer ${name}. Name one of ${Object.keys(outerOptimizers).join(", ")}.`,
  );
}
