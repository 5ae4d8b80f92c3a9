/**
 * Complementary error function, Abramowitz & Stegun 7.1.26: absolute error below 1.5e-7. The factor exp(−x²)
 * keeps differences of two far tails positive, which is what a cell far from a kernel's centre is.
 */
function erfc(x: number): number {
  const z = Math.abs(x);
  const t = 1 / (1 + 0.3275911 * z);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = series * Math.exp(-z * z);
  return x >= 0 ? tail : 2 - tail;
}

/** Mass of the standard normal distribution between `a` and `b`, at least 0; exact to 1.5e-7. */
export function normalMass(a: number, b: number): number {
  // In the right tail both terms of Φ(b) − Φ(a) would be next to 1: there the mirror image is taken.
  const [from, to] = a > 0 ? [-b, -a] : [a, b];
  return Math.max(0, (erfc(-to * Math.SQRT1_2) - erfc(-from * Math.SQRT1_2)) / 2);
}
