import type { StudyHistory } from "../journal/history.ts";
import type { IncumbentInsight } from "../protocol/insight.ts";
import { mayBeBest } from "./limits.ts";
import { assess, isBetter, type Measurement, measurements, type Scores } from "./scores.ts";
import { thin } from "./thin.ts";

const MOST_POINTS = 2_000;
const MOST_STEPS = 500;

type Point = IncumbentInsight["points"][number];
type Step = IncumbentInsight["steps"][number];

/**
 * The best score over runs and over time. A trial that goes from rung to rung counts once a rung, when its
 * score there was known, so the trajectory tells what was known at each moment: it starts anew (and may get
 * worse) when a larger budget is reached for the first time, because scores of smaller budgets do not compare.
 * Its last step is the incumbent of `assess`.
 */
export function incumbentInsight(history: StudyHistory): IncumbentInsight {
  const scores = assess(history);
  const runs = runsInOrder(scores);
  const start = firstStart(history);
  const entries = new Map(scores.scored.map((entry) => [entry.trial.number, entry]));

  const seconds = (run: Measurement) =>
    run.time === undefined || start === undefined ? 0 : Math.max(0, (run.time - start) / 1000);
  const points = runs.map((run, index): Point => {
    const { trial, tier } = entries.get(run.trial)!;
    return {
      trial: run.trial,
      order: index + 1,
      seconds: seconds(run),
      score: run.score,
      budget: run.budget,
      // What it was at that moment: between two rungs, unless it got no further.
      state: run.tier === tier ? trial.state : "paused",
    };
  });
  const isWithin = (run: Measurement) => mayBeBest(entries.get(run.trial)!.trial);
  const steps = trajectory(runs, points, scores.goal, isWithin);
  return {
    kind: "incumbent",
    metric: scores.metric,
    goal: scores.goal,
    points: thinPoints(points, steps),
    steps: thin(steps, MOST_STEPS),
    total: points.length,
  };
}

function runsInOrder(scores: Scores): Measurement[] {
  const runs = scores.scored.flatMap((entry) => measurements(entry, scores.levels));
  // Array.prototype.sort is stable: runs without a time stay in the order of their trials, at the end.
  return runs.sort((a, b) => (a.time ?? Number.MAX_VALUE) - (b.time ?? Number.MAX_VALUE));
}

function firstStart(history: StudyHistory): number | undefined {
  let first: number | undefined;
  for (const { started } of history.trials) {
    if (started !== undefined && (first === undefined || started < first)) first = started;
  }
  return first;
}

function trajectory(
  runs: readonly Measurement[],
  points: readonly Point[],
  goal: "minimize" | "maximize",
  isWithin: (run: Measurement) => boolean,
): Step[] {
  const steps: Step[] = [];
  let held: Measurement | undefined;
  runs.forEach((run, index) => {
    const wins =
      isWithin(run) &&
      (held === undefined ||
        run.tier > held.tier ||
        (run.tier === held.tier && isBetter(goal, run.score, held.score)));
    if (!wins) return;
    held = run;
    const { trial, order, seconds, score, budget } = points[index]!;
    steps.push({ trial, order, seconds, best: score, budget });
  });
  const last = steps.at(-1);
  const end = points.at(-1);
  if (last !== undefined && end !== undefined && end.order > last.order) {
    steps.push({ ...last, order: end.order, seconds: end.seconds });
  }
  return steps;
}

/** Runs that made the incumbent stay, the others are thinned evenly. */
function thinPoints(points: readonly Point[], steps: readonly Step[]): readonly Point[] {
  if (points.length <= MOST_POINTS) return points;
  const kept = new Set(thin(steps, MOST_STEPS).map((step) => step.order));
  for (const point of thin(points, MOST_POINTS - kept.size)) kept.add(point.order);
  return points.filter((point) => kept.has(point.order));
}
