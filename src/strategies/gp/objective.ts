import { type AcquisitionName, type AcquisitionOptions, worth, worthSlope } from "./acquisition.ts";
import type { Surrogate } from "./belief.ts";
import type { Feasibility } from "./feasibility.ts";
import type { Objective } from "./maximize.ts";

/**
 * The acquisition as a function of encoded configurations. Where trials have failed it is what a configuration is worth
 * times the probability that it runs (Gardner et al. 2014), on the acquisition's own scale: the confidence bound loses a
 * standard deviation for each factor e.
 */
export function acquisitionOf(surrogate: Surrogate, options: AcquisitionOptions): Objective {
  const { process, best, feasibility } = surrogate;
  const plain: Objective = {
    value: (point) => worth(process.predict(point), best, options).value,
    slope(point) {
      const belief = process.slope(point);
      const one = worth(belief, best, options);
      return { value: one.value, gradient: worthSlope(belief, one) };
    },
  };
  if (feasibility === undefined) return plain;
  return options.name === "ei" ? times(plain, feasibility) : plus(plain, feasibility);
}

/** ln P added. A point may have the budget as one more coordinate, of which failures know nothing. */
const plus = (plain: Objective, feasibility: Feasibility): Objective => ({
  value: (point) => plain.value(point) + feasibility.logProbability(point),
  slope(point) {
    const one = plain.slope(point);
    const runs = feasibility.slope(point);
    return {
      value: one.value + runs.value,
      gradient: one.gradient.map((slope, i) => slope + (runs.gradient[i] ?? 0)),
    };
  },
});

const times = (plain: Objective, feasibility: Feasibility): Objective => ({
  value: (point) => plain.value(point) * Math.exp(feasibility.logProbability(point)),
  slope(point) {
    const one = plain.slope(point);
    const runs = feasibility.slope(point);
    const probability = Math.exp(runs.value);
    return {
      value: one.value * probability,
      gradient: one.gradient.map((slope, i) => probability * (slope + one.value * (runs.gradient[i] ?? 0))),
    };
  },
});

/** Mean of what several places are worth: of acquisitions that are logarithms, the logarithm of the mean. */
export function meanWorth(values: readonly number[], name: AcquisitionName): number {
  const n = values.length;
  if (name !== "log-ei" && name !== "pi") return values.reduce((sum, value) => sum + value, 0) / n;
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0) / n);
}
