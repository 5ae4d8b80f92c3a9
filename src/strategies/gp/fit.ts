import { Matrix } from "ml-matrix";
import { type Hyperparameters, type KernelName, type Metric, RADIALS } from "./kernel.ts";
import { minimize, type Slope } from "./lbfgs.ts";
import { backward, cholesky, forward, inverse, logDeterminant } from "./triangular.ts";

/** Bounds of ln ℓ⁻², ln variance and ln noise. The least noise decides how near an optimum can be told from its neighbours. */
const INVERSE_SQUARE = [Math.log(1e-3), Math.log(4e4)] as const;
const VARIANCE = [Math.log(1e-2), Math.log(1e3)] as const;
const NOISE = [Math.log(1e-9), Math.log(1)] as const;
const ITERATIONS = 40;

/** Squared distances of all pairs in each parameter, which do not change while the kernel is fitted. */
export class Pairs {
  readonly n: number;
  readonly d: number;
  /** Pair (i, j < i) is number i(i − 1)/2 + j; its distances stand at d times that. */
  readonly squares: Float64Array;

  constructor(metric: Metric, points: readonly Float64Array[]) {
    this.n = points.length;
    this.d = metric.dimensions;
    this.squares = new Float64Array(((this.n * (this.n - 1)) / 2) * this.d);
    let at = 0;
    for (let i = 0; i < this.n; i++) {
      for (let j = 0; j < i; j++) {
        for (let k = 0; k < this.d; k++)
          this.squares[at++] = metric.squared(k, points[i]![k]!, points[j]![k]!);
      }
    }
  }
}

/**
 * Minus the log of likelihood × prior, with its gradient, in θ = (ln ℓ⁻² of each parameter, ln variance, ln noise);
 * likelihood by Rasmussen & Williams 2006, eq. 5.8 and 5.9. Infinity where the covariance is not positive definite.
 *
 * Priors: −ln p(ℓ) = 0.1 (ℓ² + ℓ⁻²), which keeps length-scales off both ends and is flat between them; variance Γ(2, 1)
 * and noise Γ(1.1, 30), as standardised losses have them.
 */
export function logPosterior(
  pairs: Pairs,
  targets: Float64Array,
  kernel: KernelName,
  theta: Float64Array,
): Slope {
  const { n, d, squares } = pairs;
  const inverseSquares = theta.subarray(0, d).map(Math.exp);
  const variance = Math.exp(theta[d]!);
  const noise = Math.exp(theta[d + 1]!);
  const radial = RADIALS[kernel];
  const scaled = new Float64Array((n * (n - 1)) / 2);
  const matrix = new Matrix(n, n);
  let pair = 0;
  for (let i = 0; i < n; i++) {
    matrix.set(i, i, variance + noise);
    for (let j = 0; j < i; j++, pair++) {
      let r2 = 0;
      for (let k = 0; k < d; k++) r2 += inverseSquares[k]! * squares[pair * d + k]!;
      scaled[pair] = r2;
      const value = variance * radial.value(r2);
      matrix.set(i, j, value);
      matrix.set(j, i, value);
    }
  }
  const factor = cholesky(matrix);
  const gradient = new Float64Array(d + 2);
  if (factor === undefined) return { value: Number.POSITIVE_INFINITY, gradient };
  const weights = backward(factor, forward(factor, Float64Array.from(targets)));
  let value = 0.5 * logDeterminant(factor) + 0.5 * n * Math.log(2 * Math.PI);
  for (let i = 0; i < n; i++) value += 0.5 * targets[i]! * weights[i]!;
  const inv = inverse(factor);
  let trace = 0;
  pair = 0;
  for (let i = 0; i < n; i++) {
    trace += inv[i * n + i]! - weights[i]! * weights[i]!;
    for (let j = 0; j < i; j++, pair++) {
      const w = inv[i * n + j]! - weights[i]! * weights[j]!;
      const r2 = scaled[pair]!;
      gradient[d]! += w * matrix.get(i, j);
      const by = w * variance * radial.slope(r2);
      for (let k = 0; k < d; k++) gradient[k]! += by * inverseSquares[k]! * squares[pair * d + k]!;
    }
  }
  gradient[d]! += 0.5 * trace * variance;
  gradient[d + 1] = 0.5 * trace * noise;
  return { value: value + addPrior(theta, d, gradient), gradient };
}

/** Adds the gradient of minus the log prior to `gradient` and gives its value. */
function addPrior(theta: Float64Array, d: number, gradient: Float64Array): number {
  let value = 0;
  for (let k = 0; k < d; k++) {
    const s = Math.exp(theta[k]!);
    value += 0.1 / s + 0.1 * s;
    gradient[k]! += 0.1 * s - 0.1 / s;
  }
  const variance = Math.exp(theta[d]!);
  value += variance - theta[d]!;
  gradient[d]! += variance - 1;
  const noise = Math.exp(theta[d + 1]!);
  value += 30 * noise - 0.1 * theta[d + 1]!;
  gradient[d + 1]! += 30 * noise - 0.1;
  return value;
}

/** The hyperparameters of the largest posterior (MAP), by L-BFGS from two starts. `targets` are standardised. */
export function fitKernel(
  metric: Metric,
  kernel: KernelName,
  points: readonly Float64Array[],
  targets: Float64Array,
): Hyperparameters {
  const d = metric.dimensions;
  const pairs = new Pairs(metric, points);
  const bounds = {
    low: [...Array<number>(d).fill(INVERSE_SQUARE[0]), VARIANCE[0], NOISE[0]],
    high: [...Array<number>(d).fill(INVERSE_SQUARE[1]), VARIANCE[1], NOISE[1]],
  };
  // Smooth, and short-sighted: the likelihood often has a hill at each.
  const starts = [Math.log(1 / d), Math.log(20)].map((inverseSquare) =>
    Float64Array.from([...Array<number>(d).fill(inverseSquare), 0, Math.log(1e-3)]),
  );
  const found = starts.map((start) =>
    minimize((theta) => logPosterior(pairs, targets, kernel, theta), start, bounds, ITERATIONS, 1e-3),
  );
  const { point } = found.reduce((best, other) => (other.value < best.value ? other : best));
  return {
    inverseSquares: point.slice(0, d).map(Math.exp),
    variance: Math.exp(point[d]!),
    noise: Math.exp(point[d + 1]!),
  };
}
