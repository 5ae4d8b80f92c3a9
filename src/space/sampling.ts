import { TuningForkError } from "../protocol/errors.ts";
import type { Value } from "../protocol/space.ts";
import { enumerate, everyValue } from "./enumerate.ts";
import { active, type Component, type Model, type ModelParameter, type Values } from "./model.ts";
import type { Random } from "./random.ts";
import { mirrored, type Relation } from "./relation.ts";

/** Independent draws before draws are steered towards the relations, and after. */
const FREE_DRAWS = 1000;
const STEERED_DRAWS = 1000;
/** Valid combinations of a nearly empty finite component that are listed at most. */
const LISTED = 10_000;

/** The part of the unit interval that a relation leaves to its left side. */
function leftInterval(
  parameter: ModelParameter,
  operator: Relation["operator"],
  bound: number,
): [number, number] {
  const share = parameter.domain.share;
  switch (operator) {
    case "<":
      return [0, share(bound, false)];
    case "<=":
      return [0, share(bound, true)];
    case ">":
      return [share(bound, true), 1];
    case ">=":
      return [share(bound, false), 1];
    default:
      return [0, 1];
  }
}

/** The relations that bind a parameter to a number: to a constant, or to the value of a parameter already drawn. */
function* bounds(
  parameter: ModelParameter,
  component: Component,
  values: Values,
): Generator<readonly [Relation["operator"], number]> {
  for (const { relation } of component.constraints) {
    if (!relation) continue;
    const turned = relation.left === parameter.name ? relation : mirrored(relation);
    if (turned.left !== parameter.name) continue;
    const bound = typeof turned.right === "number" ? turned.right : values[turned.right];
    if (typeof bound === "number") yield [turned.operator, bound];
  }
}

/** Draws a value from what the relations with the values so far leave to this parameter. */
function steeredValue(
  parameter: ModelParameter,
  component: Component,
  values: Values,
  random: Random,
): Value {
  let [low, high] = [0, 1];
  const unit = random.uniform();
  for (const [operator, bound] of bounds(parameter, component, values)) {
    if (operator === "=" && parameter.domain.fault(bound) === undefined) return bound;
    const [a, b] = leftInterval(parameter, operator, bound);
    low = Math.max(low, a);
    high = Math.min(high, b);
  }
  return parameter.domain.fromUnit(low + Math.max(0, high - low) * unit);
}

function draw(component: Component, model: Model, random: Random, steered: boolean): Values | undefined {
  const values: Values = {};
  for (const parameter of component.parameters) {
    if (!active(parameter, values, model.orders)) continue;
    values[parameter.name] = steered
      ? steeredValue(parameter, component, values, random)
      : parameter.domain.fromUnit(random.uniform());
  }
  return component.constraints.every((constraint) => constraint.allows(values)) ? values : undefined;
}

/** Valid combinations of components that are nearly empty, listed once. */
const listed = new WeakMap<Component, readonly Values[]>();

function list(component: Component, model: Model): readonly Values[] {
  const known = listed.get(component);
  if (known) return known;
  const finite = component.parameters.every(({ domain }) => domain.count <= LISTED);
  const found: Values[] = [];
  if (finite) {
    for (const values of enumerate(component.parameters, component.constraints, model.orders, everyValue)) {
      found.push(values);
      if (found.length === LISTED) break;
    }
  }
  listed.set(component, found);
  return found;
}

function empty(component: Component): TuningForkError {
  const names = component.parameters.map(({ name }) => name).join(", ");
  return new TuningForkError(
    "bad-definition",
    `No values of ${names} were found that satisfy the forbidden combinations and relations: ${FREE_DRAWS + STEERED_DRAWS} draws failed.`,
    "Remove some of them, or widen the ranges.",
  );
}

/**
 * Draws one component. Independent draws that are thrown away when a constraint fails are exact: each valid
 * combination keeps its density. Only where these fail (an equality, a long chain of relations) each parameter
 * is drawn from what the relations leave to it, and in a nearly empty finite component from the list of what is valid.
 */
function sampleComponent(component: Component, model: Model, random: Random): Values {
  const draws = component.constraints.length === 0 ? 1 : FREE_DRAWS;
  for (let i = 0; i < draws; i++) {
    const values = draw(component, model, random, false);
    if (values) return values;
  }
  for (let i = 0; i < STEERED_DRAWS; i++) {
    const values = draw(component, model, random, true);
    if (values) return values;
  }
  const valid = list(component, model);
  if (valid.length === 0) throw empty(component);
  return random.choice(valid);
}

/** One valid configuration of the whole model. */
export function sampleModel(model: Model, random: Random): Values {
  const values: Values = {};
  for (const component of model.components) Object.assign(values, sampleComponent(component, model, random));
  return values;
}
