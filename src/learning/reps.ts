import { CholeskyDecomposition, Matrix, solve } from "ml-matrix";
import type { Random } from "../space/random.ts";

/** What one episode gave: its return, and features of the context in which it was run (none: all were alike). */
export interface Episode {
  readonly value: number;
  readonly context: readonly number[];
}

/** The dual at a point: its value, gradient and Hessian by (η, v). */
export interface Dual {
  readonly value: number;
  readonly gradient: readonly number[];
  readonly hessian: Matrix;
  /** Each episode's share in the new distribution. */
  readonly weights: readonly number[];
}

/**
 * The dual of relative entropy policy search over episodes (Peters, Mülling & Altün 2010; contextual: Kupcsik et al.
 * 2013): g(η, v) = ηε + vᵀφ̄ + η ln((1/N) Σ exp((J_i − vᵀφ_i) / η)). The new distribution weighs each episode by
 * exp((J_i − vᵀφ_i) / η), which is at most ε away from the old one (Kullback–Leibler).
 */
export function dual(episodes: readonly Episode[], epsilon: number, eta: number, v: readonly number[]): Dual {
  const n = episodes.length;
  const gains = episodes.map(({ value, context }) => value - dot(v, context));
  const most = Math.max(...gains);
  const raw = gains.map((gain) => Math.exp((gain - most) / eta));
  const sum = raw.reduce((a, b) => a + b, 0);
  const weights = raw.map((weight) => weight / sum);
  const mean = (of: (i: number) => number) => weights.reduce((total, weight, i) => total + weight * of(i), 0);
  const contextMean = v.map((_, k) => episodes.reduce((total, { context }) => total + context[k]! / n, 0));
  const log = Math.log(sum / n);
  const gain = mean((i) => gains[i]! - most);
  const expected = v.map((_, k) => mean((i) => episodes[i]!.context[k]!));
  const hessian = Matrix.zeros(1 + v.length, 1 + v.length);
  hessian.set(0, 0, mean((i) => (gains[i]! - most - gain) ** 2) / eta ** 3);
  v.forEach((_, k) => {
    const spread = (i: number): number => episodes[i]!.context[k]! - expected[k]!;
    const cross = mean((i) => (gains[i]! - most - gain) * spread(i)) / eta ** 2;
    hessian.set(0, k + 1, cross);
    hessian.set(k + 1, 0, cross);
    v.forEach((__, l) => {
      const covariance = mean((i) => spread(i) * (episodes[i]!.context[l]! - expected[l]!));
      hessian.set(k + 1, l + 1, covariance / eta);
    });
  });
  return {
    value: eta * epsilon + eta * log + most + dot(v, contextMean),
    gradient: [epsilon + log - gain / eta, ...v.map((_, k) => contextMean[k]! - expected[k]!)],
    hessian,
    weights,
  };
}

const ITERATIONS = 200;

/** Minimises the dual by Newton's method with step control; gives each episode's weight. */
export function episodeWeights(episodes: readonly Episode[], epsilon: number): readonly number[] {
  const values = episodes.map(({ value }) => value);
  const range = Math.max(...values) - Math.min(...values);
  // Nothing was better than anything else: there is nothing to learn.
  if (!(range > 0)) return episodes.map(() => 1 / episodes.length);
  const dimensions = episodes[0]!.context.length;
  const least = range * 1e-4;
  let eta = range;
  let v: readonly number[] = Array(dimensions).fill(0);
  let here = dual(episodes, epsilon, eta, v);
  let damping = 1e-3;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    if (Math.hypot(...here.gradient) < 1e-9) break;
    const damped = here.hessian.clone();
    for (let k = 0; k <= dimensions; k++) damped.set(k, k, damped.get(k, k) * (1 + damping) + 1e-12);
    const step = solve(damped, Matrix.columnVector([...here.gradient])).to1DArray();
    // Far from the minimum the curvature by η promises too much, on either side.
    const nextEta = Math.min(4 * eta, Math.max(eta / 4, eta - step[0]!));
    const next = { eta: Math.max(least, nextEta), v: v.map((x, k) => x - step[k + 1]!) };
    const there = dual(episodes, epsilon, next.eta, next.v);
    if (there.value < here.value) {
      [eta, v, here] = [next.eta, next.v, there];
      damping = Math.max(1e-9, damping / 10);
    } else {
      damping *= 10;
      if (damping > 1e12) break;
    }
  }
  return here.weights;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0);

/** A normal distribution over parameters that REPS searches: N(μ, Σ). */
export class SearchDistribution {
  mean: readonly number[];
  #covariance: Matrix;

  constructor(mean: readonly number[], deviations: readonly number[]) {
    this.mean = mean;
    this.#covariance = Matrix.diag(deviations.map((deviation) => deviation ** 2));
  }

  /** Standard deviation of each parameter. */
  get deviations(): number[] {
    return this.#covariance.diag().map(Math.sqrt);
  }

  draw(random: Random): number[] {
    const lower = new CholeskyDecomposition(this.#covariance).lowerTriangularMatrix;
    const normals = this.mean.map(() => random.normal());
    return this.mean.map((mean, i) =>
      normals.reduce((sum, normal, j) => sum + (j <= i ? lower.get(i, j) * normal : 0), mean),
    );
  }

  /** The weighted maximum-likelihood update: μ = Σ w θ, Σ = Σ w (θ − μ)(θ − μ)ᵀ. */
  update(draws: readonly (readonly number[])[], weights: readonly number[]): void {
    const mean = this.mean.map((_, k) => draws.reduce((sum, theta, i) => sum + weights[i]! * theta[k]!, 0));
    const covariance = Matrix.zeros(mean.length, mean.length);
    for (let a = 0; a < mean.length; a++) {
      for (let b = 0; b <= a; b++) {
        const of = (theta: readonly number[]): number => (theta[a]! - mean[a]!) * (theta[b]! - mean[b]!);
        const value = draws.reduce((sum, theta, i) => sum + weights[i]! * of(theta), 0);
        covariance.set(a, b, value);
        covariance.set(b, a, value);
      }
    }
    // Few draws in many dimensions: a little of the old spread keeps it positive definite.
    for (let k = 0; k < mean.length; k++) {
      const old = this.#covariance.get(k, k);
      covariance.set(k, k, covariance.get(k, k) + 1e-3 * old + 1e-12);
    }
    this.mean = mean;
    this.#covariance = covariance;
  }
}
