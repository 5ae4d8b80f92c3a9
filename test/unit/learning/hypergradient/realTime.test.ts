import { describe, expect, test } from "vitest";
import { Coordinates, SCALES } from "../../../../src/learning/hypergradient/coordinates.ts";
import { HypergradientDescent } from "../../../../src/learning/hypergradient/descent.ts";
import { forwardHypergradient } from "../../../../src/learning/hypergradient/forward.ts";
import { Perceptron } from "../../../../src/learning/hypergradient/perceptron.ts";
import {
  REAL_TIME,
  RealTime,
  type RealTimeOptions,
  type RealTimeStep,
} from "../../../../src/learning/hypergradient/realTime.ts";
import { reverseHypergradient } from "../../../../src/learning/hypergradient/reverse.ts";
import { RULES } from "../../../../src/learning/hypergradient/rules.ts";
import { ValidationError } from "../../../../src/learning/hypergradient/validation.ts";
import { drawn, learning, relative, SETTINGS, type Small, small } from "./small.ts";

const NAMES = ["rate", "momentum", "decay"] as const;

function run(problem: Small, steps: number, options: Partial<RealTimeOptions> = {}): RealTimeStep[] {
  const tuning = new RealTime(problem, new Coordinates(problem.hyperparameters), problem.lambda, {
    ...REAL_TIME,
    ...options,
  });
  return Array.from({ length: steps }, () => tuning.next());
}

describe("hyperparameters that move while training runs", () => {
  const still = { optimizer: "descent", step: 0 } as const;

  test.each(RULES)(
    "%s: without updates and discount, the last hypergradient is that of forward mode",
    (rule) => {
      const problem = small({ rule, hidden: [5], names: NAMES, steps: 9 });
      const last = run(problem, 9, { ...still, discount: 1 }).at(-1)!;
      const forward = forwardHypergradient(problem, problem.lambda);
      expect(relative(last.hypergradient!, forward.gradient)).toBeLessThan(1e-12);
      expect(last.error).toBeCloseTo(forward.error, 12);
    },
  );

  test.each([1, 0.7, 0])(
    "with discount %d they are the discounted sum of each step's own, updates and all",
    (discount) => {
      const steps = 12;
      const problem = small({ hidden: [5], names: NAMES, steps });
      const trace = run(problem, steps, { discount, every: 3 });
      const last = trace.at(-1)!;
      expect(trace.map(({ hypergradient }) => hypergradient !== undefined)).toEqual(
        trace.map(({ t }) => t % 3 === 0),
      );
      // The same training in reverse mode, with a learning rate, momentum and decay for each step.
      const scheduled = small({ hidden: [5], names: NAMES, steps, scheduled: NAMES });
      const lambda = Float64Array.from(NAMES.flatMap((_, j) => trace.map((step) => step.lambda[j]!)));
      expect(lambda[0]).not.toBe(lambda[steps - 1]);
      const { gradient, error } = reverseHypergradient(scheduled, lambda);
      expect(last.error).toBeCloseTo(error, 12);
      const expected = Float64Array.from(NAMES, (_, j) =>
        trace.reduce((sum, { t }) => sum + discount ** (steps - t) * gradient[j * steps + t - 1]!, 0),
      );
      expect(relative(last.hypergradient!, expected)).toBeLessThan(1e-10);
    },
  );

  test.each(RULES)(
    "%s: hypergradient descent follows the derivative of discount 0, of the next mini-batch's loss",
    (rule) => {
      const settings = { ...SETTINGS, decay: 0, weights: undefined };
      const problem = small({ rule, hidden: [5], names: ["rate"], settings });
      const model = new Perceptron([learning.pixels, 5, learning.classes]);
      const next = new ValidationError(model, learning, (t) => drawn(t + 1));
      const trace = run({ ...problem, outer: next }, 6, { ...still, discount: 0 });
      const descent = new HypergradientDescent({
        rate: problem.lambda[0]!,
        step: 0,
        kind: "additive",
        bounds: SCALES.rate,
      });
      let state = problem.start;
      for (let t = 1; t <= 7; t++) {
        const along = new Float64Array(state.length);
        // The direction is the step of a learning rate of 1.
        problem.dynamics.step(t, state, Float64Array.of(1), along);
        const gradient = problem.training.gradient.slice();
        const found = descent.derivative(gradient);
        if (t === 1) expect(found).toBe(0);
        else {
          const expected = trace[t - 2]!.hypergradient![0]!;
          expect(Math.abs(found - expected)).toBeLessThan(1e-10 * Math.abs(expected));
        }
        const direction = gradient.map((_, i) => state[i]! - along[i]!);
        expect(descent.next(gradient, direction)).toBe(problem.lambda[0]);
        const moved = new Float64Array(state.length);
        problem.dynamics.step(t, state, problem.lambda, moved);
        state = moved;
      }
    },
  );

  test("a null teacher learns: all begin at their least bounds", () => {
    const problem = small({
      rule: "momentum",
      hidden: [8],
      names: NAMES,
      settings: { rate: 0, momentum: 0, beta2: 0.999, decay: 0 },
    });
    const trace = run(problem, 600);
    expect([...trace[0]!.lambda]).toEqual([1e-6, 0, 1e-8].map((x) => expect.closeTo(x, 12)));
    expect(trace[0]!.error).toBeGreaterThan(2.2);
    expect(trace.at(-1)!.error).toBeLessThan(1.2);
    expect(trace.at(-1)!.lambda[0]).toBeGreaterThan(1e-3);
  });
});

describe("rollback", () => {
  // From a learning rate that is too high: the rectified units die before it is lower.
  const settings = { rate: 1, momentum: 0.9, beta2: 0.999, decay: 1e-3 };
  const problem = () => small({ hidden: [8], activation: "relu", names: NAMES, settings });
  const errors = (trace: readonly RealTimeStep[]) => trace.slice(-20).map(({ error }) => error!);

  test("a training that goes astray goes back to where it was good, and slower", () => {
    expect(Math.min(...errors(run(problem(), 150, { rollback: false })))).toBeGreaterThan(2.2);
    const safe = run(problem(), 150);
    expect(Math.max(...errors(safe))).toBeLessThan(1.8);
    const first = safe.findIndex(({ isRollback }) => isRollback);
    expect(first).toBeGreaterThan(0);
    expect(safe[first + 1]!.error).toBeLessThan(safe[first]!.error!);
    expect(safe[first + 1]!.lambda[0]).toBeLessThan(0.6 * safe[first]!.lambda[0]!);
  });

  test("so does one whose error is no number, at once", () => {
    const one = problem();
    const outer: Small["outer"] = {
      gradient: (t, state, into) => (t === 5 ? Number.NaN : one.outer.gradient(t, state, into)),
    };
    const trace = run({ ...one, outer }, 8);
    expect(trace.map(({ isRollback }) => isRollback === true)).toEqual(trace.map(({ t }) => t === 5));
  });
});

describe("coordinates", () => {
  const { hyperparameters } = small({ names: ["rate", "momentum", "beta2", "decay"], rule: "adam" });
  const coordinates = new Coordinates(hyperparameters);
  const lambda = Float64Array.of(0.01, 0.8, 0.99, 1e-4);

  test("go there and back, within bounds", () => {
    expect(relative(coordinates.toLambda(coordinates.fromLambda(lambda)), lambda)).toBeLessThan(1e-14);
    const outside = coordinates.fromLambda(Float64Array.of(0, -1, 2, 7));
    expect([...coordinates.toLambda(outside)]).toEqual(
      [1e-6, 0, 0.9999, 0.1].map((x) => expect.closeTo(x, 12)),
    );
    const far = Float64Array.of(50, 50, 50, 50);
    coordinates.hold(far);
    expect([...coordinates.toLambda(far)]).toEqual([1, 0, 0.5, 0.1].map((x) => expect.closeTo(x, 12)));
  });

  test("turn a gradient by the chain rule", () => {
    const gradient = Float64Array.of(1, 1, 1, 1);
    coordinates.chain(gradient, lambda);
    const u = coordinates.fromLambda(lambda);
    const expected = u.map((_, i) => {
      const at = (by: number) => coordinates.toLambda(u.map((x, j) => (i === j ? x + by : x)))[i]!;
      return (at(1e-6) - at(-1e-6)) / 2e-6;
    });
    expect(relative(gradient, expected)).toBeLessThan(1e-8);
  });

  test("weights of examples stay what they are, between 0 and 1", () => {
    const weighted = new Coordinates(small({ names: ["weights"] }).hyperparameters);
    const some = new Float64Array(learning.count).fill(0.3);
    some[0] = -1;
    some[1] = 4;
    expect([...weighted.fromLambda(some).subarray(0, 3)]).toEqual([0, 1, 0.3]);
  });
});

describe("hypergradient descent", () => {
  const bounds = { low: 1e-3, high: 0.1 };
  const g = Float64Array.of(3, 4);

  test("additive: grows by β gᵀd, within bounds", () => {
    const descent = new HypergradientDescent({ rate: 0.01, step: 1e-4, kind: "additive", bounds });
    expect(descent.next(g, g)).toBe(0.01);
    expect(descent.next(Float64Array.of(2, 1), g)).toBeCloseTo(0.01 + 1e-4 * 10, 15);
    expect(descent.next(Float64Array.of(-1e6, 0), g)).toBe(bounds.low);
  });

  test("multiplicative: by the angle between them, whatever their lengths", () => {
    const descent = new HypergradientDescent({ rate: 0.01, step: 0.1, kind: "multiplicative", bounds });
    descent.next(g, g);
    expect(descent.next(Float64Array.of(30, 40), g)).toBeCloseTo(0.011, 15);
    expect(descent.next(Float64Array.of(-4, 3), g)).toBeCloseTo(0.011, 15);
    expect(descent.next(new Float64Array(2), g)).toBeCloseTo(0.011, 15);
  });
});
