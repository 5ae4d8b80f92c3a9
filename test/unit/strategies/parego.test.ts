import { describe, expect, it } from "vitest";
import { random } from "../../../src/space/random.ts";
import { drawWeights, scalarise } from "../../../src/strategies/parego/scalars.ts";
import { median } from "../../fixtures/sequentialStudy.ts";
import { volumes, zdt1, zdt2 } from "../../fixtures/severalObjectives.ts";

describe("weights", () => {
  it("are uniform over all that are positive and sum to 1 (10,000 draws)", () => {
    const stream = random(1, 0);
    const all = Array.from({ length: 10_000 }, () => drawWeights(3, stream));
    for (const weights of all) expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
    // The share with w₁ above ½ is (1 − ½)² for three objectives.
    const large = all.filter(([first]) => first! > 0.5).length / all.length;
    expect(Math.abs(large - 0.25)).toBeLessThan(0.02);
  });
});

const of = (all: readonly (readonly number[])[]) => all.map((losses) => ({ losses }));

describe("scalarise", () => {
  const losses = [
    [0, 100],
    [10, 0],
    [5, 50],
    [5, 60],
  ];

  it("measures each objective in its own range over the front", () => {
    const [a, b, c, d] = scalarise(of(losses), [0.5, 0.5]);
    expect(a).toBeCloseTo(0.525, 12);
    expect(b).toBeCloseTo(0.525, 12);
    expect(c).toBeCloseTo(0.25 + 0.05 * 0.5, 12);
    expect(d).toBeGreaterThan(c!);
  });

  it("is not spoilt by a terrible trial, keeps failures infinite, and bears one point", () => {
    const more = scalarise(of([...losses, [1e9, 1e9], [Number.POSITIVE_INFINITY]]), [0.5, 0.5]);
    expect(more.slice(0, 4)).toEqual(scalarise(of(losses), [0.5, 0.5]));
    expect(more[5]).toBe(Number.POSITIVE_INFINITY);
    expect(scalarise(of([[3, 4]]), [0.5, 0.5])).toEqual([0]);
    expect(scalarise(of([[Number.POSITIVE_INFINITY]]), [0.5, 0.5])).toEqual([Number.POSITIVE_INFINITY]);
  });

  it("prefers what the weights say", () => {
    const [a, b] = scalarise(of(losses), [0.95, 0.05]);
    expect(a).toBeLessThan(b!);
  });
});

// Measured medians of 10 seeds and 100 trials: 6.25 and 4.17, 5.91 and 3.19.
it.each([
  ["ZDT1", zdt1],
  ["ZDT2", zdt2],
] as const)(
  "finds a much larger volume than random search on %s (median of 3 seeds, 35 trials)",
  (_, problem) => {
    expect(median(volumes("parego", problem, 3, 35))).toBeGreaterThan(
      1.3 * median(volumes("random", problem, 11, 35)),
    );
  },
);
