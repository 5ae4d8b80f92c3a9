import type { Parameter, Value } from "../protocol/space.ts";
import { BUDGETS, NEVER_TUNED, NOT_TUNED } from "./priorNames.ts";
import { fitted } from "./priorRange.ts";
import { PRIORS, type Prior, type PriorHint, type PriorRange } from "./priorTable.ts";

export type ValueType = "float" | "int" | "str" | "bool";

/** What is known about a value in a script. */
export interface ParameterHint {
  readonly name: string;
  /** The script's own value. */
  readonly value?: Value | undefined;
  readonly valueType?: ValueType | undefined;
  readonly choices?: readonly Value[] | undefined;
  readonly help?: string | undefined;
  /** Names of the script's other parameters: `gamma` beside `C` is a kernel's. */
  readonly siblings?: readonly string[] | undefined;
}

export interface Proposal {
  readonly parameter: Parameter;
  /** Whether it is worth tuning without being asked: a hyperparameter the field knows. */
  readonly suggested: boolean;
  /** Where the range comes from, for people: "prior: learning rate". Also in `parameter.source`. */
  readonly source: string;
}

/** `learningRate`, `--learning-rate` and `LEARNING_RATE` as `learning_rate`. */
export function snakeCase(name: string): string {
  return name
    .replace(/^-+/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase();
}

/** The name, and the name without the number of a layer: `units_3`, `dropout2`, `layer1_units`. */
function spellings(name: string): string[] {
  const snake = snakeCase(name);
  const plain = snake.replace(/^(?:layer|l|fc|conv)_?\d+_/, "").replace(/_?\d+$/, "");
  return plain === snake || plain === "" ? [snake] : [snake, plain];
}

/**
 * How likely a name is the length of the training: 0 for the most telling names ("epochs"), larger for
 * less telling ones, undefined for all others.
 */
export function budgetRank(name: string): number | undefined {
  const snake = snakeCase(name);
  const rank = BUDGETS.findIndex((pattern) => pattern.test(snake));
  return rank < 0 ? undefined : rank;
}

/** The value's type, from its declaration or else from the value itself. */
function typeOf(hint: ParameterHint): ValueType | undefined {
  if (hint.valueType !== undefined) return hint.valueType;
  const value = hint.value ?? hint.choices?.find((choice) => choice !== null);
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  return undefined;
}

function agrees(range: PriorRange, type: ValueType | undefined, value: Value | undefined): boolean {
  switch (range.type) {
    case "float":
      return type === "float" || (type === undefined && typeof value !== "boolean");
    case "int":
      if (type === "float" && typeof value === "number") return Number.isInteger(value) && value > 0;
      return (type === undefined && (typeof value !== "number" || Number.isInteger(value))) || type === "int";
    case "boolean":
      return type === "bool";
    case "ordinal":
      return type === "int" || type === undefined;
    case "categorical":
      return type === "str" || (type === undefined && typeof value !== "number");
  }
}

function priorFor(hint: ParameterHint): Prior | undefined {
  const type = typeOf(hint);
  const value = hint.value ?? undefined;
  const known: PriorHint = {
    value,
    help: hint.help ?? "",
    siblings: new Set((hint.siblings ?? []).map(snakeCase)),
  };
  for (const name of spellings(hint.name))
    for (const prior of PRIORS)
      if (prior.names.test(name) && agrees(prior.range, type, value) && (prior.fits?.(known) ?? true))
        return prior;
  return undefined;
}

/** The choices a script declares, as the kind of parameter that they make. */
function fromChoices(choices: readonly Value[], value: Value | undefined): Parameter {
  const all =
    value === undefined || value === null || choices.includes(value) ? choices : [...choices, value];
  const distinct = [...new Set(all)];
  const fallback = value === undefined || value === null ? {} : { default: value };
  if (distinct.length === 2 && distinct.every((one) => typeof one === "boolean"))
    return { type: "boolean", ...fallback };
  const numbers = distinct.filter((one) => typeof one === "number");
  if (numbers.length < distinct.length || distinct.length < 2)
    return { type: "categorical", choices: distinct, ...fallback };
  const sorted = numbers.toSorted((a, b) => a - b);
  const consecutive = sorted.every((one, index) => one === (sorted[0] as number) + index);
  if (consecutive && sorted.every(Number.isInteger))
    return { type: "int", low: sorted[0] as number, high: sorted.at(-1) as number, ...fallback };
  return { type: "ordinal", choices: sorted, ...fallback };
}

/** A bound with two significant digits, if that does not make the range smaller. */
function tidy(bound: number, upper: boolean): number {
  const rounded = Number(bound.toPrecision(2));
  return (upper ? rounded >= bound : rounded <= bound) ? rounded : bound;
}

/** A range around a number that nobody knows anything about. */
function aroundFloat(value: number): Parameter {
  if (value === 0) return { type: "float", low: 0, high: 1, default: 0 };
  if (value < 0) return { type: "float", low: tidy(2 * value, false), high: 0, default: value };
  const high = value <= 1 ? Math.min(1, value * 10) : value * 10;
  return {
    type: "float",
    low: Math.max(tidy(value / 10, false), Number.MIN_VALUE),
    high: tidy(high, true),
    scale: "log",
    default: value,
  };
}

function aroundInt(value: number): Parameter {
  if (value < 0) return { type: "int", low: 2 * value, high: 0, default: value };
  if (value < 2) return { type: "int", low: value, high: value + 9, default: value };
  const low = Math.max(1, Math.floor(value / 4));
  const range = { type: "int", low, high: value * 4, default: value } as const;
  return value >= 8 ? { ...range, scale: "log" } : range;
}

function withDefault(parameter: Parameter, value: Value | undefined): Parameter {
  return value === undefined ? parameter : { ...parameter, default: value };
}

function unknown(hint: ParameterHint): Parameter {
  const value = hint.value ?? undefined;
  const type = typeOf(hint) ?? (Number.isInteger(value) ? "int" : "float");
  switch (type) {
    case "bool":
      return withDefault({ type: "boolean" }, typeof value === "boolean" ? value : undefined);
    case "str":
      return withDefault({ type: "categorical", choices: [value ?? null] }, value);
    case "int":
      if (typeof value === "number" && Number.isInteger(value)) return aroundInt(value);
      return { type: "int", low: 1, high: 100, scale: "log" };
    case "float":
      return typeof value === "number"
        ? aroundFloat(value)
        : { type: "float", low: 1e-3, high: 1, scale: "log" };
  }
}

/**
 * Proposes what to search for one value of a script: from its declared choices, from what the field knows
 * about its name, else around its value. Every proposal contains the script's own value and has it as default.
 */
export function proposeParameter(hint: ParameterHint): Proposal {
  const value = hint.value ?? undefined;
  const prior = priorFor(hint);
  const snake = snakeCase(hint.name);
  const listed = prior === undefined ? [...NEVER_TUNED, ...NOT_TUNED] : NEVER_TUNED;
  const off = listed.some((pattern) => pattern.test(snake)) || budgetRank(hint.name) !== undefined;
  const description = hint.help === undefined || hint.help === "" ? {} : { description: hint.help };
  const give = (parameter: Parameter, source: string, suggested: boolean): Proposal => ({
    parameter: { ...parameter, ...description, source },
    suggested: suggested && !off,
    source,
  });

  if (hint.choices !== undefined && hint.choices.length > 0) {
    const known = spellings(hint.name).some((name) => PRIORS.some(({ names }) => names.test(name)));
    return give(fromChoices(hint.choices, value), "the script's choices", known && hint.choices.length > 1);
  }
  if (prior === undefined) {
    const source = value === undefined ? "type" : "around the script's value";
    return give(unknown(hint), source, false);
  }
  const source = `prior: ${prior.title}`;
  // Which names a script accepts cannot be known: such choices are for people to check.
  const named = prior.range.type === "categorical" && value !== undefined;
  return give(fitted(prior.range, value), source, !named);
}
