import type { StudyHistory, Trial } from "../journal/history.ts";
import {
  type ControlAct,
  type ControlHello,
  type ControlMessage,
  type ControlState,
  type LooseNumber,
  numberOf,
} from "../protocol/control.ts";
import type { TraceEvent, TraceInsight, TraceLine, TracePair, TraceQuantity } from "../protocol/insight.ts";
import { isDriven, type TrialNumber } from "../protocol/trial.ts";
import { assess } from "./scores.ts";
import { spread } from "./thin.ts";

/** Trainings that are drawn at most, the newest; and points of each. */
export const MOST_TRACES = 16;
const MOST_POINTS = 240;

const QUANTITIES: readonly TraceQuantity[] = [
  { name: "rate", title: "learning rate", isLog: true },
  { name: "momentum", title: "momentum", isLog: false },
  { name: "decay", title: "weight decay", isLog: true },
  { name: "loss", title: "loss of the mini-batch", isLog: true },
  { name: "validation", title: "validation loss", isLog: true },
  { name: "change", title: "s₁: how the losses will change", isLog: false },
  { name: "spread", title: "s₂: how the losses differ", isLog: false },
  { name: "hypergradient", title: "hypergradient of log λ", isLog: false },
  { name: "hypergradientOfMomentum", title: "hypergradient of log (1 − μ)", isLog: false },
  { name: "hypergradientOfDecay", title: "hypergradient of log decay", isLog: false },
];

/** Trials whose trainings are watched, the newest first; at most as many as are drawn. */
export function tracedTrials({ trials }: StudyHistory): TrialNumber[] {
  const traced = trials.filter(({ control, state }) => control !== undefined && state !== "waiting");
  return traced
    .slice(-MOST_TRACES)
    .map(({ number }) => number)
    .reverse();
}

/**
 * Trainings step by step: learning rate, loss and what a policy sees, and the scores of each pair of trainings that
 * differ only in who sets the learning rate. `traces` are the messages of each trial's last run, in their order.
 */
export function traceInsight(
  history: StudyHistory,
  traces: ReadonlyMap<TrialNumber, readonly ControlMessage[]>,
): TraceInsight {
  const { metric, goal, scored } = assess(history);
  const scores = new Map(scored.map(({ trial, score }) => [trial.number, score]));
  const lines: TraceLine[] = [];
  const events: TraceEvent[] = [];
  for (const [number, messages] of [...traces].sort(([a], [b]) => a - b)) {
    const trial = history.trials[number];
    if (trial?.control === undefined) continue;
    lines.push(lineOf(trial, messages));
    events.push(...eventsOf(number, messages));
  }
  const watched = history.trials.filter(({ control }) => control !== undefined).length;
  return {
    kind: "trace",
    metric,
    goal,
    quantities: QUANTITIES.filter(({ name }) => lines.some(({ values }) => values[name] !== undefined)),
    lines,
    events,
    pairs: pairsOf(history.trials, scores),
    earlier: watched - lines.length,
  };
}

/** The last run of a trial: what was before another hello was another process. */
export function lastRun(messages: readonly ControlMessage[]): readonly ControlMessage[] {
  return messages.slice(
    Math.max(
      0,
      messages.findLastIndex(({ type }) => type === "hello"),
    ),
  );
}

const known = (value: LooseNumber | undefined): number | null => {
  const number = value === undefined ? Number.NaN : numberOf(value);
  return Number.isFinite(number) ? number : null;
};

function lineOf({ number, state, control }: Trial, messages: readonly ControlMessage[]): TraceLine {
  const hello = messages.find((message): message is ControlHello => message.type === "hello");
  const acts = new Map<number, ControlAct>();
  for (const message of messages) if (message.type === "act") acts.set(message.step, message);
  const states = spread(
    messages.filter((message): message is ControlState => message.type === "state"),
    MOST_POINTS,
  );
  return {
    trial: number,
    state,
    control: control!,
    optimizer: hello?.optimizer ?? "",
    steps: states.map(({ step }) => step),
    values: seen({
      // What the step was made with in the end: a policy answers for the step itself, descent has moved before it.
      rate: states.map(({ step, own, rate }) =>
        known(control === "policy" || control === "own" ? (acts.get(step)?.rate ?? own) : rate),
      ),
      own: states.map(({ own }) => known(own)),
      momentum: states.map(({ values }) => known(values?.momentum)),
      decay: states.map(({ values }) => known(values?.weight_decay)),
      loss: states.map(({ loss }) => known(loss)),
      validation: states.map(({ validation }) => known(validation)),
      change: states.map(({ logVarChange }) => known(logVarChange)),
      spread: states.map(({ logVarLoss }) => known(logVarLoss)),
      hypergradient: states.map(({ hypergradients }) => meanOf(hypergradients?.lr)),
      hypergradientOfMomentum: states.map(({ hypergradients }) => meanOf(hypergradients?.momentum)),
      hypergradientOfDecay: states.map(({ hypergradients }) => meanOf(hypergradients?.weight_decay)),
    }),
  };
}

/** Without those that are not known at any step. */
const seen = (values: Required<TraceLine["values"]>): TraceLine["values"] =>
  Object.fromEntries(Object.entries(values).filter(([, all]) => all.some((value) => value !== null)));

/** Of the steps since the look before: single ones are noise. */
function meanOf(values: readonly LooseNumber[] | undefined): number | null {
  const numbers = (values ?? []).map(numberOf).filter(Number.isFinite);
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value / numbers.length, 0);
}

function eventsOf(trial: TrialNumber, messages: readonly ControlMessage[]): TraceEvent[] {
  let step = 0;
  return messages.flatMap((message): TraceEvent[] => {
    if (message.type === "state") {
      step = message.step;
      return (message.returns ?? []).map((one) => ({
        kind: "rollback",
        trial,
        step: one.step,
        text: one.why,
      }));
    }
    if (message.type === "act" && message.rollback !== undefined)
      return [{ kind: "rollback", trial, step, text: message.rollback }];
    if (message.type === "act" && message.fallback !== undefined)
      return [{ kind: "fallback", trial, step, text: message.fallback }];
    if (message.type === "crash" || message.type === "release")
      return [{ kind: "left", trial, step, text: message.reason }];
    return [];
  });
}

/** Each trial under a policy with the one before it of the same configuration that had its own schedule. */
function pairsOf(trials: readonly Trial[], scores: ReadonlyMap<TrialNumber, number>): TracePair[] {
  const own = new Map<string, TrialNumber>();
  return trials.flatMap((trial): TracePair[] => {
    const key = JSON.stringify(Object.entries(trial.configuration).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (trial.control === "own") own.set(key, trial.number);
    const partner = own.get(key);
    if (!isDriven(trial.control) || partner === undefined) return [];
    const scoreOf = (number: TrialNumber): number | null => scores.get(number) ?? null;
    return [{ own: partner, policy: trial.number, scores: [scoreOf(partner), scoreOf(trial.number)] }];
  });
}
