/** Units of time in seconds. */
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };

/** Text such as "90s", "30m", "1.5h", "1h 30m", "2d". The schema uses it as a pattern. */
export const DURATION = "^\\s*(\\d+(\\.\\d+)?\\s*(s|sec|m|min|h|d)\\s*)+$";

/** A duration in seconds: a number is in seconds already. NaN for a text that is no duration. */
export function seconds(duration: number | string): number {
  if (typeof duration === "number") return duration;
  if (!new RegExp(DURATION).test(duration)) return Number.NaN;
  let total = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)\s*([a-z])/g)) {
    total += Number(amount) * UNITS[unit!]!;
  }
  return total;
}
