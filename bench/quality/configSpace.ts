import type { Parameter, SpaceSpec, Test, Value } from "../../src/protocol/space.ts";

/** A search space as ConfigSpace's JSON of versions before 1.0 has it. */
export interface ConfigSpaceJson {
  readonly hyperparameters: readonly HyperparameterJson[];
  readonly conditions?: readonly ConditionJson[];
  readonly forbiddens?: readonly ForbiddenJson[];
}

export interface HyperparameterJson {
  readonly name: string;
  readonly type: string;
  readonly lower?: number;
  readonly upper?: number;
  readonly log?: boolean;
  readonly q?: number | null;
  readonly default?: Value;
  readonly choices?: readonly Value[];
  readonly sequence?: readonly Value[];
  readonly value?: Value;
}

export interface ConditionJson {
  readonly type: string;
  readonly child: string;
  readonly parent?: string;
  readonly value?: Value;
  readonly values?: readonly Value[];
  readonly conditions?: readonly ConditionJson[];
}

interface ForbiddenJson {
  readonly type: string;
  readonly name?: string;
  readonly value?: Value;
  readonly values?: readonly Value[];
  readonly clauses?: readonly ForbiddenJson[];
}

type Tests = Readonly<Record<string, Test>>;
type Fixed = Readonly<Record<string, Value>>;

const numeric = (json: HyperparameterJson, type: "float" | "int"): Parameter => {
  const { lower: low, upper: high, log, q } = json;
  if (low === undefined || high === undefined) throw new Error(`"${json.name}" has no bounds.`);
  const within = typeof json.default === "number" ? Math.min(high, Math.max(low, json.default)) : undefined;
  return {
    type,
    low,
    high,
    ...(log === true && { scale: "log" }),
    ...(typeof q === "number" && q !== 1 && { step: q }),
    ...(within !== undefined && { default: within }),
  };
};

function parameterOf(json: HyperparameterJson): Parameter {
  const fallback = json.default === undefined ? {} : { default: json.default };
  switch (json.type) {
    case "uniform_float":
      return numeric(json, "float");
    case "uniform_int":
      return numeric(json, "int");
    case "categorical":
      return { type: "categorical", choices: json.choices ?? [], ...fallback };
    case "ordinal":
      return { type: "ordinal", choices: json.sequence ?? json.choices ?? [], ...fallback };
    case "constant":
      return { type: "categorical", choices: [json.value ?? null] };
    default:
      throw new Error(`"${json.name}" has the type "${json.type}", which is not known here.`);
  }
}

type Operators = Readonly<Record<string, Value>>;

/** Both tests of one parent as one; undefined where no value passes both. */
function mergeTests(a: Test, b: Test, parent: string): Test | undefined {
  if (Array.isArray(a) && Array.isArray(b)) {
    const both = a.filter((value) => b.includes(value));
    return both.length > 0 ? both : undefined;
  }
  const clash =
    !Array.isArray(a) &&
    !Array.isArray(b) &&
    Object.keys(b as Operators).some((key) => key in (a as Operators));
  if (Array.isArray(a) || Array.isArray(b) || clash) {
    throw new Error(`The conditions on "${parent}" cannot be joined: ${JSON.stringify([a, b])}`);
  }
  return { ...(a as Operators), ...(b as Operators) };
}

function mergeAll(a: Tests, b: Tests): Tests | undefined {
  const merged: Record<string, Test> = { ...a };
  for (const [parent, test] of Object.entries(b)) {
    const before = merged[parent];
    const joined = before === undefined ? test : mergeTests(before, test, parent);
    if (joined === undefined) return undefined;
    merged[parent] = joined;
  }
  return merged;
}

/** Conditions that all hold, each a list of alternatives, as one list of alternatives. */
function conjunction(parts: readonly (readonly Tests[])[]): readonly Tests[] {
  let all: readonly Tests[] = [{}];
  for (const part of parts) {
    const pairs = all.flatMap((a) => part.map((b) => mergeAll(a, b)));
    all = pairs.filter((tests) => tests !== undefined);
  }
  return all;
}

function passesFixed(value: Value, test: Test): boolean {
  if (Array.isArray(test)) return test.includes(value);
  const checks: Readonly<Record<string, (bound: Value) => boolean>> = {
    "!=": (bound) => value !== bound,
    "<": (bound) => (value as number) < (bound as number),
    ">": (bound) => (value as number) > (bound as number),
  };
  return Object.entries(test as Operators).every(([operator, bound]) => checks[operator]!(bound));
}

/** A test of one parent as alternatives: itself, or, where the parent's value is fixed, always or never. */
function leaf(parent: string, test: Test, fixed: Fixed): readonly Tests[] {
  if (!Object.hasOwn(fixed, parent)) return [{ [parent]: test }];
  return passesFixed(fixed[parent]!, test) ? [{}] : [];
}

function alternativesOf(condition: ConditionJson, fixed: Fixed): readonly Tests[] {
  const { type, parent = "", value = null, values = [], conditions = [] } = condition;
  switch (type) {
    case "EQ":
      return leaf(parent, [value], fixed);
    case "IN":
      return leaf(parent, values, fixed);
    case "NEQ":
      return leaf(parent, { "!=": value }, fixed);
    case "LT":
      return leaf(parent, { "<": value }, fixed);
    case "GT":
      return leaf(parent, { ">": value }, fixed);
    case "AND":
      return conjunction(conditions.map((part) => alternativesOf(part, fixed)));
    case "OR":
      return conditions.flatMap((part) => alternativesOf(part, fixed));
    default:
      throw new Error(`A condition of "${condition.child}" has the type "${type}", which is not known here.`);
  }
}

function forbiddenTests(clause: ForbiddenJson, fixed: Fixed): readonly Tests[] {
  const { type, name = "", value = null, values = [], clauses = [] } = clause;
  if (type === "EQ") return leaf(name, [value], fixed);
  if (type === "IN") return leaf(name, values, fixed);
  if (type === "AND") return conjunction(clauses.map((part) => forbiddenTests(part, fixed)));
  throw new Error(`A forbidden clause has the type "${type}", which is not known here.`);
}

/**
 * The space without the parameters that are fixed; conditions on these are decided. All conditions of one child
 * have to hold. A constant becomes a category of one choice, so that its conditions stay.
 * @throws {Error} for types that are not known here
 */
export function spaceOfConfigSpace(json: ConfigSpaceJson, fixed: Fixed = {}): SpaceSpec {
  const parameters: Record<string, Parameter> = {};
  for (const hyperparameter of json.hyperparameters) {
    const { name } = hyperparameter;
    if (Object.hasOwn(fixed, name)) continue;
    const own = (json.conditions ?? []).filter(({ child }) => child === name);
    const alternatives = conjunction(own.map((condition) => alternativesOf(condition, fixed)));
    // No alternative: never active.
    if (alternatives.length === 0) continue;
    const always = alternatives.some((tests) => Object.keys(tests).length === 0);
    const when = alternatives.length === 1 ? alternatives[0]! : alternatives;
    parameters[name] = { ...parameterOf(hyperparameter), ...(!always && { when }) };
  }
  const forbidden = (json.forbiddens ?? []).flatMap((clause) => forbiddenTests(clause, fixed));
  return { parameters, ...(forbidden.length > 0 && { forbidden }) };
}
