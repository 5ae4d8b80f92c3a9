import type { IncumbentInsight } from "../../src/protocol/insight.ts";
import type { Row } from "../shared/chart.ts";
import { formatNumber, timeUnit } from "../shared/format.ts";
import { scoreSpan } from "../shared/span.ts";

export type Across = "runs" | "time";

export interface PointRow extends Row {
  readonly trial: number;
  readonly x: number;
  readonly score: number;
  readonly state: string;
  /** Scores of smaller budgets are fainter: they count less. */
  readonly opacity: number;
  readonly order: number;
  readonly seconds: number;
  readonly budget: number;
}

export interface StepRow extends Row {
  readonly x: number;
  readonly best: number;
}

export interface LabelRow extends StepRow {
  readonly text: string;
}

export interface IncumbentScene {
  readonly data: {
    readonly points: readonly PointRow[];
    readonly steps: readonly StepRow[];
    readonly best: readonly LabelRow[];
  };
  readonly low: number;
  readonly high: number;
  readonly end: number;
  /** "seconds", "minutes", …: what one unit of x is when x is time. */
  readonly unit: string;
  /** States that occur, in a fixed order. */
  readonly states: readonly string[];
  /** Whether a log axis can show the scores. */
  readonly canLog: boolean;
  readonly isLog: boolean;
}

const STATES = ["complete", "stopped", "paused", "running"] as const;

/** Scored runs and the incumbent's steps as flat rows over runs or over time. */
export function collectIncumbent(
  insight: IncumbentInsight,
  across: Across,
  wantsLog: boolean,
): IncumbentScene {
  const { points, steps, goal } = insight;
  const last = points.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  const unit = timeUnit(last);
  const xOf = (row: { readonly order: number; readonly seconds: number }) =>
    across === "runs" ? row.order : row.seconds / unit.seconds;
  const largest = Math.max(...points.map(({ budget }) => budget ?? 0));
  const rows = points.map(
    ({ trial, order, seconds, score, budget, state }): PointRow => ({
      key: `${order}`,
      trial,
      x: xOf({ order, seconds }),
      score,
      state,
      opacity: opacityOf(budget ?? 0, largest),
      order,
      seconds,
      budget,
    }),
  );
  const scores = points.map(({ score }) => score);
  const canLog = scores.length > 0 && scores.every((score) => score > 0);
  const isLog = canLog && wantsLog;
  const seen = new Set(points.map(({ state }) => state));
  return {
    data: {
      points: rows,
      steps: steps.map((step, index) => ({ key: `step ${index}`, x: xOf(step), best: step.best })),
      best: steps.slice(-1).map((step) => ({
        key: "best",
        trial: step.trial,
        x: xOf(step),
        best: step.best,
        text: `${formatNumber(step.best)} · #${step.trial}`,
      })),
    },
    ...scoreSpan(scores, goal, isLog),
    end: across === "runs" ? Math.max(2, insight.total) : last / unit.seconds,
    unit: unit.name,
    states: STATES.filter((state) => seen.has(state)),
    canLog,
    isLog,
  };
}

function opacityOf(budget: number, largest: number): number {
  if (largest <= 0) return 0.85;
  return Number((0.3 + 0.55 * Math.sqrt(budget / largest)).toFixed(3));
}
