import { EDGE, INPUTS, MOST_DIMENSIONS, type RnnWeights } from "./weights.ts";

/** Ranges of values below this are taken for this, as in training. */
const LEAST_RANGE = 1e-3;

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** What the network has made of the evaluations so far. A value: `after` gives another one. */
export interface RnnState {
  readonly h: Float64Array;
  readonly c: Float64Array;
  readonly best: number;
  readonly worst: number;
  readonly bestX: Float64Array;
  readonly evaluations: number;
}

/**
 * The black-box optimizer of Chen et al. 2017 at work: a long short-term memory that is told of evaluations and proposes
 * the next one. Plain arrays: a step is some ten thousand multiplications.
 */
export class RnnCell {
  readonly #weights: RnnWeights;
  readonly #dimensions: number;

  /** @param dimensions At most `MOST_DIMENSIONS`. */
  constructor(weights: RnnWeights, dimensions: number) {
    this.#weights = weights;
    this.#dimensions = dimensions;
  }

  /** Before the first evaluation: the network has had one step, without anything to see. */
  start(): RnnState {
    const { hidden } = this.#weights;
    const nothing = { h: new Float64Array(hidden), c: new Float64Array(hidden) };
    const bestX = new Float64Array(MOST_DIMENSIONS).fill(0.5);
    const rest = { best: Number.POSITIVE_INFINITY, worst: Number.NEGATIVE_INFINITY, bestX, evaluations: 0 };
    return { ...this.#step(nothing, new Float64Array(INPUTS)), ...rest };
  }

  /** Where to look next, in the unit cube. */
  proposal({ h, bestX }: RnnState): Float64Array {
    const { output, offset } = this.#weights;
    return Float64Array.from({ length: this.#dimensions }, (_, i) => {
      const inner = Math.min(1 - EDGE, Math.max(EDGE, bestX[i]!));
      let sum = offset[i]! + Math.log(inner / (1 - inner));
      for (let k = 0; k < h.length; k++) sum += h[k]! * output[k * MOST_DIMENSIONS + i]!;
      return logistic(sum);
    });
  }

  /**
   * After one more evaluation.
   * @param x A point of the unit cube; NaN (inactive) counts as the middle.
   * @param y Its value, smaller is better; Infinity for one that failed or has no value yet: it counts as the worst.
   */
  after(state: RnnState, x: ArrayLike<number>, y: number): RnnState {
    const isKnown = Number.isFinite(y);
    const isBetter = isKnown && y < state.best;
    const best = isBetter ? y : state.best;
    const worst = isKnown ? Math.max(state.worst, y) : state.worst;
    const point = new Float64Array(MOST_DIMENSIONS).fill(0.5);
    for (let i = 0; i < this.#dimensions; i++) point[i] = Number.isNaN(x[i]!) ? 0.5 : x[i]!;
    const bestX = isBetter ? point : state.bestX;
    const evaluations = state.evaluations + 1;
    const height = isKnown ? (y - best) / Math.max(worst - best, LEAST_RANGE) : 1;
    const input = new Float64Array(INPUTS);
    input.set(point);
    input.set(bestX, MOST_DIMENSIONS);
    input.set(
      [height, isBetter ? 1 : 0, evaluations / this.#weights.horizon, this.#dimensions / MOST_DIMENSIONS],
      2 * MOST_DIMENSIONS,
    );
    return { ...this.#step(state, input), best, worst, bestX, evaluations };
  }

  #step({ h, c }: Pick<RnnState, "h" | "c">, input: Float64Array): Pick<RnnState, "h" | "c"> {
    const { hidden, kernel, bias } = this.#weights;
    const gates = Float64Array.from(bias);
    const add = (values: Float64Array, from: number): void => {
      for (let r = 0; r < values.length; r++) {
        const value = values[r]!;
        const row = (from + r) * gates.length;
        for (let k = 0; k < gates.length; k++) gates[k]! += value * kernel[row + k]!;
      }
    };
    add(input, 0);
    add(h, INPUTS);
    const nextC = c.map(
      (cell, k) =>
        logistic(gates[hidden + k]!) * cell + logistic(gates[k]!) * Math.tanh(gates[2 * hidden + k]!),
    );
    return { h: nextC.map((cell, k) => logistic(gates[3 * hidden + k]!) * Math.tanh(cell)), c: nextC };
  }
}
