import type { Configuration } from "../protocol/space.ts";
import { random } from "../space/random.ts";
import type { Space } from "../space/space.ts";

/** Draws that are thrown away as repeats before the unused configurations are looked for one by one. */
const DRAWS = 200;
/** Unused configurations that are gathered to choose from. */
const GATHERED = 1024;

/** Random configurations of a space, none twice until there is no other. A fold over the configurations started. */
export class Configurations {
  readonly #space: Space;
  readonly #seed: number;
  readonly #seen = new Set<string>();
  #started = 0;
  #next: Configuration | undefined;

  constructor(space: Space, seed: number) {
    this.#space = space;
    this.#seed = seed;
  }

  /** Configurations started so far, by whomever. */
  get started(): number {
    return this.#started;
  }

  /** Whether every configuration of a finite space has been started. */
  get exhausted(): boolean {
    return this.#seen.size >= this.#space.size;
  }

  has(configuration: Configuration): boolean {
    return this.#seen.has(this.#space.key(configuration));
  }

  /** Records that a configuration was started. One from outside the space counts, but uses up nothing. */
  add(configuration: Configuration): void {
    this.#started++;
    this.#next = undefined;
    if (this.#space.check(configuration) === undefined) this.#seen.add(this.#space.key(configuration));
  }

  /** The next configuration: the same until one is added. Undefined when the space is exhausted. */
  next(): Configuration | undefined {
    if (this.#next === undefined && !this.exhausted) this.#next = this.#draw();
    return this.#next;
  }

  #draw(): Configuration {
    const source = random(this.#seed, this.#started);
    let drawn = this.#space.sample(source);
    for (let i = 0; i < DRAWS && this.has(drawn); i++) drawn = this.#space.sample(source);
    if (!this.has(drawn) || this.#space.size === Number.POSITIVE_INFINITY) return drawn;
    const unused: Configuration[] = [];
    for (const configuration of this.#space.all()) {
      if (!this.has(configuration)) unused.push(configuration);
      if (unused.length === GATHERED) break;
    }
    return unused.length > 0 ? source.choice(unused) : drawn;
  }
}
