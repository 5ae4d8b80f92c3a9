import { random } from "../../../space/random.ts";
import type { Family, Optimizees } from "./optimizees.ts";

/** Samples of a classification problem, row by row. */
export interface Samples {
  /** [count × features] */
  readonly features: Float32Array;
  /** Class of each, from 0. */
  readonly labels: Uint8Array;
  readonly count: number;
}

export const ACTIVATIONS = ["sigmoid", "relu"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export interface Perceptron {
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

const CLASSES = 10;
const BATCH = 128;
const START_DEVIATION = 0.01;

/**
 * One fully connected network that learns to classify by cross-entropy, minibatches of 128 drawn with
 * replacement, all parameters started at N(0, 0.01²) (the settings of Andrychowicz et al.'s code).
 */
export function perceptrons(samples: Samples, { hidden, activation }: Perceptron): Family {
  const features = samples.features.length / samples.count;
  const widths = [features, ...hidden, CLASSES];
  const size = widths.slice(1).reduce((sum, width, k) => sum + (widths[k]! + 1) * width, 0);
  return (seed, stream): Optimizees => {
    const draws = random(seed, stream);
    const start = Float32Array.from({ length: size }, () => START_DEVIATION * draws.normal());
    const batches: Uint32Array[] = [];
    const batch = (step: number): Uint32Array => {
      while (batches.length <= step)
        batches.push(Uint32Array.from({ length: BATCH }, () => draws.int(samples.count)));
      return batches[step]!;
    };
    const activations = widths.map((width) => new Float32Array(BATCH * width));
    const errors = widths.map((width) => new Float32Array(BATCH * width));
    return {
      problems: 1,
      size,
      start: () => start.slice(),
      evaluate: (parameters, step, gradient) => {
        const chosen = batch(step);
        chosen.forEach((sample, row) => {
          const from = sample * features;
          activations[0]!.set(samples.features.subarray(from, from + features), row * features);
        });
        const last = widths.length - 1;
        let at = 0;
        for (let layer = 1; layer <= last; layer++) {
          forward(activations[layer - 1]!, activations[layer]!, parameters, at);
          if (layer < last) activate(activations[layer]!, activation);
          at += (widths[layer - 1]! + 1) * widths[layer]!;
        }
        const loss = crossEntropy(activations[last]!, errors[last]!, samples.labels, chosen);
        gradient.fill(0);
        for (let layer = last; layer >= 1; layer--) {
          at -= (widths[layer - 1]! + 1) * widths[layer]!;
          backward(
            activations[layer - 1]!,
            errors[layer]!,
            layer === 1 ? undefined : errors[layer - 1]!,
            parameters,
            gradient,
            at,
          );
          if (layer > 1) deactivate(activations[layer - 1]!, errors[layer - 1]!, activation);
        }
        return Float64Array.of(loss);
      },
    };
  };
}

/** outputs = inputs · kernel + bias; the kernel stands row by row at `at`, the bias after it. */
function forward(inputs: Float32Array, outputs: Float32Array, parameters: Float32Array, at: number): void {
  const [n, m] = [inputs.length / BATCH, outputs.length / BATCH];
  for (let row = 0; row < BATCH; row++) {
    const to = row * m;
    for (let k = 0; k < m; k++) outputs[to + k] = parameters[at + n * m + k]!;
    for (let j = 0; j < n; j++) {
      const input = inputs[row * n + j]!;
      if (input === 0) continue;
      const from = at + j * m;
      for (let k = 0; k < m; k++) outputs[to + k]! += input * parameters[from + k]!;
    }
  }
}

/** Adds the gradient of a layer's parameters; writes the error of its inputs where there is room for it. */
function backward(
  inputs: Float32Array,
  error: Float32Array,
  inputError: Float32Array | undefined,
  parameters: Float32Array,
  gradient: Float32Array,
  at: number,
): void {
  const [n, m] = [inputs.length / BATCH, error.length / BATCH];
  for (let row = 0; row < BATCH; row++) {
    const from = row * m;
    for (let k = 0; k < m; k++) gradient[at + n * m + k]! += error[from + k]!;
    for (let j = 0; j < n; j++) {
      const input = inputs[row * n + j]!;
      const weights = at + j * m;
      if (input !== 0) for (let k = 0; k < m; k++) gradient[weights + k]! += input * error[from + k]!;
      if (inputError === undefined) continue;
      let sum = 0;
      for (let k = 0; k < m; k++) sum += parameters[weights + k]! * error[from + k]!;
      inputError[row * n + j] = sum;
    }
  }
}

function activate(values: Float32Array, activation: Activation): void {
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    values[k] = activation === "relu" ? Math.max(0, value) : 1 / (1 + Math.exp(-value));
  }
}

/** The error before an activation from that after it, in place. */
function deactivate(values: Float32Array, errors: Float32Array, activation: Activation): void {
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    errors[k]! *= activation === "relu" ? (value > 0 ? 1 : 0) : value * (1 - value);
  }
}

/** Mean cross-entropy of the softmax of the logits; writes its gradient by the logits. */
function crossEntropy(
  logits: Float32Array,
  errors: Float32Array,
  labels: Uint8Array,
  chosen: Uint32Array,
): number {
  let loss = 0;
  for (let row = 0; row < BATCH; row++) {
    const at = row * CLASSES;
    const label = labels[chosen[row]!]!;
    let highest = -Infinity;
    for (let k = 0; k < CLASSES; k++) highest = Math.max(highest, logits[at + k]!);
    let total = 0;
    for (let k = 0; k < CLASSES; k++) total += Math.exp(logits[at + k]! - highest);
    loss += Math.log(total) + highest - logits[at + label]!;
    for (let k = 0; k < CLASSES; k++) {
      const probability = Math.exp(logits[at + k]! - highest) / total;
      errors[at + k] = (probability - (k === label ? 1 : 0)) / BATCH;
    }
  }
  return loss / BATCH;
}
