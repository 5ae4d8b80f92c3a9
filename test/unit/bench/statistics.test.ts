import { expect, test } from "vitest";
import { quantile, ranks, wilcoxon } from "../../../bench/quality/statistics.ts";

test("quantiles are interpolated as NumPy does", () => {
  expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([7], 0.75)).toBe(7);
});

test("equal values share the mean of their ranks", () => {
  expect(ranks([10, 20, 10, 5])).toEqual([2.5, 4, 2.5, 1]);
});

// Expected values: scipy.stats.wilcoxon(a, b, method="asymptotic", correction=False), SciPy, which
// gives the z of the smaller rank sum: its sign here is that of a − b.
test("the signed-rank test agrees with SciPy's normal approximation", () => {
  const a = [125, 115, 130, 140, 140, 115, 140, 125, 140, 135];
  const b = [110, 122, 125, 120, 140, 124, 123, 137, 135, 145];
  const { n, z, p } = wilcoxon(a, b);
  expect(n).toBe(9);
  expect(z).toBeCloseTo(0.533582250055877, 10);
  expect(p).toBeCloseTo(0.5936305914425295, 10);
});

test("a clear difference is far out in the tail, and has the sign of a − b", () => {
  const a = Array.from({ length: 40 }, (_, i) => i);
  const b = a.map((value, i) => value + 1 + i / 100);
  const { z, p } = wilcoxon(a, b);
  expect(z).toBeCloseTo(-5.510931896727665, 10);
  expect(p / 3.569388204466033e-8).toBeCloseTo(1, 8);
  expect(wilcoxon(b, a).z).toBeCloseTo(5.510931896727665, 10);
});

test("equal samples do not differ", () => {
  expect(wilcoxon([1, 2], [1, 2])).toEqual({ n: 0, z: 0, p: 1 });
});
