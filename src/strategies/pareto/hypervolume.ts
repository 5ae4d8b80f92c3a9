import { frontOf } from "./dominance.ts";

type Point = readonly number[];

/**
 * The volume that points dominate up to a reference point, for minimisation: 0 without points, larger is better.
 * Points that are not below the reference in every loss count for nothing. Exact: a sweep for two losses, for more
 * the exclusive volumes of While, Bradstreet & Barone 2012 (WFG), whose time grows fast with losses and points.
 */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const inside = points.filter((point) => point.every((loss, i) => loss < reference[i]!));
  return volume(nondominated(inside), reference);
}

function volume(front: readonly Point[], reference: Point): number {
  if (front.length === 0) return 0;
  if (reference.length === 1) return reference[0]! - Math.min(...front.map(([loss]) => loss!));
  if (reference.length === 2) return area(front, reference);
  // Worst first in the last loss: what is left is limited to smaller and smaller sets.
  const sorted = [...front].sort((a, b) => b.at(-1)! - a.at(-1)!);
  return sorted.reduce((sum, point, i) => sum + exclusive(point, sorted.slice(i + 1), reference), 0);
}

/** What a point dominates that the others do not. */
function exclusive(point: Point, others: readonly Point[], reference: Point): number {
  const own = point.reduce((product, loss, i) => product * (reference[i]! - loss), 1);
  const limited = others.map((other) => other.map((loss, i) => Math.max(loss, point[i]!)));
  return own - volume(nondominated(limited), reference);
}

function area(front: readonly Point[], reference: Point): number {
  const sorted = [...front].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  let sum = 0;
  let above = reference[1]!;
  for (const [x, y] of sorted) {
    if (y! >= above) continue;
    sum += (reference[0]! - x!) * (above - y!);
    above = y!;
  }
  return sum;
}

function nondominated(points: readonly Point[]): Point[] {
  return frontOf(points.map((losses) => ({ losses }))).map((i) => points[i]!);
}
