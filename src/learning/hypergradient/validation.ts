import type { Images } from "../data/images.ts";
import type { OuterError } from "./dynamics.ts";
import type { Perceptron } from "./perceptron.ts";
import type { Batches } from "./training.ts";

/** The mean cross-entropy of a perceptron on pictures that training does not see: all of them, or a mini-batch. */
export class ValidationError implements OuterError {
  readonly #model: Perceptron;
  readonly #images: Images;
  readonly #all: Uint32Array;
  readonly #batches: Batches;
  #shares = new Float64Array(0);

  /** @param model Its own, not that of a training. */
  constructor(model: Perceptron, images: Images, batches?: Batches) {
    this.#model = model;
    this.#images = images;
    this.#all = Uint32Array.from({ length: images.count }, (_, i) => i);
    this.#batches = batches ?? (() => this.#all);
  }

  gradient(t: number, state: Float64Array, into: Float64Array): number {
    const model = this.#model;
    const weights = state.subarray(0, model.size);
    model.load(this.#images, this.#batches(t));
    const { count } = model;
    if (this.#shares.length !== count) this.#shares = new Float64Array(count).fill(1 / count);
    const losses = model.run(weights);
    into.fill(0);
    model.gradient(weights, this.#shares, into.subarray(0, model.size));
    return mean(losses);
  }

  /** Mean loss and share of right answers over all pictures. */
  measure(state: Float64Array): { readonly loss: number; readonly accuracy: number } {
    this.#model.load(this.#images, this.#all);
    const losses = this.#model.run(state.subarray(0, this.#model.size));
    return { loss: mean(losses), accuracy: this.#model.hits() / this.#images.count };
  }
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
