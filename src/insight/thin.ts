/**
 * At most `limit` items, evenly spread, first and last among them. The same list gives the same choice, and a
 * list that grows keeps it until it has doubled: a chart that is drawn from it does not flicker.
 */
export function thin<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items;
  let stride = 2;
  while (Math.ceil(items.length / stride) + 1 > limit) stride *= 2;
  const last = items.length - 1;
  const kept = items.filter((_, index) => index % stride === 0);
  if (last % stride !== 0) kept.push(items[last]!);
  return kept;
}

/** Items spread over the whole list so that exactly `limit` remain (or all of them): for short lists such as curves. */
export function spread<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items;
  const step = (items.length - 1) / (limit - 1);
  return Array.from({ length: limit }, (_, index) => items[Math.round(index * step)]!);
}
