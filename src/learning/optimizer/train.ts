import * as tf from "@tensorflow/tfjs";
import type { LearningContext } from "../learner.ts";
import { meanOf, runAll, type Trials, tunedRate } from "./baselines.ts";
import { handDesigned, type Rule, scheduleless } from "./handDesigned.ts";
import { LstmOptimizer } from "./inference.ts";
import type { Family, Optimizees } from "./optimizees/optimizees.ts";
import { initialState, unroll, type WeightTensors, weightTensors } from "./unroll.ts";
import { type Architecture, initialWeights, mapWeights, WEIGHT_NAMES, type Weights } from "./weights.ts";

export interface Training {
  /** Meta-epochs: each is one optimisation of new problems. */
  readonly epochs: number;
  /** Steps of an optimisation, and of the parts that gradients flow through. */
  readonly steps: number;
  readonly unroll: number;
  /** Of Adam at the beginning; it falls to a thirtieth by half a cosine, as noise decides which weights are best. */
  readonly learningRate: number;
  /** Longest meta-gradient, by its Euclidean norm; longer ones are scaled down. */
  readonly clip: number;
  /** Meta-epochs between validations. */
  readonly validateEvery: number;
  /** Sets of problems of a validation. */
  readonly validations: number;
  /**
   * Sets of problems that hand-designed optimizers are tuned on, to be measured on the validation problems too, for a
   * curve to be beside; 0: they are not.
   */
  readonly tunings: number;
}

/** Streams of the seed: initial weights are of 0, training problems from 1 on, others far beyond. */
const VALIDATION_STREAM = 2 ** 40;
const TUNING_STREAM = 2 ** 41;

/** Share of the meta learning rate that is left in the last epoch. */
const FINAL_RATE = 1 / 30;

/** The loss that weights are chosen by. */
function validate(
  architecture: Architecture,
  weights: Weights,
  family: Family,
  plan: Training,
  seed: number,
) {
  return lateLoss(validationOf(family, plan, seed), (n) =>
    new LstmOptimizer(n, architecture, weights).rule(),
  );
}

const validationOf = (family: Family, { steps, validations }: Training, seed: number): Trials => ({
  family,
  seed,
  stream: VALIDATION_STREAM,
  sets: validations,
  steps,
});

/** Mean loss over the last tenth of the steps, over all problems. */
function lateLoss(trials: Trials, make: (n: number) => Rule): number {
  const last = Math.max(1, Math.round(trials.steps / 10));
  return meanOf(runAll(trials, make).slice(-last).map(meanOf));
}

/** What hand-designed optimizers have on the validation problems, each with its learning rate tuned on others. */
async function baselines(
  family: Family,
  plan: Training,
  { seed, stopped }: LearningContext,
): Promise<Readonly<Record<string, number>>> {
  const validation = validationOf(family, plan, seed);
  const tuning = { ...validation, stream: TUNING_STREAM, sets: plan.tunings };
  const losses: Record<string, number> = {};
  for (const rule of plan.tunings === 0 ? [] : [...handDesigned, ...scheduleless]) {
    await turn();
    if (stopped()) break;
    const rate = tunedRate(tuning, rule);
    losses[rule.name] = lateLoss(validation, (n) => rule.make(n, rate));
  }
  return losses;
}

/** Messages, such as one that ends the training, come in between. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Adam (Kingma and Ba 2015, algorithm 1) on the weights, in place, after clipping by the norm of all. */
function adam(clip: number) {
  const moments = new Map<keyof Weights, { first: Float32Array; second: Float32Array }>();
  let count = 0;
  return (weights: Weights, gradient: Weights, learningRate: number): void => {
    count++;
    const squares = WEIGHT_NAMES.map((name) => gradient[name].reduce((sum, g) => sum + g * g, 0));
    const norm = Math.sqrt(squares.reduce((a, b) => a + b, 0));
    if (!Number.isFinite(norm)) return;
    const factor = Math.min(1, clip / norm);
    const rate = (learningRate * Math.sqrt(1 - 0.999 ** count)) / (1 - 0.9 ** count);
    for (const name of WEIGHT_NAMES) {
      const values = weights[name];
      const { length } = values;
      const kept = moments.get(name) ?? { first: new Float32Array(length), second: new Float32Array(length) };
      moments.set(name, kept);
      for (let k = 0; k < length; k++) {
        const g = factor * gradient[name][k]!;
        kept.first[k] = 0.9 * kept.first[k]! + 0.1 * g;
        kept.second[k] = 0.999 * kept.second[k]! + 0.001 * g * g;
        values[k]! -= (rate * kept.first[k]!) / (Math.sqrt(kept.second[k]!) + 1e-8);
      }
    }
  };
}

/** The meta learning rate of an epoch, counted from 1. */
function rateOf({ learningRate, epochs }: Training, epoch: number): number {
  const done = (epoch - 1) / Math.max(1, epochs - 1);
  return learningRate * (FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + Math.cos(Math.PI * done)));
}

/** One optimisation of new problems, the weights learning after each unroll. Gives the mean loss over its steps. */
function metaEpoch(
  architecture: Architecture,
  weights: Weights,
  optimizees: Optimizees,
  plan: Training,
  learn: (gradient: Weights) => void,
): number {
  const parameters = optimizees.start();
  const gradient = new Float32Array(parameters.length);
  optimizees.evaluate(parameters, 0, gradient);
  let state = initialState(parameters.length, architecture.units);
  let total = 0;
  for (let first = 0; first < plan.steps; first += plan.unroll) {
    const steps = Math.min(plan.unroll, plan.steps - first);
    const tensors: WeightTensors = weightTensors(architecture, weights);
    const run = { parameters, gradient, state, first, steps };
    const passed = unroll(architecture, tensors, optimizees, run);
    tf.dispose(tensors);
    state = passed.state;
    total += passed.loss;
    // What has run away teaches nothing more.
    if (!Number.isFinite(passed.loss)) break;
    learn(passed.gradient);
  }
  tf.dispose(state);
  return total / plan.steps;
}

/**
 * Trains an optimizer by gradient descent on its weights (Andrychowicz et al. 2016, section 2); the weights that
 * do best on validation problems are given to `keep` as soon as they are found, and at the end.
 */
export async function trainOptimizer(
  architecture: Architecture,
  family: Family,
  plan: Training,
  context: LearningContext,
  keep: (weights: Weights) => void = () => undefined,
): Promise<Weights> {
  const weights = initialWeights(architecture, context.seed);
  const update = adam(plan.clip);
  const others = await baselines(family, plan, context);
  let best = { score: Number.POSITIVE_INFINITY, weights };
  let trained: number[] = [];
  for (let epoch = 1; epoch <= plan.epochs && !context.stopped(); epoch++) {
    const rate = rateOf(plan, epoch);
    const learn = (gradient: Weights): void => update(weights, gradient, rate);
    trained.push(metaEpoch(architecture, weights, family(context.seed, epoch), plan, learn));
    if (epoch % plan.validateEvery !== 0 && epoch !== plan.epochs) continue;
    const score = validate(architecture, weights, family, plan, context.seed);
    const better = score < best.score;
    if (better) best = { score, weights: mapWeights((name) => weights[name].slice()) };
    const figures = { training: meanOf(trained), validation: score, best: best.score, ...others };
    context.report({ iteration: epoch, of: plan.epochs, figures });
    if (better) keep(best.weights);
    trained = [];
    await turn();
  }
  return best.weights;
}
