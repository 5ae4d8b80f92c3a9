import { type Images, pick, shuffled } from "../../src/learning/data/images.ts";
import { Coordinates, SCALES } from "../../src/learning/hypergradient/coordinates.ts";
import { HypergradientDescent } from "../../src/learning/hypergradient/descent.ts";
import {
  DEFAULT_SETTINGS,
  Hyperparameters,
  type Scalar,
} from "../../src/learning/hypergradient/hyperparameters.ts";
import { Perceptron } from "../../src/learning/hypergradient/perceptron.ts";
import {
  RealTime,
  type RealTimeOptions,
  type RealTimeStep,
} from "../../src/learning/hypergradient/realTime.ts";
import type { RuleName } from "../../src/learning/hypergradient/rules.ts";
import { type Batches, Training } from "../../src/learning/hypergradient/training.ts";
import { ValidationError } from "../../src/learning/hypergradient/validation.ts";
import { random } from "../../src/space/random.ts";

/** Pictures of one seed, split anew for it, and the network that learns them. */
export interface Task {
  readonly training: Images;
  readonly validation: Images;
  readonly test: Images;
  /** Inputs, hidden units of each layer, classes. */
  readonly sizes: readonly number[];
  readonly steps: number;
  readonly rule: RuleName;
  readonly seed: number;
}

export interface Start {
  readonly rate: number;
  readonly momentum: number;
  readonly decay: number;
}

export interface Outcome {
  /** Cross-entropy and share of right answers. */
  readonly validation: { readonly loss: number; readonly accuracy: number };
  readonly test: { readonly loss: number; readonly accuracy: number };
  /** Of the processor. */
  readonly seconds: number;
  readonly rollbacks: number;
  readonly last: Start;
}

export const BATCH = 64;
const TUNED: readonly Scalar[] = ["rate", "momentum", "decay"];

export function splitTask(
  images: Images,
  seed: number,
  counts: { readonly training: number; readonly validation: number },
  shape: { readonly hidden: readonly number[]; readonly steps: number; readonly rule: RuleName },
): Task {
  const order = shuffled(images, random(seed, 0));
  const { hidden, steps, rule } = shape;
  const from = counts.training;
  return {
    training: pick(images, order.slice(0, from)),
    validation: pick(images, order.slice(from, from + counts.validation)),
    test: pick(images, order.slice(from + counts.validation)),
    sizes: [images.pixels, ...hidden, images.classes],
    steps,
    rule,
    seed,
  };
}

/** Mini-batches of step t, drawn anew for each: the stream follows from the seed and t. */
function drawn(images: Images, seed: number, kind: number): Batches {
  return (t) => {
    const source = random(seed, 3 * t + kind);
    return Uint32Array.from({ length: BATCH }, () => source.int(images.count));
  };
}

function setUp(task: Task, start: Start, tuned: readonly Scalar[]) {
  const { training: images, sizes, rule, seed } = task;
  const settings = { ...DEFAULT_SETTINGS, ...start };
  const hyperparameters = new Hyperparameters(tuned, settings, { examples: images.count });
  const model = new Perceptron(sizes, "relu");
  const batches = drawn(images, seed, 1);
  const dynamics = new Training({ model, images, batches, rule, hyperparameters });
  return { dynamics, hyperparameters, start: dynamics.start(model.initial(random(seed, 2))) };
}

function outcome(
  task: Task,
  state: Float64Array,
  begun: NodeJS.CpuUsage,
  more: Pick<Outcome, "rollbacks" | "last">,
): Outcome {
  const { user, system } = process.cpuUsage(begun);
  const seconds = (user + system) / 1e6;
  const on = (images: Images) =>
    new ValidationError(new Perceptron(task.sizes, "relu"), images).measure(state);
  return { validation: on(task.validation), test: on(task.test), seconds, ...more };
}

/** A training with fixed hyperparameters. */
export function fixed(task: Task, start: Start): Outcome {
  const begun = process.cpuUsage();
  const { dynamics, start: first } = setUp(task, start, []);
  const lambda = new Float64Array(0);
  let state: Float64Array = first;
  let next: Float64Array = new Float64Array(state.length);
  for (let t = 1; t <= task.steps; t++) {
    dynamics.step(t, state, lambda, next);
    [state, next] = [next, state];
  }
  return outcome(task, state, begun, { rollbacks: 0, last: start });
}

/** The same training with a learning rate that goes down the loss of the next mini-batch (Baydin et al. 2018). */
export function descended(task: Task, start: Start, step: number): Outcome {
  const begun = process.cpuUsage();
  const { dynamics, start: first } = setUp(task, start, ["rate"]);
  const descent = new HypergradientDescent({
    rate: Math.max(start.rate, SCALES.rate.low),
    step,
    kind: "multiplicative",
    bounds: SCALES.rate,
  });
  const n = dynamics.gradient.length;
  const unit = Float64Array.of(1);
  let rate = start.rate;
  let state: Float64Array = first;
  let next: Float64Array = new Float64Array(state.length);
  for (let t = 1; t <= task.steps; t++) {
    // A step with a learning rate of 1 tells the direction.
    dynamics.step(t, state, unit, next);
    const direction = Float64Array.from({ length: n }, (_, i) => state[i]! - next[i]!);
    rate = descent.next(dynamics.gradient, direction);
    for (let i = 0; i < n; i++) next[i] = state[i]! - rate * direction[i]!;
    [state, next] = [next, state];
  }
  return outcome(task, state, begun, { rollbacks: 0, last: { ...start, rate } });
}

/** The same training with learning rate, momentum and decay that move, by mini-batches of the validation pictures. */
export function realTime(
  task: Task,
  start: Start,
  options: RealTimeOptions,
  heard?: (step: RealTimeStep) => void,
): Outcome {
  const begun = process.cpuUsage();
  const { dynamics, hyperparameters, start: first } = setUp(task, start, TUNED);
  const outer = new ValidationError(
    new Perceptron(task.sizes, "relu"),
    task.validation,
    drawn(task.validation, task.seed, 2),
  );
  const tuning = new RealTime(
    { dynamics, outer, start: first },
    new Coordinates(hyperparameters),
    hyperparameters.initial(),
    options,
  );
  let rollbacks = 0;
  for (let t = 1; t <= task.steps; t++) {
    const step = tuning.next();
    if (step.isRollback) rollbacks++;
    heard?.(step);
  }
  const [rate = 0, momentum = 0, decay = 0] = tuning.lambda;
  return outcome(task, tuning.state, begun, { rollbacks, last: { rate, momentum, decay } });
}
