import { describe, expect, test } from "vitest";
import { random } from "../../../../src/space/random.ts";
import { hypervolume } from "../../../../src/strategies/pareto/hypervolume.ts";

describe("hypervolume", () => {
  test.each<[string, number[][], number[], number]>([
    ["nothing", [], [1, 1], 0],
    ["one point", [[1, 2]], [4, 4], 6],
    [
      "two steps",
      [
        [1, 3],
        [2, 1],
      ],
      [4, 4],
      3 + 4,
    ],
    [
      "what is dominated adds nothing",
      [
        [1, 3],
        [2, 1],
        [3, 3],
      ],
      [4, 4],
      7,
    ],
    [
      "what is beyond the reference adds nothing",
      [
        [1, 3],
        [2, 1],
        [0, 4],
        [5, 0],
      ],
      [4, 4],
      7,
    ],
    ["one loss", [[3], [1]], [4], 3],
    [
      "two boxes in three dimensions",
      [
        [0, 0, 1],
        [1, 1, 0],
      ],
      [2, 2, 2],
      4 + 2 - 1,
    ],
    [
      "equal points count once",
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
      [2, 2, 2],
      1,
    ],
  ])("%s", (_, points, reference, expected) => {
    expect(hypervolume(points, reference)).toBeCloseTo(expected, 12);
  });

  test.each([2, 3, 4])("is the share of random points that are dominated, in %i dimensions", (dimensions) => {
    const draw = random(7, dimensions);
    const point = () => Array.from({ length: dimensions }, () => draw.uniform());
    const points = Array.from({ length: 12 }, point);
    const reference = Array(dimensions).fill(1);
    const samples = 40_000;
    let hits = 0;
    for (let i = 0; i < samples; i++) {
      const sample = point();
      if (points.some((other) => other.every((loss, k) => loss <= sample[k]!))) hits++;
    }
    // Four standard errors.
    expect(Math.abs(hypervolume(points, reference) - hits / samples)).toBeLessThan(0.01);
  });
});
