import type { Random } from "../../space/random.ts";
import type { Dimension } from "./dimensions.ts";
import { Kernels } from "./kernels.ts";

/** What a density is estimated from. */
export interface ParzenInput {
  readonly dimensions: readonly Dimension[];
  /** Vectors in the unit cube, NaN where a parameter is inactive or unknown. */
  readonly points: readonly Float64Array[];
  /** A positive weight for each point. */
  readonly weights: readonly number[];
  /** Weight of the prior: the uniform distribution. 0 for none, where there are points. */
  readonly priorWeight: number;
  /** By dimension: standard deviation of the kernels; of a categorical one the probability to leave its choice. */
  readonly widths: readonly number[];
}

/**
 * A density on the unit cube: a mixture of one product kernel a point, and the uniform prior. A point that does not
 * know a parameter borrows what the points that do know it say of it alone, so that the whole is a density over
 * configurations with different active parameters.
 */
export class Parzen {
  /** How many kernels there are, the prior apart. */
  readonly size: number;
  readonly #dimensions: readonly Dimension[];
  readonly #kernels: readonly Kernels[];
  readonly #weights: readonly number[];
  readonly #prior: number;
  readonly #total: number;
  /** Sums of logarithms of one evaluation, by point; then of one dimension. */
  readonly #sums: Float64Array;
  readonly #terms: Float64Array;

  constructor({ dimensions, points, weights, priorWeight, widths }: ParzenInput) {
    this.size = points.length;
    this.#dimensions = dimensions;
    this.#kernels = dimensions.map((dimension, d) => new Kernels(dimension, widths[d]!, points, d));
    this.#weights = weights;
    this.#prior = points.length > 0 ? priorWeight : Math.max(priorWeight, 1);
    this.#total = weights.reduce((sum, weight) => sum + weight, this.#prior);
    this.#sums = new Float64Array(points.length);
    this.#terms = new Float64Array(points.length);
  }

  /** Log density at a point (of discrete values: with respect to their cells); NaN dimensions are left out. */
  logDensity(point: ArrayLike<number>): number {
    const sums = this.#sums.fill(0);
    for (let d = 0; d < this.#dimensions.length; d++) {
      const unit = point[d]!;
      if (Number.isNaN(unit) || this.#dimensions[d]!.count === 1) continue;
      const kernels = this.#kernels[d]!;
      if (kernels.partial) this.#borrow(kernels, unit);
      else kernels.add(unit, sums);
    }
    return this.#mixture(sums);
  }

  /** Density of one parameter alone at a point of its interval, relative to the uniform one. */
  density(dimension: number, unit: number): number {
    this.#kernels[dimension]!.add(unit, this.#terms.fill(0));
    return this.#known();
  }

  /** A draw. NaN nowhere: which parameters are active follows from the values. */
  draw(random: Random): Float64Array {
    const component = this.#component(random, undefined);
    return Float64Array.from(this.#kernels, (kernels) => {
      const known = component === undefined || kernels.knows(component);
      const from = known ? component : this.#component(random, kernels);
      return from === undefined ? random.uniform() : kernels.draw(from, random);
    });
  }

  /** A point drawn by weight, among those that know a dimension if one is given; undefined: the prior. */
  #component(random: Random, among: Kernels | undefined): number | undefined {
    const counts = (i: number): boolean => among === undefined || among.knows(i);
    let total = this.#prior;
    for (let i = 0; i < this.size; i++) if (counts(i)) total += this.#weights[i]!;
    let left = random.uniform() * total - this.#prior;
    let last: number | undefined;
    for (let i = 0; i < this.size && left >= 0; i++) {
      if (!counts(i)) continue;
      last = i;
      left -= this.#weights[i]!;
    }
    return last;
  }

  /** Adds a dimension that some points do not know; for these, what the others and the prior say. */
  #borrow(kernels: Kernels, unit: number): void {
    const terms = this.#terms.fill(0);
    const sums = this.#sums;
    kernels.add(unit, terms);
    const borrowed = Math.log(this.#known());
    for (let i = 0; i < terms.length; i++) sums[i]! += Number.isNaN(terms[i]!) ? borrowed : terms[i]!;
  }

  /** Density of one dimension alone, from its terms: a mixture of the points that know it and the prior. */
  #known(): number {
    const terms = this.#terms;
    let [sum, total] = [this.#prior, this.#prior];
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i]!;
      if (Number.isNaN(term)) continue;
      sum += this.#weights[i]! * Math.exp(term);
      total += this.#weights[i]!;
    }
    return total > 0 ? sum / total : 1;
  }

  /** Log of the weighted mean of exponentials, taken relative to the largest. */
  #mixture(logs: Float64Array): number {
    let most = this.#prior > 0 ? 0 : Number.NEGATIVE_INFINITY;
    for (let i = 0; i < logs.length; i++) if (logs[i]! > most) most = logs[i]!;
    let sum = this.#prior * Math.exp(-most);
    for (let i = 0; i < logs.length; i++) sum += this.#weights[i]! * Math.exp(logs[i]! - most);
    return most + Math.log(sum / this.#total);
  }
}
