import type { PopulationInsight } from "../../../src/protocol/strategyInsight.ts";
import type { Row } from "../../shared/chart.ts";
import type { SpotRow } from "../../shared/cursor.ts";
import { scoreSpan } from "../../shared/span.ts";

export interface MemberRow extends SpotRow {
  readonly trial: number;
  /** Older trials are fainter. */
  readonly opacity: number;
}

export interface LineRow extends Row {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

export interface PopulationScene {
  readonly data: {
    readonly lines: readonly LineRow[];
    readonly dead: readonly MemberRow[];
    readonly alive: readonly MemberRow[];
    readonly failed: readonly MemberRow[];
  };
  readonly low: number;
  readonly high: number;
  readonly start: number;
  readonly end: number;
  /** Whether a log axis can show the scores. */
  readonly canLog: boolean;
  readonly isLog: boolean;
}

/** Trials by number and score, with a line from each parent to its child. */
export function collectPopulation({ points, goal }: PopulationInsight, wantsLog: boolean): PopulationScene {
  const scores = points.flatMap(({ score }) => (typeof score === "number" ? [score] : []));
  const canLog = scores.length > 0 && scores.every((score) => score > 0);
  const isLog = canLog && wantsLog;
  const { low, high } = scoreSpan(scores, goal, isLog);
  const rows = points.map(({ trial, score, age }): MemberRow => {
    // What failed stands on the edge where the worst are, as does what lies beyond it.
    const y =
      typeof score === "number" ? Math.min(high, Math.max(low, score)) : goal === "minimize" ? high : low;
    return { key: `trial ${trial}`, trial, x: trial, y, opacity: Number((0.85 - 0.55 * age).toFixed(3)) };
  });
  const isFailed = points.map(({ score }) => typeof score !== "number");
  const first = points[0]?.trial ?? 0;
  return {
    data: {
      lines: linesOf(points, rows),
      dead: rows.filter((_, i) => !points[i]!.isAlive && !isFailed[i]),
      alive: rows.filter((_, i) => points[i]!.isAlive && !isFailed[i]),
      failed: rows.filter((_, i) => isFailed[i]),
    },
    low,
    high,
    start: first - 1,
    end: Math.max(first + 2, (points.at(-1)?.trial ?? 0) + 1),
    canLog,
    isLog,
  };
}

function linesOf(points: PopulationInsight["points"], rows: readonly MemberRow[]): LineRow[] {
  const byTrial = new Map(rows.map((row) => [row.trial, row]));
  return points.flatMap(({ trial, parents, score }) => {
    const [from, to] = [byTrial.get(parents[0] ?? -1), byTrial.get(trial)!];
    // What failed has no score for a line to lead to.
    return from === undefined || typeof score !== "number" ? [] : [line(from, to)];
  });
}

const line = (from: MemberRow, to: MemberRow): LineRow => ({
  key: `line ${to.trial}`,
  x: from.x,
  y: from.y,
  x2: to.x,
  y2: to.y,
});

/** The lines from a trial back to the random draw that it goes back to, and to its own children. */
export function lineage(
  { points }: PopulationInsight,
  { data }: PopulationScene,
  trial: number | undefined,
): LineRow[] {
  if (trial === undefined) return [];
  const parentOf = new Map(points.map((point) => [point.trial, point.parents[0]]));
  const wanted = new Set<number>();
  for (let at: number | undefined = trial; at !== undefined && !wanted.has(at); at = parentOf.get(at)) {
    wanted.add(at);
  }
  for (const [child, parent] of parentOf) if (parent === trial) wanted.add(child);
  const keys = new Set([...wanted].map((one) => `line ${one}`));
  return data.lines.filter(({ key }) => keys.has(key)).map((row) => ({ ...row, key: `own ${row.key}` }));
}
