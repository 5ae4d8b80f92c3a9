/** Pure helpers around replacements in a text. Offsets are in UTF-16 units, as everywhere in VS Code. */

export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that all refer to `text` as it is, none overlapping another. */
export function applyEdits(text: string, edits: readonly Replacement[]): string {
  let result = text;
  for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
  }
  return result;
}

/** The one smallest replacement that turns `before` into `after`; undefined where they are equal. */
export function difference(before: string, after: string): Replacement | undefined {
  if (before === after) {
    return undefined;
  }
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) {
    start++;
  }
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) {
    tail++;
  }
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
