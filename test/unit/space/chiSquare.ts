/** Pearson's statistic of observed counts against expected ones. */
export function chiSquare(observed: readonly number[], expected: readonly number[]): number {
  return observed.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);
}

/** Value that the statistic exceeds with probability 10⁻⁴ (Wilson and Hilferty's approximation). */
export function chiSquareBound(degrees: number): number {
  const v = 2 / (9 * degrees);
  return degrees * (1 - v + 3.719 * Math.sqrt(v)) ** 3;
}
