/**
 * From standardised, warped losses back to losses: linear between those that were observed, beyond the best one
 * with the slope of the better half (which the warping leaves straight), beyond the worst one flat.
 */
export function unwarping(losses: ArrayLike<number>, warped: ArrayLike<number>): (value: number) => number {
  const pairs = Array.from(warped, (to, i) => [to, losses[i]!] as const)
    .filter(([, from]) => Number.isFinite(from))
    .sort((a, b) => a[0] - b[0]);
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (first === undefined || last === undefined) return (value) => value;
  const middle = pairs[Math.max(1, pairs.length >> 1)] ?? first;
  const slope = middle[0] > first[0] ? (middle[1] - first[1]) / (middle[0] - first[0]) : 0;
  return (value) => {
    if (value <= first[0]) return first[1] + slope * (value - first[0]);
    if (value >= last[0]) return last[1];
    let [low, high] = [0, pairs.length - 1];
    while (high - low > 1) {
      const at = (low + high) >>> 1;
      if (pairs[at]![0] <= value) low = at;
      else high = at;
    }
    const [[x0, y0], [x1, y1]] = [pairs[low]!, pairs[high]!];
    return x1 > x0 ? y0 + ((y1 - y0) * (value - x0)) / (x1 - x0) : y0;
  };
}
