import { random } from "../../space/random.ts";
import { readDigits } from "../data/digits.ts";
import { type Images, pick, shuffled } from "../data/images.ts";
import type { Learned, Learner, LearningContext, LearningProgress } from "../learner.ts";
import { cleanLabels, corrupt, detection, LEAST_WEIGHT } from "./cleaning.ts";

/** A picture whose weight says the opposite of its label's truth. */
export interface Mistaken {
  /** The label that it was trained with, and the right one. */
  readonly label: number;
  readonly truth: number;
  readonly weight: number;
  /** In [0, 1], row by row. */
  readonly pixels: readonly number[];
}

/** Labels that were cleaned. */
export interface CleanedLabels extends Learned {
  readonly system: "cleaning";
  /** One for each training picture, in [0, 1]. */
  readonly weights: readonly number[];
  /** Whether its label was made wrong. */
  readonly isWrong: readonly boolean[];
  /** Wrong ones with the largest weights, and right ones with the smallest: the worst first. */
  readonly missed: readonly Mistaken[];
  readonly accused: readonly Mistaken[];
}

interface Options {
  readonly wrong: number;
  readonly kept: number;
  readonly validation: number;
  readonly iterations: number;
  readonly steps: number;
  readonly step: number;
}

const TRAINING = 1000;
const RATE = 1;
const MOST_PICTURES = 12;

const number = (title: string, description: string, value: number, minimum: number, maximum: number) => ({
  type: "number",
  title,
  description,
  default: value,
  minimum,
  maximum,
});
const whole = (...args: Parameters<typeof number>) => ({ ...number(...args), type: "integer" });

const rounded = (value: number): number => Number(value.toFixed(4));

function pictureOf(images: Images, truth: Uint8Array, weights: Float64Array, i: number): Mistaken {
  const { pixels, data, labels } = images;
  return {
    label: labels[i]!,
    truth: truth[i]!,
    weight: rounded(weights[i]!),
    pixels: Array.from(data.subarray(i * pixels, (i + 1) * pixels), rounded),
  };
}

async function learn(options: Options, context: LearningContext): Promise<CleanedLabels> {
  const begun = performance.now();
  const all = await readDigits(context.examples);
  const order = shuffled(all, random(context.seed, 0));
  const clean = pick(all, order.slice(0, TRAINING));
  const validation = pick(all, order.slice(TRAINING, TRAINING + options.validation));
  const { images, isWrong } = corrupt(clean, options.wrong, random(context.seed, 1));
  const progress: LearningProgress[] = [];
  const radius = options.kept * TRAINING;
  const cleaning = cleanLabels({ training: images, validation }, { ...options, radius, rate: RATE });
  let weights: Float64Array = new Float64Array(TRAINING).fill(options.kept);
  for (const { iteration, error, weights: now } of cleaning) {
    weights = now;
    const { f1 } = detection(now, isWrong);
    const kept = now.reduce((count, weight) => count + (weight >= LEAST_WEIGHT ? 1 : 0), 0);
    const done = { iteration, of: options.iterations, figures: { "validation error": error, F1: f1, kept } };
    progress.push(done);
    context.report(done);
    // Whoever wants to stop it, or to draw its curve, gets a turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (context.stopped()) break;
  }
  const ranked = Array.from(weights.keys()).sort((a, b) => weights[b]! - weights[a]!);
  const picture = (i: number): Mistaken => pictureOf(images, clean.labels, weights, i);
  return {
    system: "cleaning",
    version: 1,
    weights: Array.from(weights, rounded),
    isWrong,
    missed: ranked
      .filter((i) => isWrong[i] && weights[i]! >= LEAST_WEIGHT)
      .slice(0, MOST_PICTURES)
      .map(picture),
    accused: ranked
      .filter((i) => !isWrong[i] && weights[i]! < LEAST_WEIGHT)
      .slice(0, MOST_PICTURES)
      .map(picture),
    record: {
      seed: context.seed,
      options: { ...options },
      seconds: (performance.now() - begun) / 1000,
      progress,
    },
  };
}

/** Data hyper-cleaning (Franceschi et al. 2017) on the digits, some of whose labels are made wrong. */
export const cleaningLearner: Learner<CleanedLabels> = {
  name: "cleaning",
  title: "Cleaned labels",
  description:
    "Makes labels of the digits wrong, and finds which by the hypergradient of a validation error: a weight for each picture. About a minute.",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      wrong: number("Wrong", "The share of the training labels that is made wrong.", 0.5, 0, 1),
      kept: number("Kept", "The weights' sum is at most this share of the pictures (R / N).", 0.3, 0.01, 1),
      validation: whole("Validation", "Pictures whose labels are right, to validate on.", 200, 10, 700),
      iterations: whole("Iterations", "Hypergradients, each of a whole training.", 100, 1, 10_000),
      steps: whole("Steps", "Steps of a training, by gradient descent on all pictures.", 60, 1, 10_000),
      step: number("Step", "How far Adam moves a weight at most in an iteration.", 0.02, 0.0001, 1),
    },
  },
  learn: (options, context) => learn(options as unknown as Options, context),
};
