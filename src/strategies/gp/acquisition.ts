import erfcx from "@stdlib/math-base-special-erfcx";
import type { Belief, SlopedBelief } from "./model.ts";

/** Standard normal density's ½ ln 2π, and the constant of the tail's expansion. */
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const HALF_LOG_HALF_PI = 0.5 * Math.log(Math.PI / 2);

/** ln Φ(z), without underflow. */
export function logCdf(z: number): number {
  if (z > 5) return Math.log1p(-0.5 * erfcx(z / Math.SQRT2) * Math.exp(-0.5 * z * z));
  return Math.log(0.5 * erfcx(-z / Math.SQRT2)) - 0.5 * z * z;
}

/** ln(φ(z) + z·Φ(z)), which plain arithmetic loses below z = −6 or so (Ament et al. 2023, eq. 9). */
export function logImprovement(z: number): number {
  if (z > -1) {
    const density = Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI);
    return Math.log(density + z * Math.exp(logCdf(z)));
  }
  const tail = -0.5 * z * z - HALF_LOG_TWO_PI;
  if (z < -1e6) return tail - 2 * Math.log(-z);
  const ratio = Math.log(erfcx(-z / Math.SQRT2) * -z) + HALF_LOG_HALF_PI;
  return tail + (ratio > -Math.LN2 ? Math.log(-Math.expm1(ratio)) : Math.log1p(-Math.exp(ratio)));
}

/** What a point is worth, larger is better, with the derivatives by the belief's mean and deviation. */
export interface Worth {
  readonly value: number;
  readonly byMean: number;
  readonly bySd: number;
}

export type AcquisitionName = "log-ei" | "ei" | "pi" | "ucb";

export interface AcquisitionOptions {
  readonly name: AcquisitionName;
  /** Improvement below the incumbent that counts, in standardised losses (`pi`, `ei`, `log-ei`). */
  readonly xi: number;
  /** Deviations that the bound lies below the mean (`ucb`). */
  readonly kappa: number;
}

/**
 * Worth of a point for minimisation, from the belief about its loss and the incumbent's: expected improvement
 * (Jones et al. 1998) or its logarithm, logarithm of the probability of improvement, or the lower confidence bound
 * turned round.
 */
export function worth({ mean, sd }: Belief, best: number, { name, xi, kappa }: AcquisitionOptions): Worth {
  const z = (best - xi - mean) / sd;
  switch (name) {
    case "ucb":
      return { value: kappa * sd - mean, byMean: -1, bySd: kappa };
    case "pi": {
      const value = logCdf(z);
      const ratio = Math.exp(-0.5 * z * z - HALF_LOG_TWO_PI - value);
      return { value, byMean: -ratio / sd, bySd: (-ratio * z) / sd };
    }
    default: {
      const logH = logImprovement(z);
      const ratio = Math.exp(logCdf(z) - logH);
      const value = Math.log(sd) + logH;
      // z falls with the mean by 1/σ and with the deviation by z/σ.
      const [byMean, bySd] = [-ratio / sd, (1 - ratio * z) / sd];
      if (name === "log-ei") return { value, byMean, bySd };
      const ei = Math.exp(value);
      return { value: ei, byMean: ei * byMean, bySd: ei * bySd };
    }
  }
}

/** The worth's derivatives by the point's coordinates. */
export function worthSlope(belief: SlopedBelief, { byMean, bySd }: Worth): Float64Array {
  return belief.meanSlope.map((slope, i) => byMean * slope + bySd * belief.sdSlope[i]!);
}
