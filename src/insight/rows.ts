import type { StudyHistory, Trial } from "../journal/history.ts";
import type { TrialQuery } from "../protocol/engine.ts";
import type { TrialRow } from "../protocol/insight.ts";
import type { Value } from "../protocol/space.ts";
import { isDriven, type TrialState } from "../protocol/trial.ts";
import { candidates, hasSeveral, paretoFront } from "./front.ts";
import { breaksLimits, brokenWords } from "./limits.ts";
import { assess, byScore, reachedBudget, type ScoredTrial, type Scores } from "./scores.ts";
import { spread } from "./thin.ts";

const CURVE_POINTS = 16;

/** The order of states in a list: what works now first, what is over last. */
const STATE_ORDER: readonly TrialState[] = ["running", "paused", "waiting", "complete", "stopped", "failed"];

/**
 * One page of the trials, sorted and filtered, and how many there are in all. By score, trials come tier by tier
 * (see `assess`), the largest budget first, so that the incumbent stands on top; those that break limits come after
 * the others, those without a score last. With several objectives the Pareto front comes first, best in the first
 * objective first, and the others by that objective.
 */
export function trialRows(
  history: StudyHistory,
  query: Omit<TrialQuery, "study">,
): { rows: readonly TrialRow[]; total: number } {
  const scores = assess(history);
  const entries = new Map(scores.scored.map((entry) => [entry.trial.number, entry]));
  const wanted = filterTrials(history, query.filter);
  const front = frontNumbers(history);
  const sorted = sortTrials(wanted, query.sort, scoreOrder(scores, entries, front));
  const page = sorted.slice(query.offset, query.offset + query.limit);
  const rows = page.map((trial) => trialRow(history, trial, entries.get(trial.number), front));
  return { rows, total: wanted.length };
}

/** Positions on the front by trial number, where there are several objectives. */
export function frontNumbers(history: StudyHistory): ReadonlyMap<number, number> {
  if (!hasSeveral(history)) return new Map();
  return new Map(paretoFront(candidates(history)).map(({ trial }, i) => [trial.number, i]));
}

/** A trial as lists show it. `score` is the final one, or the latest while it runs. */
export function trialRow(
  history: StudyHistory,
  trial: Trial,
  entry: ScoredTrial | undefined,
  front: ReadonlyMap<number, number>,
): TrialRow {
  const all = trial.values ?? trial.reports.at(-1)?.values;
  const broken = brokenWords(history, trial);
  const curve = trial.reports.map((report) => report.value).filter(Number.isFinite);
  return {
    number: trial.number,
    state: trial.state,
    score: entry?.score,
    ...(hasSeveral(history) && all && { scores: all }),
    ...(front.has(trial.number) && { front: true as const }),
    budget: reachedBudget(trial),
    configuration: trial.configuration,
    ...(trial.placement === undefined ? {} : { placement: trial.placement }),
    ...(trial.reason === undefined ? {} : { reason: trial.reason }),
    ...(broken.length > 0 && { broken }),
    ...(isDriven(trial.control) && { driven: true as const }),
    curve: spread(curve, CURVE_POINTS),
    started: trial.started,
    finished: trial.finished,
  };
}

/** Trials in whose number, state, reason, broken limits or configuration every word of the text is found. */
function filterTrials(history: StudyHistory, filter: string | undefined): readonly Trial[] {
  const words = (filter ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return history.trials;
  return history.trials.filter((trial) => {
    const text = searchText(history, trial);
    return words.every((word) => text.includes(word));
  });
}

function searchText(history: StudyHistory, trial: Trial): string {
  const values = Object.entries(trial.configuration).map(([name, value]) => `${name}=${valueText(value)}`);
  const broken = brokenWords(history, trial);
  return [`#${trial.number}`, trial.state, trial.reason ?? "", ...broken, ...values].join("\n").toLowerCase();
}

/** Both as written and to three digits: "0.0031623 3.16e-3" is found by either. */
function valueText(value: Value): string {
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return `${value} ${value.toPrecision(3)} ${value.toExponential(1)}`;
}

function sortTrials(
  trials: readonly Trial[],
  sort: TrialQuery["sort"],
  order: (a: Trial, b: Trial) => number,
): readonly Trial[] {
  if (sort === "number") return [...trials].sort((a, b) => a.number - b.number);
  if (sort === "budget") {
    return [...trials].sort((a, b) => reachedBudget(b) - reachedBudget(a) || a.number - b.number);
  }
  if (sort === "score") return [...trials].sort(order);
  const rank = (trial: Trial) => STATE_ORDER.indexOf(trial.state);
  return [...trials].sort((a, b) => rank(a) - rank(b) || order(a, b));
}

function scoreOrder(
  scores: Scores,
  entries: ReadonlyMap<number, ScoredTrial>,
  front: ReadonlyMap<number, number>,
): (a: Trial, b: Trial) => number {
  const compare = byScore(scores.goal);
  const incumbent = front.size > 0 ? undefined : scores.best?.trial.number;
  const place = ({ number }: Trial) => front.get(number) ?? front.size;
  return (a, b) => {
    if (place(a) !== place(b)) return place(a) - place(b);
    const one = entries.get(a.number);
    const other = entries.get(b.number);
    if (a.number === incumbent || b.number === incumbent) return a.number === incumbent ? -1 : 1;
    if (one === undefined || other === undefined) {
      return Number(one === undefined) - Number(other === undefined) || a.number - b.number;
    }
    const broken = Number(breaksLimits(a)) - Number(breaksLimits(b));
    return broken || other.tier - one.tier || compare(one.score, other.score) || a.number - b.number;
  };
}
