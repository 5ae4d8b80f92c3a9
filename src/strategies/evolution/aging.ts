import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { choiceAt, type Dimension, dimensionsOf, vectorOf } from "../parzen/dimensions.ts";
import { compareRanked } from "../ranking.ts";
import type { Known, Proposal } from "../sequential.ts";
import { type BirthNote, completed, TRIES } from "./vectors.ts";

export interface AgingOptions {
  readonly population: number;
  readonly tournament: number;
  readonly step: number;
}

/** A point in [0, 1] after a step that is reflected at both ends. */
function reflected(unit: number): number {
  const turned = Math.abs(unit) % 2;
  return turned > 1 ? 2 - turned : turned;
}

/** Another value of one parameter: any other choice, or a normal step of which at least one value comes. */
function mutated(unit: number, { kind, count, cell }: Dimension, step: number, random: Random): number {
  if (kind === "categorical") {
    const other = (choiceAt(unit, count) + 1 + random.int(count - 1)) % count;
    return (other + 0.5) / count;
  }
  const to = reflected(unit + step * random.normal());
  const [low, high] = cell(unit);
  if (kind === "continuous" || to < low || to > high) return to;
  // A step that ends in its own cell goes on to the next one, on the side where there is one.
  const up = high >= 1 || (low > 0 && random.uniform() < 0.5) ? low - 1e-9 : high + 1e-9;
  return Math.min(1, Math.max(0, up));
}

/**
 * Regularised evolution (Real, Aggarwal, Huang & Le 2019, "Regularized evolution for image classifier architecture
 * search", Algorithm 1): the population are the last P trials that have ended, so the oldest dies, however good;
 * the best of S of them, drawn with replacement, has one parameter mutated. Workers need not wait for each other.
 */
export class Aging {
  readonly #space: Space;
  readonly #options: AgingOptions;
  readonly #dimensions: readonly Dimension[];

  constructor(space: Space, options: AgingOptions) {
    this.#space = space;
    this.#options = options;
    this.#dimensions = dimensionsOf(space);
  }

  propose({ started, finished, has }: Known, random: Random): Proposal | undefined {
    const { population: size, tournament } = this.#options;
    const population = finished.slice(-size);
    // Until so many are started, and as long as none has succeeded, there is nothing to select from.
    if (started < size || !population.some(({ loss }) => loss < Number.POSITIVE_INFINITY)) return undefined;
    for (let i = 0; i < TRIES; i++) {
      const contestants = Array.from({ length: tournament }, () => random.choice(population));
      const parent = contestants.reduce((a, b) => (compareRanked(b, a) < 0 ? b : a));
      const child = this.#child(parent, random);
      if (!child) continue;
      const { configuration, name } = child;
      if (has(configuration) || this.#space.check(configuration) !== undefined) continue;
      const note: BirthNote = { why: `Trial ${parent.trial} with another ${name}.`, parents: [parent.trial] };
      return { configuration, note };
    }
    return undefined;
  }

  #child(parent: Observation, random: Random) {
    const vector = vectorOf(this.#space, parent.configuration);
    const mutable = this.#dimensions
      .map(({ count }, index) => ({ index, count }))
      .filter(({ index, count }) => count > 1 && !Number.isNaN(vector[index]!));
    if (mutable.length === 0) return undefined;
    const { index } = random.choice(mutable);
    const dimension = this.#dimensions[index]!;
    const child = completed(vector, random);
    child[index] = mutated(vector[index]!, dimension, this.#options.step, random);
    return { configuration: this.#space.decode(child), name: dimension.name };
  }
}
