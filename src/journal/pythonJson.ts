/**
 * JSON as Python's `json` module writes and reads it: `NaN`, `Infinity` and `-Infinity` stand bare. Optuna's
 * journal is full of them, JavaScript's JSON knows none of them.
 */

/** A whole string (left as it is) or a bare token (replaced): what looks like a token inside a string is text. */
const STRINGS_AND_TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/g;
const MAY_HOLD_TOKEN = /NaN|Infinity/;
const NOT_ASCII = /[^\0-\x7f]/;
const EACH_NOT_ASCII = /[^\0-\x7f]/g;

/** Parses one JSON document, with Python's tokens. Throws the `SyntaxError` of `JSON.parse`. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!MAY_HOLD_TOKEN.test(text)) throw error;
    return parseWithTokens(text);
  }
}

function parseWithTokens(text: string): unknown {
  const mark = absentFrom(text);
  const plain = text.replace(STRINGS_AND_TOKENS, (found) => {
    // 1e999 overflows to infinity in JSON.parse; NaN has no such spelling and goes through a marked string.
    if (found === "Infinity") return "1e999";
    if (found === "-Infinity") return "-1e999";
    return found === "NaN" ? `"${mark}"` : found;
  });
  return JSON.parse(plain, (_, value) => (value === mark ? Number.NaN : value));
}

/** Writes one JSON document on one line, ASCII only as Python does, non-finite numbers as Python's tokens. */
export function encodePythonJson(value: unknown): string {
  const text = holdsNonFinite(value) ? encodeWithTokens(value) : JSON.stringify(value);
  return NOT_ASCII.test(text) ? text.replace(EACH_NOT_ASCII, escapeUnit) : text;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function encodeWithTokens(value: unknown): string {
  const mark = absentFrom(JSON.stringify(value));
  const marked = JSON.stringify(value, (_, inner) =>
    typeof inner === "number" && !Number.isFinite(inner) ? `${mark}${inner}` : inner,
  );
  return marked
    .replaceAll(`"${mark}NaN"`, "NaN")
    .replaceAll(`"${mark}Infinity"`, "Infinity")
    .replaceAll(`"${mark}-Infinity"`, "-Infinity");
}

function holdsNonFinite(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsNonFinite);
  for (const key in value) if (holdsNonFinite((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** A text that is no string, and no part of one, in the document `text`; "#" may be spelt as an escape there. */
function absentFrom(text: string): string {
  return "#".repeat((text.match(/#|\\u0023/g)?.length ?? 0) + 1);
}
