import { worth } from "../../strategies/gp/acquisition.ts";
import { MOST_DIMENSIONS } from "../../strategies/rnn/weights.ts";

/** Added to the covariance's diagonal, so that points that repeat do no harm. */
const NUGGET = 1e-6;
/** Variances below this are taken for this, and do not change with the point. */
const LEAST_VARIANCE = 1e-9;
const EI = { name: "ei", xi: 0, kappa: 0 } as const;

/**
 * What is known of one function after some evaluations: a Gaussian process without mean, with unit variance and covariance
 * exp(−‖x − x'‖² / 2ℓ²). With K = LLᵀ it keeps L and L⁻¹y, and makes them a row longer with each evaluation: O(t²).
 */
class Posterior {
  readonly #length: number;
  readonly #dimensions: number;
  /** Row by row, `dimensions` each. */
  readonly #points: number[] = [];
  /** L, row by row, the one at t having t + 1 entries. */
  readonly #factor: number[] = [];
  /** L⁻¹y. */
  readonly #whitened: number[] = [];
  #best = Number.POSITIVE_INFINITY;

  constructor(length: number, dimensions: number) {
    this.#length = length;
    this.#dimensions = dimensions;
  }

  /** @param from Where the point begins in `points`. */
  add(points: ArrayLike<number>, from: number, value: number): void {
    const row = this.#forward(this.#covariances(points, from));
    const pivot = Math.sqrt(1 + NUGGET - dot(row, row));
    this.#whitened.push((value - dot(row, this.#whitened)) / pivot);
    this.#factor.push(...row, pivot);
    for (let i = 0; i < this.#dimensions; i++) this.#points.push(points[from + i]!);
    this.#best = Math.min(this.#best, value);
  }

  /** The belief about the value at a point, with k(x) and L⁻¹k(x), which it comes from. */
  believe(points: ArrayLike<number>, from: number) {
    const covariances = this.#covariances(points, from);
    const row = this.#forward(covariances);
    const variance = 1 - dot(row, row);
    const sd = Math.sqrt(Math.max(variance, LEAST_VARIANCE));
    return { mean: dot(row, this.#whitened), sd, isFloored: variance < LEAST_VARIANCE, covariances, row };
  }

  /** The expected improvement at a point; its derivatives by the coordinates go to `gradient`, from `from` on. */
  improvement(points: ArrayLike<number>, from: number, gradient: Float64Array): number {
    const { mean, sd, isFloored, covariances, row } = this.believe(points, from);
    const { value, byMean, bySd } = worth({ mean, sd }, this.#best, EI);
    // μ = (L⁻¹k)·(L⁻¹y) and σ² = 1 − ‖L⁻¹k‖², so dEI/dk = L⁻ᵀ (dEI/dμ L⁻¹y − dEI/dσ L⁻¹k / σ).
    const byDeviation = isFloored ? 0 : bySd / sd;
    const byCovariance = this.#backward(row.map((w, j) => byMean * this.#whitened[j]! - byDeviation * w));
    for (let j = 0; j < covariances.length; j++) {
      const slope = (byCovariance[j]! * covariances[j]!) / this.#length ** 2;
      for (let i = 0; i < this.#dimensions; i++) {
        gradient[from + i]! += slope * (this.#points[j * this.#dimensions + i]! - points[from + i]!);
      }
    }
    return value;
  }

  #covariances(points: ArrayLike<number>, from: number): Float64Array {
    return Float64Array.from(this.#whitened, (_, j) => {
      let square = 0;
      for (let i = 0; i < this.#dimensions; i++) {
        square += (points[from + i]! - this.#points[j * this.#dimensions + i]!) ** 2;
      }
      return Math.exp(-square / (2 * this.#length ** 2));
    });
  }

  /** L⁻¹b. */
  #forward(b: Float64Array): Float64Array {
    const solved = b.slice();
    let at = 0;
    for (let i = 0; i < solved.length; i++) {
      for (let j = 0; j < i; j++) solved[i]! -= this.#factor[at++]! * solved[j]!;
      solved[i]! /= this.#factor[at++]!;
    }
    return solved;
  }

  /** L⁻ᵀb. */
  #backward(b: Float64Array): Float64Array {
    const solved = b.slice();
    for (let i = solved.length - 1; i >= 0; i--) {
      const at = (i * (i + 1)) / 2;
      solved[i]! /= this.#factor[at + i]!;
      for (let j = 0; j < i; j++) solved[j]! -= this.#factor[at + j]! * solved[i]!;
    }
    return solved;
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Expected improvements of a batch, one point a function. */
export interface Improvements {
  /** [batch]. */
  readonly values: Float64Array;
  /** Derivatives by the coordinates, [batch, MOST_DIMENSIONS] row by row: 0 in the dimensions that do not matter. */
  readonly gradients: Float64Array;
}

/**
 * The expected improvement, for minimisation, on each function of a batch that was drawn from a Gaussian process: as the
 * prior is known, so is the posterior. EI = (best − μ) Φ(z) + σ φ(z) with z = (best − μ) / σ (Jones et al. 1998), and
 * ∇EI = −Φ(z) ∇μ + φ(z) ∇σ. By hand, as TensorFlow.js has no Cholesky factor.
 */
export class ExpectedImprovement {
  readonly #posteriors: readonly Posterior[];

  /**
   * @param lengths The length-scale of each function, [batch].
   * @param dimensions The first ones, which the functions depend on; at most MOST_DIMENSIONS.
   */
  constructor(lengths: ArrayLike<number>, dimensions: number) {
    this.#posteriors = Array.from(lengths, (length) => new Posterior(length, dimensions));
  }

  /**
   * An evaluation of each function.
   * @param points [batch, MOST_DIMENSIONS], row by row. @param values [batch].
   */
  add(points: ArrayLike<number>, values: ArrayLike<number>): void {
    this.#posteriors.forEach((one, b) => {
      one.add(points, b * MOST_DIMENSIONS, values[b]!);
    });
  }

  /** The beliefs about the values at one point each, [batch]. @param points [batch, MOST_DIMENSIONS], row by row. */
  beliefs(points: ArrayLike<number>): { readonly mean: number; readonly sd: number }[] {
    return this.#posteriors.map((one, b) => {
      const { mean, sd } = one.believe(points, b * MOST_DIMENSIONS);
      return { mean, sd };
    });
  }

  /**
   * At one point each, after at least one evaluation: before, there is nothing to improve on.
   * @param points [batch, MOST_DIMENSIONS], row by row.
   */
  at(points: ArrayLike<number>): Improvements {
    const gradients = new Float64Array(this.#posteriors.length * MOST_DIMENSIONS);
    const values = Float64Array.from(this.#posteriors, (one, b) =>
      one.improvement(points, b * MOST_DIMENSIONS, gradients),
    );
    return { values, gradients };
  }
}
