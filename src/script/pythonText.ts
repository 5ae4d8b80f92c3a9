import type { Span } from "../protocol/script.ts";

/** A text with the offsets of its lines, which end where Python says that they do: `\r\n`, `\n` or `\r`. */
export class SourceText {
  readonly text: string;
  private readonly starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (const end of text.matchAll(/\r\n|\n|\r/g)) this.starts.push(end.index + end[0].length);
  }

  get lines(): number {
    return this.starts.length;
  }

  /** The 1-based line of an offset. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  span(start: number, end: number): Span {
    return { start, end, line: this.lineAt(start) };
  }

  /** Offset of the first character of a 1-based line. */
  lineStart(line: number): number {
    return this.starts[line - 1] ?? this.text.length;
  }

  /** Offset after the last character of a line, before its line end. */
  lineEnd(line: number): number {
    const next = this.starts[line];
    if (next === undefined) return this.text.length;
    return this.text.startsWith("\r\n", next - 2) ? next - 2 : next - 1;
  }

  slice(span: { readonly start: number; readonly end: number }): string {
    return this.text.slice(span.start, span.end);
  }
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\n": "",
};

const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|N\{[^}]*\}|.)/gs;

function unescapeOne(sequence: string): string | undefined {
  const kind = sequence[1] as string;
  if (kind === "N" && sequence.length > 2) return undefined;
  if (/[xuU]/.test(kind) && sequence.length > 2) {
    const code = Number.parseInt(sequence.slice(2), 16);
    return code > 0x10ffff ? undefined : String.fromCodePoint(code);
  }
  if (/[0-7]/.test(kind)) return String.fromCharCode(Number.parseInt(sequence.slice(1), 8));
  return SIMPLE_ESCAPES[kind] ?? sequence;
}

/** The value of one string token ('a', r"b", """c"""), or undefined for bytes and named characters. */
export function stringValue(token: string): string | undefined {
  const parts = /^([a-zA-Z]*)('''|"""|'|")(.*)\2$/s.exec(token);
  if (parts === null) return undefined;
  const prefix = (parts[1] as string).toLowerCase();
  if (/[bf]/.test(prefix)) return undefined;
  const body = (parts[3] as string).replace(/\r\n?/g, "\n");
  if (prefix.includes("r")) return body;
  let known = true;
  const value = body.replace(ESCAPE, (sequence) => {
    const one = unescapeOne(sequence);
    known &&= one !== undefined;
    return one ?? "";
  });
  return known ? value : undefined;
}

/** The value of a number token, or undefined where JavaScript has none for it (complex, too large). */
export function numberValue(token: string): { kind: "int" | "float"; value: number } | undefined {
  const text = token.replaceAll("_", "");
  const radix = /^0[xXoObB]/.test(text);
  if (!radix && /[jJ]$/.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return { kind: !radix && /[.eE]/.test(text) ? "float" : "int", value };
}
