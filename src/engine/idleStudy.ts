import { stat } from "node:fs/promises";
import { StudyAttribute } from "../journal/attributes.ts";
import type { StudyHistory } from "../journal/history.ts";
import type { Definition } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import type { StudyId } from "../protocol/study.ts";
import type { TrialEvent } from "../protocol/trial.ts";
import { readHistory } from "../store/read.ts";
import type { JournalProblem } from "../store/store.ts";
import type { PlannedBracket, Strategy } from "../strategies/strategy.ts";
import { strategyOf } from "../study/runner.ts";
import { takenOver } from "../study/warmStart.ts";

/** What its strategy has planned, as far as it is known. */
export interface Plan {
  readonly brackets: readonly PlannedBracket[] | undefined;
  /** Runs in all; a promotion counts as a run. */
  readonly runs: number | undefined;
  /** The configuration that it would start next. */
  asked(): Configuration | undefined;
}

/** A study that this process does not run, as its journal had it when it was last read. */
export interface IdleStudy {
  readonly history: StudyHistory;
  readonly problems: readonly JournalProblem[];
  /** Other studies in the same file, by name. */
  readonly others: readonly string[];
  readonly definition: Definition | undefined;
  /** Size and time of the file that was read. */
  readonly stamp: string;
  readonly plan: () => Plan;
}

/** Size and time of a file as one text; undefined where there is none. */
export async function stampOf(path: string): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined);
  return info && `${info.size}:${info.mtimeMs}`;
}

/** Reads a journal. Throws `unknown-study` where there is no file or no study in it. */
export async function readIdle(id: StudyId, name?: string): Promise<IdleStudy> {
  const stamp = await stampOf(id);
  if (stamp === undefined) {
    throw new TuningForkError(
      "unknown-study",
      `There is no study at ${id}.`,
      "Start one with Tune Hyperparameters, or check the path.",
    );
  }
  const events = new Map<number, TrialEvent[]>();
  const { histories, problems } = await readHistory(id, (study, event) => {
    const list = events.get(study);
    if (list === undefined) events.set(study, [event]);
    else list.push(event);
  });
  const history =
    histories.find((study) =>
      name === undefined ? StudyAttribute.definition in study.attributes : study.name === name,
    ) ?? (name === undefined ? histories[0] : undefined);
  if (history === undefined) {
    const names = histories.map((study) => study.name).join(", ");
    throw new TuningForkError(
      "unknown-study",
      `${id} holds no study${name === undefined ? "" : ` named ${name}`}.`,
      names && `It holds: ${names}.`,
    );
  }
  const definition = history.attributes[StudyAttribute.definition] as Definition | undefined;
  return {
    history,
    problems,
    others: histories.filter((study) => study !== history).map((study) => study.name),
    definition,
    stamp,
    plan: lazily(() => planOf(definition, history, events.get(history.studyId) ?? [])),
  };
}

const UNKNOWN: Plan = { brackets: undefined, runs: undefined, asked: () => undefined };

/** The new configuration that a strategy asks for; undefined where it waits, promotes or is done. */
export function askedOf(strategy: Strategy): Configuration | undefined {
  const ask = strategy.ask();
  return ask.type === "run" ? ask.configuration : undefined;
}

function planOf(
  definition: Definition | undefined,
  history: StudyHistory,
  events: readonly TrialEvent[],
): Plan {
  if (definition === undefined) return UNKNOWN;
  try {
    const { strategy } = strategyOf(definition, takenOver(history));
    for (const event of events) strategy.tell(event);
    return { brackets: strategy.plan?.(), runs: strategy.planned?.(), asked: () => askedOf(strategy) };
  } catch (error) {
    // A definition of another version of us, or of a strategy that is gone: its trials can be shown all the same.
    if (error instanceof TuningForkError) return UNKNOWN;
    throw error;
  }
}

function lazily<T>(compute: () => T): () => T {
  let value: { readonly it: T } | undefined;
  return () => {
    value ??= { it: compute() };
    return value.it;
  };
}
