import { Matrix } from "ml-matrix";
import { type Hyperparameters, type KernelName, type Metric, RADIALS } from "./kernel.ts";
import { backward, cholesky, type Factor, forward } from "./triangular.ts";

/** Normal distribution of the function's value at a point, in the units of the targets. */
export interface Belief {
  readonly mean: number;
  readonly sd: number;
}

/** A belief with its derivatives by the point's coordinates. */
export interface SlopedBelief extends Belief {
  readonly meanSlope: Float64Array;
  readonly sdSlope: Float64Array;
}

/** Added to the diagonal, ten times more each time, until the covariance is positive definite in floating point. */
const FIRST_JITTER = 1e-10;

/**
 * The posterior of a zero-mean Gaussian process (Rasmussen & Williams 2006, eq. 2.25 and 2.26): with K the
 * covariance of the observed points plus noise and k that with a new one, mean kᵀK⁻¹y and variance k(x, x) − kᵀK⁻¹k.
 * Points are encoded configurations.
 */
export class GaussianProcess {
  readonly points: readonly Float64Array[];
  readonly metric: Metric;
  readonly hyperparameters: Hyperparameters;
  readonly kernel: KernelName;
  /** What was observed at the points. */
  readonly targets: Float64Array;
  readonly #factor: Factor;
  readonly #weights: Float64Array;
  /** The points by parameter, as `Metric.scaledAll` wants them. */
  readonly #columns: Float64Array;
  /** Of the point that was last looked at: squared scaled distances from the observed ones, and covariances. */
  readonly #distances: Float64Array;
  readonly #covariances: Float64Array;
  readonly #solved: Float64Array;

  constructor(
    metric: Metric,
    kernel: KernelName,
    hyperparameters: Hyperparameters,
    points: readonly Float64Array[],
    targets: Float64Array,
  ) {
    this.metric = metric;
    this.kernel = kernel;
    this.targets = targets;
    this.hyperparameters = hyperparameters;
    this.points = points;
    this.#factor = factorOf(this.#covarianceMatrix());
    this.#weights = this.solve(targets);
    const n = points.length;
    this.#columns = new Float64Array(metric.dimensions * n);
    points.forEach((point, p) => {
      for (let i = 0; i < metric.dimensions; i++) this.#columns[i * n + p] = point[i]!;
    });
    this.#distances = new Float64Array(n);
    this.#covariances = new Float64Array(n);
    this.#solved = new Float64Array(points.length);
  }

  /** The belief about the function, not about a noisy observation of it. */
  predict(point: Float64Array): Belief {
    const k = this.#covarianceWith(point);
    return { mean: this.#meanOf(k), sd: this.#sdOf(k) };
  }

  /** The belief with its derivatives. */
  slope(point: Float64Array): SlopedBelief {
    const k = this.#covarianceWith(point);
    const mean = this.#meanOf(k);
    const sd = this.#sdOf(k);
    const solved = backward(this.#factor, this.#solved.slice());
    const weights = this.#weights;
    const { inverseSquares, variance } = this.hyperparameters;
    const d = this.metric.dimensions;
    const meanSlope = new Float64Array(d);
    const sdSlope = new Float64Array(d);
    const { slope } = RADIALS[this.kernel];
    for (let p = 0; p < this.points.length; p++) {
      const other = this.points[p]!;
      const by = variance * slope(this.#distances[p]!);
      for (let i = 0; i < d; i++) {
        const change = by * inverseSquares[i]! * this.metric.slope(i, point[i]!, other[i]!);
        meanSlope[i]! += change * weights[p]!;
        sdSlope[i]! -= (change * solved[p]!) / sd;
      }
    }
    return { mean, sd, meanSlope, sdSlope };
  }

  /** Joint draws of the function at some points: one for each vector of standard normals. */
  sample(points: readonly Float64Array[], normals: readonly Float64Array[]): Float64Array[] {
    const solved = points.map((point) => forward(this.#factor, this.#covarianceWith(point).slice()));
    const means = points.map((point) => this.#meanOf(this.#covarianceWith(point)));
    const covariance = new Matrix(points.length, points.length);
    for (let i = 0; i < points.length; i++) {
      for (let j = 0; j <= i; j++) {
        let value = this.covariance(points[i]!, points[j]!);
        for (let k = 0; k < solved[i]!.length; k++) value -= solved[i]![k]! * solved[j]![k]!;
        covariance.set(i, j, value);
        covariance.set(j, i, value);
      }
    }
    const { n, rows } = factorOf(covariance);
    return normals.map((normal) =>
      Float64Array.from(means, (mean, i) => {
        let value = mean;
        for (let j = 0; j <= i; j++) value += rows[i * n + j]! * normal[j]!;
        return value;
      }),
    );
  }

  /** K⁻¹b, with the noise in K: one number for each observed point. */
  solve(b: Float64Array): Float64Array {
    return backward(this.#factor, forward(this.#factor, b.slice()));
  }

  /** Σ w·k(point, observed point). */
  combination(point: Float64Array, weights: Float64Array): number {
    let value = 0;
    for (let p = 0; p < weights.length; p++) value += weights[p]! * this.covariance(point, this.points[p]!);
    return value;
  }

  /** The same with its derivatives by the point's coordinates. */
  combinationSlope(point: Float64Array, weights: Float64Array): { value: number; slope: Float64Array } {
    const { inverseSquares, variance } = this.hyperparameters;
    const radial = RADIALS[this.kernel];
    const slope = new Float64Array(this.metric.dimensions);
    let value = 0;
    for (let p = 0; p < weights.length; p++) {
      const other = this.points[p]!;
      const r2 = this.#scaled(point, other);
      value += weights[p]! * variance * radial.value(r2);
      const by = weights[p]! * variance * radial.slope(r2);
      for (let i = 0; i < slope.length; i++) {
        slope[i]! += by * inverseSquares[i]! * this.metric.slope(i, point[i]!, other[i]!);
      }
    }
    return { value, slope };
  }

  /** k(a, b), without noise. */
  covariance(a: Float64Array, b: Float64Array): number {
    return this.hyperparameters.variance * RADIALS[this.kernel].value(this.#scaled(a, b));
  }

  #scaled(a: Float64Array, b: Float64Array): number {
    return this.metric.scaled(this.hyperparameters.inverseSquares, a, b);
  }

  #covarianceWith(point: Float64Array): Float64Array {
    const { inverseSquares, variance } = this.hyperparameters;
    this.metric.scaledAll(inverseSquares, point, this.#columns, this.#distances);
    const { value } = RADIALS[this.kernel];
    for (let p = 0; p < this.#distances.length; p++)
      this.#covariances[p] = variance * value(this.#distances[p]!);
    return this.#covariances;
  }

  #meanOf(k: Float64Array): number {
    const weights = this.#weights;
    let mean = 0;
    for (let p = 0; p < k.length; p++) mean += k[p]! * weights[p]!;
    return mean;
  }

  #sdOf(k: Float64Array): number {
    this.#solved.set(k);
    forward(this.#factor, this.#solved);
    let variance = this.hyperparameters.variance;
    for (const v of this.#solved) variance -= v * v;
    return Math.sqrt(Math.max(variance, 1e-14));
  }

  #covarianceMatrix(): Matrix {
    const n = this.points.length;
    const matrix = new Matrix(n, n);
    for (let i = 0; i < n; i++) {
      matrix.set(i, i, this.hyperparameters.variance + this.hyperparameters.noise);
      for (let j = 0; j < i; j++) {
        const value = this.covariance(this.points[i]!, this.points[j]!);
        matrix.set(i, j, value);
        matrix.set(j, i, value);
      }
    }
    return matrix;
  }
}

function factorOf(matrix: Matrix): Factor {
  for (let jitter = 0; ; jitter = jitter === 0 ? FIRST_JITTER : jitter * 10) {
    const tried = jitter === 0 ? matrix : Matrix.add(matrix, Matrix.eye(matrix.rows, matrix.rows, jitter));
    const factor = cholesky(tried);
    if (factor !== undefined) return factor;
  }
}
