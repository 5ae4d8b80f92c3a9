import { describe, expect, it } from "vitest";
import { checkpoint, select } from "../../../src/strategies/selection.ts";

describe("select", () => {
  /** Losses fall and rise again: the best stand in the middle. */
  const observations = Array.from({ length: 1000 }, (_, trial) => ({ trial, loss: Math.abs(trial - 500) }));

  it("takes all where there are few", () => {
    expect(select(observations, 1000)).toBe(observations);
  });

  it("takes the best half, others evenly over the study, and keeps the order", () => {
    const trials = select(observations, 100).map(({ trial }) => trial);
    expect(trials).toHaveLength(100);
    expect(trials).toEqual(trials.toSorted((a, b) => a - b));
    const best = trials.filter((trial) => Math.abs(trial - 500) <= 25);
    expect(best.length).toBeGreaterThanOrEqual(50);
    const gaps = trials.slice(1).map((trial, i) => trial - trials[i]!);
    expect(Math.max(...gaps)).toBeLessThan(25);
    expect(trials[0]).toBeLessThan(25);
    expect(trials.at(-1)).toBeGreaterThan(975);
  });
});

describe("checkpoint", () => {
  it("is each number at first, then steps of 5 %, and never goes back", () => {
    expect([1, 2, 20, 39, 40].map(checkpoint)).toEqual([1, 2, 20, 39, 40]);
    expect(checkpoint(41)).toBe(40);
    expect(checkpoint(42)).toBe(42);
    for (let count = 2; count < 3000; count++) {
      expect(checkpoint(count)).toBeGreaterThanOrEqual(checkpoint(count - 1));
      expect(checkpoint(count)).toBeLessThanOrEqual(count);
      expect(count - checkpoint(count)).toBeLessThanOrEqual(0.05 * count);
    }
  });
});
