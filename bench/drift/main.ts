/**
 * Hyperparameters that must move: a training whose best learning rate drifts, under fixed learning rates, under
 * populations of four with as many steps in all, and under a learned step-size policy.
 *
 *   npm run bench -- drift [--seeds 20] [--seed 100] [--picture FILE]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDigits } from "../../src/learning/data/digits.ts";
import type { Images } from "../../src/learning/data/images.ts";
import { parsePolicy } from "../../src/learning/stepsize/policy.ts";
import { split } from "../../src/learning/stepsize/tasks.ts";
import type { TrialEvent } from "../../src/protocol/trial.ts";
import { Space } from "../../src/space/space.ts";
import { createStrategy } from "../../src/strategies/registry.ts";
import {
  DRIFT,
  drifting,
  driftingSpace,
  type Task,
  trainPopulation,
} from "../../test/fixtures/populationStudy.ts";
import { quantile } from "../quality/statistics.ts";
import { figure, markdown } from "../quality/table.ts";
import { type ScheduleLine, schedulesPicture } from "./picture.ts";
import { DriftingTraining, LENGTH, STEPS } from "./task.ts";

const ROOT = join(import.meta.dirname, "../..");
const POPULATION = 4;
const space = new Space({ parameters: { lr: { type: "float", low: 1e-3, high: 1, scale: "log" } } });
/** A sixth of a decade apart: none of them could be known before all have been tried. */
const FIXED = Array.from({ length: 19 }, (_, i) => 10 ** (-3 + i / 6));
/** What the script has set itself, where a policy begins. */
const OWN = 0.01;

interface Contender {
  readonly name: string;
  readonly strategy: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly trials?: number;
}

/** Each has four trainings' steps. */
const CONTENDERS: readonly Contender[] = [
  { name: "random, best of 4", strategy: "random", options: {}, trials: POPULATION },
  { name: "pbt, 4 members", strategy: "pbt", options: { population: POPULATION, interval: 1 } },
  { name: "pb2, 4 members", strategy: "pb2", options: { population: POPULATION, interval: 1 } },
];

function run<State>(
  { strategy: name, options, trials }: Contender,
  task: Task<State>,
  within: { readonly space: Space; readonly max: number; readonly seed: number },
) {
  const { seed, max } = within;
  const budget = { min: 1, max, eta: 3 };
  const strategy = createStrategy(name, { space: within.space, seed, options, budget, trials });
  return trainPopulation(strategy, task, { seed, parallel: POPULATION, max });
}

/** The learning rates that the winner and those that it was copied from were trained with. */
function scheduleOf(events: readonly TrialEvent[], best: number): ScheduleLine["points"] {
  const started = new Map(
    events.flatMap((event) => (event.type === "started" ? [[event.trial, event]] : [])),
  );
  const won = events.find((event) => event.type === "finished" && event.losses?.[0] === best);
  const points: { step: number; rate: number }[] = [];
  let end = LENGTH;
  for (let at = started.get(won!.trial); at !== undefined; ) {
    const rate = at.configuration.lr as number;
    const begun = at.from?.budget ?? 0;
    points.unshift({ step: begun * STEPS, rate }, { step: end * STEPS, rate });
    end = begun;
    at = at.from && started.get(at.from.trial);
  }
  return points;
}

interface Row {
  readonly name: string;
  readonly losses: readonly number[];
}

function drift(images: Images, seeds: readonly number[]) {
  const policy = parsePolicy(readFileSync(join(ROOT, "media/learned/step-size-sgd.json"), "utf8"), "sgd");
  const lines: ScheduleLine[] = [];
  const rows = new Map<string, number[]>();
  const add = (name: string, loss: number, points: () => ScheduleLine["points"], seed: number): void => {
    rows.set(name, [...(rows.get(name) ?? []), loss]);
    if (seed === seeds[0]) lines.push({ name, points: points() });
  };
  for (const seed of seeds) {
    const training = new DriftingTraining(images, seed);
    const fixed = FIXED.map((lr) => training.loss(training.train(training.begin(), { lr }, 0, LENGTH)));
    const best = Math.min(...fixed);
    const rate = FIXED[fixed.indexOf(best)]!;
    add("best fixed of 19", best, () => [0, LENGTH].map((t) => ({ step: t * STEPS, rate })), seed);
    for (const contender of CONTENDERS) {
      const { events, best } = run(contender, training, { space, max: LENGTH, seed });
      add(contender.name, best, () => scheduleOf(events, best), seed);
    }
    const points: { step: number; rate: number }[] = [];
    const last = training.underPolicy(policy, OWN, ({ step, rate }) => points.push({ step, rate }));
    add("step-size policy", training.loss(last), () => points, seed);
  }
  return { lines, rows: [...rows].map(([name, losses]): Row => ({ name, losses })) };
}

/** The same on a training that is a formula: `drifting`, two parameters, with the best fixed pair of a fine grid. */
function formula(seeds: readonly number[]): Row[] {
  const whole = new Space(driftingSpace);
  const decades = Array.from({ length: 61 }, (_, i) => 10 ** (-3 + i / 20));
  const momenta = Array.from({ length: 20 }, (_, i) => i / 20);
  const grid = decades.flatMap((lr) => momenta.map((momentum) => ({ lr, momentum })));
  const best = Math.min(...grid.map((one) => drifting.loss(drifting.train(drifting.begin(), one, 0, DRIFT))));
  return [
    { name: `best fixed of ${grid.length}`, losses: seeds.map(() => best) },
    ...CONTENDERS.map((one) => ({
      name: one.name,
      losses: seeds.map((seed) => run(one, drifting, { space: whole, max: DRIFT, seed }).best),
    })),
  ];
}

function print(title: string, rows: readonly Row[]): void {
  const [fixed, sampled] = [rows[0]!, rows[1]!];
  const below = (row: Row, other: Row): string =>
    row === other ? "" : `${row.losses.filter((loss, i) => loss < other.losses[i]!).length}`;
  console.log(`\n${title}, ${fixed.losses.length} seeds\n`);
  console.log(
    markdown(
      ["", "median loss", "worst", `below "${fixed.name}"`, `below "${sampled.name}"`],
      rows.map((row) => [
        row.name,
        figure(quantile(row.losses, 0.5)),
        figure(Math.max(...row.losses)),
        below(row, fixed),
        below(row, sampled),
      ]),
    ),
  );
}

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    seed: { type: "string", default: "100" },
    picture: { type: "string" },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.seed) + i);
const { learning } = split(await readDigits(join(ROOT, "examples")));
const { lines, rows } = drift(learning, seeds);
print("A network whose pictures fade", rows);
print("A formula", formula(seeds));
if (values.picture !== undefined) writeFileSync(values.picture, await schedulesPicture(lines));
