/** What two trials are compared by. Losses are finite, or Infinity for a trial that failed. */
export interface Outcome {
  readonly losses: readonly number[];
  /** By how much limits are broken, in all; absent or 0: none is. */
  readonly violation?: number;
}

/**
 * Whether `a` is better than `b` beyond dispute: no worse in any loss and better in one. Of two that break limits
 * the one that breaks them less is better, and one that breaks none beats one that does (constrained domination,
 * Deb et al. 2002, definition 1).
 */
export function dominates(a: Outcome, b: Outcome): boolean {
  const [mine = 0, other = 0] = [a.violation, b.violation];
  if (mine > 0 || other > 0) return mine < other;
  let better = false;
  for (let i = 0; i < a.losses.length; i++) {
    if (a.losses[i]! > b.losses[i]!) return false;
    better ||= a.losses[i]! < b.losses[i]!;
  }
  return better;
}

/**
 * The front of each outcome, 0 for those that nothing dominates (fast non-dominated sort, Deb et al. 2002,
 * section III-A). Time and memory are quadratic in the number of outcomes.
 */
export function nondominatedRanks(outcomes: readonly Outcome[]): number[] {
  const ranks: number[] = new Array(outcomes.length).fill(0);
  const dominators: number[] = new Array(outcomes.length).fill(0);
  const dominated = outcomes.map((winner) =>
    [...outcomes.keys()].filter((k) => dominates(winner, outcomes[k]!)),
  );
  for (const k of dominated.flat()) dominators[k]!++;
  let front = [...outcomes.keys()].filter((i) => dominators[i] === 0);
  for (let rank = 0; front.length > 0; rank++) {
    const next: number[] = [];
    for (const i of front) {
      ranks[i] = rank;
      for (const k of dominated[i]!) if (--dominators[k]! === 0) next.push(k);
    }
    front = next;
  }
  return ranks;
}

/** Positions of the outcomes that nothing dominates; of equals all. Linear in memory. */
export function frontOf(outcomes: readonly Outcome[]): number[] {
  const front: number[] = [];
  for (const [i, outcome] of outcomes.entries()) {
    if (front.some((k) => dominates(outcomes[k]!, outcome))) continue;
    let kept = 0;
    for (const k of front) if (!dominates(outcome, outcomes[k]!)) front[kept++] = k;
    front.length = kept;
    front.push(i);
  }
  return front;
}

/**
 * How much room there is around each member of one front: the sum over objectives of the distance between its two
 * neighbours, as a share of the front's range; Infinity at the ends (crowding distance, Deb et al. 2002, section
 * III-B).
 */
export function crowding(losses: readonly (readonly number[])[]): number[] {
  const room: number[] = new Array(losses.length).fill(0);
  const objectives = losses[0]?.length ?? 0;
  for (let j = 0; j < objectives; j++) {
    const order = [...losses.keys()].sort((a, b) => losses[a]![j]! - losses[b]![j]! || a - b);
    const at = (position: number): number => losses[order[position]!]![j]!;
    const last = order.length - 1;
    room[order[0]!] = Number.POSITIVE_INFINITY;
    room[order[last]!] = Number.POSITIVE_INFINITY;
    const range = at(last) - at(0);
    if (!(range > 0 && range < Number.POSITIVE_INFINITY)) continue;
    for (let k = 1; k < last; k++) room[order[k]!]! += (at(k + 1) - at(k - 1)) / range;
  }
  return room;
}
