/**
 * Calls `send` at most once in `interval` milliseconds, the last time after the last call. A `send` that takes long
 * is called more seldom, so that it never takes more than a twentieth of the time.
 */
export function throttle(interval: number, send: () => Promise<void>): { (): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  let next = Number.NEGATIVE_INFINITY;
  const fire = (): void => {
    const begin = performance.now();
    // Overwritten below; until then no second call may start.
    next = Number.POSITIVE_INFINITY;
    send()
      .catch(() => {})
      .finally(() => {
        const end = performance.now();
        next = end + Math.max(interval, 19 * (end - begin));
        timer = undefined;
        if (again) call();
      });
    again = false;
  };
  let again = false;
  const call = (): void => {
    if (timer !== undefined || next === Number.POSITIVE_INFINITY) {
      again = true;
      return;
    }
    timer = setTimeout(fire, Math.max(0, next - performance.now()));
  };
  return Object.assign(call, {
    cancel: () => {
      clearTimeout(timer);
      next = Number.POSITIVE_INFINITY;
    },
  });
}
