import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import type { Known, Proposal } from "../sequential.ts";
import { type BirthNote, type Mixing, offspring, TRIES } from "./vectors.ts";

export interface DifferentialOptions extends Mixing {
  readonly population: number;
}

/**
 * Puts a trial that has ended in its member's place if it is no worse. Of two equals the newer one stays, so that
 * the population moves on over a plateau.
 */
export function compete(members: (Observation | undefined)[], challenger: Observation): void {
  const slot = challenger.trial % members.length;
  const member = members[slot];
  if (!member || challenger.loss <= member.loss) members[slot] = challenger;
}

/**
 * Differential evolution, rand/1/bin (Storn & Price 1997, equations 4–6), on the unit cube with the defaults of
 * DEHB (Awad, Mallik & Hutter 2021): F = CR = 0.5. A trial competes with the member at its number modulo the population's
 * size and takes its place at once when it is no worse, so that workers need not wait for a generation.
 */
export class Differential {
  readonly #space: Space;
  readonly #options: DifferentialOptions;
  readonly #members: (Observation | undefined)[];
  /** How many of the trials that have ended have competed. */
  #competed = 0;

  constructor(space: Space, options: DifferentialOptions) {
    this.#space = space;
    this.#options = options;
    this.#members = new Array(options.population).fill(undefined);
  }

  propose({ started, finished, has }: Known, random: Random): Proposal | undefined {
    this.#select(finished);
    const { population } = this.#options;
    const target = started % population;
    const others = this.#members.filter(
      (member, i): member is Observation =>
        member !== undefined && member.loss < Number.POSITIVE_INFINITY && i !== target,
    );
    if (started < population || others.length < 3) return undefined;
    for (let i = 0; i < TRIES; i++) {
      const [a, b, c] = random.shuffle(others);
      const vector = offspring(this.#space, this.#members[target], [a!, b!, c!], this.#options, random);
      const configuration = this.#space.decode(vector);
      if (has(configuration) || this.#space.check(configuration) !== undefined) continue;
      const numbers = `trial ${a!.trial} moved by the difference of ${b!.trial} and ${c!.trial}`;
      const parents = [this.#members[target], a, b, c].flatMap((parent) => (parent ? [parent.trial] : []));
      const note: BirthNote = { why: `Member ${target + 1} of ${population}: ${numbers}.`, parents };
      return { configuration, note };
    }
    return undefined;
  }

  #select(finished: readonly Observation[]): void {
    for (; this.#competed < finished.length; this.#competed++)
      compete(this.#members, finished[this.#competed]!);
  }
}
