import * as tf from "@tensorflow/tfjs";
import { type Random, random } from "../../space/random.ts";
import { INPUTS, MOST_DIMENSIONS, type RnnWeights } from "../../strategies/rnn/weights.ts";
import { drawFunctions } from "./prior.ts";
import { type RnnLoss, type RnnVariables, rollOut } from "./rollout.ts";

export interface RnnTraining {
  readonly loss: RnnLoss;
  readonly hidden: number;
  readonly horizon: number;
  readonly batch: number;
  readonly iterations: number;
  readonly rate: number;
  /** Share of the rate that is left at the end; a tenth unless said otherwise. */
  readonly finalShare?: number;
  readonly seed: number;
  /** Dimensions of the functions that it learns on, one of them a batch. */
  readonly dimensions: readonly number[];
}

/** Streams of the seed: functions of an iteration, those of the validation, the first weights. */
const [VALIDATION, WEIGHTS] = [2 ** 40, 2 ** 41];
/** The norm to which a batch's gradient is cut. */
const CLIP = 1;
/** Iterations between two validations. */
export const VALIDATE_EVERY = 100;
const VALIDATION_BATCH = 256;

/** ℓ from 0.2 to 0.6, evenly on a log scale. */
const lengthOf = (draws: Random) => () => 0.2 * 3 ** draws.uniform();

function initial(hidden: number, draws: Random): RnnVariables {
  const normals = (rows: number, columns: number, scale: number) =>
    tf.tensor2d(
      Float32Array.from({ length: rows * columns }, () => scale * draws.normal()),
      [rows, columns],
    );
  // Forget gates begin open, so that gradients come through.
  const bias = Float32Array.from({ length: 4 * hidden }, (_, i) => (Math.floor(i / hidden) === 1 ? 1 : 0));
  // Variables outlive it, the tensors that they are made from do not.
  return tf.tidy(
    () =>
      ({
        kernel: tf.variable(normals(INPUTS + hidden, 4 * hidden, 1 / Math.sqrt(INPUTS + hidden))),
        bias: tf.variable(tf.tensor1d(bias)),
        output: tf.variable(normals(hidden, MOST_DIMENSIONS, 1 / Math.sqrt(hidden))),
        offset: tf.variable(tf.zeros([MOST_DIMENSIONS]) as tf.Tensor1D),
      }) as unknown as tf.TensorContainer,
  ) as unknown as RnnVariables;
}

function weightsOf(variables: RnnVariables, { hidden, horizon }: RnnTraining): RnnWeights {
  const values = (tensor: tf.Tensor) => tensor.dataSync().slice() as Float32Array;
  return {
    hidden,
    horizon,
    kernel: values(variables.kernel),
    bias: values(variables.bias),
    output: values(variables.output),
    offset: values(variables.offset),
  };
}

/** Mean best value on functions that training never sees, over all dimensions. */
function validate(variables: RnnVariables, { dimensions, horizon, loss, seed }: RnnTraining): number {
  const values = dimensions.map((d) =>
    tf.tidy(() => {
      const draws = random(seed, VALIDATION + d);
      const functions = drawFunctions(draws, VALIDATION_BATCH, d, lengthOf(draws));
      const { best } = rollOut(variables, functions, VALIDATION_BATCH, d, horizon, loss);
      return tf.mean(best).dataSync()[0]!;
    }),
  );
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

export interface RnnReport {
  readonly iteration: number;
  /** Mean best value of the functions of the validation: smaller is better. */
  readonly best: number;
  /** The weights with the smallest so far. */
  readonly weights: RnnWeights;
}

/**
 * Trains the black-box optimizer of Chen et al. 2017 with Adam, the step size falling to `finalShare` by a cosine;
 * reports every `VALIDATE_EVERY` iterations. Needs a backend of TensorFlow.js that has been chosen; leaves no tensor behind.
 */
export async function trainRnn(
  training: RnnTraining,
  report: (report: RnnReport) => void,
  stopped: () => boolean,
): Promise<RnnWeights> {
  const { hidden, batch, iterations, rate, finalShare = 0.1, seed, dimensions, horizon, loss } = training;
  const variables = initial(hidden, random(seed, WEIGHTS));
  const list = Object.values(variables) as tf.Variable[];
  const adam = tf.train.adam(rate);
  let best = Number.POSITIVE_INFINITY;
  let weights = weightsOf(variables, training);
  try {
    for (let iteration = 1; iteration <= iterations && !stopped(); iteration++) {
      const share = iteration / iterations;
      (adam as unknown as { learningRate: number }).learningRate =
        (rate * (1 + finalShare + (1 - finalShare) * Math.cos(Math.PI * share))) / 2;
      tf.tidy(() => {
        const draws = random(seed, iteration);
        const d = draws.choice(dimensions);
        const functions = drawFunctions(draws, batch, d, lengthOf(draws));
        const { grads } = tf.variableGrads(
          () => rollOut(variables, functions, batch, d, horizon, loss).loss,
          list,
        );
        const norm = Math.sqrt(
          Object.values(grads).reduce((sum, grad) => sum + tf.sum(tf.square(grad)).dataSync()[0]!, 0),
        );
        const scale = Math.min(1, CLIP / norm);
        // A roll-out that ran away teaches nothing.
        if (!Number.isFinite(scale)) return;
        const scaled = Object.entries(grads).map(([name, grad]) => ({ name, tensor: tf.mul(grad, scale) }));
        adam.applyGradients(scaled);
      });
      if (iteration % VALIDATE_EVERY === 0 || iteration === iterations) {
        const now = validate(variables, training);
        if (now < best) {
          best = now;
          weights = weightsOf(variables, training);
        }
        report({ iteration, best: now, weights });
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return weights;
  } finally {
    tf.dispose(list);
    adam.dispose();
  }
}
