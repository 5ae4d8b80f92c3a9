import type { Condition, Test, Value } from "../../src/protocol/space.ts";
import { formatValue, isLoose, isValue, type Loose } from "./values.ts";

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "in";

/** One line of the condition editor. `value` is a list for `in` alone. */
export interface Clause {
  readonly parent: string;
  readonly operator: Operator;
  readonly value: Value | readonly Value[];
}

const COMPARISONS: readonly Operator[] = ["=", "!=", "<", "<=", ">", ">="];
const SIGNS: Record<Operator, string> = {
  "=": "=",
  "!=": "≠",
  "<": "<",
  "<=": "≤",
  ">": ">",
  ">=": "≥",
  in: "one of",
};

export function operatorSign(operator: Operator): string {
  return SIGNS[operator];
}

function readTest(parent: string, test: unknown): Clause[] | undefined {
  if (isValue(test)) {
    return [{ parent, operator: "=", value: test }];
  }
  if (Array.isArray(test)) {
    return test.every(isValue) ? [{ parent, operator: "in", value: test }] : undefined;
  }
  if (!isLoose(test)) {
    return undefined;
  }
  const clauses: Clause[] = [];
  for (const [operator, value] of Object.entries(test)) {
    if (!COMPARISONS.includes(operator as Operator) || !isValue(value)) {
      return undefined;
    }
    clauses.push({ parent, operator: operator as Operator, value });
  }
  return clauses;
}

/**
 * A condition's JSON as lines: groups of which one must hold, each of clauses that must all hold. No condition is
 * no group; undefined is JSON that is not a condition.
 */
export function readCondition(condition: unknown): Clause[][] | undefined {
  if (condition === undefined) {
    return [];
  }
  const groups: Clause[][] = [];
  for (const record of Array.isArray(condition) ? condition : [condition]) {
    if (!isLoose(record)) {
      return undefined;
    }
    const clauses: Clause[] = [];
    for (const [parent, test] of Object.entries(record)) {
      const read = readTest(parent, test);
      if (read === undefined) {
        return undefined;
      }
      clauses.push(...read);
    }
    groups.push(clauses);
  }
  return groups;
}

/** Joins a further clause on the same parent; a list of values can stand alone only, so the later one wins. */
function joinTest(old: Test | undefined, clause: Clause): Test {
  if (clause.operator === "in") {
    return clause.value as readonly Value[];
  }
  const value = clause.value as Value;
  if (old === undefined || Array.isArray(old)) {
    return clause.operator === "=" ? value : { [clause.operator]: value };
  }
  const comparisons = isValue(old) ? { "=": old } : (old as Loose);
  return { ...comparisons, [clause.operator]: value };
}

/** The JSON of the lines; undefined where none is left. */
export function writeCondition(groups: readonly (readonly Clause[])[]): Condition | undefined {
  const records = groups
    .filter((group) => group.length > 0)
    .map((group) => {
      const record: Record<string, Test> = {};
      for (const clause of group) {
        record[clause.parent] = joinTest(record[clause.parent], clause);
      }
      return record;
    });
  return records.length > 1 ? records : records[0];
}

function clauseText({ parent, operator, value }: Clause): string {
  if (Array.isArray(value)) {
    const texts = value.map(formatValue);
    return `${parent} in ${texts.join(", ")}`;
  }
  return `${parent} ${SIGNS[operator]} ${formatValue(value)}`;
}

/** `solver = Adam and layers ≥ 2`; undefined for JSON that is not a condition, "" for none. */
export function conditionText(condition: unknown): string | undefined {
  const groups = readCondition(condition);
  return groups?.map((group) => group.map(clauseText).join(" and ")).join(" or ");
}

/** The operators that make sense on a parent of this type, the usual one first. */
export function operatorsFor(type: unknown): readonly Operator[] {
  if (type === "categorical") {
    return ["=", "!=", "in"];
  }
  if (type === "boolean") {
    return ["=", "!="];
  }
  if (type === "ordinal") {
    return [...COMPARISONS, "in"];
  }
  return type === "int" || type === "float" ? [">=", "<=", ">", "<", "=", "!="] : COMPARISONS;
}

/** The values a parent can have, where it has few. */
export function parentChoices(parent: unknown): readonly Value[] | undefined {
  if (!isLoose(parent)) {
    return undefined;
  }
  if (parent.type === "boolean") {
    return [true, false];
  }
  return Array.isArray(parent.choices) ? parent.choices.filter(isValue) : undefined;
}

/** A clause that is right as it stands, for a parent just chosen. */
export function startClause(name: string, parent: unknown): Clause {
  const type = isLoose(parent) ? parent.type : undefined;
  const operator = operatorsFor(type)[0] as Operator;
  const choices = parentChoices(parent);
  const fallback = isLoose(parent) ? [parent.default, parent.low, 0].find(isValue) : 0;
  return { parent: name, operator, value: choices ? (choices[0] ?? "") : (fallback ?? 0) };
}

/** The same clause with another operator: one value becomes a list of one, and back. */
export function withOperator(clause: Clause, operator: Operator): Clause {
  const values = Array.isArray(clause.value) ? clause.value : [clause.value];
  return { ...clause, operator, value: operator === "in" ? values : (values[0] ?? "") };
}
