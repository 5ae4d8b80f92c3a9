import type { Condition, Test, Value } from "../protocol/space.ts";

/** The value of an active parameter, undefined for one that is inactive. */
export type Lookup = (name: string) => Value | undefined;
/** The choices of an ordinal parameter in their order, undefined for every other parameter. */
export type Orders = (name: string) => readonly Value[] | undefined;

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** Comparisons of a test, as a list; a plain value or a list of values has none. */
export function comparisons(test: Test): readonly [operator: string, value: Value][] {
  if (typeof test !== "object" || test === null || Array.isArray(test)) return [];
  return Object.entries(test) as [string, Value][];
}

function compare(operator: string, value: Value, bound: Value, order: readonly Value[] | undefined): boolean {
  if (operator === "=") return value === bound;
  if (operator === "!=") return value !== bound;
  const a = order ? order.indexOf(value) : value;
  const b = order ? order.indexOf(bound) : bound;
  if (typeof a !== "number" || typeof b !== "number") return false;
  return COMPARISONS[operator]?.(a, b) ?? false;
}

/** Whether a value passes a test; `order` makes comparisons go by the order of an ordinal's choices. */
export function passes(test: Test, value: Value, order?: readonly Value[]): boolean {
  if (Array.isArray(test)) return test.includes(value);
  if (typeof test !== "object" || test === null) return value === test;
  return comparisons(test).every(([operator, bound]) => compare(operator, value, bound, order));
}

/** The alternatives of a condition: one of them has to hold, with all of its tests. */
export function alternatives(condition: Condition): readonly Readonly<Record<string, Test>>[] {
  return Array.isArray(condition) ? condition : [condition as Readonly<Record<string, Test>>];
}

/** Names of the parameters that a condition tests, each once. */
export function parentsOf(condition: Condition): string[] {
  return [...new Set(alternatives(condition).flatMap((tests) => Object.keys(tests)))];
}

/** Whether a condition holds. An inactive parent fails every test. */
export function holds(condition: Condition, lookup: Lookup, orders: Orders): boolean {
  return alternatives(condition).some((tests) =>
    Object.entries(tests).every(([name, test]) => {
      const value = lookup(name);
      return value !== undefined && passes(test, value, orders(name));
    }),
  );
}
