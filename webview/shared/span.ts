/** What an axis spans of some values: all of them, with a margin on both sides. `isLog`: they are > 0, and so is the span. */
export function wholeSpan(
  values: readonly number[],
  isLog: boolean,
): { readonly low: number; readonly high: number } {
  if (values.length === 0) return isLog ? { low: 0.1, high: 1 } : { low: 0, high: 1 };
  const scaled = isLog ? values.map(Math.log) : values;
  const [least, most] = [Math.min(...scaled), Math.max(...scaled)];
  const margin = (most - least) * 0.06 || Math.abs(most) * 0.1 || 1;
  const span = { low: least - margin, high: most + margin };
  return isLog ? { low: Math.exp(span.low), high: Math.exp(span.high) } : span;
}

/**
 * The scores that an axis spans: from the best to the worst, but one diverged trial does not flatten all others:
 * what lies far outside the middle four fifths on the bad side is drawn on the axis' edge. `isLog` keeps the
 * margins positive; scores are > 0 then.
 */
export function scoreSpan(
  scores: readonly number[],
  goal: "minimize" | "maximize",
  isLog: boolean,
): { readonly low: number; readonly high: number } {
  if (scores.length === 0) return { low: isLog ? 0.1 : 0, high: 1 };
  const sorted = (isLog ? scores.map(Math.log) : [...scores]).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)]!;
  const reach = 1.5 * (at(0.9) - at(0.1));
  const low = goal === "minimize" ? at(0) : Math.max(at(0), at(0.1) - reach);
  const high = goal === "minimize" ? Math.min(at(1), at(0.9) + reach) : at(1);
  const margin = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1;
  // More room on the good side: the incumbent's label stands there.
  const [below, above] = goal === "minimize" ? [2 * margin, margin] : [margin, 2 * margin];
  const span = { low: low - below, high: high + above };
  return isLog ? { low: Math.exp(span.low), high: Math.exp(span.high) } : span;
}
