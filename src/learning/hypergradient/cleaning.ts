import type { Random } from "../../space/random.ts";
import { projectOntoCappedBox } from "../../strategies/hypergradient/projection.ts";
import { type Images, shuffled } from "../data/images.ts";
import { DEFAULT_SETTINGS, Hyperparameters } from "./hyperparameters.ts";
import { outerOptimizers } from "./outer.ts";
import { Perceptron } from "./perceptron.ts";
import { reverseHypergradient } from "./reverse.ts";
import { Training } from "./training.ts";
import { ValidationError } from "./validation.ts";

/** Pictures whose labels may be wrong, and others whose labels are right. */
export interface CleaningProblem {
  readonly training: Images;
  readonly validation: Images;
}

export interface CleaningOptions {
  /** R: the weights' sum is at most this. */
  readonly radius: number;
  /** T: steps of gradient descent from zero, for each hypergradient. */
  readonly steps: number;
  /** Hypergradients. */
  readonly iterations: number;
  /** The step size of gradient descent at weights that are all 1; with fewer of them it grows (0.1 N / R in the authors' code). */
  readonly rate: number;
  /** Of Adam, on the weights. */
  readonly step: number;
}

/** How far the cleaning has got. */
export interface CleaningStep {
  readonly iteration: number;
  /** E: mean cross-entropy of the validation pictures after training with the weights. */
  readonly error: number;
  /** One a training picture, in [0, 1]. */
  readonly weights: Float64Array;
}

/** A weight below this counts as 0, as in the authors' code. */
export const LEAST_WEIGHT = 1e-3;

const everything = (images: Images): Uint32Array => Uint32Array.from({ length: images.count }, (_, i) => i);

/**
 * Data hyper-cleaning (Franceschi et al. 2017, section 5.1): a weight for each training picture, found by projected Adam along
 * reverse hypergradients of the validation error of softmax regression, an iteration at a time. A picture whose label misleads
 * gets the weight 0.
 */
export function* cleanLabels(
  { training: images, validation }: CleaningProblem,
  { radius, steps, iterations, rate, step }: CleaningOptions,
): Generator<CleaningStep, void> {
  const n = images.count;
  const sizes = [images.pixels, images.classes];
  const settings = {
    ...DEFAULT_SETTINGS,
    rate: (rate * n) / radius,
    weights: new Float64Array(n).fill(radius / n),
  };
  const hyperparameters = new Hyperparameters(["weights"], settings, { examples: n });
  const all = everything(images);
  const dynamics = new Training({
    model: new Perceptron(sizes, "relu"),
    images,
    batches: () => all,
    rule: "sgd",
    hyperparameters,
  });
  const outer = new ValidationError(new Perceptron(sizes, "relu"), validation);
  const start = new Float64Array(dynamics.size);
  const weights = hyperparameters.initial();
  const adam = outerOptimizers.adam(n, step);
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const { error, gradient } = reverseHypergradient({ dynamics, outer, start, steps }, weights);
    adam.move(weights, gradient);
    projectOntoCappedBox(weights, radius);
    yield { iteration, error, weights: weights.slice() };
  }
}

/** Wrong labels for a share of the pictures: another class, any with the same chance. Which ones, and the pictures with them. */
export function corrupt(
  images: Images,
  share: number,
  draws: Random,
): { readonly images: Images; readonly isWrong: readonly boolean[] } {
  const order = shuffled(images, draws);
  const wrong = new Set(order.slice(0, Math.round(share * images.count)));
  const labels = images.labels.map((label, i) =>
    wrong.has(i) ? (label + 1 + draws.int(images.classes - 1)) % images.classes : label,
  );
  return { images: { ...images, labels }, isWrong: Array.from(labels, (_, i) => wrong.has(i)) };
}

/** Precision, recall and their harmonic mean F1 of the pictures that were given no weight, as those that have wrong labels. */
export function detection(
  weights: Float64Array,
  isWrong: readonly boolean[],
): { readonly precision: number; readonly recall: number; readonly f1: number } {
  const found = isWrong.filter((_, i) => weights[i]! < LEAST_WEIGHT).length;
  const hits = isWrong.filter((wrong, i) => wrong && weights[i]! < LEAST_WEIGHT).length;
  const wrong = isWrong.filter(Boolean).length;
  const [precision, recall] = [found === 0 ? 0 : hits / found, wrong === 0 ? 0 : hits / wrong];
  return { precision, recall, f1: hits === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

/**
 * Softmax regression from zero by full-batch gradient descent; the share of right answers on other pictures.
 * @param weights One a picture, which multiplies its loss; all 1 where left out.
 */
export function regressionAccuracy(
  training: Images,
  test: Images,
  {
    steps,
    rate,
    weights,
  }: { readonly steps: number; readonly rate: number; readonly weights?: Float64Array },
): number {
  const sizes = [training.pixels, training.classes];
  const all = everything(training);
  const hyperparameters = new Hyperparameters(
    [],
    { ...DEFAULT_SETTINGS, rate, weights },
    { examples: training.count },
  );
  const model = new Perceptron(sizes, "relu");
  const dynamics = new Training({
    model,
    images: training,
    batches: () => all,
    rule: "sgd",
    hyperparameters,
  });
  const lambda = new Float64Array(0);
  let [state, next] = [new Float64Array(dynamics.size), new Float64Array(dynamics.size)];
  for (let t = 1; t <= steps; t++) {
    dynamics.step(t, state, lambda, next);
    [state, next] = [next, state];
  }
  return new ValidationError(new Perceptron(sizes, "relu"), test).measure(state).accuracy;
}
