import type { TrialNumber } from "../../protocol/trial.ts";
import type { Random } from "../../space/random.ts";

/** Children that may turn out tried already or forbidden before a random draw is taken. */
export const TRIES = 50;

/** What the journal keeps of how a configuration came about. */
export interface BirthNote {
  readonly why: string;
  /** The trials that it was made from; the one that it competes with, if any, first. */
  readonly parents: readonly TrialNumber[];
}

/** A vector whose inactive parameters have random values, for when a child makes them active. */
export function completed(vector: Float64Array, random: Random): Float64Array {
  return vector.map((unit) => (Number.isNaN(unit) ? random.uniform() : unit));
}
