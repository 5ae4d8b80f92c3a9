import type { Random } from "../../space/random.ts";
import { frontOf } from "../pareto/dominance.ts";

/** Share of the weighted sum in the scalar, so that of two equal worst losses the rest decides (ρ of Knowles 2006). */
const SUM_SHARE = 0.05;

/** Weights of objectives: positive, 1 in sum, uniform over all such. */
export function drawWeights(count: number, random: Random): number[] {
  const raw = Array.from({ length: count }, () => -Math.log(1 - random.uniform()));
  const sum = raw.reduce((total, part) => total + part, 0);
  return raw.map((part) => (sum > 0 ? part / sum : 1 / count));
}

/**
 * Losses as one loss each, by the augmented Tchebycheff function with the given weights (Knowles 2006, equation 2).
 * Each objective is measured in the range that it has over the best compromises, so that one terrible trial does not
 * make all others look alike. Failures (an infinite loss) stay infinite.
 */
export function scalarise(losses: readonly (readonly number[])[], weights: readonly number[]): number[] {
  const finite = losses.filter((all) => all.every(Number.isFinite));
  const front = frontOf(finite.map((all) => ({ losses: all }))).map((i) => finite[i]!);
  const scales = weights.map((_, j) => scaleOf(front, finite, j));
  return losses.map((all) => {
    if (!all.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
    const parts = all.map((loss, j) => (weights[j]! * (loss - scales[j]!.from)) / scales[j]!.range);
    return Math.max(...parts) + SUM_SHARE * parts.reduce((sum, part) => sum + part, 0);
  });
}

/** Where an objective begins and how far it reaches: over the front, or over all where the front is one point. */
function scaleOf(front: readonly (readonly number[])[], all: readonly (readonly number[])[], j: number) {
  for (const points of [front, all]) {
    const column = points.map((point) => point[j]!);
    const [from, to] = [Math.min(...column), Math.max(...column)];
    if (to > from) return { from, range: to - from };
  }
  return { from: front[0]?.[j] ?? 0, range: 1 };
}
