import type { Value } from "../protocol/space.ts";

export type Operator = "<" | "<=" | ">" | ">=" | "=" | "!=";

/** `left operator right`; an operand is a parameter's name or a number. */
export interface Relation {
  readonly left: string | number;
  readonly operator: Operator;
  readonly right: string | number;
  readonly text: string;
}

const SYNTAX = /^\s*([^\s<>=!]+)\s*(<=|>=|==|!=|<|>|=)\s*([^\s<>=!]+)\s*$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const operand = (text: string): string | number => (NUMBER.test(text) ? Number(text) : text);

/** Reads "k1 <= k2"; undefined when the text is not a relation. */
export function parseRelation(text: string): Relation | undefined {
  const match = SYNTAX.exec(text);
  if (!match) return undefined;
  const operator = match[2] === "==" ? "=" : (match[2] as Operator);
  return { left: operand(match[1]!), operator, right: operand(match[3]!), text: text.trim() };
}

/** Names of the parameters in a relation. */
export function relationNames(relation: Relation): string[] {
  return [relation.left, relation.right].filter((side) => typeof side === "string");
}

/** The same relation with its sides changed over. */
export function mirrored(relation: Relation): Relation {
  const operators = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!=" } as const;
  return {
    left: relation.right,
    operator: operators[relation.operator],
    right: relation.left,
    text: relation.text,
  };
}

export function compareNumbers(a: number, operator: Operator, b: number): boolean {
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "=":
      return a === b;
    case "!=":
      return a !== b;
  }
}

/** Whether a relation holds; it binds only while both of its parameters are active. */
export function relationHolds(relation: Relation, lookup: (name: string) => Value | undefined): boolean {
  const value = (side: string | number): Value | undefined =>
    typeof side === "number" ? side : lookup(side);
  const [a, b] = [value(relation.left), value(relation.right)];
  if (typeof a !== "number" || typeof b !== "number") return true;
  return compareNumbers(a, relation.operator, b);
}
