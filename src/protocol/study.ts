import type { Definition } from "./definition.ts";
import type { Configuration } from "./space.ts";
import type { TrialNumber } from "./trial.ts";

/** The path of a study's journal file: its identity everywhere. */
export type StudyId = string;

export type StudyStatus =
  /** An engine works on it. */
  | "running"
  /** Its stop condition was met, or its strategy has nothing left to try. */
  | "finished"
  /** Neither: it can be resumed. */
  | "stopped"
  /** The journal cannot be read. */
  | "damaged";

export interface StudySummary {
  readonly id: StudyId;
  readonly name: string;
  /** Absolute path of the definition file, when the study has one. */
  readonly definitionPath: string | undefined;
  /** Absolute path of the script. */
  readonly scriptPath: string | undefined;
  readonly definition: Definition | undefined;
  readonly strategy: string;
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  readonly status: StudyStatus;
  /** Why it is damaged, or why it ended. */
  readonly message?: string;
  readonly counts: {
    readonly running: number;
    readonly paused: number;
    readonly complete: number;
    readonly stopped: number;
    readonly failed: number;
    readonly waiting: number;
    readonly total: number;
  };
  /** Runs of the script done and planned (a promotion counts as a run); planned is undefined where the strategy has no plan. */
  readonly done: number;
  readonly planned: number | undefined;
  readonly best:
    | {
        readonly number: TrialNumber;
        readonly value: number;
        readonly params: Configuration;
        readonly budget: number;
      }
    | undefined;
  /** All objectives, where there are several; `metric`, `goal` and `best` are those of the first. */
  readonly objectives?: readonly { readonly metric: string; readonly goal: "minimize" | "maximize" }[];
  /** The Pareto front of several objectives, best in the first one first; at most 1,000 trials. */
  readonly front?: readonly {
    readonly number: TrialNumber;
    readonly values: readonly number[];
    readonly params: Configuration;
  }[];
  /** Epoch milliseconds of the first start and the last event. */
  readonly started: number | undefined;
  readonly updated: number | undefined;
  /** SHA-256 of the script's text when the last trial started: tells whether values are stale. */
  readonly scriptHash: string | undefined;
  /** Grows with each change; a reader that holds the same revision is up to date. */
  readonly revision: number;
}

/** A metric that a first run printed. */
export interface SeenMetric {
  readonly name: string;
  /** Values in the order printed, at most 100. */
  readonly values: readonly number[];
  /** How far the script was, where it said so. */
  readonly steps: readonly (number | undefined)[];
  /** Whether its name is one that the field uses for an objective, best first in the list. */
  readonly known: boolean;
  /** The direction that the name suggests. */
  readonly goal: "minimize" | "maximize";
}
