import type { Configuration } from "../../protocol/space.ts";
import type { Random } from "../../space/random.ts";
import { Sobol } from "../../space/sobol.ts";
import type { Space } from "../../space/space.ts";
import { fitKernel } from "../gp/fit.ts";
import { type Hyperparameters, lengthScales, Metric } from "../gp/kernel.ts";
import { GaussianProcess } from "../gp/model.ts";
import type { Interval, Parent } from "./population.ts";

/** Intervals that the model is made from: the last ones, for what is older is forgotten. */
const MOST_INTERVALS = 60;
/** Those that hyperparameters are fitted to at most; fitted anew when so many more have come in. */
const MOST_FITTED = 40;
const EVERY = 8;
/** Steps that make one unit of time. */
const STEPS = 10;
const SPREAD = 128;
const LOCAL = 32;
const ROUNDS = 3;

/**
 * The time-varying Gaussian-process bandit of PB2 (Parker-Holder, Nguyen & Roberts 2020, section 4): how much the loss
 * sinks in an interval is a function of configuration and step that changes with the steps. The numbers of a copy are
 * where its upper confidence bound is largest; intervals that still run count with what is expected of them, so that
 * copies that are made at once do not crowd (Algorithm 2).
 */
export class TimeVaryingBandit {
  readonly #space: Space;
  readonly #metric: Metric;
  readonly #kappa: number;
  #fitted: { readonly to: number; readonly hyperparameters: Hyperparameters } | undefined;

  constructor(space: Space, kappa: number) {
    this.#space = space;
    this.#metric = Metric.of(space).withTime();
    this.#kappa = kappa;
  }

  /**
   * Positions of the numbers that are worth most beside the given choices; undefined while there are too few intervals
   * for a model. `free` are the names that may change.
   */
  propose(
    parent: Parent,
    choices: Configuration,
    free: readonly string[],
    random: Random,
  ): ReadonlyMap<string, number> | undefined {
    const process = this.#model(parent);
    if (process === undefined || free.length === 0) return undefined;
    const indices = free.map((name) => this.#space.names.indexOf(name));
    const base = this.#point(choices, parent.step);
    const worth = (units: readonly number[]): number => {
      const point = base.slice();
      for (const [k, index] of indices.entries()) point[index] = units[k]!;
      const { mean, sd } = process.predict(point);
      return this.#kappa * sd - mean;
    };
    const lengths = lengthScales(process.hyperparameters);
    const best = search(
      worth,
      indices.map((index) => Math.min(0.5, lengths[index]!)),
      random,
    );
    return new Map(free.map((name, k) => [name, best[k]!]));
  }

  #model({ intervals, running }: Parent): GaussianProcess | undefined {
    const hyperparameters = this.#hyperparameters(intervals);
    if (hyperparameters === undefined) return undefined;
    const last = intervals.slice(-MOST_INTERVALS);
    const points = last.map(({ configuration, step }) => this.#point(configuration, step));
    const targets = standardised(last);
    const process = new GaussianProcess(this.#metric, "rbf", hyperparameters, points, targets);
    if (running.length === 0) return process;
    const pending = running.map(({ configuration, step }) => this.#point(configuration, step));
    const believed = pending.map((point) => process.predict(point).mean);
    const all = [...points, ...pending];
    const losses = Float64Array.from([...targets, ...believed]);
    return new GaussianProcess(this.#metric, "rbf", hyperparameters, all, losses);
  }

  /** What they are fitted to depends on the number of intervals alone, so a replayed study has the same model. */
  #hyperparameters(intervals: readonly Interval[]): Hyperparameters | undefined {
    const few = this.#space.dimensions + 3;
    if (intervals.length < few) return undefined;
    const to = intervals.length - ((intervals.length - few) % EVERY);
    if (this.#fitted?.to !== to) {
      const last = intervals.slice(Math.max(0, to - MOST_FITTED), to);
      const points = last.map(({ configuration, step }) => this.#point(configuration, step));
      const hyperparameters = fitKernel(this.#metric, "rbf", points, standardised(last));
      this.#fitted = { to, hyperparameters };
    }
    return this.#fitted.hyperparameters;
  }

  #point(configuration: Configuration, step: number): Float64Array {
    return Float64Array.from([...this.#space.encode(configuration), step / STEPS]);
  }
}

/**
 * Minus the gains with mean 0 and deviation 1. Each is measured in what is usual at its step: what a training gains in
 * an interval sinks by orders of magnitude on the way, and the model is to tell configurations apart, not steps.
 */
function standardised(intervals: readonly Interval[]): Float64Array {
  const scale = (step: number): number => {
    const near = intervals.filter((other) => Math.abs(other.step - step) <= 1);
    return Math.sqrt(near.reduce((sum, { gain }) => sum + gain * gain, 0) / near.length) || 1;
  };
  const scales = new Map([...new Set(intervals.map(({ step }) => step))].map((step) => [step, scale(step)]));
  const losses = intervals.map(({ gain, step }) => -gain / scales.get(step)!);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / losses.length;
  const sd = Math.sqrt(variance) || 1;
  return Float64Array.from(losses, (loss) => (loss - mean) / sd);
}

/** The best of quasi-random points of the unit cube, then of ever closer neighbours of the best one. */
function search(
  worth: (units: readonly number[]) => number,
  lengths: readonly number[],
  random: Random,
): readonly number[] {
  const sobol = new Sobol(lengths.length, random);
  let best: readonly number[] = [];
  let most = Number.NEGATIVE_INFINITY;
  const consider = (units: readonly number[]): void => {
    const value = worth(units);
    if (!(value > most)) return;
    [best, most] = [units, value];
  };
  for (let i = 0; i < SPREAD; i++) consider([...sobol.point(i)]);
  for (let round = 1; round <= ROUNDS; round++) {
    const around = best;
    for (let i = 0; i < LOCAL; i++) {
      consider(
        around.map((x, k) => Math.min(1, Math.max(0, x + (random.normal() * lengths[k]!) / 4 ** round))),
      );
    }
  }
  return best;
}
