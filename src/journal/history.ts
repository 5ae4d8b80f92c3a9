import type { Configuration, SpaceSpec } from "../protocol/space.ts";
import type {
  CheckpointSource,
  Hypergradients,
  Placement,
  RateControl,
  TrialEvent,
  TrialNumber,
  TrialState,
} from "../protocol/trial.ts";

/** What a trial had on its way. */
export interface TrialReport {
  readonly budget: number;
  /** Of the first objective. */
  readonly value: number;
  /** Of all objectives, where there are several. */
  readonly values?: readonly number[];
  readonly time: number;
}

/** One trial as the journal has it: the fold of its records. */
export interface Trial {
  readonly number: TrialNumber;
  /** Optuna's id: global over all studies of the file. */
  readonly id: number;
  state: TrialState;
  configuration: Configuration;
  /** Budget that it was last started or promoted to. */
  budget: number;
  /** The checkpoint that it went on from; undefined where it began anew. */
  from?: CheckpointSource | undefined;
  /** Who sets its learning rate; undefined where nobody watches. */
  control?: RateControl | undefined;
  placement: Placement | undefined;
  note: unknown;
  /** In the order reported, values in the user's own direction; NaN where Optuna recorded one. */
  readonly reports: TrialReport[];
  /** Final values (COMPLETE, PRUNED), in the user's own direction. */
  values: readonly number[] | undefined;
  /** At most 0 where a limit is kept; absent where there are none. */
  constraints?: readonly number[];
  /** In the user's own direction; absent where the script told none. */
  hypergradients?: Hypergradients | undefined;
  reason: string | undefined;
  /** Epoch milliseconds. */
  started: number | undefined;
  finished: number | undefined;
  /** User attributes that are not ours. */
  readonly attributes: Record<string, unknown>;
}

/** A study as its journal tells it. Written by one replay, read by insights and the study loop. */
export interface StudyHistory {
  readonly name: string;
  /** Position in the file; a file may hold several studies. */
  readonly studyId: number;
  readonly goals: readonly ("minimize" | "maximize")[];
  readonly metricNames: readonly string[];
  /** Our study attributes (definition, script hash, …) and all others, by name. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly trials: readonly Trial[];
  /** The search space as the trials' distributions tell it: all that is known where there is no definition of ours. */
  readonly space?: SpaceSpec;
}

/** Hears every event of a study in the journal's order, while it is replayed. */
export type EventListener = (studyId: number, event: TrialEvent) => void;
