import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../space/random.ts";
import { MOST_DIMENSIONS } from "../../strategies/rnn/weights.ts";

/** Cosines that a function is made of. */
const FEATURES = 100;

/** A batch of functions on the unit cube, drawn from a Gaussian process with unit variance. */
export interface FunctionBatch {
  /** The length-scale of each function, [batch]. */
  readonly lengths: Float64Array;
  /** Values at one point each. @param x [batch, MOST_DIMENSIONS] @returns [batch, 1] */
  evaluate(x: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

/**
 * Functions with a squared-exponential covariance of length-scale ℓ, by random Fourier features (Rahimi & Recht 2007):
 * √(2/F) Σ a cos(w·x + φ) with w ~ N(0, ℓ⁻²), φ uniform and a standard normal. Only the first `dimensions` matter.
 */
export function drawFunctions(
  random: Random,
  count: number,
  dimensions: number,
  length: () => number,
): FunctionBatch {
  const frequencies = new Float32Array(count * MOST_DIMENSIONS * FEATURES);
  const phases = new Float32Array(count * FEATURES);
  const amplitudes = new Float32Array(count * FEATURES);
  const lengths = new Float64Array(count);
  for (let b = 0; b < count; b++) {
    lengths[b] = length();
    const scale = 1 / lengths[b]!;
    for (let i = 0; i < dimensions; i++) {
      const at = (b * MOST_DIMENSIONS + i) * FEATURES;
      for (let k = 0; k < FEATURES; k++) frequencies[at + k] = scale * random.normal();
    }
    for (let k = 0; k < FEATURES; k++) {
      phases[b * FEATURES + k] = 2 * Math.PI * random.uniform();
      amplitudes[b * FEATURES + k] = Math.sqrt(2 / FEATURES) * random.normal();
    }
  }
  const w = tf.tensor3d(frequencies, [count, MOST_DIMENSIONS, FEATURES]);
  const phi = tf.tensor2d(phases, [count, FEATURES]);
  const a = tf.tensor2d(amplitudes, [count, FEATURES]);
  return {
    lengths,
    evaluate: (x) =>
      tf.tidy(() => {
        const angles = tf
          .matMul(x.reshape([count, 1, MOST_DIMENSIONS]), w)
          .reshape([count, FEATURES])
          .add(phi);
        return tf.sum(tf.mul(tf.cos(angles), a), 1, true) as tf.Tensor2D;
      }),
    dispose: () => tf.dispose([w, phi, a]),
  };
}
