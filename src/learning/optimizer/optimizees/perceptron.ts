import { type Classifier, classification, gather, type Samples } from "./classification.ts";
import {
  type Activation,
  activate,
  BATCH,
  CLASSES,
  crossEntropy,
  deactivate,
  forward,
  inputError,
  parameterGradient,
} from "./layers.ts";
import type { Family } from "./optimizees.ts";

export interface Perceptron {
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** One fully connected network that learns to classify (the settings of Andrychowicz et al.'s code). */
export function perceptrons(samples: Samples, { hidden, activation }: Perceptron): Family {
  const features = samples.features.length / samples.count;
  const widths = [features, ...hidden, CLASSES];
  const size = widths.slice(1).reduce((sum, width, k) => sum + (widths[k]! + 1) * width, 0);
  return classification(samples, size, () => new Network(widths, activation));
}

/** Room for one pass of a minibatch through a network and back. */
class Network implements Classifier {
  readonly #widths: readonly number[];
  readonly #activation: Activation;
  /** Where the parameters of each layer begin, from the first hidden layer on. */
  readonly #places: number[] = [0];
  readonly #values: Float32Array[];
  readonly #errors: Float32Array[];

  constructor(widths: readonly number[], activation: Activation) {
    this.#widths = widths;
    this.#activation = activation;
    this.#values = widths.map((width) => new Float32Array(BATCH * width));
    this.#errors = widths.map((width) => new Float32Array(BATCH * width));
    for (let layer = 1; layer < widths.length; layer++)
      this.#places.push(this.#places[layer - 1]! + (widths[layer - 1]! + 1) * widths[layer]!);
  }

  evaluate(samples: Samples, batch: Uint32Array, parameters: Float32Array, gradient: Float32Array): number {
    const values = this.#values;
    const errors = this.#errors;
    const last = this.#widths.length - 1;
    gather(samples, batch, values[0]!);
    for (let layer = 1; layer <= last; layer++) {
      forward(values[layer - 1]!, values[layer]!, parameters, this.#places[layer - 1]!);
      if (layer < last) activate(values[layer]!, this.#activation);
    }
    const loss = crossEntropy(values[last]!, errors[last]!, samples.labels, batch);
    gradient.fill(0);
    for (let layer = last; layer >= 1; layer--) {
      const at = this.#places[layer - 1]!;
      parameterGradient(values[layer - 1]!, errors[layer]!, gradient, at);
      if (layer === 1) break;
      inputError(errors[layer - 1]!, errors[layer]!, parameters, at);
      deactivate(values[layer - 1]!, errors[layer - 1]!, this.#activation);
    }
    return loss;
  }
}
