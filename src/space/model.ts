import type { Condition, Parameter, SpaceSpec, Value } from "../protocol/space.ts";
import { holds, type Lookup, type Orders, parentsOf } from "./condition.ts";
import { type Domain, domainOf } from "./domain.ts";
import { parseRelation, type Relation, relationHolds, relationNames } from "./relation.ts";

/** Values by name while a configuration is being built: only active parameters have a key. */
export type Values = Record<string, Value>;

export interface ModelParameter {
  readonly name: string;
  readonly spec: Parameter;
  readonly domain: Domain;
  readonly when: Condition | undefined;
}

/** A forbidden combination or a relation. */
export interface Constraint {
  readonly names: readonly string[];
  readonly relation: Relation | undefined;
  /** What is wrong, for people. */
  readonly text: string;
  allows(values: Values): boolean;
}

/**
 * Parameters that depend on each other through conditions, forbidden combinations or relations, parents
 * first. Components are independent: each can be drawn and counted on its own.
 */
export interface Component {
  readonly parameters: readonly ModelParameter[];
  readonly constraints: readonly Constraint[];
}

/** A space made ready for work: no problems, parents before children. */
export interface Model {
  readonly order: readonly ModelParameter[];
  readonly constraints: readonly Constraint[];
  readonly components: readonly Component[];
  readonly orders: Orders;
}

function topological(parameters: Readonly<Record<string, Parameter>>): string[] {
  const sorted = new Set<string>();
  const visit = (name: string): void => {
    if (sorted.has(name)) return;
    const when = parameters[name]!.when;
    if (when) for (const parent of parentsOf(when)) visit(parent);
    sorted.add(name);
  };
  for (const name of Object.keys(parameters)) visit(name);
  return [...sorted];
}

function constraintsOf(spec: SpaceSpec, orders: Orders): Constraint[] {
  const forbidden = (spec.forbidden ?? []).map((condition): Constraint => {
    return {
      names: parentsOf(condition),
      relation: undefined,
      text: `is forbidden: ${JSON.stringify(condition)}`,
      allows: (values) => !holds(condition, (name) => values[name], orders),
    };
  });
  const relations = (spec.relations ?? []).map((text): Constraint => {
    const relation = parseRelation(text)!;
    return {
      names: relationNames(relation),
      relation,
      text: `breaks the relation ${relation.text}`,
      allows: (values) => relationHolds(relation, (name) => values[name]),
    };
  });
  return [...forbidden, ...relations];
}

/** Union–find over names that stand together in a condition or constraint. */
function componentsOf(order: readonly ModelParameter[], constraints: readonly Constraint[]): Component[] {
  const leader = new Map(order.map(({ name }) => [name, name]));
  const find = (name: string): string => {
    let root = name;
    while (leader.get(root) !== root) root = leader.get(root)!;
    leader.set(name, root);
    return root;
  };
  const join = (names: readonly string[]): void => {
    for (const name of names.slice(1)) leader.set(find(name), find(names[0]!));
  };
  for (const { name, when } of order) if (when) join([name, ...parentsOf(when)]);
  for (const constraint of constraints) join(constraint.names);
  const byRoot = Map.groupBy(order, ({ name }) => find(name));
  return [...byRoot.entries()].map(([root, parameters]) => ({
    parameters,
    constraints: constraints.filter(({ names }) => names.length > 0 && find(names[0]!) === root),
  }));
}

/** Makes a model of a spec without problems. */
export function modelOf(spec: SpaceSpec): Model {
  const orders: Orders = (name) => {
    const parameter = spec.parameters[name];
    return parameter?.type === "ordinal" ? parameter.choices : undefined;
  };
  const order = topological(spec.parameters).map((name): ModelParameter => {
    const parameter = spec.parameters[name]!;
    return { name, spec: parameter, domain: domainOf(parameter), when: parameter.when };
  });
  const constraints = constraintsOf(spec, orders);
  return { order, constraints, components: componentsOf(order, constraints), orders };
}

/** Whether a parameter is active, given the values of the active parameters before it. */
export function active(parameter: ModelParameter, values: Values, orders: Orders): boolean {
  const lookup: Lookup = (name) => values[name];
  return parameter.when === undefined || holds(parameter.when, lookup, orders);
}
