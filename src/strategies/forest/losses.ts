/** Share of the losses that tells how far below the best the best possible one may lie. */
const QUANTILE = 0.05;

/**
 * Losses on a scale on which differences between the good ones count as much as those between bad and good: the
 * logarithm of what they lie above a floor, which is as far below the best as the best 5 % reach above it, divided by
 * the same of the worst (so 0 is the worst). Failures (Infinity) become as bad as the worst that was measured.
 */
export function logLosses(losses: readonly number[]): Float64Array {
  const finite = losses.filter(Number.isFinite).sort((a, b) => a - b);
  const [best, worst] = [finite[0] ?? 0, finite.at(-1) ?? 0];
  const filled = Float64Array.from(losses, (loss) =>
    Number.isFinite(loss) ? loss : loss < 0 ? best : worst,
  );
  if (!(worst > best)) return filled.fill(0);
  const place = QUANTILE * (finite.length - 1);
  const [low, high] = [finite[Math.floor(place)]!, finite[Math.ceil(place)]!];
  const quantile = low + (place - Math.floor(place)) * (high - low);
  const floor = best - Math.max(quantile - best, 1e-6 * (worst - best));
  return filled.map((loss) => Math.log((loss - floor) / (worst - floor)));
}
