import type { Configuration, Value } from "../../protocol/space.ts";
import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { completed, TRIES } from "../evolution/vectors.ts";
import { type Dimension, dimensionsOf, vectorOf } from "../parzen/dimensions.ts";

export interface ExploreOptions {
  readonly resample: number;
  readonly factor: number;
  /** Names of the parameters that change from copy to copy; all when absent. */
  readonly parameters?: readonly string[];
}

/** A configuration made from another one, and how they differ, for people. */
export interface Changed {
  readonly configuration: Configuration;
  readonly words: string;
}

/** A number as a person reads it, with three significant digits. */
const brief = (value: Value): string =>
  typeof value === "number" ? String(Number(value.toPrecision(3))) : String(value);

/** A number times a factor; what would stay 0 for ever moves by the same share of its range. */
function scaled(value: number, factor: number, { low, high }: { low: number; high: number }): number {
  const moved = value === 0 ? (factor - 1) * (high - low) : value * factor;
  return Math.min(high, Math.max(low, moved));
}

/** Middle of the next cell in a direction; of the last one the cell itself. */
function neighbour(unit: number, { cell }: Dimension, up: boolean): number {
  const [low, high] = cell(unit);
  return Math.min(1, Math.max(0, up ? high + 1e-9 : low - 1e-9));
}

/**
 * The explore step of population-based training (Jaderberg et al. 2017, section 4.1.2): a parameter is drawn anew with
 * probability `resample`; otherwise a number is multiplied by 1 + `factor` or 1 − `factor`, and an ordinal steps to
 * a neighbour. Whole numbers and stepped ranges move by one value at least; choices
 * without an order stay as they are unless they are drawn anew.
 */
export class Explore {
  readonly #space: Space;
  readonly #options: ExploreOptions;
  readonly #dimensions: readonly Dimension[];

  constructor(space: Space, options: ExploreOptions) {
    this.#space = space;
    this.#options = options;
    this.#dimensions = dimensionsOf(space);
  }

  /** A changed copy of a configuration; the configuration itself where all changes that were tried are forbidden. */
  propose(parent: Configuration, random: Random): Changed {
    const vector = vectorOf(this.#space, parent);
    for (let i = 0; i < TRIES; i++) {
      const child = completed(vector, random);
      for (const [index, { name }] of this.#dimensions.entries()) {
        if (!this.#isFree(name) || Number.isNaN(vector[index]!)) continue;
        child[index] = this.#changed(index, vector[index]!, parent[name]!, random);
      }
      const configuration = this.#space.decode(child);
      if (this.#space.check(configuration) === undefined) {
        return { configuration, words: this.#words(parent, configuration) };
      }
    }
    return { configuration: parent, words: "unchanged" };
  }

  /** A configuration with some values at positions in the unit interval, by name; undefined where that is forbidden. */
  place(parent: Configuration, child: Configuration, set: ReadonlyMap<string, number>): Changed | undefined {
    const units = this.#space.encode(child);
    const vector = units.map((unit, index) => set.get(this.#dimensions[index]!.name) ?? unit);
    const configuration = this.#space.decode(vector);
    if (this.#space.check(configuration) !== undefined) return undefined;
    return { configuration, words: this.#words(parent, configuration) };
  }

  /** Whether a parameter changes from copy to copy. */
  #isFree(name: string): boolean {
    return this.#options.parameters?.includes(name) ?? true;
  }

  #changed(index: number, unit: number, value: Value, random: Random): number {
    const dimension = this.#dimensions[index]!;
    const { resample, factor } = this.#options;
    if (dimension.count <= 1) return unit;
    if (random.uniform() < resample) return random.uniform();
    if (dimension.kind === "categorical") return unit;
    const up = random.uniform() < 0.5;
    const parameter = this.#space.parameters[dimension.name]!;
    if (parameter.type !== "float" && parameter.type !== "int") return neighbour(unit, dimension, up);
    const to = this.#space.positionOf(
      dimension.name,
      scaled(value as number, up ? 1 + factor : 1 - factor, parameter),
    );
    if (dimension.kind === "continuous") return to;
    const [low, high] = dimension.cell(unit);
    // Below 0 a larger number is nearer to 0: the side is that of the product.
    return to > low && to < high ? neighbour(unit, dimension, to === unit ? up : to > unit) : to;
  }

  /** "lr 0.01 → 0.012, layers 2 → 3". */
  #words(parent: Configuration, child: Configuration): string {
    const changes = this.#space.names
      .filter((name) => parent[name] !== child[name] && child[name] !== undefined)
      .map((name) => {
        const before = parent[name];
        return before === undefined
          ? `${name} ${brief(child[name]!)}`
          : `${name} ${brief(before)} → ${brief(child[name]!)}`;
      });
    return changes.length === 0 ? "unchanged" : changes.join(", ");
  }
}
