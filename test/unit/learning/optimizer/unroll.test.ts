import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { BACKENDS, openBackend } from "../../../../src/learning/backend/backend.ts";
import { LstmOptimizer } from "../../../../src/learning/optimizer/inference.ts";
import type { Optimizees } from "../../../../src/learning/optimizer/optimizees/optimizees.ts";
import { quadratics } from "../../../../src/learning/optimizer/optimizees/quadratics.ts";
import { trainOptimizer } from "../../../../src/learning/optimizer/train.ts";
import { trajectory } from "../../../../src/learning/optimizer/trajectory.ts";
import { initialState, unroll, weightTensors } from "../../../../src/learning/optimizer/unroll.ts";
import {
  type Architecture,
  initialWeights,
  mapWeights,
  WEIGHT_NAMES,
  type Weights,
} from "../../../../src/learning/optimizer/weights.ts";

const architecture: Architecture = { preprocessing: "log-sign", units: 4, scale: 0.1 };
const STEPS = 5;

/** A linear loss has a constant gradient, so that what flows through ∇f is nothing and differences are exact. */
const linear: Optimizees = {
  problems: 2,
  size: 3,
  start: () => new Float32Array(6),
  evaluate: (parameters, step, gradient) => {
    gradient.forEach((_, k) => {
      gradient[k] = Math.sin(k + 1 + step);
    });
    const value = (from: number): number =>
      parameters.slice(from, from + 3).reduce((sum, x, k) => sum + x * gradient[from + k]!, 0);
    return Float64Array.of(value(0), value(3));
  },
};

function unrolled(weights: Weights): { loss: number; gradient: Weights } {
  const parameters = linear.start();
  const gradient = new Float32Array(6);
  linear.evaluate(parameters, 0, gradient);
  const tensors = weightTensors(architecture, weights);
  const state = initialState(6, architecture.units);
  const passed = unroll(architecture, tensors, linear, {
    parameters,
    gradient,
    state,
    first: 0,
    steps: STEPS,
  });
  tf.dispose([tensors, passed.state]);
  return passed;
}

const loadable: string[] = [];
for (const name of BACKENDS) if ((await openBackend(name)) === undefined) loadable.push(name);

test("at least WebAssembly and plain JavaScript load", () => {
  expect(loadable).toEqual(expect.arrayContaining(["wasm", "cpu"]));
});

describe.each(loadable)("on the backend %s", (name) => {
  const open = async (): Promise<void> => {
    expect(await openBackend(name as (typeof BACKENDS)[number])).toBeUndefined();
  };

  test("the gradient by each array of weights is that of finite differences", async () => {
    await open();
    const weights = initialWeights(architecture, 7);
    const { gradient } = unrolled(weights);
    for (const at of WEIGHT_NAMES) {
      const direction = weights[at].map((_, k) => Math.cos(2 * k));
      const moved = (by: number): number =>
        unrolled(
          mapWeights((other) =>
            other === at ? weights[at].map((w, k) => w + by * direction[k]!) : weights[other],
          ),
        ).loss;
      const slope = gradient[at].reduce((sum, g, k) => sum + g * direction[k]!, 0);
      expect(slope, at).toBeCloseTo((moved(0.01) - moved(-0.01)) / 0.02, 3);
    }
  });

  test("tensors and plain arrays take the same steps", async () => {
    await open();
    const weights = initialWeights(architecture, 3);
    const byTensors = unrolled(weights).loss;
    const losses = trajectory(linear, STEPS, (n) => new LstmOptimizer(n, architecture, weights).rule()).slice(
      1,
    );
    expect(losses.flatMap((one) => [...one]).reduce((a, b) => a + b, 0) / 2).toBeCloseTo(byTensors, 5);
  });

  test("no tensor is left after a training", async () => {
    await open();
    const before = tf.memory().numTensors;
    const plan = {
      epochs: 2,
      steps: 7,
      unroll: 3,
      learningRate: 0.01,
      clip: 1,
      validateEvery: 1,
      validations: 1,
      tunings: 0,
    };
    const context = { seed: 1, examples: "", stopped: () => false, report: () => undefined };
    await trainOptimizer(architecture, quadratics(2), plan, context);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("an optimizer keeps a memory of each coordinate, not of its neighbours", () => {
  const weights = initialWeights(architecture, 3);
  const both = new LstmOptimizer(2, architecture, weights);
  const alone = new LstmOptimizer(1, architecture, weights);
  for (const [a, b] of [
    [1, 5],
    [-2, 0.1],
    [1e-8, 3],
  ] as const)
    expect(both.step(Float32Array.of(a, b))[0]).toBe(alone.step(Float32Array.of(a))[0]);
});
