import { readDigits } from "../data/digits.ts";
import { FASHION_FOLDER, readFashion } from "../data/fashion.ts";
import type { Learner, LearningContext, LearningProgress } from "../learner.ts";
import { samplesOf } from "./optimizees/classification.ts";
import { digitSamples } from "./optimizees/digits.ts";
import { FASHION_TRAINING, fashionNetworks } from "./optimizees/fashion.ts";
import type { Family } from "./optimizees/optimizees.ts";
import { perceptrons } from "./optimizees/perceptron.ts";
import { quadratics } from "./optimizees/quadratics.ts";
import type { Training } from "./train.ts";
import { type Architecture, encodeWeights, type LearnedOptimizer, type Weights } from "./weights.ts";

const whole = (title: string, description: string, value: number, minimum: number, maximum: number) => ({
  type: "integer",
  title,
  description,
  default: value,
  minimum,
  maximum,
});

const options = {
  type: "object",
  additionalProperties: false,
  properties: {
    problem: {
      type: "string",
      title: "Problem",
      description:
        "What the optimizer is trained on: random quadratics, small networks that read digits, or a small convolutional network on Fashion-MNIST (Debian's dataset-fashion-mnist).",
      enum: ["quadratic", "digits", "fashion"],
      default: "quadratic",
    },
    data: {
      type: "string",
      title: "Data",
      description: "The folder of Fashion-MNIST, where that is the problem.",
      default: FASHION_FOLDER,
    },
    epochs: whole("Epochs", "Optimisations of new problems; about a second each.", 1500, 1, 100_000),
    steps: whole("Steps", "Steps of an optimisation.", 100, 1, 10_000),
    unroll: whole("Unroll", "Steps that gradients flow through.", 20, 1, 1000),
    units: whole("Units", "Units of each of the two layers.", 20, 1, 200),
    problems: whole("Problems", "Quadratics that are optimised at once.", 32, 1, 1000),
    learningRate: {
      type: "number",
      title: "Learning rate",
      description: "Of Adam, on the optimizer's own weights.",
      default: 0.003,
      exclusiveMinimum: 0,
      maximum: 1,
    },
    baselines: {
      type: "boolean",
      title: "Baselines",
      description:
        "Tunes hand-designed optimizers first, and tells their loss beside the learned one's; takes from seconds to some minutes.",
      default: true,
    },
  },
} as const;

interface Options {
  readonly problem: "quadratic" | "digits" | "fashion";
  readonly data: string;
  readonly epochs: number;
  readonly steps: number;
  readonly unroll: number;
  readonly units: number;
  readonly problems: number;
  readonly learningRate: number;
  readonly baselines: boolean;
}

async function familyOf({ problem, problems, data }: Options, examples: string): Promise<Family> {
  if (problem === "quadratic") return quadratics(problems);
  if (problem === "fashion")
    return fashionNetworks(samplesOf(await readFashion(data, FASHION_TRAINING), 0, FASHION_TRAINING));
  const { training } = digitSamples(await readDigits(examples));
  return perceptrons(training, { hidden: [20], activation: "sigmoid" });
}

/** An optimizer that is a recurrent network over each coordinate (Andrychowicz et al. 2016). */
export const optimizerLearner: Learner<LearnedOptimizer> = {
  name: "optimizer",
  title: "Learned optimizer",
  description:
    "A small recurrent network that takes gradients and gives updates, the same for each parameter.",
  options,
  learn: async (given, context: LearningContext) => {
    const chosen = given as unknown as Options;
    const { problem, epochs, steps, unroll, units, learningRate } = chosen;
    const isNetwork = problem !== "quadratic";
    const architecture: Architecture = {
      preprocessing: isNetwork ? "log-sign" : "none",
      units,
      scale: 0.1,
    };
    const plan: Training = {
      epochs,
      steps,
      unroll,
      learningRate,
      clip: isNetwork ? 10 : Number.POSITIVE_INFINITY,
      validateEvery: isNetwork ? 25 : 50,
      validations: isNetwork ? 2 : 8,
      // Among quadratics some are so steep that what is tuned on few of them runs away on others.
      tunings: chosen.baselines ? (isNetwork ? 2 : 32) : 0,
    };
    const family = await familyOf(chosen, context.examples);
    // Only whoever trains one needs tensors: they are large to load.
    const { chooseBackend } = await import("../backend/backend.ts");
    const { trainOptimizer } = await import("./train.ts");
    const backend = await chooseBackend();
    const started = Date.now();
    const progress: LearningProgress[] = [];
    const learned = (weights: Weights): LearnedOptimizer => ({
      system: "optimizer",
      version: 1,
      ...architecture,
      weights: encodeWeights(weights),
      record: {
        seed: context.seed,
        options: { ...chosen, backend: backend.name, why: backend.why },
        seconds: Math.round((Date.now() - started) / 1000),
        progress: [...progress],
      },
    });
    const weights = await trainOptimizer(
      architecture,
      family,
      plan,
      {
        ...context,
        report: (one) => {
          progress.push(one);
          context.report(one);
        },
      },
      (best) => context.keep?.(learned(best)),
    );
    return learned(weights);
  },
};
