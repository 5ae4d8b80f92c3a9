import type { Parameter, Value } from "../protocol/space.ts";
import type { PriorRange } from "./priorTable.ts";

type NumberRange = Extract<PriorRange, { type: "float" | "int" }>;

/** A prior's range, widened or moved so that it holds the script's own value. */
export function fitted(range: PriorRange, value: Value | undefined): Parameter {
  switch (range.type) {
    case "boolean":
      return { type: "boolean", default: typeof value === "boolean" ? value : range.default };
    case "categorical":
    case "ordinal":
      return withChoice(range, value);
    default:
      return typeof value === "number" ? around(range, value) : plain(range, range.default);
  }
}

function plain(range: NumberRange, fallback: number): Parameter {
  const { type, low, high, scale } = range;
  return { type, low, high, ...(scale === undefined ? {} : { scale }), default: fallback };
}

/** Choices in the letters that the script uses: "adam" for "Adam". */
function withChoice(
  range: Extract<PriorRange, { type: "categorical" | "ordinal" }>,
  value: Value | undefined,
): Parameter {
  if (value === undefined || value === null) return { ...range };
  const lower = typeof value === "string" && value === value.toLowerCase();
  const spelled = range.choices.map((one) => (lower && typeof one === "string" ? one.toLowerCase() : one));
  const choices = spelled.includes(value) ? spelled : [...spelled, value];
  if (range.type === "categorical") return { type: "categorical", choices, default: value };
  return { type: "ordinal", choices: (choices as number[]).toSorted((a, b) => a - b), default: value };
}

function around(range: NumberRange, value: number): Parameter {
  if (value >= range.low && value <= range.high) return plain(range, value);
  if (range.scale === "log" && value <= 0) return belowLog(range, value);
  if (range.size === true) {
    const low = Math.max(1, Math.round(value / 8));
    return plain({ ...range, low, high: Math.round(value * 8) }, value);
  }
  const [least, most] = range.limits ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (value < range.low) return plain({ ...range, low: lower(range, value, least) }, value);
  const beyond = round(range, value * (range.scale === "log" ? 4 : 2));
  return plain({ ...range, high: Math.max(value, Math.min(beyond, most === 1 ? value : most)) }, value);
}

function lower(range: NumberRange, value: number, least: number): number {
  if (range.scale !== "log") return Math.min(value, Math.max(value - (range.high - range.low) / 4, least, 0));
  return Math.max(round(range, value / 4), least, range.type === "int" ? 1 : Number.MIN_VALUE);
}

function round(range: NumberRange, value: number): number {
  return range.type === "int" ? Math.round(value) : Number(value.toPrecision(2));
}

/** A log scale has no zero: a linear range from 0, or 0 and the decades of the range. */
function belowLog(range: NumberRange, value: number): Parameter {
  if (value === 0 && range.zero === "decades") {
    const choices: number[] = [0];
    const first = Math.ceil(Math.log10(range.low) - 1e-9);
    for (let exponent = first; 10 ** exponent <= range.high * (1 + 1e-9); exponent++)
      choices.push(Number(`1e${exponent}`));
    return { type: "ordinal", choices, default: 0 };
  }
  return { type: range.type, low: value, high: range.high, default: value };
}
