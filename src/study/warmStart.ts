import { basename, dirname, resolve } from "node:path";
import { StudyAttribute } from "../journal/attributes.ts";
import type { StudyHistory, Trial } from "../journal/history.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent } from "../protocol/trial.ts";
import type { Space } from "../space/space.ts";
import { journalPath } from "../store/folder.ts";
import { readHistory } from "../store/read.ts";
import type { StudyStore } from "../store/store.ts";
import { fitted } from "../strategies/inSpace.ts";
import { DEFINITION_ENDING, definitionPathOf, type LoadedDefinition, loadDefinition } from "./definitions.ts";
import type { StudyInput } from "./studyInput.ts";

/** A finished trial of an earlier study, as the new one takes it over. */
interface Earlier {
  /** The definition's own words for the study, and the trial's number there. */
  readonly source: string;
  readonly trial: number;
  readonly configuration: Configuration;
  readonly values: readonly number[];
  readonly constraints: readonly number[] | undefined;
}

/** What the note of a trial says that was taken over. */
interface WarmStartNote {
  readonly why: string;
  readonly warmStart: { readonly source: string; readonly trial: number };
}

/**
 * The trials that a definition's `warmStart` names: complete ones, at the full budget, whose configurations lie in the
 * space as it is now. What the space did not have then takes its default.
 * @throws TuningForkError `bad-definition` where a study cannot be found or was for another objective
 */
export async function readEarlier(
  loaded: LoadedDefinition,
  space: Space,
  objectives: StudyInput["objectives"],
): Promise<readonly Earlier[]> {
  const { definition, definitionPath } = loaded;
  const earlier: Earlier[] = [];
  for (const source of definition.warmStart ?? []) {
    const history = await historyOf(source, dirname(definitionPath));
    checkObjectives(source, history, objectives);
    for (const trial of history.trials) {
      const configuration = isComparable(trial, definition.budget?.max)
        ? fitted(space, trial.configuration)
        : undefined;
      const { number, values, constraints } = trial;
      if (configuration === undefined || (definition.limits !== undefined && constraints === undefined))
        continue;
      earlier.push({ source, trial: number, configuration, values: values!, constraints });
    }
  }
  return earlier;
}

/** Whether its score was measured as the new study's will be. */
function isComparable({ state, values, budget }: Trial, max: number | undefined): boolean {
  if (state !== "complete" || values === undefined || values.some(Number.isNaN)) return false;
  return max === undefined || budget === 0 || budget >= max;
}

/** The history of a journal (ours or Optuna's), or of the study of a definition or script; "FILE#NAME" for one of several. */
async function historyOf(source: string, folder: string): Promise<StudyHistory> {
  const [, file, name] = source.match(/^(.*?)(?:#([^#/\\]*))?$/) as [string, string, string | undefined];
  try {
    const path = await journalOf(resolve(folder, file));
    const { histories } = await readHistory(path);
    const own = histories.find((study) =>
      name === undefined ? StudyAttribute.definition in study.attributes : study.name === name,
    );
    const history = own ?? (name === undefined ? histories[0] : undefined);
    if (history !== undefined) return history;
    const names = histories.map((study) => study.name).join(", ");
    throw new TuningForkError(
      "unknown-study",
      `${basename(path)} holds ${names ? `only ${names}` : "no study"}.`,
    );
  } catch (error) {
    if (!(error instanceof TuningForkError)) throw error;
    throw new TuningForkError(
      "bad-definition",
      `warmStart names "${source}", which cannot be read: ${error.message}`,
      `Give the path of a journal, a script or its definition, seen from ${folder}.`,
    );
  }
}

async function journalOf(path: string): Promise<string> {
  if (!path.endsWith(".py") && !path.endsWith(DEFINITION_ENDING)) return path;
  const definition = await loadDefinition(path.endsWith(".py") ? definitionPathOf(path) : path);
  return journalPath(dirname(definition.definitionPath), definition.study);
}

function checkObjectives(
  source: string,
  { goals, metricNames }: StudyHistory,
  objectives: StudyInput["objectives"],
): void {
  const same =
    goals.length === objectives.length &&
    // A study that was made elsewhere may have no names.
    objectives.every(
      ({ goal, metric }, i) =>
        goals[i] === goal && (metricNames[i] === undefined || metricNames[i] === metric),
    );
  if (same) return;
  const words = goals.map((goal, i) => `${goal} ${metricNames[i] ?? "its objective"}`).join(" and ");
  const wanted = objectives.map(({ goal, metric }) => `${goal} ${metric}`).join(" and ");
  throw new TuningForkError(
    "bad-definition",
    `warmStart names "${source}", which was to ${words}; this study is to ${wanted}.`,
    "Scores of different objectives cannot be compared: remove it from warmStart.",
  );
}

const noteOf = ({ note }: Trial): WarmStartNote["warmStart"] | undefined =>
  (note as Partial<WarmStartNote> | undefined)?.warmStart;

/** How many of a study's trials were taken over from earlier ones. */
export const takenOver = ({ trials }: StudyHistory): number =>
  trials.filter((trial) => noteOf(trial) !== undefined).length;

/** Those that the study has not taken over yet: a study that was killed in the middle of it goes on there. */
export function missing(history: StudyHistory, earlier: readonly Earlier[]): readonly Earlier[] {
  const key = ({ source, trial }: WarmStartNote["warmStart"]): string => `${trial} ${source}`;
  const has = new Set(history.trials.flatMap((trial) => noteOf(trial) ?? []).map(key));
  return earlier.filter((one) => !has.has(key(one)));
}

/** Records them as trials of this study that are complete. */
export async function takeOver(
  earlier: readonly Earlier[],
  { store, space, objectives, budget, now, tell }: TakeOverInput,
): Promise<void> {
  for (const { source, trial: number, configuration, values, constraints } of earlier) {
    const time = now();
    const note: WarmStartNote = { why: `trial ${number} of ${source}`, warmStart: { source, trial: number } };
    const start = { configuration, budget, note, time };
    const trial = await store.startTrial({ ...start, space: space.spec, placement: undefined });
    const losses = values.map((value, i) => (objectives[i]!.goal === "maximize" ? -value : value));
    const end = { budget, losses, ...(constraints && { constraints }), time };
    tell({ type: "started", trial, ...start });
    const finished = { type: "finished", trial, state: "complete", ...end } as const;
    store.record(finished);
    tell(finished);
  }
}

interface TakeOverInput {
  readonly store: StudyStore;
  readonly space: Space;
  readonly objectives: StudyInput["objectives"];
  /** The full one; 0 where there is none. */
  readonly budget: number;
  now(): number;
  /** Hears each event once it is recorded. */
  tell(event: TrialEvent): void;
}
