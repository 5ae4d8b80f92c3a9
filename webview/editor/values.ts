import type { Value } from "../../src/protocol/space.ts";

/** JSON as it stands in a file that may be half right: nothing is known about what is inside. */
export type Loose = Readonly<Record<string, unknown>>;

export function isLoose(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isValue(value: unknown): value is Value {
  return value === null || ["string", "boolean", "number"].includes(typeof value);
}

/** The shortest text that reads back as the same number: 1e-5 rather than 0.00001. */
export function formatNumber(value: number): string {
  const plain = String(value);
  const size = Math.abs(value);
  if (value === 0 || !Number.isFinite(value) || (size >= 1e-3 && size < 1e6)) {
    return plain;
  }
  const scientific = value.toExponential().replace("e+", "e");
  return scientific.length < plain.length ? scientific : plain;
}

/** A number as people write one: `0.01`, `1e-5`, `.5`, `10_000`. Undefined for all else. */
export function parseNumber(text: string): number | undefined {
  const digits = text.trim().replace(/(?<=\d)_(?=\d)/g, "");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)) {
    return undefined;
  }
  const value = Number(digits);
  return Number.isFinite(value) ? value : undefined;
}

/** What a control shows for a JSON value of any kind; nothing for an absent one. */
export function formatValue(value: unknown): string {
  if (value === undefined) {
    return "";
  }
  if (typeof value === "number") {
    return formatNumber(value);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Reads one choice. Among choices that are all text, `10` is text too; otherwise numbers, `true`, `false` and
 * `null` are what they look like. Quotes always make text.
 */
export function parseValue(text: string, others: readonly unknown[]): Value {
  const trimmed = text.trim();
  const quoted = /^(["'])(.*)\1$/.exec(trimmed);
  if (quoted) {
    return quoted[2] as string;
  }
  if (others.length > 0 && others.every((other) => typeof other === "string")) {
    return trimmed;
  }
  const words: Record<string, Value> = {
    true: true,
    True: true,
    false: false,
    False: false,
    null: null,
    None: null,
  };
  if (Object.hasOwn(words, trimmed)) {
    return words[trimmed] as Value;
  }
  return parseNumber(trimmed) ?? trimmed;
}

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

const DURATION = /^(\d+(\.\d+)?\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\s*)+$/;

/** A time as the definition takes it, seconds or text such as `30m` and `1h 30m`; undefined where it is not one. */
export function parseDuration(text: string): number | string | undefined {
  const trimmed = text.trim().toLowerCase();
  const seconds = parseNumber(trimmed);
  if (seconds !== undefined) {
    return seconds > 0 ? seconds : undefined;
  }
  if (!DURATION.test(trimmed)) {
    return undefined;
  }
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([smhd])/g)].map(
    ([, amount, unit]) => `${amount}${unit}`,
  );
  return parts.some((part) => Number.parseFloat(part) > 0) ? parts.join(" ") : undefined;
}

/** Seconds in the largest unit that needs no fraction: 1800 is `30m`. Text stays as it is. */
export function formatDuration(value: unknown): string {
  if (typeof value !== "number" || !(value > 0)) {
    return formatValue(value);
  }
  const unit = (["d", "h", "m"] as const).find((name) => value % UNIT_SECONDS[name] === 0);
  return unit === undefined ? `${formatNumber(value)}s` : `${value / UNIT_SECONDS[unit]}${unit}`;
}

/** Same JSON, whatever the order of the keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) {
    return true;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isLoose(a) || !isLoose(b)) {
    return false;
  }
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return (
    keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
