import type { TrialNumber } from "../../protocol/trial.ts";
import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { vectorOf } from "../parzen/dimensions.ts";

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

/** F and CR of differential evolution. */
export interface Mixing {
  readonly weight: number;
  readonly crossover: number;
}

/**
 * rand/1/bin (Storn & Price 1997, equations 4–6): the first parent moved by the difference of the two others, then
 * crossed with the target, if there is one. What leaves the unit cube is drawn anew. Discrete parameters take the
 * value in whose cell a point lies.
 */
export function offspring(
  space: Space,
  target: Observation | undefined,
  parents: readonly [Observation, Observation, Observation],
  { weight, crossover }: Mixing,
  random: Random,
): Float64Array {
  const vector = ({ configuration }: Observation): Float64Array =>
    completed(vectorOf(space, configuration), random);
  const [a, b, c] = parents.map(vector) as [Float64Array, Float64Array, Float64Array];
  const mutant = a.map((unit, i) => {
    const moved = unit + weight * (b[i]! - c[i]!);
    return moved >= 0 && moved <= 1 ? moved : random.uniform();
  });
  if (!target) return mutant;
  const own = vector(target);
  const always = random.int(mutant.length);
  return mutant.map((unit, i) => (i === always || random.uniform() < crossover ? unit : own[i]!));
}
