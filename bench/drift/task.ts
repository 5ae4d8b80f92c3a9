import type { Images } from "../../src/learning/data/images.ts";
import { logVariance } from "../../src/learning/stepsize/controller.ts";
import { directionOf } from "../../src/learning/stepsize/directions.ts";
import { RateDriver } from "../../src/learning/stepsize/driver.ts";
import { Network } from "../../src/learning/stepsize/network.ts";
import type { StepSizePolicy } from "../../src/learning/stepsize/policy.ts";
import type { Configuration } from "../../src/protocol/space.ts";
import { random } from "../../src/space/random.ts";
import type { Task } from "../../test/fixtures/populationStudy.ts";

/** Training steps of one unit of budget, and of a phase; the whole training in units of budget. */
export const STEPS = 10;
const PHASE = 100;
const PHASES = 6;
export const LENGTH = (PHASES * PHASE) / STEPS;

const BATCH = 64;
const HIDDEN = 32;
/** A loss above this says no more than that the training is lost. */
const LOST = 10;

/** A network in training, and the sum of the losses of its steps so far. */
export interface Training {
  readonly weights: Float64Array;
  readonly losses: number;
  readonly steps: number;
}

/** What happened in one step. */
export interface DriftStep {
  readonly step: number;
  readonly rate: number;
  readonly loss: number;
}

/**
 * A training whose best learning rate grows a hundredfold on the way: in six phases of 100 steps the digits' contrast
 * falls from 8 to 1/4, and each phase names them anew, so that there is something to learn to the end. The loss is the
 * mean over all steps of the mini-batch's loss before the step: what it costs to follow.
 */
export class DriftingTraining implements Task<Training> {
  readonly #seed: number;
  readonly #phases: readonly Images[];
  readonly #network: Network;
  readonly #gradient: Float64Array;
  readonly #each = new Float64Array(BATCH);
  readonly #changes = new Float64Array(BATCH);
  readonly #numbers = new Uint32Array(BATCH);

  constructor(images: Images, seed: number) {
    this.#seed = seed;
    this.#phases = Array.from({ length: PHASES }, (_, phase) => ({
      ...images,
      data: images.data.map((value) => 8 * 2 ** -phase * value),
      labels: images.labels.map((label) => (label + 3 * phase) % images.classes),
    }));
    this.#network = new Network([images.pixels, HIDDEN, images.classes], BATCH);
    this.#gradient = new Float64Array(this.#network.size);
  }

  begin(): Training {
    return { weights: this.#network.initial(random(this.#seed, 0)), losses: 0, steps: 0 };
  }

  train(training: Training, { lr }: Configuration, from: number, to: number): Training {
    return this.#train(training, () => lr as number, from, to);
  }

  loss({ losses, steps }: Training): number {
    return losses / steps;
  }

  /** The whole training by plain steps of stochastic gradient descent, each of the size that a policy says. */
  underPolicy(policy: StepSizePolicy, own: number, heard: (step: DriftStep) => void): Training {
    const driver = new RateDriver({ both: policy });
    let rate = own;
    return this.#train(
      this.begin(),
      (step, loss) => {
        this.#network.changes(this.#weights, this.#gradient, this.#changes);
        const logVarChange = logVariance(this.#changes) + 2 * Math.log(rate);
        const seen = { loss, logVarChange, logVarLoss: logVariance(this.#each) };
        rate = driver.next({ type: "state", step, own, rate, ...seen }).rate ?? own;
        heard({ step, rate, loss });
        return rate;
      },
      0,
      LENGTH,
    );
  }

  #weights = new Float64Array(0);

  #train(
    training: Training,
    rateOf: (step: number, loss: number) => number,
    from: number,
    to: number,
  ): Training {
    const turn = directionOf("sgd", this.#network.size);
    const weights = training.weights.slice();
    this.#weights = weights;
    let losses = training.losses;
    for (let step = from * STEPS; step < to * STEPS; step++) {
      const loss = this.#look(weights, step);
      losses += loss < LOST ? loss : LOST;
      turn(this.#gradient);
      const rate = rateOf(step, loss);
      for (let i = 0; i < weights.length; i++) weights[i]! -= rate * this.#gradient[i]!;
    }
    return { weights, losses, steps: to * STEPS };
  }

  /** The mean loss of a step's mini-batch, which is the same for whoever makes the step; and its gradient. */
  #look(weights: Float64Array, step: number): number {
    const images = this.#phases[Math.floor(step / PHASE)]!;
    const draws = random(this.#seed, 1 + step);
    for (let i = 0; i < BATCH; i++) this.#numbers[i] = draws.int(images.count);
    this.#network.load(images, this.#numbers);
    this.#network.losses(weights, this.#each);
    this.#network.gradient(weights, this.#gradient);
    return this.#each.reduce((sum, loss) => sum + loss / BATCH, 0);
  }
}
