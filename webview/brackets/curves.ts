import type { BracketsInsight } from "../../src/protocol/insight.ts";
import type { Row } from "../shared/chart.ts";
import { scoreSpan } from "../shared/span.ts";
import { scoreRange, toneOf } from "./scene.ts";

export interface CurveRow extends Row {
  readonly trial: number;
  readonly state: string;
  readonly budget: number;
  readonly score: number;
  readonly tone: number;
}

export interface CurveScene {
  readonly data: { readonly curves: readonly CurveRow[]; readonly ends: readonly CurveRow[] };
  /** The scores that the axis spans; what is worse lies on its edge. */
  readonly low: number;
  readonly high: number;
  /** The budgets that the axis spans. */
  readonly from: number;
  readonly to: number;
  readonly rungs: readonly number[];
  readonly logBudget: boolean;
}

/** The learning curves as rows, and a mark at the end of each. */
export function collectCurves(insight: BracketsInsight): CurveScene {
  const range = scoreRange(insight);
  const curves = insight.curves.flatMap(({ trial, state, points }) => {
    const tone = toneOf(points.at(-1)?.score, range);
    return points.map(
      ({ budget, score }): CurveRow => ({ key: `${trial} ${budget}`, trial, state, budget, score, tone }),
    );
  });
  const last = new Map(curves.map((row) => [row.trial, row]));
  const ends = [...last.values()].map((row) => ({ ...row, key: `end ${row.trial}` }));
  const rungs = rungBudgets(insight);
  const budgets = curves.map(({ budget }) => budget);
  const from = Math.min(...budgets, ...rungs);
  const to = Math.max(...budgets, ...rungs);
  return {
    data: { curves, ends },
    ...scoreSpan(
      // By curve, not by point: long curves have no more say than short ones.
      insight.curves.flatMap(({ points }) =>
        [...points.slice(0, 1), ...points.slice(-1)].map(({ score }) => score),
      ),
      insight.goal,
      false,
    ),
    from,
    to: to > from ? to : from + 1,
    rungs,
    logBudget: from > 0 && to / from >= 20,
  };
}

function rungBudgets({ brackets }: BracketsInsight): readonly number[] {
  const budgets = new Set(brackets.flatMap(({ rungs }) => rungs.map(({ budget }) => budget)));
  return [...budgets].sort((a, b) => a - b);
}
