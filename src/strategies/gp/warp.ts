import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { numericLosses } from "../feasibility.ts";

/**
 * Losses as a Gaussian process likes them: mean about 0, deviation about 1, no long tail. Monotone, so the best
 * stays the best. Trials that break limits are worse than the others, by rank; failures (Infinity) become as bad as the worst that was measured.
 */
export function warpLosses(losses: ArrayLike<number>, warp: "half-rank" | "none"): Float64Array {
  const placed = numericLosses(losses);
  const finite = Array.from(placed).filter(Number.isFinite);
  const worst = finite.length === 0 ? 0 : Math.max(...finite);
  const filled = placed.map((loss) =>
    Number.isFinite(loss) ? loss : loss < 0 ? Math.min(...finite, 0) : worst,
  );
  return standardised(warp === "none" ? filled : halfRanked(filled));
}

function standardised(values: Float64Array): Float64Array {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  return values.map((value) => (sd > 0 ? (value - mean) / sd : 0));
}

/**
 * The worse half by rank alone: put where a normal distribution has that rank whose median is that of the losses
 * and whose deviation is that of the better half (the half-rank warper of Golovin et al. 2017 and its successors).
 * How bad the bad are says nothing of where the optimum is; the better half stays as it is.
 */
function halfRanked(values: Float64Array): Float64Array {
  const n = values.length;
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const median = (values[order[(n - 1) >> 1]!]! + values[order[n >> 1]!]!) / 2;
  let squares = 0;
  let better = 0;
  for (const value of values) {
    if (value > median) continue;
    squares += (value - median) ** 2;
    better++;
  }
  const sd = Math.sqrt(squares / Math.max(1, better));
  if (!(sd > 0)) return values;
  const warped = values.slice();
  for (let rank = 0; rank < n; ) {
    // Equal losses get the same place.
    let end = rank + 1;
    while (end < n && values[order[end]!] === values[order[rank]!]) end++;
    const share = ((rank + end - 1) / 2 + 0.5) / n;
    if (values[order[rank]!]! > median) {
      for (let k = rank; k < end; k++) warped[order[k]!] = median + sd * normalQuantile(share, 0, 1);
    }
    rank = end;
  }
  return warped;
}
