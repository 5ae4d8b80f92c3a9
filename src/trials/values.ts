import type { Parameter, Value } from "../protocol/space.ts";

/** What a value is written for: a float parameter's 1 is 1.0 to Python, a budget's 81 is an int. */
export type ValueKind = Parameter["type"] | "number";

/**
 * A number as Python reads it back exactly, with its type: JavaScript's shortest digits are Python's own, but a
 * whole float needs a point and a large integer must not get an exponent.
 */
export function pythonNumber(value: number, kind: ValueKind): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written`);
  if (Object.is(value, -0)) return kind === "float" ? "-0.0" : "0";
  const digits = String(value);
  if (kind === "float") return /^-?\d+$/.test(digits) ? `${digits}.0` : digits;
  return Number.isInteger(value) && digits.includes("e") ? BigInt(value).toString() : digits;
}

/** A value as one argument, without quotes: True, False and None as Python spells them. */
export function argumentText(value: Value, kind: ValueKind): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "number" ? pythonNumber(value, kind) : value;
}

/** A value as JSON that keeps a float a float. */
export function jsonText(value: Value, kind: ValueKind): string {
  return typeof value === "number" ? pythonNumber(value, kind) : JSON.stringify(value);
}

/** A JSON object from members that are JSON texts already. */
export function jsonObject(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}: ${json}`).join(", ")}}`;
}
