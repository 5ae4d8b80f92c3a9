/** One coordinate of the points that a tree is grown from. */
export interface Feature {
  /** Number of choices of a category, which stand at (k + ½) / choices; undefined: numbers, which have an order. */
  readonly choices: number | undefined;
}

/** The part of the space that one leaf stands for. */
export interface Leaf {
  readonly mean: number;
  readonly variance: number;
  /** Numbers of each feature are above `low` and at most `high`; a missing one counts as −∞. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Whether a choice of a category (the last: missing) leads here; undefined for numbers. */
  readonly choices: readonly (Uint8Array | undefined)[];
}

/** A regression tree in flat arrays. The right child of a node follows its left one. */
export class Tree {
  readonly #features: readonly Feature[];
  /** What a node asks; −1 for a leaf. */
  readonly #feature: Int16Array;
  /** Numbers up to it go left; of a category, the place of its choices in `#sides`. */
  readonly #threshold: Float64Array;
  readonly #left: Int32Array;
  /** 1 for the choices of a category that go left. */
  readonly #sides: Uint8Array;
  readonly #mean: Float64Array;
  readonly #variance: Float64Array;

  constructor(features: readonly Feature[], nodes: Nodes) {
    this.#features = features;
    this.#feature = nodes.feature.slice(0, nodes.count);
    this.#threshold = nodes.threshold.slice(0, nodes.count);
    this.#left = nodes.left.slice(0, nodes.count);
    this.#sides = Uint8Array.from(nodes.sides);
    this.#mean = nodes.mean.slice(0, nodes.count);
    this.#variance = nodes.variance.slice(0, nodes.count);
  }

  /** The node of the leaf in which a point lies. */
  leafOf(point: Float64Array): number {
    let node = 0;
    for (;;) {
      const feature = this.#feature[node]!;
      if (feature < 0) return node;
      const { choices } = this.#features[feature]!;
      const x = point[feature]!;
      const threshold = this.#threshold[node]!;
      // A comparison with NaN is false: what is missing goes left.
      const right =
        choices === undefined ? x > threshold : this.#sides[threshold + choiceOf(x, choices)] === 0;
      node = this.#left[node]! + (right ? 1 : 0);
    }
  }

  meanOf(leaf: number): number {
    return this.#mean[leaf]!;
  }

  /** Variance of the targets in a leaf. */
  varianceOf(leaf: number): number {
    return this.#variance[leaf]!;
  }

  /** All leaves with their boxes, which together are the whole space. */
  *leaves(): Generator<Leaf> {
    const d = this.#features.length;
    const stack: Box[] = [
      {
        node: 0,
        low: new Float64Array(d).fill(Number.NEGATIVE_INFINITY),
        high: new Float64Array(d).fill(Number.POSITIVE_INFINITY),
        choices: this.#features.map(({ choices }) =>
          choices === undefined ? undefined : new Uint8Array(choices + 1).fill(1),
        ),
      },
    ];
    for (let box = stack.pop(); box !== undefined; box = stack.pop()) {
      const { node, low, high, choices } = box;
      if (this.#feature[node]! < 0) {
        yield { mean: this.#mean[node]!, variance: this.#variance[node]!, low, high, choices };
      } else stack.push(...this.#halves(box));
    }
  }

  #halves({ node, low, high, choices }: Box): [Box, Box] {
    const feature = this.#feature[node]!;
    const threshold = this.#threshold[node]!;
    const left = this.#left[node]!;
    const own = choices[feature];
    if (own === undefined) {
      return [
        { node: left, low, high: high.with(feature, threshold), choices },
        { node: left + 1, low: low.with(feature, threshold), high, choices },
      ];
    }
    const side = (one: 0 | 1) => own.map((is, k) => (is === 1 && this.#sides[threshold + k] === one ? 1 : 0));
    return [
      { node: left, low, high, choices: choices.with(feature, side(1)) },
      { node: left + 1, low, high, choices: choices.with(feature, side(0)) },
    ];
  }
}

interface Box extends Pick<Leaf, "low" | "high" | "choices"> {
  readonly node: number;
}

/** Index of the choice at a place in the unit interval; the one after the last where it is missing. */
export function choiceOf(x: number, choices: number): number {
  return Number.isNaN(x) ? choices : Math.min(choices - 1, Math.floor(x * choices));
}

/** A tree that is being grown. */
export interface Nodes {
  count: number;
  readonly feature: Int16Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly sides: number[];
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}
