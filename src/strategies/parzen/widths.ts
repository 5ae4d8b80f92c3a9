/** How many points know a dimension, and how far apart they lie in it. */
export interface Spread {
  readonly known: number;
  /** Standard deviation of the positions in the unit interval. */
  readonly deviation: number;
}

/**
 * The spread of points in dimension d. `prior` counts as that many points of the uniform distribution (variance
 * 1/12), so that two equal points are not taken for certainty.
 */
export function spreadOf(points: readonly Float64Array[], d: number, prior: number): Spread {
  let [known, sum] = [0, 0];
  for (let i = 0; i < points.length; i++) {
    const unit = points[i]![d]!;
    if (Number.isNaN(unit)) continue;
    known++;
    sum += unit;
  }
  const mean = sum / Math.max(1, known);
  let squares = 0;
  for (let i = 0; i < points.length; i++) {
    const unit = points[i]![d]!;
    if (!Number.isNaN(unit)) squares += (unit - mean) ** 2;
  }
  return { known, deviation: Math.sqrt((squares + prior / 12) / Math.max(1, known + prior)) };
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
