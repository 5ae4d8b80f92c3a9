import type { StudyHistory, Trial } from "../journal/history.ts";
import type { StudySummary } from "../protocol/study.ts";
import { candidates, hasSeveral, paretoFront } from "./front.ts";
import { assess } from "./scores.ts";
import { spread } from "./thin.ts";

const MOST_FRONT = 1_000;

/** What a summary says that the history does not know. */
export type SummaryExtras = Pick<
  StudySummary,
  | "id"
  | "definitionPath"
  | "scriptPath"
  | "definition"
  | "strategy"
  | "status"
  | "message"
  | "planned"
  | "scriptHash"
  | "revision"
>;

/** A study in short. `metric` and `goal` are the history's; `best` is the incumbent of `assess`. */
export function studySummary(history: StudyHistory, extras: SummaryExtras): StudySummary {
  const { metric, goal, best } = assess(history);
  const counts = { running: 0, paused: 0, complete: 0, stopped: 0, failed: 0, waiting: 0 };
  let done = 0;
  let started: number | undefined;
  let updated: number | undefined;
  for (const trial of history.trials) {
    counts[trial.state]++;
    done += runsDone(trial);
    started = Math.min(trial.started ?? Number.POSITIVE_INFINITY, started ?? Number.POSITIVE_INFINITY);
    const last = trial.finished ?? trial.reports.at(-1)?.time ?? trial.started;
    updated = Math.max(last ?? Number.NEGATIVE_INFINITY, updated ?? Number.NEGATIVE_INFINITY);
  }
  return {
    ...extras,
    name: history.name,
    metric,
    goal,
    counts: { ...counts, total: history.trials.length },
    done,
    best:
      best === undefined
        ? undefined
        : {
            number: best.trial.number,
            value: best.score,
            params: best.trial.configuration,
            budget: best.budget,
          },
    ...(hasSeveral(history) && frontSummary(history)),
    started: finite(started),
    updated: finite(updated),
  };
}

function frontSummary(history: StudyHistory): Required<Pick<StudySummary, "objectives" | "front">> {
  const front = paretoFront(candidates(history));
  return {
    objectives: history.goals.map((goal, i) => ({
      metric: history.metricNames[i] ?? `objective ${i + 1}`,
      goal,
    })),
    front: spread(front, MOST_FRONT).map(({ trial, values }) => ({
      number: trial.number,
      values,
      params: trial.configuration,
    })),
  };
}

/** Runs that are over: one a rung, so a promotion counts as a run. */
function runsDone(trial: Trial): number {
  if (trial.state === "waiting") return 0;
  const begun = (trial.placement?.rung ?? 0) + 1;
  return trial.state === "running" ? begun - 1 : begun;
}

function finite(time: number | undefined): number | undefined {
  return time !== undefined && Number.isFinite(time) ? time : undefined;
}
