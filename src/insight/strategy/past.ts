import type { StudyHistory, Trial } from "../../journal/history.ts";
import { turned } from "../../journal/studyFold.ts";
import type { Configuration } from "../../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../../protocol/trial.ts";

/** A configuration that was, or is to be, started next. */
export interface Coming {
  /** Of the past: the trial that it became. */
  readonly trial: TrialNumber | undefined;
  readonly configuration: Configuration;
}

/** What a strategy had heard after some of its results. */
export interface Moment {
  readonly events: readonly TrialEvent[];
  readonly at: number;
  readonly total: number;
  readonly next: Coming | undefined;
}

/** Whether strategies heard of a trial's end. */
const hasEnded = ({ state }: Trial): boolean =>
  state === "complete" || state === "stopped" || state === "failed";

/** Nobody started a waiting trial, and what failed before it had a parameter says nothing of any configuration. */
const wasHeard = (trial: Trial): boolean =>
  trial.state !== "waiting" && (trial.state !== "failed" || Object.keys(trial.configuration).length > 0);

export const startOf = ({ started, finished }: Trial): number => started ?? finished ?? 0;
const endOf = ({ started, finished }: Trial): number => finished ?? started ?? 0;

/** A trial's final loss: smaller is better, Infinity where it has none. */
function lossOf({ values, reports }: Trial, goal: "minimize" | "maximize" | undefined): number {
  const value = values?.[0] ?? reports.at(-1)?.value ?? Number.NaN;
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  return goal === "maximize" ? 0 - value : value;
}

function startEvent(trial: Trial): TrialEvent {
  const { number, configuration, budget, note } = trial;
  return { type: "started", trial: number, configuration, budget, note, time: startOf(trial) };
}

function endEvent(trial: Trial, goal: "minimize" | "maximize" | undefined): TrialEvent {
  const { number, state, values, budget, reason = "" } = trial;
  const time = endOf(trial);
  if (state === "failed" || (state === "complete" && values === undefined))
    return { type: "failed", trial: number, reason, time };
  const losses = [lossOf(trial, goal)];
  const told = trial.hypergradients;
  const hypergradients = told && turned(told, goal === undefined ? [] : [goal]);
  const end = { trial: number, state: state as "complete" | "stopped", budget, losses, time } as const;
  return { type: "finished", ...end, ...(hypergradients && { hypergradients }) };
}

/** How many trials ran at once, at most. */
function slotsOf(starts: readonly Trial[], ends: readonly Trial[]): number {
  let [ended, most] = [0, 0];
  for (const [begun, trial] of starts.entries()) {
    while (ended < ends.length && endOf(ends[ended]!) <= startOf(trial)) ended++;
    most = Math.max(most, begun + 1 - Math.min(ended, begun));
  }
  return most;
}

/**
 * The starts and ends of all trials in the order in which they happened: what a strategy that runs each of them
 * once has heard. Within one millisecond a start comes before an end if there was a slot free for it, else after it.
 */
export function eventsOf(history: StudyHistory): TrialEvent[] {
  const [goal] = history.goals;
  const heard = history.trials.filter(wasHeard);
  const starts = heard.toSorted((a, b) => startOf(a) - startOf(b) || a.number - b.number);
  const ends = heard.filter(hasEnded).sort((a, b) => endOf(a) - endOf(b) || a.number - b.number);
  const slots = slotsOf(starts, ends);
  const begun = new Set<TrialNumber>();
  const events: TrialEvent[] = [];
  for (const [ended, trial] of ends.entries()) {
    const time = endOf(trial);
    const comesFirst = (start: Trial | undefined): boolean =>
      start !== undefined &&
      (startOf(start) < time || (startOf(start) === time && begun.size - ended < slots));
    while (!begun.has(trial.number) || comesFirst(starts[begun.size])) {
      const start = starts[begun.size]!;
      begun.add(start.number);
      events.push(startEvent(start));
    }
    events.push(endEvent(trial, goal));
  }
  for (const trial of starts.slice(begun.size)) events.push(startEvent(trial));
  return events;
}

/**
 * What was known after `at` results (all when absent), and what came next: in the past the trial that was started
 * then, at present what the strategy asks for.
 */
export function momentOf(
  history: StudyHistory,
  at: number | undefined,
  asked: () => Configuration | undefined,
): Moment {
  const events = eventsOf(history);
  const ends = events.flatMap(({ type }, i) => (type === "started" ? [] : [i]));
  const total = ends.length;
  const known = Math.max(0, Math.min(at ?? total, total));
  if (known === total) {
    const configuration = asked();
    return { events, at: known, total, next: configuration && { trial: undefined, configuration } };
  }
  const cut = known === 0 ? 0 : ends[known - 1]! + 1;
  const next = events.slice(cut).find((event) => event.type === "started");
  return { events: events.slice(0, cut), at: known, total, next };
}
