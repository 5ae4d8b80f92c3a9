import type { Value } from "../../src/protocol/space.ts";
import { isLoose, isValue, type Loose, sameJson } from "./values.ts";

export const PARAMETER_TYPES = ["float", "int", "categorical", "ordinal", "boolean"] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** What the scale column offers: a step is a linear scale with steps. */
export type ScaleKind = "linear" | "log" | "step";

const COMMON = ["description", "default", "enabled", "when", "bind"] as const;
/** More values than this in an int range are not written out as choices. */
const MOST_CHOICES = 10;

export function isNumeric(type: unknown): boolean {
  return type === "float" || type === "int";
}

export function hasChoices(type: unknown): boolean {
  return type === "categorical" || type === "ordinal";
}

export function scaleKind(parameter: Loose): ScaleKind {
  if (parameter.scale === "log") {
    return "log";
  }
  return parameter.step === undefined ? "linear" : "step";
}

function numbers(values: readonly unknown[]): number[] {
  return values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
}

/** Two digits at most: a value that a person would have written. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}

function choicesOf(parameter: Loose): readonly Value[] {
  if (Array.isArray(parameter.choices) && parameter.choices.length > 0) {
    return parameter.choices.filter(isValue);
  }
  if (parameter.type === "boolean") {
    return [false, true];
  }
  const { low, high } = parameter;
  if (typeof low === "number" && typeof high === "number" && low <= high) {
    const count = Math.floor(high) - Math.ceil(low) + 1;
    if (parameter.type === "int" && count <= MOST_CHOICES) {
      return Array.from({ length: count }, (_, index) => Math.ceil(low) + index);
    }
    const middle = numbers([parameter.default]).filter((value) => value > low && value < high);
    return [...new Set([low, ...middle, high])];
  }
  return parameter.default === undefined ? [] : [parameter.default].filter(isValue);
}

/** A range from the numbers at hand: choices, else around the default, else 0 … 1. */
function rangeOf(parameter: Loose): { low: number; high: number; scale?: "log" } {
  const given = numbers(
    Array.isArray(parameter.choices) ? parameter.choices : [parameter.low, parameter.high],
  );
  const low = Math.min(...given);
  const high = Math.max(...given);
  if (given.length > 1 && low < high) {
    const log = low > 0 && (parameter.scale === "log" || high / low >= 100);
    return log ? { low, high, scale: "log" } : { low, high };
  }
  const center = given[0] ?? numbers([parameter.default])[0];
  if (center === undefined || center === 0) {
    return { low: 0, high: 1 };
  }
  const ends = [rounded(center / 10), rounded(center * 10)];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

function integerRange(parameter: Loose): Loose {
  const { low, high, scale } = rangeOf(parameter);
  const least = scale === "log" ? Math.max(1, Math.ceil(low)) : Math.ceil(low);
  const most = Math.max(least, Math.floor(high));
  return scale === "log" ? { low: least, high: most, scale } : { low: least, high: most };
}

function inRange(value: unknown, low: unknown, high: unknown): number | undefined {
  const [number] = numbers([value]);
  const fits = number !== undefined && number >= (low as number) && number <= (high as number);
  return fits ? number : undefined;
}

function defaultFor(parameter: Loose, next: Loose): Value | undefined {
  const old = parameter.default;
  if (next.type === "boolean") {
    return old === undefined ? undefined : Boolean(old);
  }
  if (hasChoices(next.type)) {
    return (next.choices as readonly Value[]).find((choice) => sameJson(choice, old));
  }
  const value = inRange(old, next.low, next.high);
  return next.type === "int" && value !== undefined ? Math.round(value) : value;
}

/**
 * The same parameter with another type: ranges become choices and back, the default stays where it still fits.
 * Its range is the user's own from then on, so `source` goes.
 */
export function withType(parameter: Loose, type: ParameterType): Loose {
  const kept = Object.fromEntries(
    COMMON.filter((key) => key in parameter).map((key) => [key, parameter[key]]),
  );
  const own: Loose =
    type === "boolean"
      ? { type }
      : hasChoices(type)
        ? { type, choices: choicesOf(parameter) }
        : type === "int"
          ? { type, ...integerRange(parameter) }
          : { type, ...rangeOf(parameter) };
  const value = defaultFor(parameter, own);
  const { default: _old, ...rest } = kept;
  return value === undefined ? { ...own, ...rest } : { ...own, default: value, ...rest };
}

/** A step that cuts the range into about ten. */
function stepFor(parameter: Loose): number {
  const [low = 0, high = 1] = numbers([parameter.low, parameter.high]);
  const step = Number(((high - low) / 10).toPrecision(1));
  return parameter.type === "int" ? Math.max(1, Math.round(step)) : step > 0 ? step : 0.1;
}

/** The same parameter on another scale. A range that reaches zero starts just above it on a log scale. */
export function withScale(parameter: Loose, kind: ScaleKind): Loose {
  const { scale: _scale, step: _step, source: _source, ...rest } = parameter;
  if (kind === "linear") {
    return rest;
  }
  if (kind === "step") {
    return { ...rest, step: stepFor(parameter) };
  }
  const { low, high } = rest;
  if (typeof low === "number" && low <= 0 && typeof high === "number" && high > 0) {
    return { ...rest, low: rest.type === "int" ? 1 : rounded(high / 10_000), scale: "log" };
  }
  return { ...rest, scale: "log" };
}

/** The same parameter with one of its range's values changed by hand: no longer what was proposed. */
export function withRange(parameter: Loose, change: Loose): Loose {
  const { source: _source, ...rest } = isLoose(parameter) ? parameter : {};
  return { ...rest, ...change };
}
