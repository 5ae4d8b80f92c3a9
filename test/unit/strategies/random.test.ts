import { expect, test } from "vitest";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { make, median, run } from "../../fixtures/sequentialStudy.ts";

const cube: SpaceSpec = {
  parameters: Object.fromEntries(
    ["a", "b", "c", "d"].map((name) => [name, { type: "float", low: 0, high: 1 }]),
  ),
};

test("quasi-random draws leave no holes: 32 trials have a value in each 32nd of every parameter", () => {
  const seen = new Map<string, Set<number>>();
  run(make("random", cube, 3, 32, { draws: "sobol" }), (configuration) => {
    for (const [name, value] of Object.entries(configuration)) {
      seen.set(name, (seen.get(name) ?? new Set()).add(Math.floor(Number(value) * 32)));
    }
    return 0;
  });
  expect([...seen.values()].map((cells) => cells.size)).toEqual([32, 32, 32, 32]);
});

test("independent draws do not", () => {
  const cells = new Set<number>();
  run(make("random", cube, 3, 32), (configuration) => {
    cells.add(Math.floor(Number(configuration.a) * 32));
    return 0;
  });
  expect(cells.size).toBeLessThan(28);
});

test("quasi-random search comes closer to the best place of two parameters (median of 41 seeds, 64 trials)", () => {
  const square: SpaceSpec = { parameters: { a: cube.parameters.a!, b: cube.parameters.b! } };
  const best = (draws: string) =>
    median(
      Array.from({ length: 41 }, (_, seed) =>
        Math.min(
          ...run(make("random", square, seed, 64, { draws }), ({ a, b }) =>
            Math.hypot(Number(a) - 0.37, Number(b) - 0.61),
          ),
        ),
      ),
    );
  expect(best("sobol")).toBeLessThan(best("independent"));
});
