/** Dimensions that the network's proposals have; smaller spaces leave the last ones unused. */
export const MOST_DIMENSIONS = 6;
/** What the network is told of each evaluation: x, the best x, how good it was, whether it was the best, time, dimensions. */
export const INPUTS = 2 * MOST_DIMENSIONS + 4;

/** Points nearer to an edge of the unit cube than this are moved away from it before the logistic function is undone. */
export const EDGE = 0.01;

/**
 * A long short-term memory with a linear output: how far the next proposal lies from the best point so far, in logits.
 * What is near to the best is what improves on it, so a network that stays there is a good one to begin with.
 */
export interface RnnWeights {
  readonly hidden: number;
  /** Evaluations that it was trained to make the best of. */
  readonly horizon: number;
  /** (inputs + hidden) × 4 hidden, row by row; gates in the order input, forget, candidate, output. */
  readonly kernel: Float32Array;
  /** 4 hidden. */
  readonly bias: Float32Array;
  /** hidden × dimensions, row by row. */
  readonly output: Float32Array;
  /** One a dimension. */
  readonly offset: Float32Array;
}

/** Steps that a unit is divided into in the file: what they leave away, the proposals do not notice. */
const STEPS = 2 ** 14;

/** The weights in JSON, as whole numbers of steps. */
export interface RnnFile {
  readonly system: string;
  readonly version: number;
  readonly hidden: number;
  readonly horizon: number;
  readonly kernel: readonly number[];
  readonly bias: readonly number[];
  readonly output: readonly number[];
  readonly offset: readonly number[];
}

/** Packs weights as they are kept. */
export function packWeights({ hidden, horizon, kernel, bias, output, offset }: RnnWeights): RnnFile {
  const steps = (values: Float32Array): number[] => Array.from(values, (value) => Math.round(STEPS * value));
  return {
    system: "rnn",
    version: 1,
    hidden,
    horizon,
    kernel: steps(kernel),
    bias: steps(bias),
    output: steps(output),
    offset: steps(offset),
  };
}

/** Unpacks weights: the inverse of `packWeights`, to half a step. */
export function unpackWeights({ hidden, horizon, kernel, bias, output, offset }: RnnFile): RnnWeights {
  const values = (steps: readonly number[]): Float32Array => Float32Array.from(steps, (step) => step / STEPS);
  return {
    hidden,
    horizon,
    kernel: values(kernel),
    bias: values(bias),
    output: values(output),
    offset: values(offset),
  };
}
