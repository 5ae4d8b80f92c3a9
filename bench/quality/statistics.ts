/** The `share`-quantile, interpolated between neighbours as NumPy does. NaN for an empty list. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Of the mean, by the sample's own scatter. NaN for fewer than two values. */
export function standardError(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value) / values.length, 0));

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Ranks from 1, smallest first; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const smaller = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return smaller + (equal + 1) / 2;
  });
}

/** 1 − erf(x) for x ≥ 0: the series of erf near 0, the continued fraction further out. */
function erfc(x: number): number {
  if (x < 2) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-17; n++) {
      term *= (-x * x) / n;
      total += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

export interface Wilcoxon {
  /** Pairs that differ. */
  readonly n: number;
  /** Negative where the first sample is smaller. */
  readonly z: number;
  /** Two-sided. */
  readonly p: number;
}

/**
 * Wilcoxon's signed-rank test of paired samples by its normal approximation, corrected for ties but not for
 * continuity. Pairs that are equal are left out (Wilcoxon 1945). Rough below about 10 pairs.
 */
export function wilcoxon(a: readonly number[], b: readonly number[]): Wilcoxon {
  const differences = a.map((value, i) => value - b[i]!).filter((difference) => difference !== 0);
  const n = differences.length;
  if (n === 0) return { n, z: 0, p: 1 };
  const sizes = differences.map(Math.abs);
  const ranked = ranks(sizes);
  const positive = ranked.reduce((sum, rank, i) => sum + (differences[i]! > 0 ? rank : 0), 0);
  const counts = Map.groupBy(sizes, (size) => size).values();
  const ties = [...counts].reduce((sum, { length: t }) => sum + t ** 3 - t, 0);
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  const z = (positive - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return { n, z, p: erfc(Math.abs(z) / Math.SQRT2) };
}
