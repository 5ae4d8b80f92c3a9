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
  return shrink(x, thresholdOf(x, radius, sumAt));
}

/** Nearest point of the simplex { x : xᵢ ≥ 0, Σ xᵢ = R }, in place: max(x − τ, 0) (Duchi et al. 2008, algorithm 1). */
export function projectOntoSimplex(x: Float64Array, radius = 1): Float64Array {
  const sumAt = (tau: number): number => x.reduce((sum, value) => sum + Math.max(0, value - tau), 0);
  const tau = thresholdOf(x, radius, sumAt);
  for (let i = 0; i < x.length; i++) x[i] = Math.max(0, x[i]! - tau);
  return x;
}

/** Nearest point of the L1 ball { x : Σ |xᵢ| ≤ R }, in place (Duchi et al. 2008, section 4). */
export function projectOntoL1Ball(x: Float64Array, radius = 1): Float64Array {
  const sizes = x.map(Math.abs);
  if (sizes.reduce((sum, size) => sum + size, 0) <= radius) return x;
  projectOntoSimplex(sizes, radius);
  for (let i = 0; i < x.length; i++) x[i] = Math.sign(x[i]!) * sizes[i]!;
  return x;
}

/** The τ at which a sum that falls with it is `radius`. */
function thresholdOf(x: Float64Array, radius: number, sumAt: (tau: number) => number): number {
  let [low, high] = [Math.min(...range(x)) - radius - 1, Math.max(...range(x))];
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
