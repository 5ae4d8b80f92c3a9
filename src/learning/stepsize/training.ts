import { random } from "../../space/random.ts";
import type { Images } from "../data/images.ts";
import { logVariance, type StepSignals, type StepSizeController } from "./controller.ts";
import { type DirectionName, directionOf } from "./directions.ts";
import { Network } from "./network.ts";

/** A training to be done: a network, its pictures, and how long. */
export interface Task {
  readonly images: Images;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly steps: number;
  readonly seed: number;
}

/** One step, for a trace. */
export interface TrainingStep {
  readonly rate: number;
  readonly loss: number;
  readonly signals: StepSignals | undefined;
}

export interface Trained {
  /** Mean losses over all pictures, before and after. */
  readonly first: number;
  readonly last: number;
}

const BATCH = 64;

/**
 * Trains with a fixed step size, or with a controller that begins at `start`. A training whose loss is no number any
 * more, or worse than chance, has its chance level as the last loss: how far beyond it went says nothing.
 */
export function train(
  { images, hidden, steps, seed }: Task,
  direction: DirectionName,
  rule: { readonly start: number; readonly controller?: StepSizeController },
  heard?: (step: TrainingStep) => void,
): Trained {
  const network = new Network([images.pixels, ...hidden, images.classes], BATCH);
  const weights = network.initial(random(seed, 0));
  const batches = random(seed, 1);
  const turn = directionOf(direction, network.size);
  const gradient = new Float64Array(network.size);
  const losses = new Float64Array(BATCH);
  const changes = new Float64Array(BATCH);
  const numbers = new Uint32Array(BATCH);
  const first = meanLoss(network, weights, images);
  let rate = rule.start;
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < BATCH; i++) numbers[i] = batches.int(images.count);
    network.load(images, numbers);
    network.losses(weights, losses);
    network.gradient(weights, gradient);
    turn(gradient);
    let signals: StepSignals | undefined;
    if (rule.controller !== undefined) {
      network.changes(weights, gradient, changes);
      signals = {
        logVarChange: logVariance(changes) + 2 * Math.log(rate),
        logVarLoss: logVariance(losses),
      };
      rate = rule.controller.next(signals);
    }
    for (let i = 0; i < weights.length; i++) weights[i]! -= rate * gradient[i]!;
    heard?.({ rate, loss: losses.reduce((sum, loss) => sum + loss / BATCH, 0), signals });
  }
  const last = meanLoss(network, weights, images);
  const chance = Math.log(images.classes);
  return { first, last: last < chance ? last : chance };
}

/** Over all pictures, as many at once as fit; the last batch begins anew with the first pictures. */
function meanLoss(network: Network, weights: Float64Array, images: Images): number {
  const losses = new Float64Array(BATCH);
  let sum = 0;
  for (let from = 0; from < images.count; from += BATCH) {
    network.load(
      images,
      Array.from({ length: BATCH }, (_, i) => (from + i) % images.count),
    );
    network.losses(weights, losses);
    for (let i = 0; i < Math.min(BATCH, images.count - from); i++) sum += losses[i]!;
  }
  return sum / images.count;
}
