/** Time, handed in so that a study can be run in a test without waiting. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after `milliseconds`; the result cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    // Node fires at once for delays above 2^31 - 1 ms; such a limit is none.
    if (milliseconds > 2 ** 31 - 1) return () => {};
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
