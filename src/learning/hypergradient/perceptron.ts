import type { Random } from "../../space/random.ts";
import type { Images } from "../data/images.ts";
import {
  addProduct,
  addTransposed,
  affine,
  gather,
  gatherProduct,
  glorot,
  type Layer,
  layersOf,
  softmax,
} from "../dense.ts";
import { type Activation, type ActivationName, activations } from "./activations.ts";

/** Slopes of the loss by each layer's z (δ) and a = σ(z), examples × units. */
interface Slopes {
  readonly byZ: readonly Float64Array[];
  readonly byA: readonly Float64Array[];
}

/**
 * A multilayer perceptron with a softmax at its end, on one flat vector of weights; without hidden layers it is softmax
 * regression. Its loss is Σ cᵢ ℓᵢ over the loaded examples, with ℓᵢ the cross-entropy of one and cᵢ its share.
 *
 * Second derivatives by Pearlmutter 1994's R-operator: R{·} is the change of a quantity as the weights move along a
 * direction. Holds no weights itself; its memory makes it good for one training at a time. Call `run`, then `gradient`,
 * then `tangent` and `addProduct`, each at the same weights as the one before.
 */
export class Perceptron {
  /** Weights in all. */
  readonly size: number;
  readonly #sizes: readonly number[];
  readonly #layers: readonly Layer[];
  readonly #activation: Activation;
  /** By layer, examples × units: values a, changes R{z} and R{a}, and R{δ}. */
  #values: readonly Float64Array[] = [];
  #changes: readonly Float64Array[] = [];
  #valueChanges: readonly Float64Array[] = [];
  #slopeChanges: readonly Float64Array[] = [];
  #slopes: Slopes = { byZ: [], byA: [] };
  /** Of other shares, so that those of the gradient stay. */
  #mixedSlopes: Slopes = { byZ: [], byA: [] };
  #inputs = new Float64Array(0);
  #labels = new Uint8Array(0);
  #losses = new Float64Array(0);
  #loaded: { images: Images; numbers: ArrayLike<number> } | undefined;

  /** @param sizes Inputs, hidden units of each layer, classes. */
  constructor(sizes: readonly number[], activation: ActivationName = "tanh") {
    const { layers, size } = layersOf(sizes);
    this.#sizes = sizes;
    this.#layers = layers;
    this.size = size;
    this.#activation = activations[activation];
  }

  /** Glorot & Bengio's weights, biases 0. */
  initial(random: Random): Float64Array {
    return glorot(this.#layers, () => random.uniform(), new Float64Array(this.size));
  }

  /** Examples loaded. */
  get count(): number {
    return this.#labels.length;
  }

  /** Loads these pictures; nothing is copied where they are the very same as before. */
  load(images: Images, numbers: ArrayLike<number>): void {
    if (this.#loaded?.images === images && this.#loaded.numbers === numbers) return;
    const { pixels, data, labels } = images;
    const count = numbers.length;
    if (count !== this.count) this.#allocate(count);
    for (let i = 0; i < count; i++) {
      const number = numbers[i]!;
      this.#inputs.set(data.subarray(number * pixels, (number + 1) * pixels), i * pixels);
      this.#labels[i] = labels[number]!;
    }
    this.#loaded = { images, numbers };
  }

  #allocate(count: number): void {
    const memory = () => this.#layers.map(({ units }) => new Float64Array(count * units));
    this.#slopes = { byZ: memory(), byA: memory() };
    this.#mixedSlopes = { byZ: memory(), byA: memory() };
    this.#values = memory();
    [this.#changes, this.#valueChanges, this.#slopeChanges] = [memory(), memory(), memory()];
    this.#inputs = new Float64Array(count * this.#sizes[0]!);
    this.#labels = new Uint8Array(count);
    this.#losses = new Float64Array(count);
  }

  /** ℓᵢ of each loaded example; good until the next call. */
  run(weights: Float64Array): Float64Array {
    const last = this.#layers.length - 1;
    this.#layers.forEach((layer, l) => {
      const value = this.#values[l]!;
      affine(this.#below(l), weights, layer, this.count, value);
      if (l < last) for (let i = 0; i < value.length; i++) value[i] = this.#activation.value(value[i]!);
    });
    const { units } = this.#layers[last]!;
    for (let i = 0; i < this.count; i++)
      this.#losses[i] = softmax(this.#values[last]!, i * units, units, this.#labels[i]!);
    return this.#losses;
  }

  /** Examples whose label has the largest probability, after `run`; none where they are no numbers. */
  hits(): number {
    const { units } = this.#layers.at(-1)!;
    const shares = this.#values.at(-1)!;
    let hits = 0;
    for (let i = 0; i < this.count; i++) {
      const own = shares[i * units + this.#labels[i]!]!;
      let isLargest = true;
      for (let u = 0; u < units; u++) if (!(shares[i * units + u]! <= own)) isLargest = false;
      if (isLargest) hits++;
    }
    return hits;
  }

  /** into = Σ cᵢ ∇ℓᵢ, after `run`. */
  gradient(weights: Float64Array, shares: Float64Array, into: Float64Array): Float64Array {
    into.fill(0);
    this.#gather(weights, shares, this.#slopes, [0, this.count], into);
    return into;
  }

  /** into += Σ eᵢ ∇ℓᵢ, row by row where eᵢ ≠ 0: how the gradient changes with the shares. After `run`. */
  addMixed(weights: Float64Array, e: Float64Array, into: Float64Array): void {
    for (let i = 0; i < this.count; i++)
      if (e[i] !== 0) this.#gather(weights, e, this.#mixedSlopes, [i, i + 1], into);
  }

  /** into += the gradient of the rows `from` ≤ i < `to`. */
  #gather(
    weights: Float64Array,
    shares: Float64Array,
    { byZ, byA }: Slopes,
    [from, to]: readonly [number, number],
    into: Float64Array,
  ): void {
    const last = this.#layers.length - 1;
    const { units } = this.#layers[last]!;
    const [probabilities, slope] = [this.#values[last]!, byZ[last]!];
    for (let i = from; i < to; i++) {
      for (let u = 0; u < units; u++)
        slope[i * units + u] = shares[i]! * (probabilities[i * units + u]! - (u === this.#labels[i] ? 1 : 0));
    }
    for (let l = last; l >= 0; l--) {
      const layer = this.#layers[l]!;
      gather(this.#below(l), byZ[l]!, layer, to, into, from);
      if (l === 0) return;
      const [below, value, slopes] = [byA[l - 1]!, this.#values[l - 1]!, byZ[l - 1]!];
      below.fill(0, from * layer.inputs, to * layer.inputs);
      addTransposed(byZ[l]!, weights, layer, to, below, from);
      for (let i = from * layer.inputs; i < to * layer.inputs; i++)
        slopes[i] = below[i]! * this.#activation.slope(value[i]!);
    }
  }

  /** R{·} forward along a direction of the weights, after `run`. */
  tangent(weights: Float64Array, direction: Float64Array): void {
    this.#layers.forEach((layer, l) => {
      const change = this.#changes[l]!;
      affine(this.#below(l), direction, layer, this.count, change);
      if (l > 0) addProduct(this.#valueChanges[l - 1]!, weights, layer, this.count, change);
      if (l === this.#layers.length - 1) return;
      const [value, valueChange] = [this.#values[l]!, this.#valueChanges[l]!];
      for (let i = 0; i < change.length; i++) valueChange[i] = change[i]! * this.#activation.slope(value[i]!);
    });
  }

  /** ∇ℓᵢ · direction of a loaded example, after `tangent`. */
  change(i: number): number {
    const { units } = this.#layers.at(-1)!;
    const [probabilities, change] = [this.#values.at(-1)!, this.#changes.at(-1)!];
    let sum = -change[i * units + this.#labels[i]!]!;
    for (let u = i * units; u < (i + 1) * units; u++) sum += probabilities[u]! * change[u]!;
    return sum;
  }

  /** into += H · direction, H the Hessian of Σ cᵢ ℓᵢ; after `gradient` with these shares and `tangent`. */
  addProduct(weights: Float64Array, direction: Float64Array, shares: Float64Array, into: Float64Array): void {
    this.#startSlopeChanges(shares);
    for (let l = this.#layers.length - 1; l >= 0; l--) {
      const layer = this.#layers[l]!;
      const [slope, slopeChange] = [this.#slopes.byZ[l]!, this.#slopeChanges[l]!];
      gather(this.#below(l), slopeChange, layer, this.count, into);
      if (l === 0) return;
      gatherProduct(this.#valueChanges[l - 1]!, slope, layer, this.count, into);
      const below = this.#slopeChanges[l - 1]!;
      below.fill(0);
      addTransposed(slopeChange, weights, layer, this.count, below);
      addTransposed(slope, direction, layer, this.count, below);
      const [value, change, valueSlope] = [
        this.#values[l - 1]!,
        this.#changes[l - 1]!,
        this.#slopes.byA[l - 1]!,
      ];
      const { slope: first, curvature } = this.#activation;
      for (let i = 0; i < below.length; i++) {
        below[i] = below[i]! * first(value[i]!) + valueSlope[i]! * curvature(value[i]!) * change[i]!;
      }
    }
  }

  /** R{δ} of the last layer: cᵢ p ⊙ (R{z} − ⟨p, R{z}⟩). */
  #startSlopeChanges(shares: Float64Array): void {
    const { units } = this.#layers.at(-1)!;
    const [probabilities, change, slopeChange] = [
      this.#values.at(-1)!,
      this.#changes.at(-1)!,
      this.#slopeChanges.at(-1)!,
    ];
    for (let i = 0; i < this.count; i++) {
      let mean = 0;
      for (let u = i * units; u < (i + 1) * units; u++) mean += probabilities[u]! * change[u]!;
      for (let u = i * units; u < (i + 1) * units; u++)
        slopeChange[u] = shares[i]! * probabilities[u]! * (change[u]! - mean);
    }
  }

  #below(l: number): Float64Array {
    return l === 0 ? this.#inputs : this.#values[l - 1]!;
  }
}
