/** Longest delay that Node's timers take; they fire at once above it. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A timer that counts running time only: it stands still while paused. */
export class RunningTimer {
  readonly #callback: () => void;
  #remaining: number;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number, callback: () => void) {
    this.#remaining = milliseconds;
    this.#callback = callback;
    this.resume();
  }

  pause(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#remaining -= performance.now() - this.#since;
  }

  resume(): void {
    if (this.#timer !== undefined) return;
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#fired(), Math.min(Math.max(this.#remaining, 0), LONGEST_DELAY));
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #fired(): void {
    this.pause();
    if (this.#remaining >= 1) this.resume();
    else this.#callback();
  }
}
