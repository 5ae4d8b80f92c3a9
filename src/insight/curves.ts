import type { Trial } from "../journal/history.ts";
import type { BracketsInsight } from "../protocol/insight.ts";
import { byScore, type Scores } from "./scores.ts";
import { spread } from "./thin.ts";

const MOST_CURVES = 60;
const MOST_CURVE_POINTS = 60;
/** Trials that get a curve because they run now. */
const MOST_RUNNING = 20;
/** And so many because they are the best of all; the others are the newest. */
const MOST_BEST = 15;

/**
 * Learning curves of at most 60 trials: those that run, the best by tier and score, then the newest. A curve ends
 * where its trial was stopped. A single report makes a point, not a curve: such trials are left out where others
 * suffice.
 */
export function learningCurves({ scored, goal }: Scores): BracketsInsight["curves"] {
  const compare = byScore(goal);
  const withCurve = scored.filter(({ trial }) => trial.reports.length > 0);
  const running = withCurve.filter(({ trial }) => trial.state === "running").slice(-MOST_RUNNING);
  const over = withCurve.filter(({ trial }) => trial.state !== "running");
  const best = [...over].sort((a, b) => b.tier - a.tier || compare(a.score, b.score)).slice(0, MOST_BEST);
  const left = MOST_CURVES - running.length - best.length;
  const rest = over.filter((entry) => !best.includes(entry));
  const lines = rest.filter(({ trial }) => trial.reports.length > 1);
  const newest = (lines.length >= left ? lines : rest).slice(-left);
  return [...running, ...best, ...newest].map(({ trial }) => ({
    trial: trial.number,
    state: trial.state,
    points: spread(curve(trial), MOST_CURVE_POINTS),
  }));
}

/** Ascending in budget; of several reports at one budget (the script ran again) the last counts. */
function curve({ reports }: Trial): readonly { readonly budget: number; readonly score: number }[] {
  const byBudget = new Map<number, number>();
  for (const { budget, value } of reports) if (Number.isFinite(value)) byBudget.set(budget, value);
  return [...byBudget].map(([budget, score]) => ({ budget, score })).sort((a, b) => a.budget - b.budget);
}
