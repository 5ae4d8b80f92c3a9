import type { Configuration } from "../../protocol/space.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { type Dimension, dimensionsOf, vectorOf } from "../parzen/dimensions.ts";
import { Parzen } from "../parzen/parzen.ts";
import { columnsOf, deviation, leaving, shrinkage } from "../parzen/widths.ts";
import { Ranking } from "../ranking.ts";

/** How trials are split and what weight the prior has. */
export interface TpeRules {
  /** γ: share of the trials that count as good, … */
  readonly gamma: number;
  /** … and how many at most. */
  readonly maxGood: number;
  /** Weight of the uniform prior, in trials. */
  readonly priorWeight: number;
}

/** Kernels of g(x) at most: the newest, which also weigh most. Keeps a proposal's time bounded. */
export const BAD_KERNELS = 1000;
/** So many of the newest trials have full weight in g(x), older ones less and less. */
const FULL_WEIGHT = 25;
/** Smallest width of a kernel, as a share of the range. */
const MIN_WIDTH = 0.01;

/** l(x) and g(x): the densities of good trials, and of all others and those without a result yet. */
export interface Densities {
  readonly good: Parzen;
  readonly bad: Parzen;
  readonly sizes: readonly [good: number, bad: number];
}

/** Weights of g's points, oldest first: rising in a straight line from 1/n to 1 at the newest 25 (Hyperopt, Optuna). */
function ramp(n: number): number[] {
  const old = n - FULL_WEIGHT;
  return Array.from({ length: n }, (_, i) =>
    i >= old ? 1 : 1 / n + ((1 - 1 / n) * i) / Math.max(1, old - 1),
  );
}

/**
 * The tree-structured Parzen estimator (Bergstra et al. 2011) with joint kernels (Falkner et al. 2018). Follows a
 * list of trials that only grows: each is ranked and encoded once.
 */
export class TpeModel {
  readonly dimensions: readonly Dimension[];
  readonly #space: Space;
  readonly #rules: TpeRules;
  readonly #ranking = new Ranking<Observation>();
  readonly #vectors = new WeakMap<Observation, Float64Array>();
  #followed = 0;
  #finite = 0;

  constructor(space: Space, rules: TpeRules) {
    this.#space = space;
    this.#rules = rules;
    this.dimensions = dimensionsOf(space);
  }

  /** Undefined while no trial has a finite loss: then nothing is better than anything else. */
  fit(finished: readonly Observation[], pending: readonly Configuration[]): Densities | undefined {
    this.#follow(finished);
    if (this.#finite === 0) return undefined;
    const { gamma, maxGood } = this.#rules;
    const nGood = Math.min(this.#finite, maxGood, Math.ceil(gamma * finished.length));
    const good = new Set<Observation>();
    for (const observation of this.#ranking) {
      if (good.size === nGood) break;
      good.add(observation);
    }
    const bad = this.#newest(finished, good, BAD_KERNELS - pending.length);
    // Constant liar: what runs already is taken for bad, so that the next proposal is another one.
    const liars = pending.map((configuration) => vectorOf(this.#space, configuration));
    const badPoints = [...bad.map((observation) => this.#vector(observation)), ...liars];
    const goodPoints = [...good].map((observation) => this.#vector(observation));
    return {
      good: this.#density(
        goodPoints,
        goodPoints.map(() => 1),
        this.#goodWidth,
      ),
      bad: this.#density(badPoints, ramp(badPoints.length), this.#badWidth),
      sizes: [goodPoints.length, finished.length - goodPoints.length + pending.length],
    };
  }

  #follow(finished: readonly Observation[]): void {
    for (; this.#followed < finished.length; this.#followed++) {
      const observation = finished[this.#followed]!;
      this.#ranking.add(observation);
      if (observation.loss !== Number.POSITIVE_INFINITY) this.#finite++;
    }
  }

  #newest(finished: readonly Observation[], good: ReadonlySet<Observation>, most: number): Observation[] {
    const newest: Observation[] = [];
    for (let i = finished.length - 1; i >= 0 && newest.length < most; i--) {
      if (!good.has(finished[i]!)) newest.push(finished[i]!);
    }
    return newest.reverse();
  }

  #vector(observation: Observation): Float64Array {
    let vector = this.#vectors.get(observation);
    if (!vector) {
      vector = vectorOf(this.#space, observation.configuration);
      this.#vectors.set(observation, vector);
    }
    return vector;
  }

  #density(
    points: readonly Float64Array[],
    weights: readonly number[],
    widthOf: (units: readonly number[]) => number,
  ): Parzen {
    const { priorWeight } = this.#rules;
    const widths = columnsOf(this.dimensions, points).map(({ dimension: { kind, count }, units }) =>
      kind === "categorical"
        ? leaving(units.length, count, priorWeight)
        : Math.max(MIN_WIDTH, widthOf(units)),
    );
    return new Parzen({ dimensions: this.dimensions, points, weights, priorWeight, widths });
  }

  /**
   * Normal reference: as narrow as the good trials lie close together in this parameter, so that the search
   * closes in on what matters and stays wide in what does not.
   */
  readonly #goodWidth = (units: readonly number[]): number =>
    1.06 * deviation(units, 1) * shrinkage(units.length, this.dimensions.length);

  /** The others lie everywhere: a fixed share of the range, as in Optuna. */
  readonly #badWidth = (units: readonly number[]): number =>
    0.2 * shrinkage(units.length, this.dimensions.length);
}
