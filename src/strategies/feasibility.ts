import { violationOf } from "../protocol/feasibility.ts";

/** Losses from here on are those of trials that break limits: no metric comes near it. */
const INFEASIBLE = 1e200;

interface Scored {
  readonly losses: readonly number[];
  readonly constraints?: readonly number[];
}

/**
 * The loss by which a strategy ranks a trial: its first one where all limits are kept; a trial that breaks some comes
 * after all of these, by how much it breaks them (Deb 2000, "An efficient constraint handling method for genetic
 * algorithms"), and before those that failed.
 */
export function lossOf({ losses, constraints }: Scored): number {
  const violation = violationOf(constraints);
  if (!(violation > 0)) return losses[0]!;
  return losses[0] === Number.POSITIVE_INFINITY ? losses[0] : INFEASIBLE * (1 + Math.min(violation, 1e100));
}

/** Whether a loss of `lossOf` is that of a trial that ran but breaks limits. */
export function isInfeasible(loss: number): boolean {
  return loss >= INFEASIBLE && loss < Number.POSITIVE_INFINITY;
}

/**
 * Losses for models that take them as numbers: those of trials that break limits lie above the worst of the
 * others by up to the others' range, in the order of how much they break.
 */
export function numericLosses(losses: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(losses);
  const broken = [...all.keys()].filter((i) => isInfeasible(all[i]!)).sort((a, b) => all[a]! - all[b]!);
  if (broken.length === 0) return all;
  const kept = all.filter((loss) => Number.isFinite(loss) && !isInfeasible(loss));
  const worst = kept.length === 0 ? 0 : Math.max(...kept);
  const range = kept.length === 0 ? 0 : worst - Math.min(...kept);
  const step = (range > 0 ? range : 1) / broken.length;
  let rank = 0;
  const placed = all.slice();
  for (const [k, i] of broken.entries()) {
    // Equally broken trials are equally bad.
    if (k === 0 || all[i]! > all[broken[k - 1]!]!) rank = k + 1;
    placed[i] = worst + rank * step;
  }
  return placed;
}
