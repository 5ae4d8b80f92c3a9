import { TuningForkError } from "../protocol/errors.ts";

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };

/** Milliseconds of a duration: a number of seconds, or text such as "45s", "10min", "1h 30m". Throws `bad-definition`. */
export function milliseconds(duration: number | string, path: string): number {
  const total = typeof duration === "number" ? duration * 1e3 : sumOfParts(duration.replace(/\s+/g, ""));
  if (total !== undefined && total > 0 && Number.isFinite(total)) return total;
  throw new TuningForkError(
    "bad-definition",
    `${path} is ${JSON.stringify(duration)}, which is no length of time.`,
    'Write seconds as a number, or text such as "45s", "10m" or "1h 30m".',
  );
}

function sumOfParts(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:sec|s|min|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)([a-z])/g)) {
    total += Number(count) * MILLISECONDS[unit!]!;
  }
  return total;
}
