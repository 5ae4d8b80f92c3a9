import { join } from "node:path";
import { readDigits } from "../../../../src/learning/data/digits.ts";
import { type Images, pick } from "../../../../src/learning/data/images.ts";
import type { ActivationName } from "../../../../src/learning/hypergradient/activations.ts";
import type { Problem } from "../../../../src/learning/hypergradient/dynamics.ts";
import {
  type HyperparameterName,
  Hyperparameters,
  type Scalar,
  type Settings,
} from "../../../../src/learning/hypergradient/hyperparameters.ts";
import { Perceptron } from "../../../../src/learning/hypergradient/perceptron.ts";
import type { RuleName } from "../../../../src/learning/hypergradient/rules.ts";
import { type Batches, Training } from "../../../../src/learning/hypergradient/training.ts";
import { ValidationError } from "../../../../src/learning/hypergradient/validation.ts";
import { random } from "../../../../src/space/random.ts";

const digits = await readDigits(join(import.meta.dirname, "../../../../examples"));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
export const learning: Images = pick(digits, range(0, 40));
export const validation: Images = pick(digits, range(40, 80));

export const SETTINGS: Settings = { rate: 0.2, momentum: 0.6, beta2: 0.9, decay: 0.03 };
/** Adam's steps are as long as its rate, whatever the gradient. */
export const ADAM: Settings = { ...SETTINGS, rate: 0.02 };

/** Eight examples, drawn by the step. */
export const drawn: Batches = (t) => {
  const source = random(5, t);
  return Uint32Array.from({ length: 8 }, () => source.int(learning.count));
};
const all = Uint32Array.from(range(0, learning.count));
export const whole: Batches = () => all;

export interface Small extends Problem {
  readonly training: Training;
  readonly hyperparameters: Hyperparameters;
  readonly lambda: Float64Array;
}

/** A small training on digits. */
export function small({
  hidden = [],
  activation = "tanh",
  rule = "momentum",
  names,
  steps = 7,
  batches = drawn,
  settings = rule === "adam" ? ADAM : SETTINGS,
  scheduled = [],
}: {
  readonly hidden?: readonly number[];
  readonly activation?: ActivationName;
  readonly rule?: RuleName;
  readonly names: readonly HyperparameterName[];
  readonly steps?: number;
  readonly batches?: Batches;
  readonly settings?: Settings;
  readonly scheduled?: readonly Scalar[];
}): Small {
  const sizes = [learning.pixels, ...hidden, learning.classes];
  const weights = Float64Array.from(range(0, learning.count), (i) => 0.5 + random(6, i).uniform());
  const hyperparameters = new Hyperparameters(
    names,
    { weights, ...settings },
    { examples: learning.count, schedule: { of: scheduled, steps } },
  );
  const model = new Perceptron(sizes, activation);
  const training = new Training({ model, images: learning, batches, rule, hyperparameters });
  const initial = model.initial(random(7, 0));
  // No weight of 0: all of them decay.
  const start = training.start(initial.map((w, i) => w + 0.05 * random(8, i).normal()));
  const outer = new ValidationError(new Perceptron(sizes, activation), validation);
  return {
    dynamics: training,
    training,
    outer,
    start,
    steps,
    hyperparameters,
    lambda: hyperparameters.initial(),
  };
}

/** E(s_T(λ)), by training alone. */
export function errorOf({ dynamics, outer, start, steps }: Problem, lambda: Float64Array): number {
  let state = start.slice();
  let next = new Float64Array(dynamics.size);
  for (let t = 1; t <= steps; t++) {
    dynamics.step(t, state, lambda, next);
    [state, next] = [next, state];
  }
  return outer.gradient(steps, state, next);
}

/**
 * f′(0) by central differences of three step sizes, each half of the one before, extrapolated to 0 (Richardson 1911): the
 * error is O(h⁶) instead of O(h²).
 */
export function derivative(f: (by: number) => number, h: number): number {
  const central = (by: number) => (f(by) - f(-by)) / (2 * by);
  const [a, b, c] = [central(h), central(h / 2), central(h / 4)];
  const [ab, bc] = [(4 * b - a) / 3, (4 * c - b) / 3];
  return (16 * bc - ab) / 15;
}

/** ‖a − b‖ / ‖b‖. */
export function relative(a: Float64Array, b: Float64Array): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}
