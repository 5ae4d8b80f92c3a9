import { describe, expect, it } from "vitest";
import { comparisons, meanAndError, meansOver, tableOver } from "../../../bench/quality/overTime.ts";
import type { StudyResult } from "../../../bench/quality/problem.ts";

const study = (
  strategy: string,
  seed: number,
  trajectory: readonly (readonly [number, number])[],
): StudyResult => ({
  scenario: "s",
  instance: "i",
  strategy,
  seed,
  trials: trajectory.length,
  regret: trajectory.at(-1)![1],
  trajectory,
  seconds: 0,
});

const RESULTS = [
  study("random", 0, [
    [1, 8],
    [4, 6],
  ]),
  study("bohb", 0, [
    [1, 4],
    [4, 3],
  ]),
  study("random", 1, [
    [2, 4],
    [4, 2],
  ]),
  study("bohb", 1, [
    [0.5, 8],
    [4, 1],
  ]),
];

describe("strategies over time", () => {
  it("gives the mean and its standard error", () => {
    // Deviations −2, 0, 2: a sample variance of 4.
    expect(meanAndError([1, 3, 5])).toEqual({ mean: 3, error: Math.sqrt(4 / 3) });
  });

  it("averages over studies where all of a strategy's have a result", () => {
    const rows = meansOver(RESULTS, [1, 3, 4]);
    expect(rows.map(({ strategy, at, mean }) => [strategy, at, mean])).toEqual([
      ["random", 3, 6],
      ["random", 4, 4],
      ["bohb", 1, 6],
      ["bohb", 3, 6],
      ["bohb", 4, 2],
    ]);
    expect(tableOver(RESULTS, [1, 4])).toContain("| random | – | 4.00 ± 2.00 |");
  });

  it("counts the places at which one is not above the other, and says where it is worst", () => {
    const text = comparisons(
      [
        study("random", 0, [
          [0.1, 5],
          [8, 1],
        ]),
        study("random", 1, [
          [0.1, 7],
          [8, 2],
        ]),
        study("bohb", 0, [
          [0.1, 3],
          [8, 3],
        ]),
        study("bohb", 1, [
          [0.1, 4],
          [8, 2],
        ]),
      ],
      10,
    );
    const [, below, all, worst, at] =
      /bohb at or below random: (\d+) of (\d+) .* worst: (\S+) standard errors at (\S+)$/.exec(text.trim())!;
    expect(Number(below)).toBeLessThan(Number(all));
    expect(Number(below)).toBeGreaterThan(0);
    expect(Number(at)).toBeGreaterThanOrEqual(8);
    expect(Number(worst)).toBeCloseTo(1 / Math.hypot(0.5, 0.5), 2);
    expect(text).not.toContain("auto");
  });
});
