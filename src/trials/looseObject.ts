import { metricName } from "./metricNames.ts";

/** A number with the path to it: `{"metrics": {"loss": 0.3}}` gives "metrics.loss". */
export interface Leaf {
  readonly name: string;
  readonly value: number;
}

/** Deeper nesting is data, not metrics. */
const DEEPEST = 32;

const SPACE = /\s*/y;
const NUMBER = /[-+]?(?:NaN|nan|Infinity|inf|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.])/y;
const WORD = /[A-Za-z_][\w.]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'/y;

/** A whole text that is a number; loggers such as fairseq print numbers as strings. */
const NUMBER_TEXT = /^[-+]?(?:nan|inf(?:inity)?|(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)$/i;

/**
 * Reads the object that begins at `at` in `text`: JSON with NaN and Infinity, or a Python dict as `print` writes it
 * (single quotes, None, True, `np.float64(0.5)`, `tensor(0.5, device='cuda:0')`). One pass, no going back.
 * Gives its numbers and where it ends; undefined where there is no whole object.
 */
export function readObject(text: string, at: number): { leaves: readonly Leaf[]; end: number } | undefined {
  const reader = new ObjectReader(text, at);
  return reader.value("", 0) ? { leaves: reader.leaves, end: reader.at } : undefined;
}

/** A number as Python, JSON or JavaScript print it. */
export function parseNumber(text: string): number {
  const bare = text.replace(/^[-+]/, "").toLowerCase();
  if (!bare.startsWith("inf")) return bare === "nan" ? Number.NaN : Number(text);
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

class ObjectReader {
  readonly leaves: Leaf[] = [];
  at: number;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  /** Reads any value; its numbers become leaves under `name`. */
  value(name: string, depth: number): boolean {
    if (depth > DEEPEST) return false;
    this.#skipSpace();
    const first = this.#text[this.at];
    if (first === "{") return this.#members(name, depth);
    // Numbers in a list have no names of their own: they are passed over.
    if (first === "[" || first === "(") return this.#items(first === "[" ? "]" : ")", depth);
    if (first === '"' || first === "'") return this.#string(name);
    const number = this.#match(NUMBER);
    if (number !== undefined) {
      this.#keep(name, parseNumber(number));
      return true;
    }
    return this.#word(name, depth);
  }

  #keep(name: string, value: number): void {
    if (name !== "") this.leaves.push({ name, value });
  }

  #string(name: string): boolean {
    const string = this.#match(STRING);
    if (string === undefined) return false;
    const inner = string.slice(1, -1);
    if (inner.length < 40 && NUMBER_TEXT.test(inner)) this.#keep(name, parseNumber(inner));
    return true;
  }

  /** None, True, null, … and calls such as `np.float64(0.5)`, whose first argument is the value. */
  #word(name: string, depth: number): boolean {
    if (this.#match(WORD) === undefined) return false;
    if (this.#text[this.at] !== "(") return true;
    this.at++;
    const before = this.leaves.length;
    if (!this.value(name, depth + 1)) return false;
    const kept = this.leaves.length;
    while (this.#take(",")) {
      // Keyword arguments: `device='cuda:0'`, `grad_fn=<NllLossBackward0>`.
      this.#skipSpace();
      const end = this.#text.slice(this.at, this.at + 200).search(/[,)]/);
      if (end < 0) return false;
      this.at += end;
    }
    this.leaves.length = Math.min(kept, before + 1);
    return this.#take(")");
  }

  #members(name: string, depth: number): boolean {
    this.at++;
    if (this.#take("}")) return true;
    do {
      this.#skipSpace();
      if (this.#text[this.at] === "}") break; // A trailing comma.
      const key = this.#match(STRING) ?? this.#match(WORD) ?? this.#match(NUMBER);
      if (key === undefined || !this.#take(":")) return false;
      const own = metricName(/^["']/.test(key) ? key.slice(1, -1) : key);
      if (!this.value(name === "" ? own : `${name}.${own}`, depth + 1)) return false;
    } while (this.#take(","));
    return this.#take("}");
  }

  #items(close: string, depth: number): boolean {
    this.at++;
    if (this.#take(close)) return true;
    do {
      this.#skipSpace();
      if (this.#text[this.at] === close) break;
      if (!this.value("", depth + 1)) return false;
    } while (this.#take(","));
    return this.#take(close);
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  #skipSpace(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.at = pattern.lastIndex;
    return match[0];
  }
}
