import { describe, expect, test } from "vitest";
import { forwardHypergradient } from "../../../../src/learning/hypergradient/forward.ts";
import {
  DEFAULT_SETTINGS,
  type HyperparameterName,
  Hyperparameters,
} from "../../../../src/learning/hypergradient/hyperparameters.ts";
import {
  checkpointedHypergradient,
  reverseHypergradient,
  truncatedHypergradient,
} from "../../../../src/learning/hypergradient/reverse.ts";
import { RULES, type RuleName } from "../../../../src/learning/hypergradient/rules.ts";
import { derivative, errorOf, relative, type Small, small } from "./small.ts";

/** What a rule's training depends on. */
const NAMES: Readonly<Record<RuleName, readonly HyperparameterName[]>> = {
  sgd: ["rate", "decay", "weights"],
  momentum: ["rate", "momentum", "decay", "weights"],
  nesterov: ["rate", "momentum", "decay", "weights"],
  adam: ["rate", "momentum", "beta2", "decay", "weights"],
};

const MODELS = [
  { model: "softmax regression", hidden: [] },
  { model: "a tanh layer", hidden: [6], activation: "tanh" },
  { model: "a sigmoid layer", hidden: [6], activation: "sigmoid" },
  { model: "a ReLU layer", hidden: [6], activation: "relu" },
  { model: "two tanh layers", hidden: [6, 5], activation: "tanh" },
] as const;

/**
 * Small enough that no rectified unit turns its corner in between, nor an Adam step its sign: with 1e-3 both happen.
 * Rounding is then the larger error, up to 2e-7 of the smallest derivatives.
 */
const STEP = 1e-5;

/** ∂E/∂λ by finite differences. */
function differences(problem: Small, places: readonly number[]): Float64Array {
  return Float64Array.from(places, (place) =>
    derivative((by) => {
      const lambda = problem.lambda.slice();
      lambda[place]! += by;
      return errorOf(problem, lambda);
    }, STEP),
  );
}

describe.each(MODELS)("hypergradients of $model", ({ model: _, ...model }) => {
  describe.each(RULES)("trained with %s", (rule) => {
    test.each(NAMES[rule])("%s: reverse mode is the limit of finite differences", (name) => {
      const problem = small({ ...model, rule, names: [name] });
      const { gradient, error } = reverseHypergradient(problem, problem.lambda);
      expect(error).toBe(errorOf(problem, problem.lambda));
      const places = name === "weights" ? [0, 7, 13, 22] : [0];
      const expected = differences(problem, places);
      expect(
        relative(
          Float64Array.from(places, (place) => gradient[place]!),
          expected,
        ),
      ).toBeLessThan(1e-6);
    });

    test("forward mode and reverse mode agree on all at once", () => {
      const problem = small({ ...model, rule, names: NAMES[rule] });
      const [forward, reverse] = [
        forwardHypergradient(problem, problem.lambda),
        reverseHypergradient(problem, problem.lambda),
      ];
      expect(relative(forward.gradient, reverse.gradient)).toBeLessThan(1e-10);
      expect(forward.error).toBe(reverse.error);
      expect(forward.state).toEqual(reverse.state);
    });
  });
});

test("a schedule has a hypergradient for each step, and their sum is that of one value for all", () => {
  const names = ["rate", "momentum"] as const;
  const scheduled = small({ names, scheduled: ["rate"] });
  const { gradient } = reverseHypergradient(scheduled, scheduled.lambda);
  expect(gradient.length).toBe(scheduled.steps + 1);
  const expected = differences(scheduled, [0, 3, 6, 7]);
  expect(
    relative(
      Float64Array.from([0, 3, 6, 7], (place) => gradient[place]!),
      expected,
    ),
  ).toBeLessThan(1e-6);
  const one = small({ names });
  const whole = reverseHypergradient(one, one.lambda).gradient;
  const sum = gradient.subarray(0, scheduled.steps).reduce((total, value) => total + value, 0);
  expect(sum).toBeCloseTo(whole[0]!, 12);
});

test("as many weights as examples", () => {
  const settings = { ...DEFAULT_SETTINGS, weights: new Float64Array(7) };
  expect(() => new Hyperparameters(["weights"], settings, { examples: 8 })).toThrow(
    "There are 7 weights for 8 training examples.",
  );
  const { weights: _, ...unweighted } = settings;
  const hyperparameters = new Hyperparameters(["weights"], unweighted, { examples: 3 });
  expect([...hyperparameters.initial()]).toEqual([1, 1, 1]);
});

describe("memory", () => {
  const names = ["rate", "momentum", "decay", "weights"] as const;

  test.each([1, 2, 7, 9, 10])("checkpoints change no digit, over %i steps", (steps) => {
    const problem = small({ hidden: [5], names, steps });
    const [whole, checkpointed] = [
      reverseHypergradient(problem, problem.lambda),
      checkpointedHypergradient(problem, problem.lambda),
    ];
    expect(checkpointed.gradient).toEqual(whole.gradient);
    expect(checkpointed.error).toBe(whole.error);
    expect(checkpointed.state).toEqual(whole.state);
  });

  test("checkpoints hold about 2√T states instead of T", () => {
    const problem = small({ names, steps: 100 });
    const states = (bytes: number) => bytes / problem.start.byteLength;
    expect(states(reverseHypergradient(problem, problem.lambda).bytes)).toBeGreaterThan(101);
    expect(states(checkpointedHypergradient(problem, problem.lambda).bytes)).toBeLessThan(25);
  });

  test("truncated reverse mode comes to the whole one at K = T", () => {
    const problem = small({ hidden: [5], names, steps: 9 });
    const whole = reverseHypergradient(problem, problem.lambda);
    const errors = [1, 3, 6, 8].map((kept) =>
      relative(truncatedHypergradient(problem, problem.lambda, kept).gradient, whole.gradient),
    );
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    expect(errors.at(-1)).toBeGreaterThan(0);
    for (const kept of [9, 50]) {
      const all = truncatedHypergradient(problem, problem.lambda, kept);
      expect(all.gradient).toEqual(whole.gradient);
      expect(all.error).toBe(whole.error);
    }
    expect(truncatedHypergradient(problem, problem.lambda, 3).error).toBe(whole.error);
  });
});
