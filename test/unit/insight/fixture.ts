import type { StudyHistory, Trial } from "../../../src/journal/history.ts";
import type { Configuration, SpaceSpec } from "../../../src/protocol/space.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import type { PlannedBracket } from "../../../src/strategies/strategy.ts";
import { DRIFT, drifting, driftingSpace, trainPopulation } from "../../fixtures/populationStudy.ts";

/** Studies made up from a seed: the same call gives the same study, on every machine. */

export const START = Date.UTC(2026, 0, 5, 9);

export const SPACE: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-6, high: 1, scale: "log", default: 0.01 },
    optimizer: { type: "categorical", choices: ["sgd", "adam"] },
    momentum: { type: "float", low: 0.3, high: 0.999, when: { optimizer: "sgd" } },
    layers: { type: "int", low: 1, high: 6 },
  },
};

/** Hyperband for R = 81, η = 3, as published in the paper's table. */
export const HYPERBAND_81: readonly PlannedBracket[] = [
  [
    [81, 1],
    [27, 3],
    [9, 9],
    [3, 27],
    [1, 81],
  ],
  [
    [27, 3],
    [9, 9],
    [3, 27],
    [1, 81],
  ],
  [
    [9, 9],
    [3, 27],
    [1, 81],
  ],
  [
    [6, 27],
    [2, 81],
  ],
  [[5, 81]],
].map((rungs, bracket) => ({
  bracket,
  s: 4 - bracket,
  rungs: rungs.map(([size, budget]) => ({ size: size!, budget: budget! })),
}));

/** mulberry32: small, and good enough to make up data. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function configuration(random: () => number): Configuration {
  const lr = Number((10 ** (-6 + 6 * random())).toPrecision(6));
  const optimizer = random() < 0.5 ? "sgd" : "adam";
  const momentum = Number((0.3 + 0.699 * random()).toPrecision(4));
  const layers = 1 + Math.floor(6 * random());
  return optimizer === "sgd" ? { lr, optimizer, momentum, layers } : { lr, optimizer, layers };
}

/** A loss that depends mostly on the learning rate, a little on the layers, and falls with the epochs. */
export function loss(values: Configuration, epoch: number): number {
  const lr = Math.log10(Number(values.lr));
  const floor = 0.06 + 0.11 * (lr + 2.5) ** 2 + 0.01 * Math.abs(Number(values.layers) - 3);
  const rate = 0.35 / (1 + 0.3 * (lr + 2.5) ** 2);
  return Number((floor + (2.3 - floor) * Math.exp(-rate * epoch ** 0.8) * 0.98).toPrecision(6));
}

type Moment =
  | { readonly type: "start"; readonly trial: number; readonly at: number; readonly rung: number }
  | { readonly type: "report"; readonly trial: number; readonly at: number; readonly epoch: number }
  | { readonly type: "end"; readonly trial: number; readonly at: number; readonly state: Trial["state"] };

interface Planned {
  readonly number: number;
  readonly bracket: PlannedBracket;
  readonly values: Configuration;
  readonly fails: boolean;
}

export interface HyperbandOptions {
  readonly seed?: number;
  readonly plan?: readonly PlannedBracket[];
  /** Trials at once. */
  readonly parallel?: number;
  /** Only the first part of what happens, from 0 to 1. */
  readonly until?: number;
  /** One in so many trials crashes in its first rung; 0: none. */
  readonly crash?: number;
}

/** A Hyperband study, run through or cut off in the middle. One epoch takes ten seconds. */
export function hyperbandStudy(options: HyperbandOptions = {}): StudyHistory {
  const { seed = 7, plan = HYPERBAND_81, parallel = 4, until = 1, crash = 29 } = options;
  const random = generator(seed);
  const planned: Planned[] = [];
  const moments: Moment[] = [];
  const workers = Array.from({ length: parallel }, () => START);
  for (const bracket of plan) {
    let here = Array.from({ length: bracket.rungs[0]!.size }, (_, index): Planned => {
      const number = planned.length + index;
      return {
        number,
        bracket,
        values: configuration(random),
        fails: crash > 0 && number % crash === crash - 4,
      };
    });
    planned.push(...here);
    bracket.rungs.forEach(({ budget }, rung) => {
      here = runRung(here, rung, budget, bracket, workers, moments);
    });
  }
  moments.sort((a, b) => a.at - b.at);
  return fold(planned, moments.slice(0, Math.round(moments.length * until)));
}

function runRung(
  here: readonly Planned[],
  rung: number,
  budget: number,
  { rungs }: PlannedBracket,
  workers: number[],
  moments: Moment[],
): Planned[] {
  const before = rung === 0 ? 0 : rungs[rung - 1]!.budget;
  const state = rung < rungs.length - 1 ? "paused" : "complete";
  for (const { number, fails } of here) {
    const worker = workers.indexOf(Math.min(...workers));
    const begin = workers[worker]!;
    const epochs = fails ? 0 : budget - before;
    const at = begin + 10_000 * Math.max(1, epochs);
    moments.push({ type: "start", trial: number, at: begin, rung });
    for (let i = 1; i <= epochs; i++) {
      moments.push({ type: "report", trial: number, at: begin + 10_000 * i, epoch: before + i });
    }
    moments.push({ type: "end", trial: number, at: at + 1, state: fails ? "failed" : state });
    workers[worker] = at + 500;
  }
  return decide(here, rungs[rung + 1]?.size ?? here.length, budget, workers, moments);
}

/** A rung is decided when all are through it: the best go on, the others are stopped. */
function decide(
  here: readonly Planned[],
  size: number,
  budget: number,
  workers: number[],
  moments: Moment[],
): Planned[] {
  const ranked = here.filter(({ fails }) => !fails);
  ranked.sort((a, b) => loss(a.values, budget) - loss(b.values, budget));
  const decided = Math.max(...workers);
  workers.fill(decided + 1_000);
  for (const { number } of ranked.slice(size)) {
    moments.push({ type: "end", trial: number, at: decided, state: "stopped" });
  }
  return ranked.slice(0, size);
}

function fold(planned: readonly Planned[], moments: readonly Moment[]): StudyHistory {
  const trials: Trial[] = [];
  const begun = new Map<number, Trial>();
  for (const moment of moments) {
    const { number, bracket, values } = planned[moment.trial]!;
    const trial = begun.get(number) ?? newTrial(number, values);
    if (!begun.has(number)) trials.push(trial);
    begun.set(number, trial);
    if (moment.type === "start") {
      trial.state = "running";
      trial.budget = bracket.rungs[moment.rung]!.budget;
      trial.placement = { bracket: bracket.bracket, rung: moment.rung };
      trial.started ??= moment.at;
    } else if (moment.type === "report") {
      trial.reports.push({ budget: moment.epoch, value: loss(values, moment.epoch), time: moment.at });
    } else {
      end(trial, moment.state, moment.at);
    }
  }
  return history(trials.sort((a, b) => a.number - b.number));
}

function end(trial: Trial, state: Trial["state"], at: number): void {
  trial.state = state;
  if (state === "paused") return;
  trial.finished = at;
  if (state === "failed") trial.reason = "crashed: RuntimeError: CUDA out of memory";
  else trial.values = [trial.reports.at(-1)!.value];
}

export function newTrial(number: number, values: Configuration): Trial {
  return {
    number,
    id: number,
    state: "running",
    configuration: values,
    budget: 0,
    placement: undefined,
    note: undefined,
    reports: [],
    values: undefined,
    reason: undefined,
    started: undefined,
    finished: undefined,
    attributes: {},
  };
}

/** A trial that is over, or between rungs, with its score after each budget. */
export function trialOf(
  number: number,
  state: Trial["state"],
  reports: readonly (readonly [budget: number, value: number])[],
  rest: Partial<Trial> = {},
): Trial {
  const trial = newTrial(number, rest.configuration ?? { lr: 0.01 });
  const times = reports.map((_, index) => START + number * 1_000 + index * 100);
  return Object.assign(trial, {
    state,
    budget: reports.at(-1)?.[0] ?? 0,
    reports: reports.map(([budget, value], index) => ({ budget, value, time: times[index]! })),
    values: state === "complete" || state === "stopped" ? [reports.at(-1)![1]] : undefined,
    started: START,
    finished: state === "complete" || state === "stopped" || state === "failed" ? times.at(-1) : undefined,
    ...rest,
  });
}

export function history(
  trials: readonly Trial[],
  goal: "minimize" | "maximize" = "minimize",
  metric = "val_loss",
): StudyHistory {
  return {
    name: "train",
    studyId: 0,
    goals: [goal],
    metricNames: [metric],
    attributes: {},
    trials,
  };
}

/** Random search without a budget: every trial complete, or failed now and then. */
export function randomStudy(count: number, seed = 3): StudyHistory {
  const random = generator(seed);
  const trials = Array.from({ length: count }, (_, number) => {
    const values = configuration(random);
    const trial = newTrial(number, values);
    trial.started = START + number * 5_000;
    trial.finished = trial.started + 4_000 + Math.floor(random() * 900);
    if (number % 17 === 11) {
      trial.state = "failed";
      trial.reason = "crashed: ValueError: bad shape";
    } else {
      trial.state = "complete";
      trial.values = [Number((loss(values, 60) + 0.01 * random()).toPrecision(6))];
    }
    return trial;
  });
  return history(trials);
}

/** Hyperband rounds, one after the other, until there are `count` trials. */
export function rounds(count: number): readonly PlannedBracket[] {
  const perRound = HYPERBAND_81.reduce((sum, { rungs }) => sum + rungs[0]!.size, 0);
  const repeats = Math.ceil(count / perRound);
  return Array.from({ length: repeats }, (_, round) =>
    HYPERBAND_81.map((bracket) => ({ ...bracket, bracket: round * HYPERBAND_81.length + bracket.bracket })),
  ).flat();
}

const METRICS = ["val_loss", "latency", "accuracy"];

/** Random search for several objectives with a limit on memory: larger networks are better, slower and need more. */
export function severalStudy(
  count: number,
  goals: StudyHistory["goals"] = ["minimize", "minimize"],
  seed = 5,
): StudyHistory {
  const random = generator(seed);
  const trials = Array.from({ length: count }, (_, number) => {
    const values = configuration(random);
    const trial = newTrial(number, values);
    const layers = Number(values.layers);
    const score = loss(values, 60) + 0.5 / layers;
    const latency = Number((4 + 3 * layers * (1 + 0.4 * random())).toPrecision(4));
    const all = [Number(score.toPrecision(4)), latency, Number((1 / (1 + score)).toPrecision(4))];
    trial.started = START + number * 5_000;
    trial.finished = trial.started + 4_000 + Math.floor(random() * 900);
    trial.state = "complete";
    trial.values = goals.map((_, i) => all[i]!);
    trial.constraints = [(900 * layers * (0.7 + 0.6 * random()) - 5000) / 5000];
    return trial;
  });
  const definition = { limits: [{ metric: "memory", max: 5000 }] };
  return {
    ...history(trials),
    goals,
    metricNames: METRICS.slice(0, goals.length),
    attributes: { "tuning_fork:definition": definition },
  };
}

/** A population of eight that follows a learning rate that has to sink, run through or cut off in the middle. */
export function populationStudy(until = 1): StudyHistory {
  const options = { population: 8, interval: 3, quantile: 0.3 };
  const budget = { min: 1, max: DRIFT, eta: 3 };
  const input = { space: new Space(driftingSpace), seed: 4, options, budget, trials: undefined };
  const { events } = trainPopulation(createStrategy("pbt", input), drifting, {
    seed: 4,
    parallel: 3,
    max: DRIFT,
  });
  const trials: Trial[] = [];
  for (const event of events.slice(0, Math.round(events.length * until))) {
    const time = START + 1_000 * event.time;
    if (event.type === "started") {
      const { trial, configuration: values, budget: target, from, placement, note } = event;
      const place = { budget: target, from, placement, note, started: time };
      trials.push(Object.assign(newTrial(trial, values), place));
      continue;
    }
    const trial = trials[event.trial]!;
    if (event.type === "promoted") {
      Object.assign(trial, {
        state: "running",
        budget: event.budget,
        placement: event.placement ?? trial.placement,
      });
    } else if (event.type === "reached") {
      trial.state = "paused";
      trial.reports.push({ budget: event.budget, value: Number(event.losses[0]!.toPrecision(6)), time });
    } else if (event.type === "finished") {
      end(trial, event.state, time);
      if (event.reason !== undefined) trial.reason = event.reason;
    }
  }
  return history(trials);
}
