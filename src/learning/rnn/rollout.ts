import * as tf from "@tensorflow/tfjs";
import { EDGE, INPUTS, MOST_DIMENSIONS } from "../../strategies/rnn/weights.ts";
import type { FunctionBatch } from "./prior.ts";

/** The network's weights as tensors that can be trained. */
export interface RnnVariables {
  readonly kernel: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
  readonly output: tf.Variable<tf.Rank.R2>;
  readonly offset: tf.Variable<tf.Rank.R1>;
}

/** What is minimised over a roll-out (Chen et al. 2017): the sum of all values, or the observed improvement. */
export type RnnLoss = "oi" | "sum";

/** 1 where a < b, else 0: a step, which has no slope. */
const isLess = tf.customGrad((...args) => {
  const [a, b] = args as unknown as [tf.Tensor2D, tf.Tensor2D];
  return {
    value: tf.cast(tf.less(a, b), "float32"),
    gradFunc: () => [tf.zerosLike(a), tf.zerosLike(b)],
  };
}) as (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor2D;

/** The inverse of the logistic function, for points that are not at the very edge. */
function logit(x: tf.Tensor2D): tf.Tensor2D {
  const inner = tf.clipByValue(x, EDGE, 1 - EDGE);
  return tf.log(tf.div(inner, tf.sub(1, inner)));
}

/** Ranges below this are taken for this: the first evaluation has none. */
const LEAST_RANGE = 1e-3;

/**
 * Lets the network evaluate a batch of functions `horizon` times; gives the mean loss and, by function, the best value.
 *
 * L_OI = Σ min(f(x_t) − min_{i<t} f(x_i), 0), with gradients through the running minimum: held fixed there, the sum is no
 * longer the improvement from the first value to the best. To it, a small part of the mean of the running minimum is added:
 * the same end sooner is better.
 */
export function rollOut(
  { kernel, bias, output, offset }: RnnVariables,
  functions: FunctionBatch,
  batch: number,
  dimensions: number,
  horizon: number,
  loss: RnnLoss,
): { readonly loss: tf.Scalar; readonly best: tf.Tensor2D } {
  const hidden = bias.shape[0] / 4;
  let h = tf.zeros([batch, hidden]) as tf.Tensor2D;
  let c = tf.zeros([batch, hidden]) as tf.Tensor2D;
  let input = tf.zeros([batch, INPUTS]) as tf.Tensor2D;
  const share = tf.fill([batch, 1], dimensions / MOST_DIMENSIONS) as tf.Tensor2D;
  let best: tf.Tensor2D | undefined;
  let worst: tf.Tensor2D | undefined;
  let bestX: tf.Tensor2D | undefined;
  let first: tf.Tensor2D | undefined;
  let sum: tf.Tensor2D = tf.zeros([batch, 1]);
  for (let t = 0; t < horizon; t++) {
    const gates = tf.split(tf.add(tf.matMul(tf.concat([input, h], 1), kernel), bias), 4, 1) as tf.Tensor2D[];
    c = tf.add(tf.mul(tf.sigmoid(gates[1]!), c), tf.mul(tf.sigmoid(gates[0]!), tf.tanh(gates[2]!)));
    h = tf.mul(tf.sigmoid(gates[3]!), tf.tanh(c));
    const move = tf.add(tf.matMul(h, output), offset);
    const x = tf.sigmoid(bestX === undefined ? move : tf.add(logit(bestX), move)) as tf.Tensor2D;
    const y = functions.evaluate(x);
    const isBetter: tf.Tensor2D = best === undefined ? tf.onesLike(y) : isLess(y, best);
    bestX = bestX === undefined ? x : tf.add(tf.mul(isBetter, x), tf.mul(tf.sub(1, isBetter), bestX));
    best = best === undefined ? y : tf.minimum(best, y);
    worst = worst === undefined ? y : tf.maximum(worst, y);
    first ??= y;
    sum = tf.add(sum, loss === "sum" ? y : best);
    const range = tf.maximum(tf.sub(worst, best), LEAST_RANGE);
    const height = tf.div(tf.sub(y, best), range);
    const time = tf.fill([batch, 1], (t + 1) / horizon);
    input = tf.concat([x, bestX, height, isBetter, time, share], 1) as tf.Tensor2D;
  }
  const mean = tf.mean(tf.div(sum, horizon));
  const total = loss === "sum" ? mean : tf.add(tf.mean(tf.sub(best!, first!)), tf.mul(0.3, mean));
  return { loss: total as tf.Scalar, best: best! };
}
