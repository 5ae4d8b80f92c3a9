/** Samples of a minibatch, and classes. */
export const BATCH = 128;
export const CLASSES = 10;

export const ACTIVATIONS = ["sigmoid", "relu"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/**
 * outputs = inputs · kernel + bias; the kernel stands row by row at `at`, the bias after it.
 * @param rows Of inputs and outputs: samples, or all their patches where the layer is a convolution.
 */
export function forward(
  inputs: Float32Array,
  outputs: Float32Array,
  parameters: Float32Array,
  at: number,
  rows = BATCH,
): void {
  const [n, m] = [inputs.length / rows, outputs.length / rows];
  for (let row = 0; row < rows; row++) {
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

/** Adds the gradient of a layer's parameters, which stand at `at`. */
export function parameterGradient(
  inputs: Float32Array,
  error: Float32Array,
  gradient: Float32Array,
  at: number,
  rows = BATCH,
): void {
  const [n, m] = [inputs.length / rows, error.length / rows];
  for (let row = 0; row < rows; row++) {
    const from = row * m;
    for (let k = 0; k < m; k++) gradient[at + n * m + k]! += error[from + k]!;
    for (let j = 0; j < n; j++) {
      const input = inputs[row * n + j]!;
      if (input === 0) continue;
      for (let k = 0; k < m; k++) gradient[at + j * m + k]! += input * error[from + k]!;
    }
  }
}

/** The error of a layer's inputs. */
export function inputError(
  inputs: Float32Array,
  error: Float32Array,
  parameters: Float32Array,
  at: number,
): void {
  const [n, m] = [inputs.length / BATCH, error.length / BATCH];
  for (let row = 0; row < BATCH; row++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += parameters[at + j * m + k]! * error[row * m + k]!;
      inputs[row * n + j] = sum;
    }
}

export function activate(values: Float32Array, activation: Activation): void {
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    values[k] = activation === "relu" ? Math.max(0, value) : 1 / (1 + Math.exp(-value));
  }
}

/** The error before an activation from that after it, in place. */
export function deactivate(values: Float32Array, errors: Float32Array, activation: Activation): void {
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    errors[k]! *= activation === "relu" ? (value > 0 ? 1 : 0) : value * (1 - value);
  }
}

/** Mean cross-entropy of the softmax of the logits; writes its gradient by the logits. */
export function crossEntropy(
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
