import type {
  Condition,
  FloatParameter,
  IntParameter,
  Parameter,
  SpaceSpec,
  Test,
  Value,
} from "../protocol/space.ts";
import { alternatives, comparisons, parentsOf } from "./condition.ts";
import { domainOf, stepCount } from "./domain.ts";
import { hint } from "./nearest.ts";
import { compareNumbers, parseRelation, type Relation, relationNames } from "./relation.ts";

type Path = readonly (string | number)[];

/** One fault of a space. `path` leads to the value in a definition: `["space", "lr", "low"]`. */
export interface SpaceProblem {
  readonly path: Path;
  /** What is wrong and what instead, beginning with the path. */
  readonly message: string;
}

/** A JSON path for people: `space.lr.low`, `relations[0]`. */
export function pathText(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join("");
}

const problem = (path: Path, text: string): SpaceProblem => ({ path, message: `${pathText(path)} ${text}` });

type Numeric = FloatParameter | IntParameter;

function* boundProblems(path: Path, parameter: Numeric): Generator<SpaceProblem> {
  const { low, high } = parameter;
  for (const [key, bound] of [
    ["low", low],
    ["high", high],
  ] as const) {
    if (!Number.isFinite(bound)) yield problem([...path, key], "must be a finite number.");
    else if (parameter.type === "int" && !Number.isSafeInteger(bound)) {
      yield problem([...path, key], `must be a whole number for an int: write ${Math.round(bound)}.`);
    }
  }
  if (low > high) {
    yield problem([...path, "low"], `must be smaller than high (${high}): write a number below ${high}.`);
  }
}

function* scaleProblems(path: Path, parameter: Numeric): Generator<SpaceProblem> {
  const { low, step } = parameter;
  if (parameter.scale === "log" && low <= 0) {
    const example = parameter.type === "int" ? "1" : "1e-6";
    yield problem(
      [...path, "low"],
      `must be above 0 on a log scale, not ${low}: write a small number such as ${example}, or take scale "linear".`,
    );
  }
  if (step === undefined) return;
  if (parameter.scale === "log") {
    yield problem([...path, "step"], 'has no meaning on a log scale: remove step, or take scale "linear".');
  } else yield* stepProblems([...path, "step"], parameter, step);
}

function* stepProblems(path: Path, parameter: Numeric, step: number): Generator<SpaceProblem> {
  const { low, high } = parameter;
  if (!(step > 0 && Number.isFinite(step))) yield problem(path, `must be above 0, not ${step}.`);
  else if (parameter.type === "int" && !Number.isInteger(step)) {
    yield problem(path, `must be a whole number for an int, not ${step}.`);
  } else if (low < high) {
    const steps = stepCount(low, high, step);
    const last = Number((low + steps * step).toPrecision(12));
    if (Math.abs(high - last) > 1e-9 * Math.max(step, Math.abs(high))) {
      yield problem(
        path,
        `(${step}) does not divide the range from ${low} to ${high}: write ${last} as high, or another step.`,
      );
    }
  }
}

function* choiceProblems(path: Path, values: readonly Value[]): Generator<SpaceProblem> {
  if (values.length === 0) yield problem(path, "is empty: write at least one value.");
  for (const [i, value] of values.entries()) {
    if (values.indexOf(value) < i) {
      yield problem([...path, i], `(${JSON.stringify(value)}) is in the list twice: remove one.`);
    }
  }
}

/** Bounds, scale, step, choices; then the default, once these are sound and the parameter is on. */
function ownProblems(path: Path, parameter: Parameter): SpaceProblem[] {
  const found: SpaceProblem[] = [];
  if (parameter.type === "float" || parameter.type === "int") {
    found.push(...boundProblems(path, parameter));
    if (found.length === 0) found.push(...scaleProblems(path, parameter));
  } else if (parameter.type !== "boolean") {
    found.push(...choiceProblems([...path, "choices"], parameter.choices));
  }
  if (found.length > 0 || parameter.default === undefined || parameter.enabled === false) return found;
  const fault = domainOf(parameter).fault(parameter.default);
  if (fault !== undefined) {
    found.push(problem([...path, "default"], `${fault}: change the default, or the values that are tried.`));
  }
  return found;
}

type Parameters = Readonly<Record<string, Parameter>>;

/** What a space inherits from Object ("constructor") is no parameter of it. */
function named(parameters: Parameters, name: string): Parameter | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}

function unknownName(path: Path, name: string, parameters: Parameters): SpaceProblem {
  return problem(path, `names "${name}", which is not a parameter.${hint(name, Object.keys(parameters))}`);
}

/** A value that the parent can never have: the test could never, or would always, hold. */
function valueFault(parent: Parameter, value: Value): string | undefined {
  if (parent.type === "float" || parent.type === "int") {
    return typeof value === "number" ? undefined : `must be a number, not ${JSON.stringify(value)}.`;
  }
  if (parent.type === "boolean") {
    return typeof value === "boolean" ? undefined : `must be true or false, not ${JSON.stringify(value)}.`;
  }
  if (parent.choices.includes(value)) return undefined;
  const text = JSON.stringify(value);
  return `is ${text}, which is not one of its choices.${hint(
    String(value),
    parent.choices.map((choice) => String(choice)),
  )}`;
}

/** The values that a test compares with, where each stands, and how it is compared. */
function comparedValues(path: Path, test: Test): readonly { path: Path; operator: string; value: Value }[] {
  if (Array.isArray(test)) return test.map((value, i) => ({ path: [...path, i], operator: "=", value }));
  if (typeof test !== "object" || test === null) return [{ path, operator: "=", value: test as Value }];
  return comparisons(test).map(([operator, value]) => ({ path: [...path, operator], operator, value }));
}

function* testProblems(path: Path, test: Test, parent: Parameter): Generator<SpaceProblem> {
  const ordered = parent.type !== "categorical" && parent.type !== "boolean";
  const values = comparedValues(path, test);
  if (values.length === 0) yield problem(path, "is empty: write the values that it compares with.");
  for (const { path: at, operator, value } of values) {
    const fault = valueFault(parent, value);
    if (fault !== undefined) yield problem(at, fault);
    else if (!ordered && operator !== "=" && operator !== "!=") {
      yield problem(
        at,
        `compares by order, but the values of a ${parent.type} parameter have none: use "=", "!=" or a list, or make it ordinal.`,
      );
    }
  }
}

function* conditionProblems(
  path: Path,
  condition: Condition,
  parameters: Parameters,
): Generator<SpaceProblem> {
  const listed = Array.isArray(condition);
  if (listed && condition.length === 0)
    yield problem(path, "is an empty list, which never holds: remove it.");
  for (const [i, tests] of alternatives(condition).entries()) {
    for (const [name, test] of Object.entries(tests)) {
      const at = listed ? [...path, i, name] : [...path, name];
      const parent = named(parameters, name);
      if (parent) yield* testProblems(at, test, parent);
      else yield unknownName(at, name, parameters);
    }
  }
}

/** Conditions that lead back to the parameter itself. */
function* cycleProblems(parameters: Parameters): Generator<SpaceProblem> {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    const start = trail.indexOf(name);
    if (start >= 0) return [...trail.slice(start), name];
    if (done.has(name)) return undefined;
    const when = named(parameters, name)?.when;
    for (const parent of when ? parentsOf(when) : []) {
      const cycle = visit(parent, [...trail, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(parameters)) {
    const cycle = visit(name, []);
    if (cycle) {
      const path = ["space", cycle[0]!, "when"];
      yield problem(path, `goes in a circle: ${cycle.join(" → ")}. Remove one of these conditions.`);
      return;
    }
  }
}

/** Smallest and largest value of a numeric parameter; undefined for any other. */
function extent(parameter: Parameter): readonly [low: number, high: number] | undefined {
  if (parameter.type === "float" || parameter.type === "int") return [parameter.low, parameter.high];
  if (parameter.type === "boolean") return undefined;
  const numbers = parameter.choices.filter((choice) => typeof choice === "number");
  if (numbers.length < parameter.choices.length) return undefined;
  return [Math.min(...numbers), Math.max(...numbers)];
}

function impossible(relation: Relation, parameters: Parameters): boolean {
  const sides = [relation.left, relation.right].map((side) => {
    if (typeof side === "number") return [side, side] as const;
    const parameter = parameters[side]!;
    return parameter.when ? undefined : extent(parameter);
  });
  const [a, b] = sides;
  if (!a || !b) return false;
  if (relation.operator === "=") return a[0] > b[1] || b[0] > a[1];
  if (relation.operator === "!=") return a[0] === a[1] && b[0] === b[1] && a[0] === b[0];
  const least = relation.operator.startsWith("<");
  return !compareNumbers(least ? a[0] : a[1], relation.operator, least ? b[1] : b[0]);
}

function* relationProblems(path: Path, text: string, parameters: Parameters): Generator<SpaceProblem> {
  const relation = parseRelation(text);
  if (!relation) {
    yield problem(
      path,
      `("${text}") cannot be read: write two names with one of < <= > >= = != between, such as "k1 <= k2".`,
    );
    return;
  }
  const names = relationNames(relation);
  if (names.length === 0) yield problem(path, `("${text}") names no parameter: write it like "k1 <= k2".`);
  let sound = names.length > 0;
  for (const name of names) {
    const parameter = named(parameters, name);
    if (!parameter) yield unknownName(path, name, parameters);
    else if (!extent(parameter)) {
      yield problem(path, `("${text}") compares numbers, but "${name}" is not numeric.`);
    } else continue;
    sound = false;
  }
  if (sound && impossible(relation, parameters)) {
    yield problem(path, `("${text}") holds for no values within the ranges: widen them, or remove it.`);
  }
}

/** Everything that is wrong with a space; an empty list means that `new Space(spec)` works. */
export function spaceProblems(spec: SpaceSpec): SpaceProblem[] {
  const found: SpaceProblem[] = [];
  const { parameters } = spec;
  for (const [name, parameter] of Object.entries(parameters)) {
    const path = ["space", name];
    if (name in Object.prototype)
      found.push(problem(path, "is a reserved name: call the parameter otherwise."));
    found.push(...ownProblems(path, parameter));
    if (parameter.when) found.push(...conditionProblems([...path, "when"], parameter.when, parameters));
  }
  found.push(...cycleProblems(parameters));
  for (const [i, condition] of (spec.forbidden ?? []).entries()) {
    found.push(...conditionProblems(["forbidden", i], condition, parameters));
  }
  for (const [i, text] of (spec.relations ?? []).entries()) {
    found.push(...relationProblems(["relations", i], text, parameters));
  }
  return found;
}
