import { parseNumber } from "./looseObject.ts";

/** One piece of a printed line. Quotes, asterisks, "#" and decoration leave no token. */
export type Token = Word | NumberToken | Mark;

export interface Word {
  readonly kind: "word";
  readonly text: string;
  /** Spaces before it; a tab counts as 8. */
  readonly gap: number;
}

/** A number that stands alone: no date, time, version, unit or part of a path. */
export interface NumberToken {
  readonly kind: "number";
  readonly value: number;
  /** "3/50" is 3 with the total 50. */
  readonly total: number | undefined;
  readonly integer: boolean;
  readonly gap: number;
}

/** Punctuation; "sep" stands between a name and its value (":", "=", "->"), "junk" for whatever else broke the line. */
export interface Mark {
  readonly kind: "sep" | "open" | "close" | "pipe" | "comma" | "dash" | "junk";
  readonly gap: number;
}

/** Only so much of a line is looked at: what is longer is data. */
export const LONGEST_TEXT = 1 << 16;
const MOST_TOKENS = 4_000;

const SPACE = /\s+/y;
/** URLs and paths, up to the next space. */
const PATH = /(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/|\.{0,2}\/|~\/|[A-Za-z]:\\)\S+/y;
const NUMBER = /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y;
const NOT_FINITE = /[-+]?(?:nan|inf(?:inity)?)(?![\p{L}\p{N}_])/iuy;
const TOTAL = / ?\/ ?(\d+)/y;
const PERCENT = / ?%/y;
const WORD = /[\p{L}_][\p{L}\p{N}_.@%²/'’-]*/uy;
/** The rest of what begins with a digit and is no number: "10:00:00,123", "4.8it/s", "1,234.5". */
const UNCLEAN = /(?:[^\s,;|()[\]{}<>"']|,(?=\d))*/y;
const OPERATOR = /::+|==+>?|[!<>+*/:]=/y;
const ARROW = /=>|->|→|[:=]/y;

const MARKS: Readonly<Record<string, Mark["kind"] | "none">> = {
  "(": "open",
  "[": "open",
  "{": "open",
  ")": "close",
  "]": "close",
  "}": "close",
  "|": "pipe",
  "│": "pipe",
  "┃": "pipe",
  ",": "comma",
  ";": "comma",
  "-": "dash",
  "–": "dash",
  "—": "dash",
  "•": "dash",
  '"': "none",
  "'": "none",
  "`": "none",
  "*": "none",
  "#": "none",
};

/** Cuts a line into tokens. One pass; each pattern reads what no other reads again. */
export function tokensOf(line: string): readonly Token[] {
  return new Tokenizer(line.length > LONGEST_TEXT ? line.slice(0, LONGEST_TEXT) : line).run();
}

class Tokenizer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #gap = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly Token[] {
    while (this.#at < this.#text.length && this.#tokens.length < MOST_TOKENS) {
      const space = this.#match(SPACE);
      if (space !== undefined) {
        this.#gap = space.includes("\t") ? 8 : space.length;
        continue;
      }
      if (this.#path() || this.#number() || this.#word()) continue;
      this.#mark();
    }
    return this.#tokens;
  }

  #push(kind: Mark["kind"]): void {
    this.#tokens.push({ kind, gap: this.#gap });
    this.#gap = 0;
  }

  #path(): boolean {
    const before = this.#at === 0 ? " " : this.#text[this.#at - 1]!;
    if (!/[\s"'(<=]/.test(before) || this.#match(PATH) === undefined) return false;
    this.#push("junk");
    return true;
  }

  #number(): boolean {
    const start = this.#at;
    const text = this.#match(NUMBER) ?? this.#match(NOT_FINITE);
    if (text === undefined) return false;
    const integer = /^\+?\d+$/.test(text);
    const total = integer ? this.#match(TOTAL)?.replace(/\D+/, "") : undefined;
    this.#match(PERCENT);
    if (!this.#standsAlone() || (total !== undefined && this.#isDate(text))) {
      this.#at = start + 1;
      this.#match(UNCLEAN);
      this.#push("junk");
      return true;
    }
    this.#tokens.push({
      kind: "number",
      value: parseNumber(text),
      total: total === undefined ? undefined : Number(total),
      integer,
      gap: this.#gap,
    });
    this.#gap = 0;
    return true;
  }

  /** Whether a number may end here. */
  #standsAlone(): boolean {
    const next = this.#text[this.#at];
    const beyond = this.#text[this.#at + 1] ?? " ";
    if (next === undefined) return true;
    if (next === ".") return /\s/.test(beyond);
    if (next === "," || next === ":") return !/\d/.test(beyond);
    if (next === "-") return !/[\p{L}\p{N}_]/u.test(beyond);
    // "50%|": the head of a progress bar.
    if (next === "|" && this.#text[this.#at - 1] === "%") return false;
    return !/[\p{L}\p{N}_/=\\@]/u.test(next);
  }

  /** "01/02 10:00:00", "12/25 10:00:00": month and day before a time. */
  #isDate(text: string): boolean {
    return /^0\d/.test(text) || /^ *\d\d:\d\d/.test(this.#text.slice(this.#at, this.#at + 12));
  }

  #word(): boolean {
    const word = this.#match(WORD);
    if (word === undefined) return false;
    const text = word.replace(/[.'’/-]+$/, "");
    this.#at -= word.length - text.length;
    this.#tokens.push({ kind: "word", text, gap: this.#gap });
    this.#gap = 0;
    return true;
  }

  #mark(): void {
    if (this.#match(OPERATOR) !== undefined) this.#push("junk");
    else if (this.#match(ARROW) !== undefined) this.#push("sep");
    else {
      const kind = MARKS[this.#text[this.#at]!] ?? "junk";
      this.#at++;
      if (kind !== "none") this.#push(kind);
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }
}
