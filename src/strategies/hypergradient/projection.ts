/** Halvings of an interval: past the last digit of a number. */
const HALVINGS = 100;

/** Nearest point with coordinates in [low, high]; in place. */
export function projectOntoBox(x: Float64Array, low: number, high: number): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] = Math.min(high, Math.max(low, x[i]!));
  return x;
}

/**
 * Nearest point of { x : 0 ≤ xᵢ ≤ 1, Σ xᵢ ≤ R } (Franceschi et al. 2017, section 5.1), in place. Where the box alone gives a
 * sum above R, the nearest point is clip(x − τ, 0, 1) with the τ > 0 that makes the sum R, by the conditions of Karush,
 * Kuhn and Tucker; the sum falls with τ, so bisection finds it.
 */
export function projectOntoCappedBox(x: Float64Array, radius: number): Float64Array {
  const sumAt = (tau: number): number => {
    let sum = 0;
    for (const value of x) sum += Math.min(1, Math.max(0, value - tau));
    return sum;
  };
  if (sumAt(0) <= radius) return projectOntoBox(x, 0, 1);
  return shrink(x, thresholdOf(range(x), radius, sumAt));
}

/** Of each coordinate. */
export interface Bounds {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/**
 * Nearest point of the simplex { x : xᵢ ≥ 0, Σ xᵢ = R }, in place: max(x − τ, 0) (Duchi et al. 2008, algorithm 1). With bounds,
 * which must leave a point of it: clip(x − τ, low, high).
 */
export function projectOntoSimplex(x: Float64Array, radius = 1, bounds?: Bounds): Float64Array {
  const at = (i: number, tau: number): number => held(Math.max(0, x[i]! - tau), i, bounds);
  const tau = thresholdOf(range(x), radius, (t) => sumOf(x.length, (i) => at(i, t)));
  for (let i = 0; i < x.length; i++) x[i] = at(i, tau);
  return x;
}

/**
 * Nearest point of the L1 ball { x : Σ |xᵢ| ≤ R }, in place: each coordinate τ nearer to 0 (Duchi et al. 2008, section 4), and
 * within bounds, which must leave a point of it.
 */
export function projectOntoL1Ball(x: Float64Array, radius = 1, bounds?: Bounds): Float64Array {
  const at = (i: number, tau: number): number =>
    held(Math.sign(x[i]!) * Math.max(0, Math.abs(x[i]!) - tau), i, bounds);
  const norm = (tau: number): number => sumOf(x.length, (i) => Math.abs(at(i, tau)));
  const [, most] = range(x.map(Math.abs));
  const tau = norm(0) <= radius ? 0 : thresholdOf([0, most], radius, norm);
  for (let i = 0; i < x.length; i++) x[i] = at(i, tau);
  return x;
}

function held(value: number, i: number, bounds: Bounds | undefined): number {
  return bounds === undefined ? value : Math.min(bounds.high[i]!, Math.max(bounds.low[i]!, value));
}

function sumOf(count: number, at: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += at(i);
  return sum;
}

/** The τ at which a sum that falls with it is `radius`; `least` and `most` are those of the numbers that it is taken off. */
function thresholdOf(
  [least, most]: readonly [number, number],
  radius: number,
  sumAt: (tau: number) => number,
): number {
  let [low, high] = [least - radius - 1, most];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (sumAt(middle) > radius) low = middle;
    else high = middle;
  }
  return high;
}

function range(x: Float64Array): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of x) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function shrink(x: Float64Array, tau: number): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] = Math.min(1, Math.max(0, x[i]! - tau));
  return x;
}
