import type { Bracket } from "./layout.ts";

/** Brackets on the page at once. */
const MOST_SHOWN = 10;

/** Which brackets are on the page: `first` and `count`, as positions in the list. */
export interface Shown {
  readonly first: number;
  readonly count: number;
}

/**
 * The page that the bracket at `wanted` lies on, in whole rounds; without it, the one where the newest bracket
 * runs. A list that starts within a round has the rest of that round as its first page.
 */
export function pageOf(brackets: readonly Bracket[], wanted: number | undefined): Shown {
  const { size, offset } = rounds(brackets);
  const newest = Math.max(
    0,
    brackets.findLastIndex(({ state }) => state !== "planned"),
  );
  const at = Math.max(0, Math.min(wanted ?? newest, brackets.length - 1));
  if (at < offset) return { first: 0, count: offset };
  const first = offset + Math.floor((at - offset) / size) * size;
  return { first, count: Math.min(size, brackets.length - first) };
}

/** As many whole rounds of Hyperband as fit a page, and where the first whole round starts: where s is largest. */
function rounds(brackets: readonly Bracket[]): { size: number; offset: number } {
  const all = brackets.map(({ s }) => s ?? 0);
  const most = Math.max(0, ...all);
  const offset = most === 0 ? 0 : all.indexOf(most);
  const round = all.indexOf(most, offset + 1) - offset;
  if (most === 0 || round <= 0) return { size: MOST_SHOWN, offset: offset < MOST_SHOWN ? 0 : offset };
  return { size: Math.max(round, Math.floor(MOST_SHOWN / round) * round), offset };
}
