import { type AcquisitionOptions, worth, worthSlope } from "./acquisition.ts";
import type { Surrogate } from "./belief.ts";
import type { Objective } from "./maximize.ts";

/** The acquisition over fantasies: its mean; for the logarithmic ones the logarithm of the mean. */
export function acquisitionOf({ process, best }: Surrogate, options: AcquisitionOptions): Objective {
  const isLog = options.name === "log-ei" || options.name === "pi";
  return {
    value(point) {
      if (process.columns === 1) return worth(process.predict(point), best[0]!, options).value;
      const { means, sd } = process.predictAll(point);
      return mean(
        Array.from(means, (m, column) => worth({ mean: m, sd }, best[column]!, options).value),
        isLog,
      ).value;
    },
    slope(point) {
      const parts = Array.from(best, (b, column) => {
        const belief = process.slope(point, column);
        const one = worth(belief, b, options);
        return { value: one.value, gradient: worthSlope(belief, one) };
      });
      const { value, weights } = mean(
        parts.map((part) => part.value),
        isLog,
      );
      const gradient = new Float64Array(point.length);
      parts.forEach((part, column) => {
        for (let i = 0; i < gradient.length; i++) gradient[i]! += weights[column]! * part.gradient[i]!;
      });
      return { value, gradient };
    },
  };
}

/** Mean of values, or of what they are logarithms of, and how the parts weigh in its gradient. */
export function mean(
  values: readonly number[],
  isLog: boolean,
): { value: number; weights: readonly number[] } {
  const n = values.length;
  if (!isLog) return { value: values.reduce((sum, v) => sum + v, 0) / n, weights: values.map(() => 1 / n) };
  const most = Math.max(...values);
  const shares = values.map((v) => Math.exp(v - most));
  const sum = shares.reduce((total, share) => total + share, 0);
  return { value: most + Math.log(sum / n), weights: shares.map((share) => share / sum) };
}
