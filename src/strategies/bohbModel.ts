import type { Space } from "../space/space.ts";
import type { Fidelity } from "./fidelities.ts";
import type { Observation } from "./observations.ts";
import { type Dimension, dimensionsOf } from "./parzen/dimensions.ts";
import { History } from "./parzen/history.ts";
import { Parzen } from "./parzen/parzen.ts";
import { leaving, shrinkage, spreadOf } from "./parzen/widths.ts";

/** How trials are split, and how wide their kernels are. */
export interface BohbRules {
  readonly minPoints?: number;
  readonly topPercent: number;
  readonly bandwidthFactor: number;
  readonly minBandwidth: number;
}

/** Kernels of one density at most, so that a proposal takes no longer the more trials there are. */
const KERNELS = 500;

/** The densities of good and of other configurations at one budget, and the wider one that is drawn from. */
export interface BohbDensities {
  readonly dimensions: readonly Dimension[];
  readonly budget: number;
  readonly good: Parzen;
  readonly bad: Parzen;
  readonly wide: Parzen;
  readonly sizes: readonly [good: number, bad: number];
  /** All scores at the budget, best first: `good` knows the first of them, `bad` the last. */
  readonly ranked: readonly Observation[];
}

/** At most `KERNELS` of a ranked list, evenly spaced in rank. */
function thinned<T>(ranked: readonly T[]): readonly T[] {
  if (ranked.length <= KERNELS) return ranked;
  return Array.from({ length: KERNELS }, (_, i) => ranked[Math.floor((i * ranked.length) / KERNELS)]!);
}

/** The model of BOHB (Falkner, Klein & Hutter 2018, section 4.1 and Algorithm 2). */
export class BohbModel {
  /** N_min. */
  readonly minPoints: number;
  readonly #space: Space;
  readonly #rules: BohbRules;
  readonly #dimensions: readonly Dimension[];
  readonly #histories = new Map<number, History>();

  constructor(space: Space, rules: BohbRules) {
    this.#space = space;
    this.#rules = rules;
    this.#dimensions = dimensionsOf(space);
    this.minPoints = rules.minPoints ?? this.#dimensions.length + 1;
  }

  /** The model of the largest budget with N_min + 2 scores, of which N_min are finite. */
  fit(fidelities: readonly Fidelity[]): BohbDensities | undefined {
    for (const { budget, observations } of fidelities.toReversed()) {
      if (observations.length < this.minPoints + 2) continue;
      const history = this.#historyOf(budget);
      history.follow(observations);
      if (history.finite < this.minPoints) continue;
      const ranked = history.best(Number.POSITIVE_INFINITY);
      return this.#fit(budget, ranked, (observation) => history.vector(observation));
    }
    return undefined;
  }

  #historyOf(budget: number): History {
    const known = this.#histories.get(budget) ?? new History(this.#space);
    this.#histories.set(budget, known);
    return known;
  }

  /** Equation 3: N_l = max(N_min, q · N), N_g = max(N_min, N − N_l); where points are few, both know the middle ones. */
  #fit(
    budget: number,
    ranked: readonly Observation[],
    vector: (observation: Observation) => Float64Array,
  ): BohbDensities {
    const n = ranked.length;
    const share = Math.floor((this.#rules.topPercent / 100) * n);
    const nGood = Math.min(n, Math.max(this.minPoints, share));
    const nBad = Math.min(n, Math.max(this.minPoints, n - nGood));
    const good = thinned(ranked.slice(0, nGood)).map(vector);
    const bad = thinned(ranked.slice(n - nBad)).map(vector);
    const { bandwidthFactor } = this.#rules;
    return {
      dimensions: this.#dimensions,
      budget,
      good: this.#density(good, 1),
      bad: this.#density(bad, 1),
      wide: this.#density(good, bandwidthFactor),
      sizes: [nGood, nBad],
      ranked,
    };
  }

  /**
   * Normal-reference bandwidths by dimension: 1.06 · σ · n^(−1/(d + 4)). Unlike in the paper the uniform distribution
   * counts as one more point in σ: d + 1 good points that lie close together by chance would else be all that
   * is looked at from then on.
   */
  #density(points: readonly Float64Array[], factor: number): Parzen {
    const { length } = this.#dimensions;
    const widths = this.#dimensions.map(({ kind, count }, d) => {
      const { known, deviation } = spreadOf(points, d, 1);
      if (kind === "categorical") return Math.min(1 - 1 / count, factor * leaving(known, count, 1));
      const normal = 1.06 * deviation * shrinkage(known, length);
      return factor * Math.max(this.#rules.minBandwidth, normal);
    });
    return new Parzen({
      dimensions: this.#dimensions,
      points,
      weights: points.map(() => 1),
      priorWeight: 0,
      widths,
    });
  }
}
