import { TuningForkError } from "../protocol/errors.ts";
import type { CategoricalParameter, FloatParameter, IntParameter, Value } from "../protocol/space.ts";
import { parsePythonJson } from "./pythonJson.ts";

/** One of Optuna's distributions, as a parameter of ours and with what its compatibility rule looks at. */
export interface Distribution {
  /** Optuna's class name, legacy names included. */
  readonly kind: string;
  readonly parameter: FloatParameter | IntParameter | CategoricalParameter;
}

type Attributes = Readonly<Record<string, unknown>>;

/**
 * A study repeats a handful of texts a hundred thousand times. A study with dynamic ranges could have as many
 * texts as trials, so the table starts afresh when it is full.
 */
const parsed = new Map<string, Distribution | string>();
const PARSED_LIMIT = 10_000;

function parse(text: string): Distribution | string {
  let known = parsed.get(text);
  if (known === undefined) {
    known = parseAfresh(text);
    if (parsed.size >= PARSED_LIMIT) parsed.clear();
    parsed.set(text, known);
  }
  return known;
}

/** Reads Optuna's JSON text of a distribution; it must have passed `distributionProblem`. */
export function readDistribution(text: string): Distribution {
  const distribution = parse(text);
  if (typeof distribution === "string") throw new TuningForkError("internal", distribution);
  return distribution;
}

/** Why Optuna could not load this distribution, or this internal value of it; undefined if it can. */
export function distributionProblem(text: string, internal?: number): string | undefined {
  const distribution = parse(text);
  if (typeof distribution === "string") return distribution;
  if (internal === undefined || distribution.parameter.type === "float") return undefined;
  if (!Number.isFinite(internal)) return `${internal} is no value of ${distribution.kind}.`;
  if (distribution.parameter.type === "int") return undefined;
  const count = distribution.parameter.choices.length;
  const index = Math.trunc(internal);
  return index < count && index >= -count ? undefined : `There is no choice ${index} among ${count}.`;
}

/** Optuna's internal value → the value that the script saw. */
export function externalValue(distribution: Distribution, internal: number): Value {
  const { parameter } = distribution;
  if (parameter.type === "float") return internal;
  // The sum turns -0 into 0.
  if (parameter.type === "int") return Math.trunc(internal) + 0;
  return parameter.choices.at(Math.trunc(internal)) ?? null;
}

/** Optuna's rule for two distributions of one name in one study (`check_distribution_compatibility`). */
export function areCompatible(old: Distribution, next: Distribution): boolean {
  if (old === next) return true;
  if (old.kind !== next.kind) return false;
  if (old.parameter.type === "categorical") {
    return (
      next.parameter.type === "categorical" && sameChoices(old.parameter.choices, next.parameter.choices)
    );
  }
  return next.parameter.type !== "categorical" && old.parameter.scale === next.parameter.scale;
}

function sameChoices(old: readonly Value[], next: readonly Value[]): boolean {
  return old.length === next.length && old.every((choice, index) => pythonEqual(choice, next[index]!));
}

/** In Python, `True == 1` and `False == 0`. */
function pythonEqual(left: Value, right: Value): boolean {
  const plain = (value: Value) => (typeof value === "boolean" ? Number(value) : value);
  return plain(left) === plain(right);
}

/** The distribution that holds the values of both: Optuna lets bounds change from trial to trial. */
export function union(old: Distribution, next: Distribution): Distribution {
  const [left, right] = [old.parameter, next.parameter];
  if (left.type === "categorical" || right.type === "categorical" || left.type !== right.type) return next;
  if (left.low <= right.low && left.high >= right.high) return old;
  const low = Math.min(left.low, right.low);
  const high = Math.max(left.high, right.high);
  return { kind: next.kind, parameter: { ...right, low, high } };
}

function parseAfresh(text: string): Distribution | string {
  let value: unknown;
  try {
    value = parsePythonJson(text);
  } catch {
    return `The distribution ${text} is no JSON.`;
  }
  if (!isObject(value)) return `The distribution ${text} is no JSON object.`;
  const { name, attributes } = value;
  const distribution =
    typeof name === "string" && isObject(attributes) ? fromClass(name, attributes) : fromShortForm(value);
  return distribution ?? `The distribution ${text} is none of Optuna's.`;
}

function fromClass(kind: string, attributes: Attributes): Distribution | undefined {
  switch (kind) {
    case "FloatDistribution":
      return float(kind, attributes, attributes.log === true, attributes.step);
    case "UniformDistribution":
      return float(kind, attributes, false, null);
    case "LogUniformDistribution":
      return float(kind, attributes, true, null);
    case "DiscreteUniformDistribution":
      return float(kind, attributes, false, attributes.q);
    case "IntDistribution":
      return int(kind, attributes, attributes.log === true);
    case "IntUniformDistribution":
      return int(kind, attributes, false);
    case "IntLogUniformDistribution":
      return int(kind, attributes, true);
    case "CategoricalDistribution":
      return categorical(kind, attributes);
    default:
      return undefined;
  }
}

/** The abbreviated form `{"type": "float", …}` that Optuna's loader also takes. */
function fromShortForm(value: Attributes): Distribution | undefined {
  if (value.type === "float") return float("FloatDistribution", value, value.log === true, value.step);
  if (value.type === "int") return int("IntDistribution", value, value.log === true);
  return value.type === "categorical" ? categorical("CategoricalDistribution", value) : undefined;
}

function float(
  kind: string,
  { low, high }: Attributes,
  log: boolean,
  step: unknown,
): Distribution | undefined {
  if (!isNumber(low) || !isNumber(high) || low > high) return undefined;
  if (log) {
    const valid = low > 0 && (step === null || step === undefined);
    return valid ? { kind, parameter: { type: "float", low, high, scale: "log" } } : undefined;
  }
  if (step === null || step === undefined) return { kind, parameter: { type: "float", low, high } };
  return isNumber(step) && step > 0 ? { kind, parameter: { type: "float", low, high, step } } : undefined;
}

function int(kind: string, { low, high, step }: Attributes, log: boolean): Distribution | undefined {
  const width = step ?? 1;
  if (!isNumber(low) || !isNumber(high) || low > high || !isNumber(width) || width <= 0) return undefined;
  if (log) {
    return low >= 1 && width === 1
      ? { kind, parameter: { type: "int", low, high, scale: "log" } }
      : undefined;
  }
  const parameter: IntParameter = { type: "int", low, high };
  return { kind, parameter: width === 1 ? parameter : { ...parameter, step: width } };
}

function categorical(kind: string, { choices }: Attributes): Distribution | undefined {
  if (!Array.isArray(choices) || choices.length === 0) return undefined;
  return { kind, parameter: { type: "categorical", choices: choices.map(toValue) } };
}

/** Optuna warns about choices of other types but stores them as JSON; here they keep that text. */
function toValue(choice: unknown): Value {
  return typeof choice === "object" && choice !== null ? JSON.stringify(choice) : (choice as Value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
