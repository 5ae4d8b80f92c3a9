import { choiceOf, type Feature, type Leaf, type Tree } from "../strategies/forest/tree.ts";

/** How likely the values of one feature are, whatever the others. */
export interface Measure extends Feature {
  /** Probability that it is missing. */
  readonly missing: number;
  /** Of those that are not: at most `x` (numbers), or below the `x`-th choice (categories). */
  cumulative(x: number): number;
}

/** Cells of one feature between which a tree makes no difference; the first is that of missing numbers. */
interface Cells {
  readonly weights: Float64Array;
  readonly thresholds: Float64Array;
}

interface Part {
  readonly mean: number;
  /** Product of all shares. */
  readonly volume: number;
  /** One entry a feature: probability of the leaf's side, and the runs [from, to) of its cells. */
  readonly shares: Float64Array;
  readonly runs: readonly (readonly (readonly [from: number, to: number])[])[];
}

/**
 * Means of a tree's predictions over all features but one or two, exact under a product measure (Hutter, Hoos &
 * Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance", equation 8 and Algorithm 1): a
 * leaf counts with the probability of its box in the other features.
 */
export class TreeMarginals {
  readonly mean: number;
  readonly variance: number;
  readonly #measures: readonly Measure[];
  readonly #cells: readonly Cells[];
  readonly #parts: readonly Part[];

  constructor(tree: Tree, measures: readonly Measure[]) {
    this.#measures = measures;
    const leaves = [...tree.leaves()];
    this.#cells = measures.map((measure, i) => cellsOf(measure, leaves, i));
    // A leaf of no probability lies where no value is.
    this.#parts = leaves.map((leaf) => this.#partOf(leaf)).filter(({ volume }) => volume > 0);
    let mean = 0;
    let squares = 0;
    for (const part of this.#parts) {
      mean += part.volume * part.mean;
      squares += part.volume * part.mean ** 2;
    }
    this.mean = mean;
    this.variance = Math.max(0, squares - mean * mean);
  }

  #partOf(leaf: Leaf): Part {
    const runs = this.#measures.map((_, i) => runsOf(leaf, i, this.#cells[i]!));
    const shares = Float64Array.from(runs, (own, i) => {
      let share = 0;
      for (const [from, to] of own) for (let c = from; c < to; c++) share += this.#cells[i]!.weights[c]!;
      return share;
    });
    return { mean: leaf.mean, volume: shares.reduce((product, share) => product * share, 1), shares, runs };
  }

  /** The marginal of one feature: one value a cell. */
  single(i: number): Float64Array {
    const { weights } = this.#cells[i]!;
    const steps = new Float64Array(weights.length + 1);
    for (const { mean, volume, shares, runs } of this.#parts) {
      const value = (mean * volume) / shares[i]!;
      for (const [from, to] of runs[i]!) {
        steps[from]! += value;
        steps[to]! -= value;
      }
    }
    return summed(steps, 1, steps.length);
  }

  /** The marginal of two features: one value a pair of cells, row by row of `i`, with one cell too many in each. */
  double(i: number, j: number): Float64Array {
    const rows = this.#cells[i]!.weights.length + 1;
    const columns = this.#cells[j]!.weights.length + 1;
    // A box adds at its corners what the sums over rows and columns spread over it.
    const steps = new Float64Array(rows * columns);
    for (const { mean, volume, shares, runs } of this.#parts) {
      const value = (mean * volume) / (shares[i]! * shares[j]!);
      for (const [top, bottom] of runs[i]!) {
        for (const [left, right] of runs[j]!) {
          steps[top * columns + left]! += value;
          steps[top * columns + right]! -= value;
          steps[bottom * columns + left]! -= value;
          steps[bottom * columns + right]! += value;
        }
      }
    }
    return summed(steps, rows, columns);
  }

  /** Variance that the feature alone explains. */
  mainVariance(i: number): number {
    const { weights } = this.#cells[i]!;
    const marginal = this.single(i);
    return weights.reduce((sum, weight, c) => sum + weight * (marginal[c]! - this.mean) ** 2, 0);
  }

  /** Variance that two features explain together, their own effects among it. */
  jointVariance(i: number, j: number): number {
    const rows = this.#cells[i]!.weights;
    const columns = this.#cells[j]!.weights;
    const marginal = this.double(i, j);
    let sum = 0;
    for (let r = 0; r < rows.length; r++) {
      let inner = 0;
      const at = r * (columns.length + 1);
      for (let c = 0; c < columns.length; c++) inner += columns[c]! * (marginal[at + c]! - this.mean) ** 2;
      sum += rows[r]! * inner;
    }
    return sum;
  }

  /** The cell in which a value lies; NaN: it is missing. */
  cellOf(i: number, x: number): number {
    const { choices } = this.#measures[i]!;
    if (choices !== undefined) return choiceOf(x, choices);
    return Number.isNaN(x) ? 0 : 1 + position(this.#cells[i]!.thresholds, x);
  }

  /** Cells of a feature in a row of `double`. */
  stride(j: number): number {
    return this.#cells[j]!.weights.length + 1;
  }
}

function cellsOf(measure: Measure, leaves: readonly Leaf[], i: number): Cells {
  const { choices, missing } = measure;
  const present = 1 - missing;
  if (choices !== undefined) {
    const weights = Float64Array.from({ length: choices + 1 }, (_, k) =>
      k === choices ? missing : present * (measure.cumulative(k + 1) - measure.cumulative(k)),
    );
    return { weights, thresholds: new Float64Array() };
  }
  const ends = new Set(leaves.flatMap(({ low, high }) => [low[i]!, high[i]!]).filter(Number.isFinite));
  const thresholds = Float64Array.from(ends).sort();
  const below = [0, ...Array.from(thresholds, (x) => measure.cumulative(x)), 1];
  const numbers = below.slice(1).map((share, c) => present * Math.max(0, share - below[c]!));
  return { weights: Float64Array.from([missing, ...numbers]), thresholds };
}

/** A leaf's cells of one feature. What is missing lies below all numbers. */
function runsOf(leaf: Leaf, i: number, { thresholds }: Cells): [number, number][] {
  const choices = leaf.choices[i];
  if (choices === undefined) {
    const [low, high] = [leaf.low[i]!, leaf.high[i]!];
    const from = low === Number.NEGATIVE_INFINITY ? 0 : 2 + position(thresholds, low);
    return [[from, 2 + position(thresholds, high)]];
  }
  const runs: [number, number][] = [];
  choices.forEach((isIn, k) => {
    if (isIn === 0) return;
    const last = runs.at(-1);
    if (last?.[1] === k) last[1] = k + 1;
    else runs.push([k, k + 1]);
  });
  return runs;
}

/** How many of the thresholds lie below a value. */
function position(thresholds: Float64Array, value: number): number {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (thresholds[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sums along the columns, then along the rows, in place. */
function summed(steps: Float64Array, rows: number, columns: number): Float64Array {
  for (let r = 0; r < rows; r++) {
    for (let c = 1; c < columns; c++) steps[r * columns + c]! += steps[r * columns + c - 1]!;
  }
  for (let at = columns; at < steps.length; at++) steps[at]! += steps[at - columns]!;
  return steps;
}
