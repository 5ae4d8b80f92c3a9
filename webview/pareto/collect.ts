import type { ParetoInsight } from "../../src/protocol/insight.ts";
import type { Row } from "../shared/chart.ts";
import { scoreSpan } from "../shared/span.ts";

type Point = ParetoInsight["points"][number];

export interface SpotRow extends Row {
  readonly trial: number;
  readonly x: number;
  readonly y: number;
  readonly state: Point["state"];
}

export interface FrontRow extends Row {
  readonly x: number;
  readonly y: number;
}

export interface VolumeRow extends Row {
  readonly order: number;
  readonly volume: number;
}

export interface ParetoScene {
  readonly data: { readonly points: readonly SpotRow[]; readonly front: readonly FrontRow[] };
  readonly x: Span;
  readonly y: Span;
  /** States that occur, in a fixed order. */
  readonly states: readonly Point["state"][];
}

export interface Span {
  readonly low: number;
  readonly high: number;
}

const STATES = ["front", "dominated", "infeasible"] as const;

/** Which of the objectives stand on the axes. */
export interface Axes {
  readonly x: number;
  readonly y: number;
}

/**
 * Trials over two objectives, those on the front last so that nothing hides them, and the front's edge. Of more than
 * two objectives the front is no line in two of them, and none is drawn.
 */
export function collectPareto(insight: ParetoInsight, axes: Axes): ParetoScene {
  const { points, objectives } = insight;
  const spots = points.map(
    ({ trial, values, state }): SpotRow => ({
      key: `${trial}`,
      trial,
      x: values[axes.x]!,
      y: values[axes.y]!,
      state,
    }),
  );
  const order = (state: Point["state"]) => -STATES.indexOf(state);
  const front = spots.filter(({ state }) => state === "front").sort((a, b) => a.x - b.x || a.y - b.y);
  const seen = new Set(points.map(({ state }) => state));
  return {
    data: {
      points: [...spots].sort((a, b) => order(a.state) - order(b.state)),
      front: objectives.length === 2 ? front.map(({ trial, x, y }) => ({ key: `edge ${trial}`, x, y })) : [],
    },
    x: spanOf(
      spots.map(({ x }) => x),
      front.map(({ x }) => x),
      objectives[axes.x]!.goal,
    ),
    y: spanOf(
      spots.map(({ y }) => y),
      front.map(({ y }) => y),
      objectives[axes.y]!.goal,
    ),
    states: STATES.filter((state) => seen.has(state)),
  };
}

/** One diverged trial does not flatten the others, but the whole front is seen. */
function spanOf(
  all: readonly number[],
  front: readonly number[],
  goal: "minimize" | "maximize",
): { low: number; high: number } {
  const { low, high } = scoreSpan(all, goal, false);
  const margin = (high - low) * 0.04;
  return {
    low: Math.min(low, ...front.map((value) => value - margin)),
    high: Math.max(high, ...front.map((value) => value + margin)),
  };
}

/** How the dominated share grew, from nothing on. */
export function collectVolume({ volume }: ParetoInsight): VolumeRow[] {
  if (volume.length === 0) return [];
  return [
    { key: "start", order: 0, volume: 0 },
    ...volume.map(({ order, volume: share }) => ({ key: `step ${order}`, order, volume: share })),
  ];
}
