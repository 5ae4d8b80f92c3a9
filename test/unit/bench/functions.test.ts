import { expect, test } from "vitest";
import { functionProblem, functions } from "../../../bench/quality/functions.ts";
import type { Configuration } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";

const all = (prefix: string, values: readonly number[]): Configuration =>
  Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]));
const times = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

/** Best configurations as the literature gives them. */
const minima: Readonly<Record<string, Configuration>> = {
  branin: { x: Math.PI, y: 2.275 },
  hartmann3: all("x", [0.114589, 0.555649, 0.852547]),
  hartmann6: all("x", [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573]),
  ackley10: all("x", times(10, 0)),
  rosenbrock: all("x", times(4, 1)),
  mixed6: { lr: 10 ** -2.7, wd: 1e-4, drop: 0.25, units: 128, layers: 3, opt: "adam" },
  countingones8_8: { ...all("f", times(8, 1)), ...all("c", times(8, 1)) },
};

test.each(Object.keys(functions))("%s: no regret at the known minimum, and some everywhere else", (name) => {
  const { parameters, regret } = functions[name]!;
  const space = new Space({ parameters });
  expect(space.check(minima[name]!)).toBeUndefined();
  expect(Math.abs(regret(minima[name]!))).toBeLessThan(1e-6);
  const drawn = Array.from({ length: 2000 }, (_, i) => regret(space.sample(random(3, i))));
  expect(Math.min(...drawn)).toBeGreaterThan(0);
});

test("a value away from the minimum", () => {
  // By hand: (0 + 0 + 0 − 6)² + 10 (1 − 1/8π) + 10 − 0.397887
  expect(functions.branin!.regret({ x: 0, y: 0 })).toBeCloseTo(55.204225, 5);
  // 0.08 · 1² + 0.01 · 1² + 0.01 · 1 · 1, and rmsprop's 0.02
  const off: Configuration = { ...minima.mixed6, lr: 10 ** -1.9, units: 256, opt: "rmsprop" };
  expect(functions.mixed6!.regret(off)).toBeCloseTo(0.12, 12);
});

test("noise is in what is seen, not in the regret", async () => {
  const problem = functionProblem("branin", 2);
  const { x, y } = minima.branin as { x: number; y: number };
  const outcomes = await Promise.all(
    Array.from({ length: 500 }, (_, i) => problem.evaluate({ x, y }, undefined, random(1, i))),
  );
  for (const { regret } of outcomes) expect(Math.abs(regret)).toBeLessThan(1e-6);
  const spread = Math.sqrt(outcomes.reduce((sum, { loss }) => sum + loss ** 2, 0) / outcomes.length);
  // One seed of 500 draws: the deviation's standard error is 0.063.
  expect(spread).toBeGreaterThan(1.75);
  expect(spread).toBeLessThan(2.25);
});
