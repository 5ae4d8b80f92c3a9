import { setTimeout as sleep } from "node:timers/promises";

/**
 * Reads a value again and again until it is as wanted, and gives it.
 * @throws {Error} naming what was waited for and the last value, after `timeout` milliseconds
 */
export async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  isWanted: (value: T) => boolean,
  timeout = 30_000,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await read();
    if (isWanted(value)) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${timeout / 1000} s for ${what}; last value: ${JSON.stringify(value)}`);
    }
    await sleep(100);
  }
}
