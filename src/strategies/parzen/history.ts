import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { Ranking } from "../ranking.ts";
import { vectorOf } from "./dimensions.ts";

/** Follows a list of observations that only grows: each is ranked once, and encoded once it is needed. */
export class History {
  readonly #space: Space;
  readonly #ranking = new Ranking<Observation>();
  readonly #vectors = new WeakMap<Observation, Float64Array>();
  #finite = 0;

  constructor(space: Space) {
    this.#space = space;
  }

  /** Observations with a finite loss. */
  get finite(): number {
    return this.#finite;
  }

  follow(observations: readonly Observation[]): void {
    for (let i = this.#ranking.size; i < observations.length; i++) {
      this.#ranking.add(observations[i]!);
      if (observations[i]!.loss !== Number.POSITIVE_INFINITY) this.#finite++;
    }
  }

  /** The best `most` observations, best first. */
  best(most: number): Observation[] {
    const best: Observation[] = [];
    for (const observation of this.#ranking) {
      if (best.length >= most) break;
      best.push(observation);
    }
    return best;
  }

  /** Position in the unit cube, NaN where a parameter is inactive or unknown. */
  vector(observation: Observation): Float64Array {
    let vector = this.#vectors.get(observation);
    if (!vector) {
      vector = vectorOf(this.#space, observation.configuration);
      this.#vectors.set(observation, vector);
    }
    return vector;
  }
}
