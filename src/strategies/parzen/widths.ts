import type { Dimension } from "./dimensions.ts";

/** What points know of one dimension. */
export interface Column {
  readonly dimension: Dimension;
  /** Positions in the unit interval, unknown ones left out. */
  readonly units: readonly number[];
}

export function columnsOf(dimensions: readonly Dimension[], points: readonly Float64Array[]): Column[] {
  return dimensions.map((dimension, d) => ({
    dimension,
    units: points.map((point) => point[d]!).filter((unit) => !Number.isNaN(unit)),
  }));
}

/**
 * Standard deviation of positions in the unit interval. `prior` counts as that many points of the uniform
 * distribution (variance 1/12), so that two equal points are not taken for certainty.
 */
export function deviation(units: readonly number[], prior: number): number {
  const mean = units.reduce((sum, unit) => sum + unit, 0) / Math.max(1, units.length);
  const squares = units.reduce((sum, unit) => sum + (unit - mean) ** 2, 0);
  return Math.sqrt((squares + prior / 12) / Math.max(1, units.length + prior));
}

/** How the widths of kernels shrink with the number of points in d dimensions: n^(−1/(d + 4)) (Scott 1992). */
export function shrinkage(n: number, dimensions: number): number {
  return Math.max(1, n) ** (-1 / (dimensions + 4));
}

/**
 * Probability with which a categorical kernel leaves its choice: that of a point which is joined by `prior`
 * further ones, spread evenly over the choices and shared by all n points and the prior (Optuna's rule).
 */
export function leaving(n: number, count: number, prior: number): number {
  const each = prior / (n + 1);
  return ((count - 1) * each) / (1 + count * each);
}
