import { describe, expect, test } from "vitest";
import {
  conjugateGradientHypergradient,
  neumannHypergradient,
} from "../../../../src/learning/hypergradient/implicit.ts";
import { reverseHypergradient } from "../../../../src/learning/hypergradient/reverse.ts";
import { relative, SETTINGS, small, whole } from "./small.ts";

const settings = { ...SETTINGS, rate: 0.8, momentum: 0.5, decay: 0.2 };
const EFFORT = { iterations: 500, tolerance: 1e-13 };
const names = ["decay", "weights"] as const;
/** Softmax regression with weight decay, trained until it moves no more. */
const trained = small({ rule: "sgd", names, steps: 400, batches: whole, settings });
const reverse = reverseHypergradient(trained, trained.lambda);
const point = { ...trained, state: reverse.state };

describe("implicit differentiation of a training that has come to rest", () => {
  test("by conjugate gradients is what reverse mode through the whole training gives", () => {
    const implicit = conjugateGradientHypergradient(point, trained.lambda, EFFORT);
    expect(implicit.residual).toBeLessThan(1e-12);
    expect(relative(implicit.gradient, reverse.gradient)).toBeLessThan(1e-10);
    expect(implicit.error).toBe(reverse.error);
    // One state's memory a few times over, whatever the number of steps.
    expect(implicit.bytes).toBeLessThan(reverse.bytes / 40);
  });

  test("by a Neumann series too, with more products; also under momentum", () => {
    const [conjugate, neumann] = [
      conjugateGradientHypergradient(point, trained.lambda, EFFORT),
      neumannHypergradient(point, trained.lambda, EFFORT),
    ];
    expect(relative(neumann.gradient, reverse.gradient)).toBeLessThan(1e-10);
    expect(neumann.iterations).toBeGreaterThan(2 * conjugate.iterations);
    const heavy = small({ rule: "momentum", names, steps: 400, batches: whole, settings });
    const expected = reverseHypergradient(heavy, heavy.lambda);
    const found = neumannHypergradient({ ...heavy, state: expected.state }, heavy.lambda, EFFORT);
    expect(relative(found.gradient, expected.gradient)).toBeLessThan(1e-10);
    expect(relative(found.gradient, reverse.gradient)).toBeLessThan(1e-9);
  });

  test("says how far it came where it may not go on", () => {
    const short = { iterations: 3, tolerance: 1e-13 };
    for (const implicit of [conjugateGradientHypergradient, neumannHypergradient]) {
      const found = implicit(point, trained.lambda, short);
      expect(found.iterations).toBe(3);
      expect(found.residual).toBeGreaterThan(1e-4);
      expect(relative(found.gradient, reverse.gradient)).toBeGreaterThan(1e-4);
    }
  });

  test("is refused where the loss is not strongly convex", () => {
    const free = small({
      rule: "sgd",
      hidden: [5],
      names,
      batches: whole,
      settings: { ...settings, decay: -1 },
    });
    expect(() => conjugateGradientHypergradient({ ...free, state: free.start }, free.lambda, EFFORT)).toThrow(
      "not strongly convex",
    );
  });
});
