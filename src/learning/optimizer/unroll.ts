import * as tf from "@tensorflow/tfjs";
import type { Optimizees } from "./optimizees/optimizees.ts";
import { preprocess } from "./preprocess.ts";
import { type Architecture, inputsOf, mapWeights, shapesOf, WEIGHT_NAMES, type Weights } from "./weights.ts";

/** The network's memory of n coordinates: cell and output of each layer, [n, units]. Tensors: dispose of them. */
export type State = {
  readonly cell1: tf.Tensor2D;
  readonly output1: tf.Tensor2D;
  readonly cell2: tf.Tensor2D;
  readonly output2: tf.Tensor2D;
};

export type WeightTensors = Readonly<Record<keyof Weights, tf.Tensor2D>>;

export function weightTensors(architecture: Architecture, weights: Weights): WeightTensors {
  const shapes = shapesOf(architecture);
  const entries = WEIGHT_NAMES.map((name) => [name, tf.tensor2d(weights[name], [...shapes[name]])] as const);
  return Object.fromEntries(entries) as Record<keyof Weights, tf.Tensor2D>;
}

export function initialState(coordinates: number, units: number): State {
  const zeros = (): tf.Tensor2D => tf.zeros([coordinates, units]);
  return { cell1: zeros(), output1: zeros(), cell2: zeros(), output2: zeros() };
}

/** What a layer did at one step, kept for the way back. */
interface Passed {
  /** Inputs and last output, side by side, [n, inputs + units]. */
  readonly joined: tf.Tensor2D;
  /** Input, forget and output gate, side by side, [n, 3 units]. */
  readonly gates: tf.Tensor2D;
  readonly candidate: tf.Tensor2D;
  readonly before: tf.Tensor2D;
  readonly cell: tf.Tensor2D;
  readonly squashed: tf.Tensor2D;
  readonly output: tf.Tensor2D;
}

const columns = (tensor: tf.Tensor2D, from: number, count: number): tf.Tensor2D =>
  tf.slice(tensor, [0, from], [-1, count]);

/** One step of a layer (Hochreiter and Schmidhuber 1997, with forget gates). */
function forward(
  inputs: tf.Tensor2D,
  last: tf.Tensor2D,
  before: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor2D,
): Passed {
  const units = before.shape[1];
  const joined = tf.concat2d([inputs, last], 1);
  const sums = tf.add(tf.matMul(joined, kernel), bias) as tf.Tensor2D;
  const gates = tf.sigmoid(columns(sums, 0, 3 * units));
  const candidate = tf.tanh(columns(sums, 3 * units, units));
  const kept = tf.mul(columns(gates, units, units), before);
  const cell = tf.add(kept, tf.mul(columns(gates, 0, units), candidate)) as tf.Tensor2D;
  const squashed = tf.tanh(cell);
  const output = tf.mul(columns(gates, 2 * units, units), squashed) as tf.Tensor2D;
  return { joined, gates, candidate, before, cell, squashed, output };
}

/** x (1 − x) and 1 − x²: the slopes of sigmoid and tanh by their values. */
const slopeOfSigmoid = (value: tf.Tensor2D): tf.Tensor2D => tf.sub(value, tf.square(value));
const slopeOfTanh = (value: tf.Tensor): tf.Tensor => tf.sub(1, tf.square(value));

/**
 * The way back through one step of a layer: from the errors of its output and cell to those of what it was given.
 * The kernel comes transposed: WebAssembly multiplies transposed matrices by a slow path.
 */
function backward(
  passed: Passed,
  transposed: tf.Tensor2D,
  outputError: tf.Tensor,
  laterCell: tf.Tensor,
): { sums: tf.Tensor2D; inputs: tf.Tensor; output: tf.Tensor; cell: tf.Tensor } {
  const { gates, candidate, before, squashed } = passed;
  const units = before.shape[1];
  const cellError = tf.add(
    laterCell,
    tf.mul(tf.mul(outputError, columns(gates, 2 * units, units)), slopeOfTanh(squashed)),
  );
  const ofGates = tf.concat2d(
    [
      tf.mul(cellError, candidate) as tf.Tensor2D,
      tf.mul(cellError, before) as tf.Tensor2D,
      tf.mul(outputError, squashed) as tf.Tensor2D,
    ],
    1,
  );
  const ofCandidate = tf.mul(tf.mul(cellError, columns(gates, 0, units)), slopeOfTanh(candidate));
  const sums = tf.concat2d(
    [tf.mul(ofGates, slopeOfSigmoid(gates)) as tf.Tensor2D, ofCandidate as tf.Tensor2D],
    1,
  );
  const joined = tf.matMul(sums, transposed) as tf.Tensor2D;
  const inputs = joined.shape[1] - units;
  return {
    sums,
    inputs: columns(joined, 0, inputs),
    output: columns(joined, inputs, units),
    cell: tf.mul(cellError, columns(gates, units, units)),
  };
}

export interface Unrolled {
  /** Mean over problems of Σ f(θ⁽ᵗ⁾) over the steps of the unroll, t = 1 … (w⁽ᵗ⁾ = 1). */
  readonly loss: number;
  /** Its gradient by the weights, none flowing through ∇f. */
  readonly gradient: Weights;
  readonly state: State;
}

/**
 * Runs the optimizer for `steps` steps from `first` on and back again; `parameters` and `gradient` are updated in
 * place. As no gradient flows through ∇f (Andrychowicz et al. 2016, section 2), what the network is given is
 * constant, and the error of its output at step s is Σ_{t ≥ s} ∇f(θ⁽ᵗ⁾): plain back-propagation through time of one
 * recurrent network, written with operations that every backend has. State that comes in is disposed of.
 */
export function unroll(
  architecture: Architecture,
  weights: WeightTensors,
  optimizees: Optimizees,
  run: { parameters: Float32Array; gradient: Float32Array; state: State; first: number; steps: number },
): Unrolled {
  const { parameters, gradient } = run;
  const n = parameters.length;
  const { units, scale, preprocessing } = architecture;
  const result = tf.tidy(() => {
    const passes: { one: Passed; two: Passed }[] = [];
    const gradients: Float32Array[] = [];
    let { cell1, output1, cell2, output2 } = run.state;
    let loss = 0;
    for (let step = 0; step < run.steps; step++) {
      const inputs = tf.tensor2d(preprocess(preprocessing, gradient), [n, inputsOf(architecture)]);
      const one = forward(inputs, output1, cell1, weights.kernel1, weights.bias1);
      const two = forward(one.output, output2, cell2, weights.kernel2, weights.bias2);
      passes.push({ one, two });
      [cell1, output1, cell2, output2] = [one.cell, one.output, two.cell, two.output];
      const update = tf.add(tf.matMul(two.output, weights.kernelOut), weights.biasOut);
      const values = update.dataSync();
      for (let k = 0; k < n; k++) parameters[k]! += scale * values[k]!;
      const losses = optimizees.evaluate(parameters, run.first + step + 1, gradient);
      for (const one of losses) loss += one / optimizees.problems;
      gradients.push(gradient.slice());
    }
    const found = wayBack(passes, gradients, weights, units, scale / optimizees.problems);
    return { loss, found, state: { cell1, output1, cell2, output2 } };
  });
  const read = mapWeights((name) => result.found[name].dataSync() as Float32Array);
  tf.dispose([result.found, run.state]);
  return { loss: result.loss, gradient: read, state: result.state };
}

function wayBack(
  passes: readonly { one: Passed; two: Passed }[],
  gradients: readonly Float32Array[],
  weights: WeightTensors,
  units: number,
  scale: number,
): Record<keyof Weights, tf.Tensor> {
  const n = gradients[0]!.length;
  const error = new Float32Array(n);
  const zeros = tf.zeros([n, units]);
  let output1: tf.Tensor = zeros;
  let cell1: tf.Tensor = zeros;
  let output2: tf.Tensor = zeros;
  let cell2: tf.Tensor = zeros;
  const transposed1 = tf.transpose(weights.kernel1);
  const transposed2 = tf.transpose(weights.kernel2);
  const transposedOut = tf.transpose(weights.kernelOut);
  const sums1: tf.Tensor2D[] = [];
  const sums2: tf.Tensor2D[] = [];
  const errors: tf.Tensor2D[] = [];
  for (let step = passes.length - 1; step >= 0; step--) {
    const { one, two } = passes[step]!;
    const later = gradients[step]!;
    for (let k = 0; k < n; k++) error[k]! += scale * later[k]!;
    const updateError = tf.tensor2d(error.slice(), [n, 1]);
    errors.push(updateError);
    const ofOutput = tf.mul(updateError, transposedOut);
    const second = backward(two, transposed2, tf.add(ofOutput, output2), cell2);
    [output2, cell2] = [second.output, second.cell];
    sums2.push(second.sums);
    const first = backward(one, transposed1, tf.add(second.inputs, output1), cell1);
    [output1, cell1] = [first.output, first.cell];
    sums1.push(first.sums);
  }
  const stacked = (parts: tf.Tensor2D[]): tf.Tensor2D => tf.concat2d(parts, 0);
  const backwards = passes.toReversed();
  const all1 = stacked(sums1);
  const all2 = stacked(sums2);
  const allErrors = stacked(errors);
  const product = (parts: tf.Tensor2D[], errors: tf.Tensor2D): tf.Tensor =>
    tf.matMul(tf.transpose(stacked(parts)), errors);
  return {
    kernel1: product(
      backwards.map(({ one }) => one.joined),
      all1,
    ),
    bias1: tf.sum(all1, 0, true),
    kernel2: product(
      backwards.map(({ two }) => two.joined),
      all2,
    ),
    bias2: tf.sum(all2, 0, true),
    kernelOut: product(
      backwards.map(({ two }) => two.output),
      allErrors,
    ),
    biasOut: tf.sum(allErrors, 0, true),
  };
}
