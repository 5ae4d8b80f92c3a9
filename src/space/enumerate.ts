import type { Value } from "../protocol/space.ts";
import type { Orders } from "./condition.ts";
import {
  active,
  type Component,
  type Constraint,
  type Model,
  type ModelParameter,
  type Values,
} from "./model.ts";

/** Constraints by the position of the last of their parameters: from there on they are decided. */
function decidedAt(
  parameters: readonly ModelParameter[],
  constraints: readonly Constraint[],
): Constraint[][] {
  const position = new Map(parameters.map(({ name }, i) => [name, i]));
  const decided: Constraint[][] = parameters.map(() => []);
  for (const constraint of constraints) {
    const last = Math.max(...constraint.names.map((name) => position.get(name) ?? -1));
    decided[last]?.push(constraint);
  }
  return decided;
}

/**
 * Every valid combination of the given values, each once: an inactive parameter has no value, so conditional
 * spaces repeat nothing, and a branch is left as soon as a constraint fails. The first parameter varies slowest.
 */
export function* enumerate(
  parameters: readonly ModelParameter[],
  constraints: readonly Constraint[],
  orders: Orders,
  valuesOf: (parameter: ModelParameter) => readonly Value[],
): Generator<Values> {
  const decided = decidedAt(parameters, constraints);
  const lists = parameters.map(valuesOf);
  const values: Values = {};
  function* from(i: number): Generator<Values> {
    const parameter = parameters[i];
    if (!parameter) {
      yield { ...values };
      return;
    }
    const allowed = (): boolean => decided[i]!.every((constraint) => constraint.allows(values));
    if (!active(parameter, values, orders)) {
      if (allowed()) yield* from(i + 1);
      return;
    }
    for (const value of lists[i]!) {
      values[parameter.name] = value;
      if (allowed()) yield* from(i + 1);
    }
    delete values[parameter.name];
  }
  yield* from(0);
}

/** All values of a finite domain. */
export function everyValue({ domain }: ModelParameter): readonly Value[] {
  return Array.from({ length: domain.count }, (_, i) => domain.at(i));
}

/** Above this many combinations of entangled parameters a component is not counted one by one. */
const COUNTED = 1_000_000;

function product(parameters: readonly ModelParameter[]): number {
  return parameters.reduce((n, { domain }) => n * domain.count, 1);
}

/** Number of distinct configurations of one component. */
function componentSize(component: Component, orders: Orders): number {
  const { parameters, constraints } = component;
  const entangled = new Set(constraints.flatMap(({ names }) => names));
  for (const { when } of parameters) {
    for (const alternative of when === undefined ? [] : [when].flat()) {
      for (const name of Object.keys(alternative)) entangled.add(name);
    }
  }
  const core = parameters.filter(({ name }) => entangled.has(name));
  const leaves = parameters.filter(({ name }) => !entangled.has(name));
  if (product(core) > COUNTED) return product(parameters);
  let size = 0;
  // Leaves test only parameters of the core, and nothing tests them: each multiplies the count.
  for (const values of enumerate(core, constraints, orders, everyValue)) {
    size += product(leaves.filter((leaf) => active(leaf, values, orders)));
  }
  return size;
}

/** Number of distinct configurations; see `Space.size`. */
export function sizeOf(model: Model): number {
  let size = 1;
  for (const component of model.components) {
    const n = componentSize(component, model.orders);
    if (n === 0) return 0;
    size *= n;
  }
  return size;
}
