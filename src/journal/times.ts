/**
 * Epoch milliseconds → naive local time `YYYY-MM-DDTHH:MM:SS.ffffff`, the one form that every Optuna version
 * reads and subtracts without error. It is ambiguous across time zones; the exact instant stands in `time`.
 */
export function toNaiveLocal(time: number): string {
  const date = new Date(time);
  const micro = Math.floor((time - Math.floor(time)) * 1000);
  const day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
  const clock = `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}`;
  return `${day}T${clock}.${pad(date.getMilliseconds(), 3)}${pad(micro, 3)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** The form that Optuna and we write, on a day that every month has: worth a look without taking it apart. */
const PLAIN =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:\+00:00)?$/;
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.(?:\d{3}|\d{6}))?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/;

/** Whether Python's `datetime.fromisoformat` reads it; JavaScript's own parser also takes a 30th of February. */
export function isTime(text: string): boolean {
  if (PLAIN.test(text)) return true;
  const found = ISO.exec(text);
  if (found === null) return false;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= new Date(year, month, 0).getDate();
}

/** ISO text that `isTime`, naive (local) or aware → epoch milliseconds. */
export function parseTime(text: string): number {
  return Date.parse(text);
}
