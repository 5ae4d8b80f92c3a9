/**
 * Runs `work` at most once at a time and at most every `interval` milliseconds, however often it is asked for;
 * what is asked for in between leads to one more run, so that the last state is never missed.
 */
export interface Coalesced {
  request(): void;
  dispose(): void;
}

export function coalesce(
  work: () => Promise<void> | void,
  interval: number,
  failed: (error: unknown) => void,
): Coalesced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let wanted = false;
  let last = Number.NEGATIVE_INFINITY;
  let disposed = false;

  const run = async () => {
    timer = undefined;
    running = true;
    wanted = false;
    last = performance.now();
    try {
      await work();
    } catch (error) {
      failed(error);
    } finally {
      running = false;
      if (wanted) {
        schedule();
      }
    }
  };
  const schedule = () => {
    if (!disposed && timer === undefined) {
      timer = setTimeout(() => void run(), Math.max(0, last + interval - performance.now()));
    }
  };
  return {
    request() {
      if (running) {
        wanted = true;
      } else {
        schedule();
      }
    },
    dispose() {
      disposed = true;
      wanted = false;
      clearTimeout(timer);
    },
  };
}
