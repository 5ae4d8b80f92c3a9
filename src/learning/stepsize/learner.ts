import { random } from "../../space/random.ts";
import { readDigits } from "../data/digits.ts";
import type { Images } from "../data/images.ts";
import type { Learner, LearningContext, LearningProgress } from "../learner.ts";
import { episodeWeights, SearchDistribution } from "../reps.ts";
import { type RateBounds, StepSizeController, type StepSizeTheta } from "./controller.ts";
import { DIRECTIONS, type DirectionName } from "./directions.ts";
import type { StepSizePolicy } from "./policy.ts";
import { sampleStarts, sampleTask, split } from "./tasks.ts";
import { type Task, train } from "./training.ts";

/** What a policy looks at: both signals, or the losses alone, where a training does not tell how they will change. */
const SIGNALS = ["both", "losses"] as const;
type Signals = (typeof SIGNALS)[number];

interface Options {
  readonly direction: DirectionName;
  readonly signals: Signals;
  readonly contrast: boolean;
  readonly ends: boolean;
  readonly iterations: number;
  readonly samples: number;
  readonly instances: number;
  readonly epsilon: number;
}

const BOUNDS: RateBounds = { low: 1e-6, high: 1 };
/** Where the search begins: a step size of 0.01 whatever is seen, and how far around it. */
const START = [0, 0, 0, 0, Math.log(0.01)];
const SPREAD = [0.1, 0.1, 0.05, 0.05, 1];

/** Which coefficients are searched; the others are 0. */
const SEARCHED: Readonly<Record<Signals, readonly number[]>> = { both: [0, 1, 2, 3, 4], losses: [1, 3, 4] };

function thetaOf(found: readonly number[], signals: Signals): StepSizeTheta {
  const theta = [0, 0, 0, 0, 0];
  SEARCHED[signals].forEach((at, i) => {
    theta[at] = found[i]!;
  });
  return theta as unknown as StepSizeTheta;
}

interface Instance {
  readonly task: Task;
  readonly start: number;
}

/** r = (1 / (T − 1)) Σ (log L⁽ᵗ⁻¹⁾ − log L⁽ᵗ⁾) (Daniel et al. 2016, eq. 9), of which only the ends are left. */
function reward(theta: StepSizeTheta, { task, start }: Instance, direction: DirectionName): number {
  const controller = new StepSizeController(theta, BOUNDS);
  const { first, last } = train(task, direction, { start, controller });
  return (Math.log(first) - Math.log(Math.max(last, 1e-12))) / (task.steps - 1);
}

/** Deviations from the mean in standard deviations: instances differ in what can be gained at all. */
function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (sd > 0 ? (value - mean) / sd : 0));
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Every draw is tried on the same instances, so that what differs is the draws. */
function iterate(
  search: SearchDistribution,
  images: Images,
  { direction, signals, contrast, ends, samples, instances, epsilon }: Options,
  stream: (n: number) => ReturnType<typeof random>,
): Readonly<Record<string, number>> {
  const [sampling, drawing] = [stream(0), stream(1)];
  const cases = sampleStarts(sampling, instances, ends).map((start) => ({
    task: sampleTask(images, sampling, contrast),
    start,
  }));
  const draws = Array.from({ length: samples }, () => search.draw(drawing));
  const rewards = cases.map((one) => draws.map((theta) => reward(thetaOf(theta, signals), one, direction)));
  const scores = rewards.map(standardised);
  const values = draws.map((_, i) => scores.reduce((sum, score) => sum + score[i]! / cases.length, 0));
  const weights = episodeWeights(
    values.map((value) => ({ value, context: [] })),
    epsilon,
  );
  search.update(draws, weights);
  return { reward: median(rewards.flat()), spread: Math.hypot(...search.deviations) };
}

async function learn(options: Options, context: LearningContext): Promise<StepSizePolicy> {
  const begun = performance.now();
  const { learning } = split(await readDigits(context.examples));
  const searched = SEARCHED[options.signals];
  const search = new SearchDistribution(
    searched.map((at) => START[at]!),
    searched.map((at) => SPREAD[at]!),
  );
  const progress: LearningProgress[] = [];
  for (let iteration = 0; iteration < options.iterations && !context.stopped(); iteration++) {
    const figures = iterate(search, learning, options, (n) => random(context.seed, 2 * iteration + n));
    const done = { iteration: iteration + 1, of: options.iterations, figures };
    progress.push(done);
    context.report(done);
    // Whoever wants to stop it, or to draw its curve, gets a turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    system: "step-size",
    version: 1,
    direction: options.direction,
    theta: thetaOf(search.mean, options.signals),
    bounds: BOUNDS,
    record: {
      seed: context.seed,
      options: { ...options },
      seconds: (performance.now() - begun) / 1000,
      progress,
    },
  };
}

/** Step-size controllers learned by relative entropy policy search (Daniel, Taylor & Nowozin 2016). */
export const stepSizeLearner: Learner<StepSizePolicy> = {
  name: "step-size",
  title: "Step-size policy",
  description:
    "Learns how large the next step of a training should be, from how much the examples' losses differ and are about to change. Trains many small networks on the digits; about three minutes.",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      direction: {
        type: "string",
        title: "Direction",
        description: "The optimizer whose step size is learned.",
        enum: [...DIRECTIONS],
        default: "rmsprop",
      },
      signals: {
        type: "string",
        title: "Signals",
        description:
          "What the policy looks at: how much the losses differ and are about to change, or only how much they differ.",
        enum: [...SIGNALS],
        default: "both",
      },
      contrast: {
        type: "boolean",
        title: "Contrast",
        description:
          "Whether the pictures' contrast varies, from a half to four times what it is: a policy that learns on that is better on other networks and data, and a little worse on these.",
        default: false,
      },
      ends: {
        type: "boolean",
        title: "Ends",
        description:
          "Whether each iteration meets the smallest and the largest step size themselves: policies then differ less from seed to seed, and are a little worse where a training begins well.",
        default: false,
      },
      iterations: {
        type: "integer",
        title: "Iterations",
        description: "Updates of the search distribution.",
        minimum: 1,
        maximum: 1000,
        default: 16,
      },
      samples: {
        type: "integer",
        title: "Policies",
        description: "Policies that are drawn and tried in each iteration.",
        minimum: 4,
        maximum: 1000,
        default: 24,
      },
      instances: {
        type: "integer",
        title: "Trainings",
        description: "Sampled trainings that each policy is tried on in each iteration.",
        minimum: 1,
        maximum: 100,
        default: 4,
      },
      epsilon: {
        type: "number",
        title: "ε",
        description: "How far an iteration may move the search distribution (Kullback–Leibler divergence).",
        exclusiveMinimum: 0,
        maximum: 10,
        default: 1,
      },
    },
  },
  learn: (options, context) => learn(options as unknown as Options, context),
};
