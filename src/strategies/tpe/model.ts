import type { Configuration } from "../../protocol/space.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { type Dimension, dimensionsOf, vectorOf } from "../parzen/dimensions.ts";
import { History } from "../parzen/history.ts";
import { Parzen } from "../parzen/parzen.ts";
import { leaving, type Spread, shrinkage, spreadOf } from "../parzen/widths.ts";

/** How trials are split and what weight the prior has. */
export interface TpeRules {
  /** γ: share of the trials that count as good, … */
  readonly gamma: number;
  /** … and how many at most. */
  readonly maxGood: number;
  /** Weight of the uniform prior, in trials. */
  readonly priorWeight: number;
}

/** Kernels of g(x) at most, the newest: they tell best where the search has just been. Bounds a proposal's time. */
export const BAD_KERNELS = 500;
/** Smallest width of a kernel, as a share of the range. */
const MIN_WIDTH = 0.01;

/** l(x) and g(x): the densities of good trials, and of all others and those without a result yet. */
export interface Densities {
  readonly dimensions: readonly Dimension[];
  readonly good: Parzen;
  readonly bad: Parzen;
  readonly sizes: readonly [good: number, bad: number];
  /** The trials that l is made of, best first. */
  readonly best: readonly Observation[];
}

/** Weights of l's points, best first, with mean 1: ln(n + 1) − ln(rank), the weights of CMA-ES (Hansen 2016, eq. 49). */
function byRank(n: number): number[] {
  const weights = Array.from({ length: n }, (_, i) => Math.log((n + 1) / (i + 1)));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / n;
  return weights.map((weight) => weight / mean);
}

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011) with joint kernels (Falkner et al. 2018). Follows a
 * list of trials that only grows.
 */
export class TpeModel {
  readonly #dimensions: readonly Dimension[];
  readonly #space: Space;
  readonly #rules: TpeRules;
  readonly #history: History;

  constructor(space: Space, rules: TpeRules) {
    this.#space = space;
    this.#rules = rules;
    this.#history = new History(space);
    this.#dimensions = dimensionsOf(space);
  }

  /** Undefined while no trial has a finite loss: then nothing is better than anything else. */
  fit(finished: readonly Observation[], pending: readonly Configuration[]): Densities | undefined {
    const history = this.#history;
    history.follow(finished);
    if (history.finite === 0) return undefined;
    const { gamma, maxGood } = this.#rules;
    const nGood = Math.min(history.finite, maxGood, Math.ceil(gamma * finished.length));
    const good = history.best(nGood);
    const bad = this.#newest(finished, new Set(good), BAD_KERNELS - pending.length);
    // Constant liar: what runs already is taken for bad, so that the next proposal is another one.
    const liars = pending.map((configuration) => vectorOf(this.#space, configuration));
    const badPoints = [...bad.map((observation) => history.vector(observation)), ...liars];
    const goodPoints = good.map((observation) => history.vector(observation));
    return {
      dimensions: this.#dimensions,
      good: this.#density(goodPoints, byRank(goodPoints.length), this.#goodWidth),
      bad: this.#density(badPoints, Array(badPoints.length).fill(1), this.#badWidth),
      sizes: [goodPoints.length, finished.length - goodPoints.length + pending.length],
      best: good,
    };
  }

  #newest(finished: readonly Observation[], good: ReadonlySet<Observation>, most: number): Observation[] {
    const newest: Observation[] = [];
    for (let i = finished.length - 1; i >= 0 && newest.length < most; i--) {
      if (!good.has(finished[i]!)) newest.push(finished[i]!);
    }
    return newest.reverse();
  }

  #density(
    points: readonly Float64Array[],
    weights: readonly number[],
    widthOf: (spread: Spread) => number,
  ): Parzen {
    const { priorWeight } = this.#rules;
    const widths = this.#dimensions.map(({ kind, count }, d) => {
      const spread = spreadOf(points, d, 1);
      if (kind === "categorical") return leaving(spread.known, count, priorWeight);
      return Math.max(MIN_WIDTH, widthOf(spread));
    });
    return new Parzen({ dimensions: this.#dimensions, points, weights, priorWeight, widths });
  }

  /**
   * Normal reference: as narrow as the good trials lie close together in this parameter, so that the search
   * closes in on what matters and stays wide in what does not.
   */
  readonly #goodWidth = ({ known, deviation }: Spread): number =>
    1.06 * deviation * shrinkage(known, this.#dimensions.length);

  /** The others lie everywhere: a fixed share of the range, as in Optuna. */
  readonly #badWidth = ({ known }: Spread): number => 0.2 * shrinkage(known, this.#dimensions.length);
}
