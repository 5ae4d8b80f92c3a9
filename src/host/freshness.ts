import { createHash } from "node:crypto";

/** Where the known texts are kept between windows. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = "writtenTexts";
const KEPT = 200;

/** SHA-256 of a script's text, as the engine computes it. */
export function hashText(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/**
 * Tells whether results are older than the script's last change. Writing a best value changes the text too, yet
 * leaves the results as true as they were: texts that came about only by that count as their original.
 */
export class Freshness {
  readonly #memory: Memory;
  readonly #origins: Map<string, string>;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#origins = new Map(memory.get<[string, string][]>(KEY));
  }

  isStale(text: string, scriptHash: string | undefined | null): boolean {
    if (scriptHash === undefined || scriptHash === null) {
      return false;
    }
    const hash = hashText(text);
    return hash !== scriptHash && this.#origin(hash) !== this.#origin(scriptHash);
  }

  /** `written` is `original` with nothing but tuned values replaced. */
  derive(original: string, written: string): void {
    const from = this.#origin(hashText(original));
    const to = hashText(written);
    if (to === from || this.#origins.get(to) === from) {
      return;
    }
    this.#origins.set(to, from);
    for (const oldest of this.#origins.keys()) {
      if (this.#origins.size <= KEPT) {
        break;
      }
      this.#origins.delete(oldest);
    }
    void this.#memory.update(KEY, [...this.#origins]);
  }

  #origin(hash: string): string {
    return this.#origins.get(hash) ?? hash;
  }
}
