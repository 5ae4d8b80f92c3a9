import type { FoundParameter } from "../protocol/script.ts";
import type { Value } from "../protocol/space.ts";

/** How the source wrote the value that a new one replaces. */
export interface Style {
  /** The old literal, when there is one. */
  readonly old?: string;
  readonly valueType: FoundParameter["valueType"];
}

/** Writes a value as Python would read it back, in the manner of the literal that it replaces. */
export function formatValue(value: Value, style: Style): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return quoted(value, style.old);
  const old = /^[+-]?\s*[\d.]/.test(style.old ?? "") ? (style.old as string) : "";
  const oldFloat = old !== "" && !/^[+-]?\s*0[xXoObB]/.test(old) && /[.eE]/.test(old);
  if (Number.isInteger(value) && style.valueType !== "float" && !oldFloat) return integer(value, old);
  return float(value, old);
}

/** 10_000 stays grouped. */
function integer(value: number, old: string): string {
  const digits = BigInt(value).toString();
  return /\d_\d{3}/.test(old) ? digits.replace(/\B(?=(\d{3})+$)/g, "_") : digits;
}

/** The shortest digits that read back as the same float, and the power of ten of the first of them. */
function shortest(value: number): { sign: string; digits: string; power: number } {
  const [mantissa = "", exponent = "0"] = Math.abs(value).toExponential().split("e");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return { sign, digits: mantissa.replace(".", ""), power: Number(exponent) };
}

function float(value: number, old: string): string {
  const { sign, digits, power } = shortest(value);
  const exponent = /([eE])([+-]?)(0?)\d/.exec(old);
  // Python itself goes over to exponents below 1e-4 and from 1e16 on.
  const far = power < -4 || power >= 16;
  if (value !== 0 && (exponent !== null || far)) {
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    const [, letter, plus, zero] = exponent ?? ["", "e", "+", "0"];
    return sign + mantissa + letter + exponentDigits(power, plus === "+", zero === "0");
  }
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
  return `${sign}${whole}.${digits.slice(power + 1) || "0"}`;
}

function exponentDigits(power: number, plus: boolean, padded: boolean): string {
  const sign = power < 0 ? "-" : plus ? "+" : "";
  return sign + String(Math.abs(power)).padStart(padded ? 2 : 1, "0");
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quoted(text: string, old: string | undefined): string {
  const quote = /^[a-zA-Z]*(['"])/.exec(old ?? "")?.[1] ?? '"';
  const body = text.replace(/[\\\n\r\t'"\p{Cc}\p{Cs}\u2028\u2029]/gu, (character) => {
    if (character === "'" || character === '"') return character === quote ? `\\${character}` : character;
    const code = character.charCodeAt(0);
    return (
      ESCAPES[character] ??
      (code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`)
    );
  });
  return quote + body + quote;
}
