import type { Rule } from "./handDesigned.ts";
import { preprocess } from "./preprocess.ts";
import {
  type Architecture,
  decodeWeights,
  inputsOf,
  type LearnedOptimizer,
  type Weights,
} from "./weights.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Runs a trained optimizer on n coordinates, without tensors: weights shared, state of each its own. */
export class LstmOptimizer {
  readonly #architecture: Architecture;
  readonly #weights: Weights;
  /** Cell and output of each layer, [n × units]. */
  readonly #state: readonly [Float32Array, Float32Array, Float32Array, Float32Array];
  readonly #sums: Float32Array;

  constructor(coordinates: number, architecture: Architecture, weights: Weights) {
    this.#architecture = architecture;
    this.#weights = weights;
    const { units } = architecture;
    const zeros = (): Float32Array => new Float32Array(coordinates * units);
    this.#state = [zeros(), zeros(), zeros(), zeros()];
    this.#sums = new Float32Array(4 * units);
  }

  /** @throws TuningForkError `bad-input` for weights of other shapes */
  static of(learned: LearnedOptimizer, coordinates: number): LstmOptimizer {
    return new LstmOptimizer(coordinates, learned, decodeWeights(learned));
  }

  /** Its steps as a rule, beside those designed by hand. */
  rule(): Rule {
    return (gradient) => this.step(gradient);
  }

  /** What to add to the n parameters, by the gradient of the loss there. */
  step(gradient: Float32Array): Float32Array {
    const { units, scale, preprocessing } = this.#architecture;
    const { kernel1, bias1, kernel2, bias2, kernelOut, biasOut } = this.#weights;
    const width = inputsOf(this.#architecture);
    const inputs = preprocess(preprocessing, gradient);
    const [cell1, output1, cell2, output2] = this.#state;
    const update = new Float32Array(gradient.length);
    for (let k = 0; k < gradient.length; k++) {
      this.#layer(inputs, k * width, width, cell1, output1, k * units, kernel1, bias1);
      this.#layer(output1, k * units, units, cell2, output2, k * units, kernel2, bias2);
      let sum = biasOut[0]!;
      for (let j = 0; j < units; j++) sum += output2[k * units + j]! * kernelOut[j]!;
      update[k] = scale * sum;
    }
    return update;
  }

  #layer(
    inputs: Float32Array,
    from: number,
    width: number,
    cell: Float32Array,
    output: Float32Array,
    at: number,
    kernel: Float32Array,
    bias: Float32Array,
  ): void {
    const { units } = this.#architecture;
    const columns = 4 * units;
    const sums = this.#sums;
    sums.set(bias);
    for (let j = 0; j < width; j++) addRow(sums, inputs[from + j]!, kernel, j * columns);
    for (let j = 0; j < units; j++) addRow(sums, output[at + j]!, kernel, (width + j) * columns);
    for (let j = 0; j < units; j++) {
      const kept = sigmoid(sums[units + j]!) * cell[at + j]!;
      const next = kept + sigmoid(sums[j]!) * Math.tanh(sums[3 * units + j]!);
      cell[at + j] = next;
      output[at + j] = sigmoid(sums[2 * units + j]!) * Math.tanh(next);
    }
  }
}

function addRow(sums: Float32Array, factor: number, kernel: Float32Array, from: number): void {
  for (let k = 0; k < sums.length; k++) sums[k]! += factor * kernel[from + k]!;
}
