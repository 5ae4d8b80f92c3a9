import type { StudyHistory, Trial } from "../journal/history.ts";
import type { ScheduleEvent, ScheduleLine, ScheduleQuantity, SchedulesInsight } from "../protocol/insight.ts";
import type { Parameter, SpaceSpec, Value } from "../protocol/space.ts";
import { assess } from "./scores.ts";
import { spread } from "./thin.ts";

/** Trials that are drawn at most: the newest, and those that led to the best. */
const MOST_LINES = 400;
const MOST_SCORES = 30;

/**
 * How parameters change while a population trains: a series a member (its trials' placement says which), a line a
 * trial, from the budget at which it was copied to the one that it got to. `isPopulation`: the strategy copies, so
 * that a study has series before its first copy; any other study has none.
 */
export function schedulesInsight(
  history: StudyHistory,
  space: SpaceSpec,
  unit: string,
  isPopulation: boolean,
): SchedulesInsight {
  const { metric, goal, best } = assess(history);
  const copies = isPopulation || history.trials.some(({ from }) => from !== undefined);
  const members = copies
    ? history.trials.filter(({ placement, state }) => placement !== undefined && state !== "waiting")
    : [];
  const winner = lineage(best?.trial, history.trials);
  const kept = new Set(members.slice(-MOST_LINES).map(({ number }) => number));
  for (const { trial } of winner) kept.add(trial);
  const shown = members.filter(({ number }) => kept.has(number));
  const byMember = Map.groupBy(shown, ({ placement }) => placement!.bracket);
  return {
    kind: "schedules",
    metric,
    goal,
    unit,
    quantities: quantitiesOf(space, shown),
    series: [...byMember]
      .sort(([a], [b]) => a - b)
      .map(([member, trials]) => ({ name: nameOf(member), lines: trials.map(lineOf) })),
    events: shown.flatMap(copyOf),
    winner: copies ? winner : [],
    best: best?.trial.number,
    earlier: members.length - shown.length,
  };
}

const nameOf = (member: number): string => `member ${member + 1}`;

/** How far a trial has got: its last report, else where it began. */
const reached = ({ from, reports }: Trial): number => reports.at(-1)?.budget ?? from?.budget ?? 0;

function lineOf(trial: Trial): ScheduleLine {
  const { number, state, from, configuration, reports } = trial;
  const values = Object.entries(configuration).map(([name, value]) => [name, [value, value]] as const);
  const scores = reports.filter(({ value }) => Number.isFinite(value));
  return {
    trial: number,
    state,
    steps: [from?.budget ?? 0, reached(trial)],
    values: Object.fromEntries(values),
    scores: spread(scores, MOST_SCORES).map(({ budget, value }) => ({ step: budget, score: value })),
  };
}

function copyOf({ number, from, placement, note }: Trial): ScheduleEvent[] {
  if (from === undefined) return [];
  const why = (note as { why?: unknown } | undefined)?.why;
  const text = typeof why === "string" ? why : `Copy of #${from.trial} at ${from.budget}.`;
  const series = nameOf(placement!.bracket);
  return [{ kind: "copy", step: from.budget, trial: number, from: from.trial, series, text }];
}

/** From the best trial back to the one that it descends from: each one's share, in the order of the training. */
function lineage(best: Trial | undefined, trials: readonly Trial[]): SchedulesInsight["winner"] {
  const chain: { trial: number; from: number; to: number }[] = [];
  let trial = best;
  let to = best === undefined ? 0 : reached(best);
  while (trial !== undefined) {
    const from = trial.from?.budget ?? 0;
    chain.unshift({ trial: trial.number, from, to });
    to = from;
    // A source is always older; in a journal that somebody has edited it might not be.
    const source: Trial | undefined = trial.from && trials[trial.from.trial];
    trial = source !== undefined && source.number < trial.number ? source : undefined;
  }
  return chain;
}

function quantitiesOf(space: SpaceSpec, trials: readonly Trial[]): ScheduleQuantity[] {
  const byNumber = new Map(trials.map((trial) => [trial.number, trial]));
  const changes = (name: string): number =>
    trials.filter(({ from, configuration }) => {
      const source = from && byNumber.get(from.trial);
      return source !== undefined && source.configuration[name] !== configuration[name];
    }).length;
  return Object.entries(space.parameters)
    .map(([name, parameter]) => ({ quantity: quantityOf(name, parameter), changes: changes(name) }))
    .sort((a, b) => b.changes - a.changes)
    .map(({ quantity }) => quantity);
}

function quantityOf(name: string, parameter: Parameter): ScheduleQuantity {
  switch (parameter.type) {
    case "float":
    case "int":
      return { name, isLog: parameter.scale === "log" };
    case "boolean":
      return { name, isLog: false, choices: [false, true] satisfies Value[] };
    default:
      return { name, isLog: false, choices: parameter.choices };
  }
}
