import { type AcquisitionName, type AcquisitionOptions, worth, worthSlope } from "./acquisition.ts";
import type { Surrogate } from "./belief.ts";
import type { Objective } from "./maximize.ts";
import type { GaussianProcess } from "./model.ts";

/** The acquisition as a function of encoded configurations. */
export function acquisitionOf(
  { process, best }: Pick<Surrogate, "process" | "best">,
  options: AcquisitionOptions,
): Objective {
  return {
    value: (point) => worth(process.predict(point), best, options).value,
    slope(point) {
      const belief = process.slope(point);
      const one = worth(belief, best, options);
      return { value: one.value, gradient: worthSlope(belief, one) };
    },
  };
}

/** The logarithm of the probability that what a process speaks of lies below a bound: to lie there is to "improve" on it. */
export function chanceBelow(process: GaussianProcess, bound: number): Objective {
  return acquisitionOf({ process, best: bound }, { name: "pi", xi: 0, kappa: 0 });
}

/** The product of probabilities and other positive things, as the sum of their logarithms. */
export function product(parts: readonly Objective[]): Objective {
  return {
    value: (point) => parts.reduce((sum, part) => sum + part.value(point), 0),
    slope(point) {
      const slopes = parts.map((part) => part.slope(point));
      return {
        value: slopes.reduce((sum, { value }) => sum + value, 0),
        // A point may have the budget as one more coordinate, of which some of the parts know nothing.
        gradient: point.map((_, i) => slopes.reduce((sum, { gradient }) => sum + (gradient[i] ?? 0), 0)),
      };
    },
  };
}

/** What a point is worth times the logarithm's probabilities. */
export function times(objective: Objective, chance: Objective): Objective {
  return {
    value: (point) => objective.value(point) * Math.exp(chance.value(point)),
    slope(point) {
      const [one, other] = [objective.slope(point), chance.slope(point)];
      const share = Math.exp(other.value);
      return {
        value: one.value * share,
        gradient: one.gradient.map((slope, i) => share * (slope + one.value * other.gradient[i]!)),
      };
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
