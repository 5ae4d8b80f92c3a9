/**
 * A fully connected layer's place in the vector of all weights: inputs × units weights, row by row of the inputs, then
 * the biases.
 */
export interface Layer {
  readonly inputs: number;
  readonly units: number;
  readonly at: number;
}

/** The layers between these sizes, one after the other from 0, and how many weights that makes. */
export function layersOf(sizes: readonly number[]): {
  readonly layers: readonly Layer[];
  readonly size: number;
} {
  let at = 0;
  const layers = sizes.slice(1).map((units, i) => {
    const layer = { inputs: sizes[i]!, units, at };
    at += (layer.inputs + 1) * units;
    return layer;
  });
  return { layers, size: at };
}

/** output = input · W + b for these rows of a mini-batch, as all products here. */
export function affine(
  input: Float64Array,
  weights: Float64Array,
  { inputs, units, at }: Layer,
  to: number,
  output: Float64Array,
  from = 0,
): void {
  const biases = at + inputs * units;
  for (let i = from; i < to; i++)
    for (let u = 0; u < units; u++) output[i * units + u] = weights[biases + u]!;
  addProduct(input, weights, { inputs, units, at }, to, output, from);
}

/** output += input · W; inputs that are 0 (half of the rectified units, most of a picture) are passed over. */
export function addProduct(
  input: Float64Array,
  weights: Float64Array,
  { inputs, units, at }: Layer,
  to: number,
  output: Float64Array,
  from = 0,
): void {
  for (let i = from; i < to; i++) {
    const own = i * units;
    for (let k = 0; k < inputs; k++) {
      const x = input[i * inputs + k]!;
      if (x === 0) continue;
      const row = at + k * units;
      for (let u = 0; u < units; u++) output[own + u]! += x * weights[row + u]!;
    }
  }
}

/** into += inputᵀ · slope, at the weights' places. */
export function gatherProduct(
  input: Float64Array,
  slope: Float64Array,
  { inputs, units, at }: Layer,
  to: number,
  into: Float64Array,
  from = 0,
): void {
  for (let i = from; i < to; i++) {
    const own = i * units;
    for (let k = 0; k < inputs; k++) {
      const x = input[i * inputs + k]!;
      if (x === 0) continue;
      const row = at + k * units;
      for (let u = 0; u < units; u++) into[row + u]! += x * slope[own + u]!;
    }
  }
}

/** into += inputᵀ · slope, and the slopes' sums to the biases. */
export function gather(
  input: Float64Array,
  slope: Float64Array,
  layer: Layer,
  to: number,
  into: Float64Array,
  from = 0,
): void {
  const { inputs, units, at } = layer;
  gatherProduct(input, slope, layer, to, into, from);
  const biases = at + inputs * units;
  for (let i = from; i < to; i++) for (let u = 0; u < units; u++) into[biases + u]! += slope[i * units + u]!;
}

/** below += slope · Wᵀ. */
export function addTransposed(
  slope: Float64Array,
  weights: Float64Array,
  { inputs, units, at }: Layer,
  to: number,
  below: Float64Array,
  from = 0,
): void {
  for (let i = from; i < to; i++) {
    const own = i * units;
    for (let k = 0; k < inputs; k++) {
      let sum = 0;
      const row = at + k * units;
      for (let u = 0; u < units; u++) sum += slope[own + u]! * weights[row + u]!;
      below[i * inputs + k]! += sum;
    }
  }
}

/** Turns logits into probabilities, in place; gives −ln of that of the label. */
export function softmax(values: Float64Array, at: number, count: number, label: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let u = at; u < at + count; u++) most = Math.max(most, values[u]!);
  const own = values[at + label]! - most;
  let sum = 0;
  for (let u = at; u < at + count; u++) sum += Math.exp(values[u]! - most);
  for (let u = at; u < at + count; u++) values[u] = Math.exp(values[u]! - most) / sum;
  return Math.log(sum) - own;
}

/** Weights by Glorot & Bengio 2010, biases 0. */
export function glorot(layers: readonly Layer[], uniform: () => number, into: Float64Array): Float64Array {
  for (const { inputs, units, at } of layers) {
    const reach = Math.sqrt(6 / (inputs + units));
    for (let i = 0; i < inputs * units; i++) into[at + i] = reach * (2 * uniform() - 1);
  }
  return into;
}
