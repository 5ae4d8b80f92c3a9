import type { Images } from "../../src/learning/data/images.ts";
import { pick } from "../../src/learning/data/images.ts";
import { Network } from "../../src/learning/stepsize/network.ts";
import { split } from "../../src/learning/stepsize/tasks.ts";
import type { Configuration, SpaceSpec } from "../../src/protocol/space.ts";
import { random } from "../../src/space/random.ts";
import type { Problem } from "../quality/problem.ts";

export const EPOCHS = 27;
/** Pictures to learn from. */
const LEARNT = 400;
/** The loss of guessing: a training that ends above it counts as that. */
const GUESSING = Math.log(10);
/** Which draws are the first weights and the order of the pictures, the same for every training. */
const WEIGHTS = 0;
const ORDER = 1;

/** A learning rate that falls to its last value by a fixed factor an epoch, and what else there is to a small network. */
const space: SpaceSpec = {
  parameters: {
    learningRate: { type: "float", low: 1e-4, high: 1, scale: "log" },
    lastRate: { type: "float", low: 1 / 64, high: 1, scale: "log" },
    momentum: { type: "float", low: 0, high: 0.99 },
    batchSize: { type: "int", low: 4, high: 128, scale: "log" },
    weightDecay: { type: "float", low: 1e-6, high: 0.1, scale: "log" },
    units: { type: "int", low: 4, high: 64, scale: "log" },
  },
};

/** One network on its way through its epochs, by stochastic gradient descent with momentum. */
class Training {
  /** Mean validation loss after each epoch so far. */
  readonly losses: number[] = [];
  readonly #learning: Images;
  readonly #validation: Images;
  readonly #of: Readonly<Record<keyof typeof space.parameters, number>>;
  readonly #network: Network;
  readonly #judge: Network;
  readonly #weights: Float64Array;
  readonly #speed: Float64Array;
  readonly #gradient: Float64Array;
  readonly #each: Float64Array;

  constructor(learning: Images, validation: Images, configuration: Configuration) {
    this.#learning = learning;
    this.#validation = validation;
    this.#of = configuration as Record<string, number>;
    const { units, batchSize } = this.#of;
    const sizes = [learning.pixels, units!, learning.classes];
    this.#network = new Network(sizes, batchSize!);
    this.#judge = new Network(sizes, validation.count);
    this.#weights = this.#network.initial(random(WEIGHTS, units!));
    this.#speed = new Float64Array(this.#network.size);
    this.#gradient = new Float64Array(this.#network.size);
    this.#each = new Float64Array(batchSize!);
  }

  /** Mean validation loss after so many epochs. */
  loss(epochs: number): number {
    while (this.losses.length < epochs) this.#epoch();
    return this.losses[epochs - 1]!;
  }

  #epoch(): void {
    const { learningRate, lastRate, momentum, batchSize, weightDecay } = this.#of;
    const epoch = this.losses.length;
    const rate = learningRate! * lastRate! ** (epoch / (EPOCHS - 1));
    const order = random(ORDER, epoch).shuffle(Array.from({ length: LEARNT }, (_, i) => i));
    for (let at = 0; at + batchSize! <= LEARNT; at += batchSize!) {
      this.#network.load(this.#learning, order.slice(at, at + batchSize!));
      this.#network.losses(this.#weights, this.#each);
      this.#network.gradient(this.#weights, this.#gradient);
      for (let i = 0; i < this.#weights.length; i++) {
        const slope = this.#gradient[i]! + weightDecay! * this.#weights[i]!;
        this.#speed[i] = momentum! * this.#speed[i]! - rate * slope;
        this.#weights[i]! += this.#speed[i]!;
      }
    }
    this.losses.push(this.#validate());
  }

  #validate(): number {
    const { count } = this.#validation;
    this.#judge.load(
      this.#validation,
      Array.from({ length: count }, (_, i) => i),
    );
    const losses = this.#judge.losses(this.#weights, new Float64Array(count));
    const mean = losses.reduce((sum, loss) => sum + loss / count, 0);
    return mean < GUESSING ? mean : GUESSING;
  }
}

/**
 * Six hyperparameters of a network with one hidden layer on the digits, really trained: 400 pictures to learn from, 597 to
 * validate on, 27 epochs in full. A training that goes on is not begun anew; one that another study has had is looked up. The
 * regret is the validation loss itself, in full.
 */
export function networkProblem(digits: Images): Problem {
  const { learning, measuring } = split(digits);
  const learnt = pick(
    learning,
    Array.from({ length: LEARNT }, (_, i) => i),
  );
  const trainings = new Map<string, Training>();
  return {
    scenario: "network",
    instance: "digits",
    space,
    budget: { min: 1, max: EPOCHS },
    normalised: false,
    evaluate: async (configuration, budget = EPOCHS) => {
      const key = JSON.stringify(configuration);
      const training = trainings.get(key) ?? new Training(learnt, measuring, configuration);
      trainings.set(key, training);
      const loss = training.loss(budget);
      return { loss, regret: budget === EPOCHS ? loss : Number.NaN, duration: budget };
    },
  };
}
