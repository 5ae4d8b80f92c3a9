import type { Strategy } from "../../src/strategies/strategy.ts";

/** The same strategy under a stopwatch that runs only while it is asked or told something. */
export function timed(strategy: Strategy): { strategy: Strategy; seconds: () => number } {
  let total = 0;
  const measure = <T>(work: () => T): T => {
    const begin = performance.now();
    try {
      return work();
    } finally {
      total += performance.now() - begin;
    }
  };
  return {
    strategy: {
      ask: () => measure(() => strategy.ask()),
      tell: (event) => measure(() => strategy.tell(event)),
      stops: () => measure(() => strategy.stops()),
    },
    seconds: () => total / 1000,
  };
}
