import { describe, expect, it } from "vitest";
import { brokenLimits, constraintsOf } from "../../../src/definition/limits.ts";

const limits = [
  { metric: "memory", max: 4000 },
  { metric: "accuracy", min: 0.9, max: 1 },
  { metric: "drift", max: 0 },
];

describe("constraints", () => {
  it("are one for each bound, as a share of it, at most 0 where it is kept", () => {
    const [memory, low, high, drift] = constraintsOf(limits, [5120, 0.81, 0.5]) as number[];
    expect(memory).toBeCloseTo(0.28, 12);
    expect(low).toBeCloseTo(0.1, 12);
    expect(high).toBeCloseTo(-0.19, 12);
    // There is no share of 0.
    expect(drift).toBe(0.5);
  });
});

describe("words", () => {
  it("say what was measured and which bound it breaks", () => {
    const words = (values: readonly number[]) => brokenLimits(limits, constraintsOf(limits, values));
    expect(words([5120, 0.95, -1])).toEqual(["memory 5120 > 4000"]);
    expect(words([4000, 0.8, 0.25])).toEqual(["accuracy 0.8 < 0.9", "drift 0.25 > 0"]);
    // As many digits as tell it apart from the bound.
    expect(words([4000.25, 1, 0])).toEqual(["memory 4000.3 > 4000"]);
    expect(words([1, 1, 0])).toEqual([]);
  });

  it("of constraints without a limit are numbers", () => {
    expect(brokenLimits([], [-1, 0.12345])).toEqual(["constraint 2 broken by 0.123"]);
  });
});
