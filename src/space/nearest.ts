/** Edit distance that counts a swap of two neighbours as one edit (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(last[j - 1]! + (same ? 0 : 1), last[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** The name that was probably meant, or undefined when none is close: at most a third of the letters differ. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let found: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of names) {
    const d = distance(name.toLowerCase(), candidate.toLowerCase());
    if (d < least) {
      least = d;
      found = candidate;
    }
  }
  if (found === undefined) return undefined;
  return least <= Math.max(1, Math.floor(Math.max(name.length, found.length) / 3)) ? found : undefined;
}

/** ` Did you mean "x"?`, or the list of names when none is close and the list is short. */
export function hint(name: string, names: Iterable<string>): string {
  const all = [...names];
  const found = nearest(name, all);
  if (found !== undefined) return ` Did you mean "${found}"?`;
  return all.length > 0 && all.length <= 12 ? ` Known here: ${all.join(", ")}.` : "";
}
