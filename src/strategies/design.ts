import type { Configuration } from "../protocol/space.ts";
import { random } from "../space/random.ts";
import { Sobol } from "../space/sobol.ts";
import type { Space } from "../space/space.ts";

/** A stream of the seed that no trial's number comes near. */
const STREAM = 2 ** 40;

/** Configurations that cover the space evenly: the points of a scrambled Sobol sequence. */
export class Design {
  readonly #space: Space;
  readonly #sobol: Sobol;

  constructor(space: Space, seed: number) {
    this.#space = space;
    this.#sobol = new Sobol(space.dimensions, random(seed, STREAM));
  }

  /** The `index`-th, from 0; undefined where a forbidden combination or a relation rules its point out. */
  at(index: number): Configuration | undefined {
    const configuration = this.#space.decode(this.#sobol.point(index));
    return this.#space.check(configuration) === undefined ? configuration : undefined;
  }
}
