import { describe, expect, it } from "vitest";
import { isInfeasible, lossOf, numericLosses } from "../../../src/strategies/feasibility.ts";

const of = (loss: number, ...constraints: number[]): number => lossOf({ losses: [loss], constraints });

describe("lossOf", () => {
  it("ranks what keeps limits before what breaks them, by how much, before failures", () => {
    const ranked = [of(-3, -1), of(1e12, 0), of(-9, 1e-9), of(5, 0.1, -7), of(-5, 0.1, 0.1), of(0, 1e150)];
    expect([...ranked, Number.POSITIVE_INFINITY].toSorted((a, b) => a - b)).toEqual([
      ...ranked,
      Number.POSITIVE_INFINITY,
    ]);
    expect(new Set(ranked).size).toBe(ranked.length);
    expect(ranked.map(isInfeasible)).toEqual([false, false, true, true, true, true]);
  });

  it("is the loss where there are no limits, and leaves failures failures", () => {
    expect(lossOf({ losses: [3, 4] })).toBe(3);
    expect(of(Number.POSITIVE_INFINITY, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(isInfeasible(Number.POSITIVE_INFINITY)).toBe(false);
  });
});

describe("numericLosses", () => {
  it("puts what breaks limits above the worst of the others, in the others' range, equals alike", () => {
    const losses = [2, of(0, 0.2), 6, of(0, 0.1), of(9, 0.2), Number.POSITIVE_INFINITY];
    const placed = [...numericLosses(losses)];
    expect(placed[0]).toBe(2);
    expect(placed[2]).toBe(6);
    expect(placed[3]).toBeCloseTo(6 + 4 / 3, 12);
    expect(placed[1]).toBe(placed[4]);
    expect(placed[1]).toBeGreaterThan(placed[3]!);
    expect(placed[1]).toBeLessThanOrEqual(10);
    expect(placed[5]).toBe(Number.POSITIVE_INFINITY);
  });

  it("is the order alone where nothing keeps the limits", () => {
    expect([...numericLosses([of(1, 3), of(1, 1)])]).toEqual([1, 0.5]);
  });
});
