import type { StudyHistory, Trial } from "../journal/history.ts";
import type { TrialNumber } from "../protocol/trial.ts";
import { mayBeBest } from "./limits.ts";
import { spread } from "./thin.ts";

/** Strategies have a handful of rungs; trials of a foreign study may each have a budget of their own. */
const MOST_LEVELS = 32;

/**
 * What is a trial's score, and which trial is the best one?
 *
 * A score measured after 1 epoch says less than one after 81, so scores are compared within *tiers* only: one
 * tier for each budget that trials are run to (the rungs), and a last one for complete trials (a script that
 * ended by itself is a full result, whatever its length). A trial belongs to the highest tier that it has
 * reached. The incumbent is the best score in the highest tier that anybody has reached: the one complete
 * trial beats every trial that was paused at a smaller budget, however lucky its first epoch was. A running
 * trial takes part with the scores of the tiers behind it, not with the passing one of this moment. Failed
 * trials take no part, and one that breaks a limit, or whose learning rate a policy has set, is never the incumbent.
 */
export interface Scores {
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  /** The budgets that trials are run to, ascending: tier `i` is `levels[i]`, tier `levels.length` is "complete". */
  readonly levels: readonly number[];
  /** Trials with a score, in the order of their numbers. */
  readonly scored: readonly ScoredTrial[];
  readonly best: Best | undefined;
}

export interface ScoredTrial {
  readonly trial: Trial;
  /** The final score, or the latest while it runs. */
  readonly score: number;
  /** Epoch milliseconds of that score; undefined where the journal does not say. */
  readonly time: number | undefined;
  /** The highest tier that it has reached; -1 below the first rung. */
  readonly tier: number;
}

export interface Best {
  readonly trial: Trial;
  readonly score: number;
  /** The budget at which it has that score. */
  readonly budget: number;
}

/** One score of one trial: what it had when it reached a tier. */
export interface Measurement {
  readonly trial: TrialNumber;
  readonly tier: number;
  readonly score: number;
  readonly budget: number;
  readonly time: number | undefined;
}

/** Reads every trial once. Linear in the number of reports. */
export function assess(history: StudyHistory): Scores {
  const goal = history.goals[0] ?? "minimize";
  const levels = budgetLevels(history.trials);
  const scored: ScoredTrial[] = [];
  for (const trial of history.trials) {
    const entry = scoreOf(trial, levels);
    if (entry !== undefined) scored.push(entry);
  }
  return {
    metric: history.metricNames[0] ?? "score",
    goal,
    levels,
    scored,
    best: findBest(scored, levels, goal),
  };
}

/** Whether score `a` is better than `b`. */
export function isBetter(goal: "minimize" | "maximize", a: number, b: number): boolean {
  return goal === "minimize" ? a < b : a > b;
}

/** Comparator: best first. */
export function byScore(goal: "minimize" | "maximize"): (a: number, b: number) => number {
  return goal === "minimize" ? (a, b) => a - b : (a, b) => b - a;
}

/** How far a trial got: its last report, or for one that has none and is complete, what it was run to. */
export function reachedBudget(trial: Trial): number {
  const last = trial.reports.at(-1);
  if (last !== undefined) return last.budget;
  return trial.state === "complete" ? trial.budget : 0;
}

/** Where trials have no budget (0) there are no tiers but "complete" and "not". */
function budgetLevels(trials: readonly Trial[]): readonly number[] {
  const levels = new Set(trials.map((trial) => trial.budget));
  levels.delete(0);
  return spread(
    [...levels].sort((a, b) => a - b),
    MOST_LEVELS,
  );
}

function scoreOf(trial: Trial, levels: readonly number[]): ScoredTrial | undefined {
  if (trial.state === "failed" || trial.state === "waiting") return undefined;
  const last = trial.reports.at(-1);
  const score = trial.values?.[0] ?? last?.value;
  if (score === undefined || !Number.isFinite(score)) return undefined;
  return { trial, score, time: last?.time ?? trial.finished, tier: tierOf(trial, levels) };
}

function tierOf(trial: Trial, levels: readonly number[]): number {
  if (trial.state === "complete") return levels.length;
  // Its first run is not over: what it passes on the way is no result yet.
  if (trial.state === "running" && !trial.placement?.rung) return -1;
  return levels.findLastIndex((level) => level <= reachedBudget(trial));
}

/**
 * A trial's scores, one for each of its runs (each rung that it was run to), lowest first. The score of a rung
 * that it has left behind is the report with which it got there: the first at that budget or beyond (a script
 * that prints every tenth step reaches 9 with its report at 10). Its last run has its final score; a running
 * trial has none for what it has not reached yet.
 */
export function measurements(entry: ScoredTrial, levels: readonly number[]): Measurement[] {
  const { trial, tier } = entry;
  const settled = trial.state !== "running";
  const below = trial.state === "complete" ? levels.findLastIndex((level) => level < trial.budget) + 1 : tier;
  // Rungs of a bracket follow each other in the levels; a trial at rung 2 has two runs behind it.
  const last = settled ? below - 1 : tier;
  const first = Math.max(0, last + 1 - (trial.placement?.rung ?? 0));
  const found: Measurement[] = [];
  for (let level = first; level <= last; level++) {
    const one = measurementAt(entry, level, levels);
    if (one !== undefined) found.push(one);
  }
  if (settled) found.push(final(entry));
  return found;
}

/** Position of the report with which a trial reached a budget: of several at that same budget, the last. */
export function reportAt(trial: Trial, budget: number): number {
  const { reports } = trial;
  let at = 0;
  while (at < reports.length && reports[at]!.budget < budget) at++;
  while (at + 1 < reports.length && reports[at + 1]!.budget === reports[at]!.budget) at++;
  return at;
}

/** The measurement that a trial takes part with in a tier; undefined where it has not got there. */
export function measurementAt(
  entry: ScoredTrial,
  tier: number,
  levels: readonly number[],
): Measurement | undefined {
  const { trial } = entry;
  if (entry.tier < tier) return undefined;
  const level = levels[tier];
  const settled = trial.state !== "running";
  if (settled && (entry.tier === tier || level === undefined || level >= trial.budget)) return final(entry);
  const report = level === undefined ? undefined : trial.reports[reportAt(trial, level)];
  if (report === undefined || !Number.isFinite(report.value)) return undefined;
  return { trial: trial.number, tier, score: report.value, budget: report.budget, time: report.time };
}

function final({ trial, tier, score, time }: ScoredTrial): Measurement {
  return { trial: trial.number, tier, score, budget: reachedBudget(trial), time };
}

function findBest(
  scored: readonly ScoredTrial[],
  levels: readonly number[],
  goal: "minimize" | "maximize",
): Best | undefined {
  let top: { entry: ScoredTrial; one: Measurement } | undefined;
  for (const entry of scored) {
    if (!mayBeBest(entry.trial)) continue;
    if (top !== undefined && entry.tier < top.one.tier) continue;
    const one = measurementAt(entry, entry.tier, levels);
    if (one === undefined) continue;
    if (top === undefined || one.tier > top.one.tier || beats(goal, one, top.one)) top = { entry, one };
  }
  if (top === undefined) return undefined;
  return { trial: top.entry.trial, score: top.one.score, budget: top.one.budget };
}

/** Of two equal scores the earlier one stands. */
function beats(goal: "minimize" | "maximize", a: Measurement, b: Measurement): boolean {
  if (a.score !== b.score) return isBetter(goal, a.score, b.score);
  return a.time !== undefined && b.time !== undefined && a.time < b.time;
}
