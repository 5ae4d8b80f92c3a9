import type { Configuration, Value } from "../../protocol/space.ts";
import { domainOf } from "../../space/domain.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import type { Parzen } from "../parzen/parzen.ts";
import { type Densities, TpeModel, type TpeRules } from "./model.ts";

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

/** Two densities over the same space, and how its parameters lie in the unit cube. */
export type GoodAndBad = Pick<Densities, "dimensions" | "good" | "bad">;

/**
 * l(x) and g(x) of one parameter by itself: at `points` evenly spaced positions of the unit interval, or at each
 * value where there are no more than that. Trials in which the parameter is inactive do not count.
 * @param index In the order of the space's names.
 */
export function densitiesOf(
  space: Space,
  index: number,
  { dimensions, good, bad }: GoodAndBad,
  points = 64,
): ParameterDensities {
  const parameter = space.parameters[space.names[index]!]!;
  const domain = domainOf(parameter);
  const discrete = domain.count <= points || parameter.type === "categorical";
  const units = discrete
    ? Array.from({ length: domain.count }, (_, i) => domain.toUnit(domain.at(i)))
    : Array.from({ length: points }, (_, i) => (i + 0.5) / points);
  const { cell } = dimensions[index]!;
  const shares = units.map((unit) => {
    const [low, high] = cell(unit);
    return discrete ? high - low : 1;
  });
  const along = (density: Parzen): number[] =>
    units.map((unit, i) => shares[i]! * density.density(index, unit));
  return {
    values: units.map((unit) => domain.fromUnit(unit)),
    units,
    good: along(good),
    bad: along(bad),
  };
}

/**
 * l(x) and g(x) of one parameter as TPE sees them after these trials (see `densitiesOf`). Undefined while no trial
 * has a finite loss, or for an unknown name.
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
  return densitiesOf(space, index, densities, points);
}
