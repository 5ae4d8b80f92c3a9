import type { TrialNumber } from "../protocol/trial.ts";

export interface Ranked {
  readonly trial: TrialNumber;
  readonly loss: number;
}

/** Best first; of two equal losses the older trial is better, so that the order is total. */
export function compareRanked(a: Ranked, b: Ranked): number {
  return a.loss === b.loss ? a.trial - b.trial : a.loss < b.loss ? -1 : 1;
}

/** A chunk that grows to twice this length is split. */
const CHUNK = 256;

/** How many items of a sorted list are better than `item`. */
function position(items: readonly Ranked[], item: Ranked): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareRanked(items[middle]!, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A list that stays sorted, best first. It is kept in chunks: inserting into one array of 100,000 results would
 * move half of them each time.
 */
export class Ranking<T extends Ranked> {
  /** None is empty, except the only one. */
  readonly #chunks: T[][] = [[]];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get best(): T | undefined {
    return this.#chunks[0]![0];
  }

  /** The chunk in which an item is, or would be put. */
  #chunkOf(item: Ranked): number {
    let [low, high] = [0, this.#chunks.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareRanked(this.#chunks[middle]!.at(-1)!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many items are better than this one. */
  rank(item: Ranked): number {
    const at = this.#chunkOf(item);
    let before = 0;
    for (let i = 0; i < at; i++) before += this.#chunks[i]!.length;
    return before + position(this.#chunks[at]!, item);
  }

  add(item: T): void {
    const at = this.#chunkOf(item);
    const chunk = this.#chunks[at]!;
    chunk.splice(position(chunk, item), 0, item);
    if (chunk.length >= 2 * CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK));
    this.#size++;
  }

  /** Takes an item out that is in the list. */
  delete(item: T): void {
    const at = this.#chunkOf(item);
    const chunk = this.#chunks[at]!;
    const i = position(chunk, item);
    if (chunk[i] !== item) return;
    chunk.splice(i, 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
    this.#size--;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }
}
