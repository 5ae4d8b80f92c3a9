import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDigits } from "../../src/learning/data/digits.ts";
import { readFashion } from "../../src/learning/data/fashion.ts";
import { runAll, type Trials, tunedRate } from "../../src/learning/optimizer/baselines.ts";
import { handDesigned, scheduleless } from "../../src/learning/optimizer/handDesigned.ts";
import { LstmOptimizer } from "../../src/learning/optimizer/inference.ts";
import { samplesOf } from "../../src/learning/optimizer/optimizees/classification.ts";
import { digitSamples } from "../../src/learning/optimizer/optimizees/digits.ts";
import { FASHION_TRAINING, fashionNetworks } from "../../src/learning/optimizer/optimizees/fashion.ts";
import type { Family } from "../../src/learning/optimizer/optimizees/optimizees.ts";
import { type Perceptron, perceptrons } from "../../src/learning/optimizer/optimizees/perceptron.ts";
import { quadratics } from "../../src/learning/optimizer/optimizees/quadratics.ts";
import type { LearnedOptimizer } from "../../src/learning/optimizer/weights.ts";
import { mean, quantile } from "../quality/statistics.ts";
import { curvesPicture } from "./picture.ts";

const STEPS = 100;
const [TUNING_SEED, TEST_SEED] = [1001, 2002];

interface Task {
  readonly name: string;
  readonly weights: string;
  /** Where learning rates are tuned, and where all are compared. */
  readonly tuning: Family;
  readonly test: Family;
  /** Sets of problems of each. */
  readonly tunings: number;
  readonly tests: number;
  /** Share of a hand-designed optimizer's mean final loss that the learned one is asked to stay within. */
  readonly asked: Readonly<Record<string, number>>;
}

const root = join(import.meta.dirname, "../..");
const shipped = (name: string): string => join(root, `media/learned/lstm-${name}.json`);

/**
 * Pictures and a kind of network that the shipped optimizer was not trained on; told only, nothing is asked.
 * @param folder Debian's dataset-fashion-mnist
 */
async function fashionTask(folder: string): Promise<Task> {
  const images = await readFashion(folder, 2 * FASHION_TRAINING);
  return {
    name: "fashion-conv",
    weights: shipped("digits"),
    tuning: fashionNetworks(samplesOf(images, 0, FASHION_TRAINING)),
    test: fashionNetworks(samplesOf(images, FASHION_TRAINING, images.count)),
    tunings: 3,
    tests: 10,
    asked: {},
  };
}

async function tasks(fashion: string | undefined): Promise<Task[]> {
  const { training, test } = digitSamples(await readDigits(join(root, "examples")));
  const digits = (name: string, network: Perceptron, best: number | undefined): Task => ({
    name,
    weights: shipped("digits"),
    tuning: perceptrons(training, network),
    test: perceptrons(test, network),
    tunings: 3,
    tests: 10,
    asked: best === undefined ? {} : { best },
  });
  return [
    {
      name: "quadratics",
      weights: shipped("quadratic"),
      // Rare ones are so steep that a learning rate tuned on few problems makes them run away.
      tuning: quadratics(2000),
      test: quadratics(1000),
      tunings: 5,
      tests: 1,
      asked: { Adam: 0.6, best: 0.8 },
    },
    digits("digits-20", { hidden: [20], activation: "sigmoid" }, 1 / 3),
    digits("digits-40", { hidden: [40], activation: "sigmoid" }, 1 / 2),
    digits("digits-20-20", { hidden: [20, 20], activation: "sigmoid" }, 0.9),
    digits("digits-20-relu", { hidden: [20], activation: "relu" }, undefined),
    ...(fashion === undefined ? [] : [await fashionTask(fashion)]),
  ];
}

const on = (family: Family, seed: number, sets: number): Trials => ({
  family,
  seed,
  stream: 0,
  sets,
  steps: STEPS,
});

interface Result {
  readonly optimizer: string;
  readonly rate: number | undefined;
  readonly mean: number;
  readonly median: number;
  /** Mean over problems after each step, from the start on. */
  readonly curve: readonly number[];
}

function resultOf(optimizer: string, rate: number | undefined, losses: readonly number[][]): Result {
  const final = losses.at(-1)!;
  return { optimizer, rate, mean: mean(final), median: quantile(final, 0.5), curve: losses.map(mean) };
}

function compare(task: Task, file: string): Result[] {
  const learned = JSON.parse(readFileSync(file, "utf8")) as LearnedOptimizer;
  const test = on(task.test, TEST_SEED, task.tests);
  const tuning = on(task.tuning, TUNING_SEED, task.tunings);
  const own = runAll(test, (n) => LstmOptimizer.of(learned, n).rule());
  const others = [...handDesigned, ...scheduleless].map((rule) => {
    const rate = tunedRate(tuning, rule);
    return resultOf(
      rule.name,
      rate,
      runAll(test, (n) => rule.make(n, rate)),
    );
  });
  return [resultOf("learned", undefined, own), ...others];
}

const digits = (value: number): string => value.toPrecision(3);

function table(task: Task, results: readonly Result[]): string {
  const lines = results.map(
    (one) =>
      `| ${one.optimizer} | ${one.rate === undefined ? "–" : digits(one.rate)} | ${digits(one.mean)} | ${digits(one.median)} | ${digits(mean(one.curve))} |`,
  );
  const own = results[0]!;
  const five = results.filter(({ optimizer }) => handDesigned.some(({ name }) => name === optimizer));
  const best = five.reduce((a, b) => (b.mean < a.mean ? b : a));
  const asked = Object.entries(task.asked).map(([name, share]) => {
    const other = name === "best" ? best : five.find(({ optimizer }) => optimizer === name)!;
    const against = name === "best" ? `the best of five (${best.optimizer})` : name;
    return `mean final ${digits(own.mean / other.mean)} × that of ${against}; asked for: ≤ ${digits(share)}`;
  });
  return [
    `\n### ${task.name}\n`,
    "| optimizer | learning rate | mean final | median final | mean over steps |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...lines,
    "",
    ...asked,
  ].join("\n");
}

/** Compares the shipped learned optimizers with hand-designed ones, each with its learning rate tuned elsewhere. */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      task: { type: "string", multiple: true },
      weights: { type: "string" },
      pictures: { type: "string" },
      fashion: { type: "string" },
    },
  });
  const all = await tasks(values.fashion);
  if (values.fashion === undefined && values.task?.includes("fashion-conv"))
    throw new Error(
      "The task fashion-conv needs its data: name the folder of Debian's dataset-fashion-mnist by --fashion DIR.",
    );
  const unknown = (values.task ?? []).find((name) => !all.some((task) => task.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no task "${unknown}"; there are ${all.map(({ name }) => name).join(", ")}.`);
  for (const task of all.filter(({ name }) => values.task?.includes(name) ?? true)) {
    const weights = values.weights ?? task.weights;
    if (!existsSync(weights))
      throw new Error(
        `There are no weights in ${weights}: train some with \`node bench/learned/train.ts --out FILE\`, and give them by --weights FILE.`,
      );
    const results = compare(task, weights);
    console.log(table(task, results));
    if (values.pictures === undefined) continue;
    mkdirSync(values.pictures, { recursive: true });
    const picture = await curvesPicture(task.name, results);
    writeFileSync(join(values.pictures, `learned-optimizer-${task.name}.svg`), picture);
  }
}
