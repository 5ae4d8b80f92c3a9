import type { Configuration, Value } from "../../protocol/space.ts";
import { domainOf } from "../../space/domain.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { TpeModel, type TpeRules } from "./model.ts";

/** Where good trials lie in one parameter, and where the others do. All lists run in parallel. */
export interface ParameterDensities {
  /** Ascending, or the choices in their order. */
  readonly values: readonly Value[];
  /** Positions of the values in the unit interval of the parameter's scale. */
  readonly units: readonly number[];
  /** l and g. Continuous: densities on the unit interval (1 is uniform); discrete: probabilities, with sum 1. */
  readonly good: readonly number[];
  readonly bad: readonly number[];
}

/**
 * l(x) and g(x) of one parameter by itself, as TPE sees them after these trials: at `points` evenly spaced
 * positions of the unit interval, or at each value where there are no more than that. Trials in which the
 * parameter is inactive do not count. Undefined while no trial has a finite loss, or for an unknown name.
 */
export function parameterDensities(
  space: Space,
  name: string,
  finished: readonly Observation[],
  pending: readonly Configuration[],
  rules: TpeRules,
  points = 64,
): ParameterDensities | undefined {
  const index = space.names.indexOf(name);
  const densities = new TpeModel(space, rules).fit(finished, pending);
  if (index < 0 || !densities) return undefined;
  const domain = domainOf(space.parameters[name]!);
  const discrete = domain.count <= points || space.parameters[name]!.type === "categorical";
  const units = discrete
    ? Array.from({ length: domain.count }, (_, i) => domain.toUnit(domain.at(i)))
    : Array.from({ length: points }, (_, i) => (i + 0.5) / points);
  const { cell } = densities.dimensions[index]!;
  const shares = units.map((unit) => {
    const [low, high] = cell(unit);
    return discrete ? high - low : 1;
  });
  const along = (density: typeof densities.good): number[] =>
    units.map((unit, i) => shares[i]! * density.density(index, unit));
  return {
    values: units.map((unit) => domain.fromUnit(unit)),
    units,
    good: along(densities.good),
    bad: along(densities.bad),
  };
}
