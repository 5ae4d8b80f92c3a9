import { LOG_SIGN_P, type Preprocessing } from "./weights.ts";

/**
 * What the network sees of the gradients g of n coordinates, row by row.
 * `none`: g, [n, 1]. `log-sign`, [n, 2]: (log|g| / p, sign g) where |g| ≥ e^−p, else (−1, e^p g)
 * (Andrychowicz et al. 2016, appendix A).
 */
export function preprocess(how: Preprocessing, gradient: Float32Array): Float32Array {
  if (how === "none") return gradient.slice();
  const inputs = new Float32Array(2 * gradient.length);
  const least = Math.exp(-LOG_SIGN_P);
  for (let k = 0; k < gradient.length; k++) {
    const g = gradient[k]!;
    const large = Math.abs(g) >= least;
    inputs[2 * k] = large ? Math.log(Math.abs(g)) / LOG_SIGN_P : -1;
    inputs[2 * k + 1] = large ? Math.sign(g) : g / least;
  }
  return inputs;
}
