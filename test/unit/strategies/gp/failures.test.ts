import { describe, expect, it } from "vitest";
import { Space } from "../../../../src/space/space.ts";
import { GuideFactory } from "../../../../src/strategies/gp/constrained.ts";
import { FailureModelFactory } from "../../../../src/strategies/gp/failures.ts";
import type { Observation } from "../../../../src/strategies/observations.ts";

const space = new Space({
  parameters: { x: { type: "float", low: 0, high: 1 }, y: { type: "float", low: 0, high: 1 } },
});

/** A lattice of trials that fail where x is above ½. */
const finished: Observation[] = Array.from({ length: 36 }, (_, trial) => {
  const configuration = { x: (trial % 6) / 5, y: Math.floor(trial / 6) / 5 };
  const loss = configuration.x > 0.5 ? Number.POSITIVE_INFINITY : (configuration.x - 0.4) ** 2;
  return { trial, configuration, loss, budget: 0 };
});
const ran = finished.filter(({ loss }) => Number.isFinite(loss));
const at = (x: number, y: number) => space.encode({ x, y });

describe("the model of failures", () => {
  it("is not there while everything runs", () => {
    expect(new FailureModelFactory(space).make(ran)).toBeUndefined();
  });

  it("knows where trials run", () => {
    const model = new FailureModelFactory(space).make(finished)!;
    expect(Math.exp(model.value(at(0.1, 0.5)))).toBeGreaterThan(0.95);
    expect(Math.exp(model.value(at(0.9, 0.5)))).toBeLessThan(0.05);
    expect(Math.exp(model.value(at(0.5, 0.5)))).toBeGreaterThan(0.2);
    expect(Math.exp(model.value(at(0.5, 0.5)))).toBeLessThan(0.8);
  });

  it.each(["log-ei", "ei", "pi", "ucb"] as const)(
    "lowers %s where trials fail, with the right slope",
    (name) => {
      const options = { name, xi: 0, kappa: 1.8 };
      const guide = new GuideFactory(space, { kernel: "matern52", warp: "none" }).make(finished, []);
      const objective = guide.acquisition(options);
      for (const point of [at(0.33, 0.21), at(0.55, 0.71)]) {
        const { value, gradient } = objective.slope(point);
        expect(objective.value(point)).toBe(value);
        for (const i of [0, 1]) {
          const step = 1e-5;
          const moved = (by: number) => objective.value(point.map((x, k) => (k === i ? x + by : x)));
          expect(gradient[i]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
        }
      }
      expect(objective.value(at(0.9, 0.5))).toBeLessThan(objective.value(at(0.45, 0.5)));
    },
  );
});
