import type { Random } from "../../space/random.ts";
import type { Images } from "../data/images.ts";
import { addProduct, affine, gather, glorot, type Layer, layersOf, softmax } from "../dense.ts";

/**
 * A multilayer perceptron with rectified hidden units and a softmax, on one flat vector of weights. Holds no weights
 * itself; its scratch memory makes it good for one training at a time.
 */
export class Network {
  /** Weights in all. */
  readonly size: number;
  readonly #layers: readonly Layer[];
  readonly #batch: number;
  /** By layer: what its units give, and what the loss changes with that; batch × units. */
  readonly #outputs: readonly Float64Array[];
  readonly #slopes: readonly Float64Array[];
  /** By layer: how the outputs change along a direction of the weights. */
  readonly #changes: readonly Float64Array[];
  readonly #inputs: Float64Array;
  readonly #labels: Uint8Array;

  /** @param sizes Inputs, hidden units of each layer, classes. @param batch Examples at once, at most. */
  constructor(sizes: readonly number[], batch: number) {
    const { layers, size } = layersOf(sizes);
    this.#layers = layers;
    this.size = size;
    this.#batch = batch;
    const memory = () => this.#layers.map(({ units }) => new Float64Array(batch * units));
    this.#outputs = memory();
    this.#slopes = memory();
    this.#changes = memory();
    this.#inputs = new Float64Array(batch * sizes[0]!);
    this.#labels = new Uint8Array(batch);
  }

  /** Weights by Glorot & Bengio 2010, biases 0. */
  initial(random: Random): Float64Array {
    return glorot(this.#layers, () => random.uniform(), new Float64Array(this.size));
  }

  /** Loads a mini-batch: these pictures. */
  load(images: Images, numbers: ArrayLike<number>): void {
    const { pixels, data, labels } = images;
    for (let i = 0; i < this.#batch; i++) {
      const number = numbers[i]!;
      for (let p = 0; p < pixels; p++) this.#inputs[i * pixels + p] = data[number * pixels + p]!;
      this.#labels[i] = labels[number]!;
    }
  }

  /** Cross-entropy of each loaded example. */
  losses(weights: Float64Array, into: Float64Array): Float64Array {
    this.#layers.forEach((layer, l) => {
      const input = l === 0 ? this.#inputs : this.#outputs[l - 1]!;
      const output = this.#outputs[l]!;
      affine(input, weights, layer, this.#batch, output);
      if (l < this.#layers.length - 1)
        for (let i = 0; i < output.length; i++) if (output[i]! < 0) output[i] = 0;
    });
    const last = this.#outputs.at(-1)!;
    const { units } = this.#layers.at(-1)!;
    for (let i = 0; i < this.#batch; i++) into[i] = softmax(last, i * units, units, this.#labels[i]!);
    return into;
  }

  /** The gradient of the mean loss, after `losses` at the same weights. */
  gradient(weights: Float64Array, into: Float64Array): Float64Array {
    into.fill(0);
    this.#startSlopes();
    for (let l = this.#layers.length - 1; l >= 0; l--) {
      const layer = this.#layers[l]!;
      const input = l === 0 ? this.#inputs : this.#outputs[l - 1]!;
      gather(input, this.#slopes[l]!, layer, this.#batch, into);
      if (l > 0)
        spread(this.#slopes[l]!, weights, layer, this.#batch, this.#outputs[l - 1]!, this.#slopes[l - 1]!);
    }
    return into;
  }

  /**
   * How much each example's loss changes along a direction of the weights, to first order (g_iᵀd for all examples in
   * one pass forward), after `losses` at the same weights.
   */
  changes(weights: Float64Array, direction: Float64Array, into: Float64Array): Float64Array {
    this.#layers.forEach((layer, l) => {
      const change = this.#changes[l]!;
      affine(l === 0 ? this.#inputs : this.#outputs[l - 1]!, direction, layer, this.#batch, change);
      if (l > 0) addProduct(this.#changes[l - 1]!, weights, layer, this.#batch, change);
      if (l < this.#layers.length - 1) {
        const output = this.#outputs[l]!;
        for (let i = 0; i < change.length; i++) if (output[i] === 0) change[i] = 0;
      }
    });
    this.#startSlopes();
    const { units } = this.#layers.at(-1)!;
    const [slope, change] = [this.#slopes.at(-1)!, this.#changes.at(-1)!];
    for (let i = 0; i < this.#batch; i++) {
      let sum = 0;
      for (let u = i * units; u < (i + 1) * units; u++) sum += slope[u]! * change[u]!;
      into[i] = sum * this.#batch;
    }
    return into;
  }

  /** Slopes of the mean loss by the last layer's logits: (p − y) / batch. */
  #startSlopes(): void {
    const { units } = this.#layers.at(-1)!;
    const [shares, slope] = [this.#outputs.at(-1)!, this.#slopes.at(-1)!];
    for (let i = 0; i < this.#batch; i++) {
      for (let u = 0; u < units; u++) {
        slope[i * units + u] = (shares[i * units + u]! - (u === this.#labels[i] ? 1 : 0)) / this.#batch;
      }
    }
  }
}

/** below = slope · Wᵀ where the rectified unit below is at work, else 0. */
function spread(
  slope: Float64Array,
  weights: Float64Array,
  { inputs, units, at }: Layer,
  batch: number,
  output: Float64Array,
  below: Float64Array,
): void {
  for (let i = 0; i < batch; i++) {
    const own = i * units;
    for (let k = 0; k < inputs; k++) {
      let sum = 0;
      const row = at + k * units;
      if (output[i * inputs + k]! > 0)
        for (let u = 0; u < units; u++) sum += slope[own + u]! * weights[row + u]!;
      below[i * inputs + k] = sum;
    }
  }
}
