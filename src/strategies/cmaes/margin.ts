import { normalMass } from "../parzen/normal.ts";

/** Distance from the mean, in standard deviations, beyond which lies the share `p` ≤ ½ of a normal distribution. */
export function tailAt(p: number): number {
  let [low, high] = [0, 8];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (normalMass(middle, 40) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The margin correction of one discrete coordinate (Hamano, Saito, Nomura & Shirakawa 2022, "CMA-ES with margin",
 * section 4.3): the values beside that of the mean keep the probability α/2 each (α where there is only one
 * side), so that an integer whose cell has become wider than the distribution is not stuck.
 * @param low, high The cell of the mean in the unit interval; an end at 0 or 1 has no value behind it.
 */
export function withMargin(mean: number, deviation: number, low: number, high: number, alpha: number) {
  if (low <= 0 && high >= 1) return { mean, deviation };
  if (low <= 0) return { mean: Math.max(mean, high - tailAt(alpha) * deviation), deviation };
  if (high >= 1) return { mean: Math.min(mean, low + tailAt(alpha) * deviation), deviation };
  const below = normalMass((mean - low) / deviation, 40);
  const above = normalMass((high - mean) / deviation, 40);
  const floor = alpha / 2;
  if (below >= floor && above >= floor) return { mean, deviation };
  const raised = [Math.max(floor, below), Math.max(floor, above), 1 - below - above] as const;
  const total = raised[0] + raised[1] + raised[2];
  // What was added is taken from what lies above the floor, so that the three sum to 1.
  const settled = (p: number): number => p + ((1 - total) / (total - 3 * floor)) * (p - floor);
  const [left, right] = [tailAt(settled(raised[0])), tailAt(settled(raised[1]))];
  const widened = (high - low) / (left + right);
  return { mean: low + left * widened, deviation: widened };
}
