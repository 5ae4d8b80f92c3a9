import type { Configuration, Value } from "../../protocol/space.ts";
import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { choiceAt } from "../parzen/dimensions.ts";

/** How much of a generation's better half the probabilities take on. */
const RATE = 0.2;
/** Least probability of all choices together, shared evenly. */
const FLOOR = 0.1;

/**
 * Parameters whose choices have no order: each choice has a probability, which follows its share among the
 * better half of a generation (population-based incremental learning, Baluja 1994) and never gets to 0.
 */
export class Categories {
  readonly #space: Space;
  readonly #probabilities: ReadonlyMap<number, number[]>;

  constructor(space: Space, indices: readonly number[]) {
    this.#space = space;
    this.#probabilities = new Map(
      indices.map((index) => {
        const count = space.valuesOf(index);
        return [index, Array<number>(count).fill(1 / count)];
      }),
    );
  }

  /** Writes a draw of each into a vector of the unit cube. */
  draw(vector: Float64Array, random: Random): void {
    for (const [index, probabilities] of this.#probabilities) {
      let left = random.uniform();
      let choice = 0;
      while (choice < probabilities.length - 1 && left >= probabilities[choice]!)
        left -= probabilities[choice++]!;
      vector[index] = (choice + 0.5) / probabilities.length;
    }
  }

  /** Learns from the better half, with their weights; where a parameter is inactive there is nothing to learn. */
  update(better: readonly { configuration: Configuration; weight: number }[]): void {
    for (const [index, probabilities] of this.#probabilities) {
      const name = this.#space.names[index]!;
      for (const { configuration, weight } of better) {
        const value: Value | undefined = configuration[name];
        const unit = value === undefined ? Number.NaN : this.#space.positionOf(name, value);
        if (unit >= 0) shift(probabilities, choiceAt(unit, probabilities.length), RATE * weight);
      }
      raise(probabilities, FLOOR / probabilities.length);
    }
  }
}

/** Moves a share of all probability to one choice. */
function shift(probabilities: number[], chosen: number, share: number): void {
  for (const [i, p] of probabilities.entries()) probabilities[i] = p + share * ((i === chosen ? 1 : 0) - p);
}

/** Leaves each at least about `floor`. */
function raise(probabilities: number[], floor: number): void {
  const raised = probabilities.map((p) => Math.max(p, floor));
  const total = raised.reduce((a, b) => a + b, 0);
  for (const [i, p] of raised.entries()) probabilities[i] = p / total;
}
