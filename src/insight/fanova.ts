import { random } from "../space/random.ts";
import type { Space } from "../space/space.ts";
import { Forest, type ForestRules, featuresOf } from "../strategies/forest/regression.ts";
import type { Observation } from "../strategies/observations.ts";
import { dimensionsOf } from "../strategies/parzen/dimensions.ts";
import { checkpoint, select } from "../strategies/selection.ts";
import { type Measure, TreeMarginals } from "./treeMarginals.ts";

/** Trees that see samples of the data, and look for good splits: they are to be right on average, and to differ. */
const RULES: ForestRules = {
  trees: 16,
  bootstrap: true,
  featureShare: 5 / 6,
  draws: 6,
  leastInLeaf: 1,
  leastToSplit: 3,
};
/** Draws from the space that say how often a parameter is active. */
const DRAWS = 500;
/** Values up to which each has its own probability; more of them are as good as continuous. */
const MOST_VALUES = 100;

/** What a forest says at one place, and how much its trees differ. */
export interface Effect {
  readonly mean: number;
  readonly sd: number;
}

/**
 * Functional ANOVA of a regression forest (Hutter, Hoos & Leyton-Brown 2014): which share of the variance of its
 * predictions over the whole space each parameter explains alone, and each pair beyond that.
 *
 * Parameters count as independent, each with the space's own distribution. One that is conditional has a value more,
 * inactive, with the probability that random configurations have it; so its share tells of being active too, which
 * is its parent's doing.
 */
export class Fanova {
  readonly #trees: readonly TreeMarginals[];
  readonly #shares = new Map<string, number>();

  /** `points` are encoded configurations and run in parallel with `targets`; at least two of each. */
  constructor(space: Space, points: readonly Float64Array[], targets: Float64Array) {
    const forest = new Forest(featuresOf(space), points, targets, RULES, random(points.length, 0));
    const measures = measuresOf(space);
    this.#trees = forest.trees.map((tree) => new TreeMarginals(tree, measures));
  }

  /** Share of the variance that the `i`-th parameter explains alone: mean over the trees. */
  main(i: number): number {
    return this.#share(`${i}`, (tree) => tree.mainVariance(i));
  }

  /** Share of the variance that two parameters explain together and neither alone. */
  interaction(i: number, j: number): number {
    return this.#share(`${i} ${j}`, (tree) =>
      Math.max(0, tree.jointVariance(i, j) - tree.mainVariance(i) - tree.mainVariance(j)),
    );
  }

  #share(key: string, part: (tree: TreeMarginals) => number): number {
    const known = this.#shares.get(key);
    if (known !== undefined) return known;
    let sum = 0;
    for (const tree of this.#trees) if (tree.variance > 0) sum += part(tree) / tree.variance;
    const share = sum / this.#trees.length;
    this.#shares.set(key, share);
    return share;
  }

  /** Mean over all other parameters where the `i`-th has a value (a place in the unit interval; NaN: inactive). */
  curve(i: number, places: readonly number[]): Effect[] {
    const marginals = this.#trees.map((tree) => ({ tree, values: tree.single(i) }));
    return places.map((x) => effect(marginals.map(({ tree, values }) => values[tree.cellOf(i, x)]!)));
  }

  /** Mean over all other parameters where two have values: row by row of `j`, each along `i`. */
  map(i: number, j: number, across: readonly number[], up: readonly number[]): Effect[] {
    const marginals = this.#trees.map((tree) => {
      const values = tree.double(i, j);
      const stride = tree.stride(j);
      const columns = across.map((x) => tree.cellOf(i, x));
      return { values, stride, columns, rows: up.map((y) => tree.cellOf(j, y)) };
    });
    return up.flatMap((_, row) =>
      across.map((_, column) =>
        effect(
          marginals.map(
            ({ values, stride, columns, rows }) => values[columns[column]! * stride + rows[row]!]!,
          ),
        ),
      ),
    );
  }
}

function effect(values: readonly number[]): Effect {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n) };
}

function measuresOf(space: Space): Measure[] {
  const features = featuresOf(space);
  const isConditional = space.names.some((name) => space.parameters[name]!.when !== undefined);
  const drawn = isConditional ? Array.from({ length: DRAWS }, (_, i) => space.sample(random(DRAWS, i))) : [];
  return dimensionsOf(space).map(({ name, count, cell }, i): Measure => {
    const { choices } = features[i]!;
    const active = drawn.filter((configuration) => name in configuration).length;
    const missing = space.parameters[name]!.when === undefined ? 0 : 1 - active / drawn.length;
    if (choices !== undefined) return { choices, missing, cumulative: (k) => k / choices };
    if (count > MOST_VALUES) {
      return { choices, missing, cumulative: (x) => Math.min(1, Math.max(0, x)) };
    }
    const values = valuesOf(cell);
    return {
      choices,
      missing,
      cumulative: (x) => values.reduce((sum, { at, share }) => (at <= x ? sum + share : sum), 0),
    };
  });
}

/** The values of an ordered parameter: where they stand, and how likely each is. */
function valuesOf(cell: (unit: number) => readonly [number, number]): { at: number; share: number }[] {
  const values: { at: number; share: number }[] = [];
  for (let from = 0; from < 1 - 1e-9; ) {
    const [low, high] = cell(from + 1e-9);
    values.push({ at: (low + high) / 2, share: high - low });
    from = high;
  }
  return values;
}

/** Observations that a forest is grown from at most: a bound for the time that a snapshot takes. */
const MOST = 400;

/** Keeps the functional ANOVA of one study from call to call: a new forest is grown when 5 % more scores are in. */
export class FanovaFactory {
  readonly #space: Space;
  #made: { readonly of: string; readonly fanova: Fanova } | undefined;

  constructor(space: Space) {
    this.#space = space;
  }

  /** `observations` in the order in which they came, all with finite losses; at least two. Settled into the space. */
  make(observations: readonly Observation[]): Fanova {
    const prefix = observations.slice(0, checkpoint(observations.length));
    const last = prefix.at(-1);
    const of = `${prefix.length} ${last?.trial} ${last?.loss}`;
    if (this.#made?.of !== of) {
      const chosen = select(prefix, MOST);
      const points = chosen.map(({ configuration }) => this.#space.encode(this.#space.settle(configuration)));
      this.#made = { of, fanova: new Fanova(this.#space, points, bounded(chosen.map(({ loss }) => loss))) };
    }
    return this.#made.fanova;
  }
}

/** Losses far above the usual ones (trainings that diverged) count as less bad: else they were all there is to explain. */
function bounded(losses: readonly number[]): Float64Array {
  const sorted = losses.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)]!;
  const reach = at(0.5) - at(0.1);
  const most = reach > 0 ? at(0.5) + 4 * reach : at(1);
  return Float64Array.from(losses, (loss) => Math.min(loss, most));
}
