import type { Random } from "../../space/random.ts";
import { frontOf, type Outcome } from "../pareto/dominance.ts";

/** Share of the weighted sum in the scalar, so that of two equal worst losses the rest decides (ρ of Knowles 2006). */
const SUM_SHARE = 0.05;

/** Weights of objectives: positive, 1 in sum, uniform over all such. */
export function drawWeights(count: number, random: Random): number[] {
  const raw = Array.from({ length: count }, () => -Math.log(1 - random.uniform()));
  const sum = raw.reduce((total, part) => total + part, 0);
  return raw.map((part) => (sum > 0 ? part / sum : 1 / count));
}

/**
 * The losses of each outcome as one, by the augmented Tchebycheff function with the given weights (Knowles 2006,
 * equation 2). Each objective is measured in the range that it has over the best compromises, so that one terrible
 * trial does not make all others look alike. Failures (an infinite loss) stay infinite.
 */
export function scalarise(outcomes: readonly Outcome[], weights: readonly number[]): number[] {
  const finite = outcomes.filter(({ losses }) => losses.every(Number.isFinite));
  const front = frontOf(finite).map((i) => finite[i]!);
  const scales = weights.map((_, j) => scaleOf([front, finite], j));
  return outcomes.map(({ losses }) => {
    if (!losses.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
    const parts = losses.map((loss, j) => (weights[j]! * (loss - scales[j]!.from)) / scales[j]!.range);
    return Math.max(...parts) + SUM_SHARE * parts.reduce((sum, part) => sum + part, 0);
  });
}

/** Where an objective begins and how far it reaches, over the first set in which it varies. */
function scaleOf(sets: readonly (readonly Outcome[])[], j: number) {
  const columns = sets.map((outcomes) => outcomes.map(({ losses }) => losses[j]!));
  const varied = columns.find((column) => Math.max(...column) > Math.min(...column));
  if (varied === undefined) return { from: columns[0]?.[0] ?? 0, range: 1 };
  const from = Math.min(...varied);
  return { from, range: Math.max(...varied) - from };
}
