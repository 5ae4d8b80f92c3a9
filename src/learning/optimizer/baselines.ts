import type { HandDesigned, Rule } from "./handDesigned.ts";
import type { Family } from "./optimizees/optimizees.ts";
import { trajectory } from "./trajectory.ts";

/** Half decades from 1e-4 to 10^1.5. */
const RATES = Array.from({ length: 12 }, (_, k) => 10 ** (-4 + k / 2));
/** Around the best of them, in eighths of a decade. */
const FINER = [-2, -1, 0, 1, 2];

/** Problems that rules are tried on. */
export interface Trials {
  readonly family: Family;
  readonly seed: number;
  /** The first stream of the seed, and how many. */
  readonly stream: number;
  readonly sets: number;
  readonly steps: number;
}

/** Losses of all problems of some sets, [step][problem], from the start on. */
export function runAll({ family, seed, stream, sets, steps }: Trials, make: (n: number) => Rule): number[][] {
  const runs = Array.from({ length: sets }, (_, k) => trajectory(family(seed, stream + k), steps, make));
  return Array.from({ length: steps + 1 }, (_, step) => runs.flatMap((losses) => [...losses[step]!]));
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k]!;
  return sum / values.length;
}

/** The learning rate with the least mean final loss: of half decades, then of the eighths around it. */
export function tunedRate(trials: Trials, rule: HandDesigned): number {
  const score = (rate: number): number => {
    const final = meanOf(runAll(trials, (n) => rule.make(n, rate)).at(-1)!);
    return Number.isFinite(final) ? final : Number.POSITIVE_INFINITY;
  };
  const least = (rates: readonly number[]): number => {
    const scores = rates.map(score);
    return rates[scores.indexOf(Math.min(...scores))]!;
  };
  const coarse = least(RATES);
  return least(FINER.map((eighth) => coarse * 10 ** (eighth / 8)));
}
