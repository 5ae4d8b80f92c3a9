import {
  type CounterLevel,
  counterLevel,
  isLogLevel,
  isNoMetric,
  isSplitWord,
  isStopWord,
  LONGEST_NAME,
  metricName,
  saysMetric,
  splitOf,
} from "./metricNames.ts";
import { type Mark, type NumberToken, type Token, tokensOf, type Word } from "./metricTokens.ts";

/** A counter that a line shows: "epoch 3/50". */
export interface Counter {
  readonly name: string;
  readonly level: CounterLevel;
  readonly value: number;
  readonly total: number | undefined;
}

/** What one line says. */
export interface Reading {
  readonly counters: Counter[];
  readonly metrics: { readonly name: string; readonly value: number }[];
  /** A fraction without a name, "12/25" or "[12/25]": how far a progress bar is. */
  bar: { readonly value: number; readonly total: number } | undefined;
}

/** More numbers than this in one line are data. */
const MOST_METRICS = 200;

/** A name in prose is at most this many words. */
const MOST_WORDS = 4;

/** Between a counter and these lies no counter: "best epoch: 3" is not how far the run is. */
const NO_COUNTER_AFTER: ReadonlySet<string> = new Set(
  "best last total max num every per from previous after patience".split(" "),
);

/** "loss is 0.3", "accuracy of 97%". */
const LINKING: ReadonlySet<string> = new Set(["is", "was", "of"]);

/** "accuracy on the test set: 0.97". */
const PREPOSITIONS: ReadonlySet<string> = new Set(["of", "on", "for", "over"]);

/** Words in which numbers are wrapped: `tensor(0.5, device='cuda:0')`. */
const WRAPPER = /^(?:tensor|array|np\.float\d+|float\d*|numpy\.float\d+)$/;

/**
 * Reads a line of prose, of `name: value` pairs, or a progress bar.
 *
 * @param own A name, in the form of `metricName`, that counts as a counter too.
 */
export function readText(line: string, own?: string): Reading {
  return new TextReader(tokensOf(line), own).read();
}

class TextReader {
  readonly #tokens: readonly Token[];
  readonly #reading: Reading = { counters: [], metrics: [], bar: undefined };
  /** The part of the data that the metrics to come are of: after "Test set:" or "Val Loss 0.3,". */
  #split: string | undefined;
  /** A metric that was named before a preposition, its number still to come. */
  #subject: readonly string[] | undefined;

  readonly #own: string | undefined;

  constructor(tokens: readonly Token[], own: string | undefined) {
    this.#tokens = tokens;
    this.#own = own;
  }

  read(): Reading {
    let at = this.#leadingCounter();
    while (at < this.#tokens.length && this.#reading.metrics.length < MOST_METRICS) {
      const token = this.#tokens[at]!;
      if (token.kind === "word") at = this.#afterRun(at);
      else {
        if (token.kind === "number") this.#bar(token);
        if (token.kind === "comma" || token.kind === "pipe") this.#subject = undefined;
        at++;
      }
    }
    return this.#reading;
  }

  /** Boosting libraries begin a line with "[10]" or "10:", PyTorch's tutorial with "[1,  2000]": epoch and batch. */
  #leadingCounter(): number {
    const [first, second, third, fourth, fifth, sixth] = this.#tokens;
    const isPair = isCount(second) && third?.kind === "comma" && isCount(fourth) && fifth?.kind === "close";
    if (first?.kind === "open" && isPair && sixth?.kind === "word") {
      this.#count("epoch", "epoch", second);
      return 5;
    }
    if (first?.kind === "open" && isCount(second) && second.total === undefined && third?.kind === "close") {
      this.#count("iteration", "step", second);
      return 3;
    }
    if (
      isCount(first) &&
      first.total === undefined &&
      second?.kind === "sep" &&
      third !== undefined &&
      third.gap > 0
    ) {
      this.#count("iteration", "step", first);
      return 2;
    }
    return 0;
  }

  #bar({ value, total }: NumberToken): void {
    if (total !== undefined && total > 0 && value <= total) this.#reading.bar ??= { value, total };
  }

  #count(name: string, level: CounterLevel, { value, total }: NumberToken): void {
    this.#reading.counters.push({ name, level, value, total });
  }

  /** Reads the words from `start` on and the number that belongs to them; gives where to go on. */
  #afterRun(start: number): number {
    const words: string[] = [];
    let at = start;
    for (; at < this.#tokens.length; at++) {
      const token = this.#tokens[at]!;
      if (token.kind !== "word" || (at > start && token.gap >= 3)) break;
      words.push(token.text);
    }
    const counted = this.#counter(words, at);
    if (counted !== undefined) return counted;
    at = this.#parenthesised(words, at);
    const next = this.#tokens[at];
    if (next?.kind === "sep") return this.#afterSeparator(words, start, at);
    if (next?.kind === "pipe" && this.#isRow(start, at)) return this.#assign(words, at + 1) ?? at + 1;
    if (next?.kind === "number") return this.#beforeNumber(words, next, at);
    this.#label(words, start, next);
    this.#remember(words);
    return at;
  }

  /** "Epoch 3", "epoch: 3/50", "Epoch [3/50]", "Epoch: [0][10/500]", "Train Epoch: 1", "Epoch 3 of 50". */
  #counter(words: readonly string[], end: number): number | undefined {
    const last = words.at(-1)!;
    const two = metricName(words.slice(-2).join(" "));
    const name = this.#levelOf(two) === undefined ? metricName(last) : two;
    const level = this.#levelOf(name);
    if (level === undefined || NO_COUNTER_AFTER.has(words.at(-2)?.toLowerCase() ?? "")) return undefined;
    let at = end;
    if (["sep", "pipe"].includes(this.#tokens[at]?.kind ?? "")) at++;
    if (this.#tokens[at]?.kind === "open") at++;
    const number = this.#tokens[at];
    if (!isCount(number)) return undefined;
    this.#split = words.find(isSplitWord)?.toLowerCase() ?? this.#split;
    const of = this.#tokens[at + 1];
    const total = this.#tokens[at + 2];
    if (of?.kind === "word" && of.text === "of" && isCount(total)) {
      this.#count(name, level, { ...number, total: total.value });
      return at + 3;
    }
    this.#count(name, level, number);
    return at + 1;
  }

  #levelOf(name: string): CounterLevel | undefined {
    return counterLevel(name) ?? (name === this.#own ? "step" : undefined);
  }

  /** "Accuracy (val): 0.9": the words in parentheses belong to the name. */
  #parenthesised(words: string[], at: number): number {
    if (this.#tokens[at]?.kind !== "open") return at;
    let end = at + 1;
    while (this.#tokens[end]?.kind === "word") end++;
    if (this.#tokens[end]?.kind !== "close" || this.#tokens[end + 1]?.kind !== "sep") return at;
    for (const token of this.#tokens.slice(at + 1, end)) words.push((token as Word).text);
    return end + 1;
  }

  #afterSeparator(words: readonly string[], start: number, at: number): number {
    const before = this.#tokens[start - 1];
    const value = this.#tokens[at + 1];
    // "module:function:42": a place in the source.
    const glued = before?.kind === "sep" && (this.#tokens[start] as Word).gap === 0 && value?.gap === 0;
    if (glued && value?.kind === "number" && value.integer) return at + 2;
    const after = this.#assign(words, at + 1);
    if (after !== undefined) return after;
    this.#label(words, start, this.#tokens[at] as Mark);
    return at + 1;
  }

  /** A table's row: `|  name  |  value  |`. */
  #isRow(start: number, at: number): boolean {
    return this.#tokens[start - 1]?.kind === "pipe" && this.#tokens[at + 2]?.kind === "pipe";
  }

  #beforeNumber(words: readonly string[], number: NumberToken, at: number): number {
    const named = LINKING.has(words.at(-1)!.toLowerCase()) ? words.slice(0, -1) : words;
    const name = isStopWord(named.at(-1) ?? "") ? undefined : this.#nameOf(named);
    if (name !== undefined && saysMetric(name)) {
      this.#metric(words, name, number);
      return at + 1;
    }
    this.#remember(words);
    return at;
  }

  /** The value at `at` under the name that the words make; undefined where there is none. */
  #assign(words: readonly string[], at: number): number | undefined {
    const place = this.#unwrap(at);
    const number = this.#tokens[place];
    if (number?.kind !== "number") return undefined;
    const name = this.#nameOf(words);
    if (name === undefined) return place + 1;
    if (number.total === undefined || saysMetric(name)) this.#metric(words, name, number);
    else {
      this.#bar(number);
      this.#split = words.find(isSplitWord)?.toLowerCase() ?? this.#split;
    }
    return place + 1;
  }

  /** Steps into `[0.5]` and `tensor(0.5, …)`; a list of several numbers is no value. */
  #unwrap(at: number): number {
    const token = this.#tokens[at];
    if (token?.kind === "word" && WRAPPER.test(token.text) && this.#tokens[at + 1]?.kind === "open")
      return at + 2;
    return token?.kind === "open" && this.#tokens[at + 2]?.kind === "close" ? at + 1 : at;
  }

  #metric(words: readonly string[], name: string, { value, total }: NumberToken): void {
    const split = words.find(isSplitWord)?.toLowerCase();
    if (split !== undefined) this.#split = split;
    const own = splitOf(name) !== undefined || this.#split === undefined || !saysMetric(name);
    const full = own ? name : `${this.#split}_${name}`;
    this.#reading.metrics.push({ name: full, value: total === undefined ? value : value / total });
  }

  /** "Test set:", "[val]", "Train |": the metrics after it are of that part of the data. */
  #label(words: readonly string[], start: number, next: Token | undefined): void {
    const before = this.#tokens[start - 1];
    const logger = words.length > 1 && isLogLevel(words.at(-2)!);
    const afterLevel = before === undefined && logger;
    if (logger || afterLevel || words.length > 3) return;
    const ends =
      next !== undefined && next.kind !== "word" && next.kind !== "number" && next.kind !== "comma";
    if (ends) this.#split = words.find(isSplitWord)?.toLowerCase() ?? this.#split;
  }

  /** "Accuracy of the network on the 10000 test images: 54 %". */
  #remember(words: readonly string[]): void {
    const at = prepositionOf(words);
    if (at > 0) this.#subject = words.slice(0, at);
  }

  /** The name that a run of words makes; undefined where it names nothing that could be a metric. */
  #nameOf(words: readonly string[]): string | undefined {
    const at = prepositionOf(words);
    const subject = at > 0 ? words.slice(0, at) : this.#subject;
    const rest = at > 0 ? words.slice(at + 1) : words;
    if (subject !== undefined && (at > 0 || !saysMetric(metricName(words.join(" "))))) {
      return checked([...subjectWith(subject, rest)]);
    }
    return checked(lastPhrase(words));
  }
}

function subjectWith(subject: readonly string[], rest: readonly string[]): readonly string[] {
  const phrase = lastPhrase(subject);
  const split = rest.find(isSplitWord);
  if (split !== undefined) return [split, ...phrase];
  return [...phrase, ...rest.filter((word) => !isStopWord(word)).slice(-MOST_WORDS)];
}

/** Where a preposition follows a metric's name; -1 where none does. */
function prepositionOf(words: readonly string[]): number {
  const at = words.findIndex((word) => PREPOSITIONS.has(word.toLowerCase()));
  return at > 0 && saysMetric(metricName(words.slice(0, at).join(" "))) ? at : -1;
}

/** The words after the last one that cannot be part of a name. */
function lastPhrase(words: readonly string[]): readonly string[] {
  return words.slice(words.findLastIndex(isStopWord) + 1).slice(-MOST_WORDS);
}

function checked(words: readonly string[]): string | undefined {
  const name = metricName(words.join(" "));
  return name === "" || name.length > LONGEST_NAME || isNoMetric(name) ? undefined : name;
}

function isCount(token: Token | undefined): token is NumberToken {
  return token?.kind === "number" && token.integer && token.value >= 0;
}
