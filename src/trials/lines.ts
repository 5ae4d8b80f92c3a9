import { StringDecoder } from "node:string_decoder";

/** Longest line handed on, in UTF-16 units. A longer one is cut there and the rest of it is dropped. */
export const LONGEST_LINE = 1 << 20;

const CUT_NOTE = " … (line cut here: longer than 1 MiB)";

/**
 * Splits a stream of bytes into lines at "\n", "\r\n" and a lone "\r" (progress bars). Characters and line ends
 * may lie across chunks; a line is handed on as soon as its end has come.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #line: (text: string) => void;
  #rest = "";
  /** The line so far was too long and has been handed on: what follows up to its end is dropped. */
  #dropping = false;
  /** The last character was "\r": a "\n" right after it belongs to the same line end. */
  #afterReturn = false;

  constructor(line: (text: string) => void) {
    this.#line = line;
  }

  push(chunk: Buffer): void {
    this.#split(this.#decoder.write(chunk));
  }

  /** Hands on what is left without a line end. */
  end(): void {
    this.#split(this.#decoder.end());
    if (this.#rest !== "") this.#line(this.#rest);
    this.#rest = "";
  }

  #split(decoded: string): void {
    if (decoded === "") return;
    const text = this.#afterReturn && decoded.startsWith("\n") ? decoded.slice(1) : decoded;
    this.#afterReturn = decoded.endsWith("\r");
    let start = 0;
    for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) {
      this.#add(text.slice(start, index));
      this.#endLine();
      start = index + end.length;
    }
    this.#add(text.slice(start));
  }

  #add(text: string): void {
    if (this.#dropping) return;
    this.#rest += text;
    if (this.#rest.length <= LONGEST_LINE) return;
    this.#line(this.#rest.slice(0, LONGEST_LINE) + CUT_NOTE);
    this.#rest = "";
    this.#dropping = true;
  }

  #endLine(): void {
    if (!this.#dropping) this.#line(this.#rest);
    this.#dropping = false;
    this.#rest = "";
  }
}
