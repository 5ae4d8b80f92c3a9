import { type AcquisitionName, type AcquisitionOptions, worth, worthSlope } from "./acquisition.ts";
import type { Surrogate } from "./belief.ts";
import type { Objective } from "./maximize.ts";

/** The acquisition as a function of encoded configurations. */
export function acquisitionOf({ process, best }: Surrogate, options: AcquisitionOptions): Objective {
  return {
    value: (point) => worth(process.predict(point), best, options).value,
    slope(point) {
      const belief = process.slope(point);
      const one = worth(belief, best, options);
      return { value: one.value, gradient: worthSlope(belief, one) };
    },
  };
}

/** Mean of what several places are worth: of acquisitions that are logarithms, the logarithm of the mean. */
export function meanWorth(values: readonly number[], name: AcquisitionName): number {
  const n = values.length;
  if (name !== "log-ei" && name !== "pi") return values.reduce((sum, value) => sum + value, 0) / n;
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0) / n);
}
