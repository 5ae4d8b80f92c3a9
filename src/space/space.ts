import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration, Parameter, SpaceSpec, Value } from "../protocol/space.ts";
import { levelsOf } from "./domain.ts";
import { enumerate, sizeOf } from "./enumerate.ts";
import { active, type Model, type ModelParameter, modelOf, type Values } from "./model.ts";
import { hint } from "./nearest.ts";
import { spaceProblems } from "./problems.ts";
import type { Random } from "./random.ts";
import { sampleModel } from "./sampling.ts";

/** How many values of each numeric or ordinal parameter a grid takes: one number, or by name with one for the rest. */
export type GridLevels = number | { readonly each: number; readonly by: Readonly<Record<string, number>> };

/** A search space: what may be tried, and how it is drawn, checked, counted and turned into vectors. */
export class Space {
  readonly spec: SpaceSpec;
  /** Names of all parameters, in the order of the spec. */
  readonly names: readonly string[];
  readonly #model: Model;
  readonly #byName: ReadonlyMap<string, ModelParameter>;
  #size: number | undefined;
  #isPlain: boolean | undefined;

  /**
   * `enabled` is not looked at: `spaceOf` (src/definition) leaves out what is off.
   * @throws TuningForkError `bad-definition` with all problems in `data`, when the spec has any.
   */
  constructor(spec: SpaceSpec) {
    const problems = spaceProblems(spec);
    if (problems.length > 0) {
      const text = problems.map(({ message }) => message).join(" ");
      throw new TuningForkError("bad-definition", text, undefined, problems);
    }
    this.spec = spec;
    this.names = Object.keys(spec.parameters);
    this.#model = modelOf(spec);
    this.#byName = new Map(this.#model.order.map((parameter) => [parameter.name, parameter]));
  }

  get parameters(): Readonly<Record<string, Parameter>> {
    return this.spec.parameters;
  }

  /** Length of an encoded configuration: one number for each parameter. */
  get dimensions(): number {
    return this.names.length;
  }

  /**
   * Number of distinct configurations, Infinity when a continuous parameter is among them. Exact, except that
   * a component with over a million combinations of entangled parameters counts as if nothing were ruled out.
   */
  get size(): number {
    this.#size ??= sizeOf(this.#model);
    return this.#size;
  }

  /**
   * Draws a configuration: active parameters only, no forbidden combination, all relations kept.
   * @throws TuningForkError `bad-definition` when the space is (nearly) empty.
   */
  sample(random: Random): Configuration {
    return this.#ordered(sampleModel(this.#model, random));
  }

  /**
   * The configuration of the defaults; a parameter without one, or with one outside its range, takes the
   * nearest value or the middle of its range (the first choice). Forbidden combinations are not looked at.
   */
  defaults(): Configuration {
    const values: Values = {};
    for (const parameter of this.#model.order) {
      if (active(parameter, values, this.#model.orders)) values[parameter.name] = defaultOf(parameter);
    }
    return this.#ordered(values);
  }

  /** What is wrong with a configuration, for people; undefined when nothing is. */
  check(configuration: Configuration): string | undefined {
    for (const name of Object.keys(configuration)) {
      if (!this.#byName.has(name))
        return `"${name}" is not a parameter of the space.${hint(name, this.names)}`;
    }
    const values: Values = {};
    for (const parameter of this.#model.order) {
      const { name } = parameter;
      const value = configuration[name];
      const isActive = active(parameter, values, this.#model.orders);
      if (!isActive && value !== undefined) return `${name} must be left out: its condition does not hold.`;
      if (!isActive) continue;
      if (value === undefined) return `${name} is missing.`;
      const fault = parameter.domain.fault(value);
      if (fault !== undefined) return `${name} ${fault}.`;
      values[name] = value;
    }
    const broken = this.#model.constraints.find((constraint) => !constraint.allows(values));
    return broken && `The configuration ${broken.text}.`;
  }

  /** Whether a parameter is active in a configuration (its parents' own conditions count too). */
  isActive(name: string, configuration: Configuration): boolean {
    const values: Values = {};
    for (const parameter of this.#model.order) {
      const isActive = active(parameter, values, this.#model.orders);
      if (parameter.name === name) return isActive;
      const value = configuration[parameter.name];
      if (isActive && value !== undefined) values[parameter.name] = value;
    }
    return false;
  }

  /** The value of one parameter, whatever the others, at a position in [0, 1]; undefined for an unknown name. */
  valueAt(name: string, unit: number): Value | undefined {
    return this.#byName.get(name)?.domain.fromUnit(unit);
  }

  /** The position in [0, 1] of a value of one parameter; NaN for an unknown name. */
  positionOf(name: string, value: Value): number {
    return this.#byName.get(name)?.domain.toUnit(value) ?? Number.NaN;
  }

  /** The nearest configuration: without what its values leave inactive, with defaults for what they make active. */
  settle(configuration: Configuration): Configuration {
    return this.decode(this.encode(configuration));
  }

  /** Whether every point of the unit cube stands for a configuration of its own: all is continuous and unconditional. */
  get isPlain(): boolean {
    this.#isPlain ??=
      this.#model.constraints.length === 0 &&
      this.#model.order.every(({ domain, when }) => when === undefined && !Number.isFinite(domain.count));
    return this.#isPlain;
  }

  /** Whether some combinations are forbidden or related: only then can what `decode` makes be invalid. */
  get isConstrained(): boolean {
    return this.#model.constraints.length > 0;
  }

  /** How many values the `index`-th parameter (in the order of `names`) has; Infinity when it is continuous. */
  valuesOf(index: number): number {
    return this.#byName.get(this.names[index]!)!.domain.count;
  }

  /** Position of each value in [0, 1], in the order of `names`; NaN where a parameter is inactive. */
  encode(configuration: Configuration): Float64Array {
    return Float64Array.from(this.names, (name) => {
      const value = configuration[name];
      return value === undefined ? Number.NaN : this.#byName.get(name)!.domain.toUnit(value);
    });
  }

  /**
   * The configuration at a point of the unit cube; `decode(encode(c))` is `c`. Which parameters are active
   * follows from the values alone; one that is active but NaN takes its default. Forbidden combinations and
   * relations are not mended: ask `check`.
   */
  decode(vector: ArrayLike<number>): Configuration {
    if (vector.length !== this.dimensions) {
      throw new TuningForkError(
        "bad-input",
        `A vector of ${vector.length} numbers was given for a space of ${this.dimensions} parameters.`,
      );
    }
    const units = new Map(this.names.map((name, i) => [name, vector[i]!]));
    const values: Values = {};
    for (const parameter of this.#model.order) {
      if (!active(parameter, values, this.#model.orders)) continue;
      const unit = units.get(parameter.name)!;
      values[parameter.name] = Number.isNaN(unit) ? defaultOf(parameter) : parameter.domain.fromUnit(unit);
    }
    return this.#ordered(values);
  }

  /** The same text for equal configurations, whatever the order of their keys. */
  key(configuration: Configuration): string {
    return JSON.stringify(this.names.map((name) => (name in configuration ? [configuration[name]] : 0)));
  }

  /** The grid, lazily: each valid configuration once. The first parameter varies slowest. */
  *grid(levels: GridLevels): Generator<Configuration> {
    const { each, by } =
      typeof levels === "number" ? { each: levels, by: {} as Record<string, number> } : levels;
    const valuesOf = ({ name, spec, domain }: ModelParameter): Value[] =>
      levelsOf(spec, domain, by[name] ?? each);
    const { order, constraints, orders } = this.#model;
    for (const values of enumerate(order, constraints, orders, valuesOf)) yield this.#ordered(values);
  }

  /** Every configuration of a finite space, lazily. */
  all(): Generator<Configuration> {
    return this.grid(Number.POSITIVE_INFINITY);
  }

  #ordered(values: Values): Configuration {
    const configuration: Values = {};
    for (const name of this.names) {
      const value = values[name];
      if (value !== undefined) configuration[name] = value;
    }
    return configuration;
  }
}

/** The default within the domain: the nearest value that is, or the middle. */
function defaultOf({ spec, domain }: ModelParameter): Value {
  const value = spec.default;
  if (spec.type === "float" || spec.type === "int") {
    if (typeof value !== "number" || Number.isNaN(value)) return domain.fromUnit(0.5);
    const within = Math.min(spec.high, Math.max(spec.low, value));
    return domain.fault(within) === undefined ? within : domain.fromUnit(domain.toUnit(within));
  }
  return value !== undefined && domain.fault(value) === undefined ? value : domain.fromUnit(0);
}
