import { TuningForkError } from "../../protocol/errors.ts";
import type { Configuration, FloatParameter } from "../../protocol/space.ts";
import type { Hypergradients } from "../../protocol/trial.ts";
import { hint } from "../../space/nearest.ts";
import type { Space } from "../../space/space.ts";
import { type Bounds, projectOntoL1Ball, projectOntoSimplex } from "./projection.ts";

/** Parameters that are bound together, beside their ranges. */
export interface Bonds {
  /** Names of those that are at least 0 and add up to the radius. */
  readonly simplex: readonly string[];
  /** Names of those whose sizes add up to at most the radius. */
  readonly l1: readonly string[];
  readonly radius: number;
}

interface Coordinate {
  readonly name: string;
  readonly parameter: FloatParameter;
  /** Of the values, in coordinates. */
  readonly low: number;
  readonly high: number;
  /** Value that a coordinate of 1 stands for; undefined: coordinates are positions in the range, in its scale. */
  readonly unit: number | undefined;
}

/** A set of parameters, and the projection of their coordinates onto what they may be together, with radius 1. */
interface Bond {
  readonly places: readonly number[];
  readonly bounds: Bounds;
  project(x: Float64Array, radius: number, bounds: Bounds): Float64Array;
}

const isMoved = (space: Space, index: number): boolean =>
  space.parameters[space.names[index]!]!.type === "float" &&
  space.valuesOf(index) === Number.POSITIVE_INFINITY;

/**
 * Where a chain may go, in coordinates that it steps in: the position in its range, in its scale, of each parameter that is a
 * continuous number. Those that are bound together are measured by their radius instead, so that what is nearest in
 * coordinates is nearest in values. All else is left as it is. A vector has a number for each parameter of the space, NaN
 * where it does not move.
 */
export class Region {
  readonly #space: Space;
  readonly #coordinates: readonly (Coordinate | undefined)[];
  readonly #bonds: readonly Bond[];

  /** @throws TuningForkError `bad-definition` where the bonds are none. */
  constructor(space: Space, bonds: Bonds) {
    this.#space = space;
    checkBonds(space, bonds);
    const bound = new Set([...bonds.simplex, ...bonds.l1]);
    this.#coordinates = space.names.map((name, index): Coordinate | undefined => {
      if (!isMoved(space, index)) return undefined;
      const parameter = space.parameters[name] as FloatParameter;
      if (!bound.has(name)) return { name, parameter, low: 0, high: 1, unit: undefined };
      const unit = bonds.radius;
      return { name, parameter, low: parameter.low / unit, high: parameter.high / unit, unit };
    });
    const bond = (names: readonly string[], project: Bond["project"]): Bond => {
      const places = names.map((name) => space.names.indexOf(name));
      const of = (end: "low" | "high") => places.map((place) => this.#coordinates[place]![end]);
      return { places, project, bounds: { low: of("low"), high: of("high") } };
    };
    this.#bonds = [bond(bonds.simplex, projectOntoSimplex), bond(bonds.l1, projectOntoL1Ball)].filter(
      ({ places }) => places.length > 0,
    );
  }

  /** Names of the parameters that move, where they are active. */
  get names(): readonly string[] {
    return this.#coordinates.flatMap((coordinate) => coordinate?.name ?? []);
  }

  /** Places of those that are bound together. */
  get bound(): readonly (readonly number[])[] {
    return this.#bonds.map(({ places }) => places);
  }

  /** Coordinates of a configuration. */
  of(configuration: Configuration): Float64Array {
    return Float64Array.from(this.#coordinates, (coordinate) => {
      const value = coordinate && configuration[coordinate.name];
      if (value === undefined) return Number.NaN;
      const { name, unit } = coordinate!;
      return unit === undefined ? this.#space.positionOf(name, value) : Number(value) / unit;
    });
  }

  /** The configuration at some coordinates that is otherwise like another one. */
  at(x: Float64Array, like: Configuration): Configuration {
    const vector = this.#space.encode(like);
    for (const [i, coordinate] of this.#coordinates.entries()) {
      if (coordinate === undefined || Number.isNaN(x[i]!)) continue;
      const { name, unit } = coordinate;
      vector[i] = unit === undefined ? x[i]! : this.#space.positionOf(name, x[i]! * unit);
    }
    return this.#space.decode(vector);
  }

  /** The nearest point of the region, in place. */
  project(x: Float64Array): Float64Array {
    for (const { places, project, bounds } of this.#bonds) {
      const nearest = project(
        Float64Array.from(places, (place) => x[place]!),
        1,
        bounds,
      );
      for (const [i, place] of places.entries()) x[place] = nearest[i]!;
    }
    for (const [i, coordinate] of this.#coordinates.entries())
      if (coordinate) x[i] = Math.min(coordinate.high, Math.max(coordinate.low, x[i]!));
    return x;
  }

  /** The nearest configuration of the region. */
  hold(configuration: Configuration): Configuration {
    if (this.#bonds.length === 0) return configuration;
    return this.at(this.project(this.of(configuration)), configuration);
  }

  /** The derivatives by the coordinates of a configuration; NaN where there is none, or the parameter does not move. */
  gradient(configuration: Configuration, hypergradients: Hypergradients): Float64Array {
    return Float64Array.from(this.#coordinates, (coordinate) => {
      if (coordinate === undefined || !Object.hasOwn(hypergradients, coordinate.name)) return Number.NaN;
      const { name, parameter, unit } = coordinate;
      const value = configuration[name];
      return value === undefined
        ? Number.NaN
        : hypergradients[name]! * slopeOf(parameter, Number(value), unit);
    });
  }
}

/** d value / d coordinate. */
function slopeOf({ low, high, scale }: FloatParameter, value: number, unit: number | undefined): number {
  if (unit !== undefined) return unit;
  return scale === "log" ? value * Math.log(high / low) : high - low;
}

const fault = (text: string, next?: string): TuningForkError =>
  new TuningForkError("bad-definition", text, next);

function checkBonds(space: Space, { simplex, l1, radius }: Bonds): void {
  const twice = simplex.find((name) => l1.includes(name));
  if (twice !== undefined) throw fault(`"${twice}" is both in strategy.simplex and in strategy.l1.`);
  for (const [option, names] of [
    ["simplex", simplex],
    ["l1", l1],
  ] as const) {
    for (const name of names) checkBound(space, option, name);
    if (names.length > 0) checkRadius(space, option, names, radius);
  }
}

function checkBound(space: Space, option: string, name: string): void {
  const index = space.names.indexOf(name);
  if (index < 0)
    throw fault(`strategy.${option} names "${name}", which is not tuned.${hint(name, space.names)}`);
  const parameter = space.parameters[name]!;
  const isFree = isMoved(space, index) && parameter.when === undefined;
  if (isFree && (parameter as FloatParameter).scale !== "log") return;
  throw fault(
    `strategy.${option} names "${name}", which is no continuous number on a linear scale that is always there.`,
    "Only such numbers can be bound together: change the parameter, or take it off the list.",
  );
}

function checkRadius(space: Space, option: string, names: readonly string[], radius: number): void {
  const parameters = names.map((name) => space.parameters[name] as FloatParameter);
  const sum = (of: (parameter: FloatParameter) => number): number =>
    parameters.reduce((total, parameter) => total + of(parameter), 0);
  const least =
    option === "simplex"
      ? sum(({ low }) => Math.max(0, low))
      : sum(({ low, high }) => Math.max(0, low, -high));
  const most = option === "simplex" ? sum(({ high }) => high) : Number.POSITIVE_INFINITY;
  const canBe = option === "l1" || parameters.every(({ high }) => high >= 0);
  if (canBe && least <= radius && radius <= most) return;
  throw fault(
    `The ranges of ${names.join(", ")} leave no values for strategy.${option} with the radius ${radius}.`,
    "Change strategy.radius, or the ranges.",
  );
}
