import * as tf from "@tensorflow/tfjs";
import { EDGE, INPUTS, MOST_DIMENSIONS } from "../../strategies/rnn/weights.ts";
import { ExpectedImprovement } from "./expectedImprovement.ts";
import type { FunctionBatch } from "./prior.ts";

/** The network's weights as tensors that can be trained. */
export interface RnnVariables {
  readonly kernel: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
  readonly output: tf.Variable<tf.Rank.R2>;
  readonly offset: tf.Variable<tf.Rank.R1>;
}

/** What a roll-out is judged by (Chen et al. 2017): its observed improvement, the sum of all values, or expected improvements. */
export const RNN_LOSSES = ["oi", "sum", "ei"] as const;
export type RnnLoss = (typeof RNN_LOSSES)[number];

/** 1 where a < b, else 0: a step, which has no slope. */
const isLess = tf.customGrad((...args) => {
  const [a, b] = args as unknown as [tf.Tensor2D, tf.Tensor2D];
  return {
    value: tf.cast(tf.less(a, b), "float32"),
    gradFunc: () => [tf.zerosLike(a), tf.zerosLike(b)],
  };
}) as (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor2D;

/** The same values, which have no slope. */
const fixed = tf.customGrad((...args) => {
  const [x] = args as unknown as [tf.Tensor2D];
  return { value: x.clone(), gradFunc: () => tf.zerosLike(x) };
}) as (x: tf.Tensor2D) => tf.Tensor2D;

/** The expected improvement at each function's point, with its slope by the point alone. [batch, MOST_DIMENSIONS] → [batch, 1] */
function improvement(posteriors: ExpectedImprovement, points: tf.Tensor2D): tf.Tensor2D {
  const { values, gradients } = posteriors.at(points.dataSync());
  const at = tf.customGrad(() => ({
    value: tf.tensor2d(Float32Array.from(values), [values.length, 1]),
    gradFunc: (slope) => tf.mul(slope, tf.tensor2d(Float32Array.from(gradients), points.shape)),
  })) as (x: tf.Tensor2D) => tf.Tensor2D;
  return at(points);
}

/** What a step adds to the sum of a loss: from its point and value, and the best value with it. */
type Term = (x: tf.Tensor2D, y: tf.Tensor2D, best: tf.Tensor2D) => tf.Tensor2D;

function termOf(loss: RnnLoss, { lengths }: FunctionBatch, dimensions: number): Term {
  if (loss === "oi") return (_x, _y, best) => best;
  if (loss === "sum") return (_x, y) => y;
  const posteriors = new ExpectedImprovement(lengths, dimensions);
  let isFirst = true;
  return (x, y) => {
    // Before the first value there is nothing to improve on.
    const term = isFirst ? tf.zerosLike(y) : tf.neg(improvement(posteriors, x));
    isFirst = false;
    posteriors.add(x.dataSync(), y.dataSync());
    return term;
  };
}

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
 *
 * L_EI = −Σ EI(x_t | f(x_i), i < t), without the first step, which has nothing to improve on. The evaluations i < t are held
 * fixed, in the posterior as well as in what the network is told: a term teaches its own point, and as there is one for each
 * step, each step has a lesson.
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
  const term = termOf(loss, functions, dimensions);
  let sum: tf.Tensor2D = tf.zeros([batch, 1]);
  for (let t = 0; t < horizon; t++) {
    const gates = tf.split(tf.add(tf.matMul(tf.concat([input, h], 1), kernel), bias), 4, 1) as tf.Tensor2D[];
    c = tf.add(tf.mul(tf.sigmoid(gates[1]!), c), tf.mul(tf.sigmoid(gates[0]!), tf.tanh(gates[2]!)));
    h = tf.mul(tf.sigmoid(gates[3]!), tf.tanh(c));
    const move = tf.add(tf.matMul(h, output), offset);
    const proposal = tf.sigmoid(bestX === undefined ? move : tf.add(logit(bestX), move)) as tf.Tensor2D;
    const x = loss === "ei" ? fixed(proposal) : proposal;
    const y = functions.evaluate(x);
    const isBetter: tf.Tensor2D = best === undefined ? tf.onesLike(y) : isLess(y, best);
    bestX = bestX === undefined ? x : tf.add(tf.mul(isBetter, x), tf.mul(tf.sub(1, isBetter), bestX));
    best = best === undefined ? y : tf.minimum(best, y);
    worst = worst === undefined ? y : tf.maximum(worst, y);
    first ??= y;
    sum = tf.add(sum, term(proposal, y, best));
    const range = tf.maximum(tf.sub(worst, best), LEAST_RANGE);
    const height = tf.div(tf.sub(y, best), range);
    const time = tf.fill([batch, 1], (t + 1) / horizon);
    input = tf.concat([x, bestX, height, isBetter, time, share], 1) as tf.Tensor2D;
  }
  const mean = tf.mean(tf.div(sum, horizon));
  const total = loss === "oi" ? tf.add(tf.mean(tf.sub(best!, first!)), tf.mul(0.3, mean)) : mean;
  return { loss: total as tf.Scalar, best: best! };
}
