import type { Definition } from "./definition.ts";
import type { Insight, InsightKind, SurfaceQuery, TrialRow } from "./insight.ts";
import type { ScriptReport } from "./script.ts";
import type { Configuration } from "./space.ts";
import type { SeenMetric, StudyId, StudySummary } from "./study.ts";
import type { TrialNumber } from "./trial.ts";

/**
 * Host ⇄ engine, the whole contract. Both ends derive their types from these maps, so that a call cannot be
 * added on one side alone. `hello` is the first call on every connection; an engine of another
 * PROTOCOL_VERSION answers it with `version-mismatch` and nothing else.
 */
export const PROTOCOL_VERSION = 1;

export interface TrialQuery {
  readonly study: StudyId;
  readonly sort: "score" | "number" | "budget" | "state";
  /** Text that the state, reason or configuration contains. */
  readonly filter?: string;
  readonly offset: number;
  readonly limit: number;
}

export interface EngineCalls {
  hello: { params: { protocol: number }; result: { protocol: number; version: string; pid: number } };
  /** All studies whose folders lie beside definitions in these folders (searched some levels deep). */
  studies: { params: { folders: readonly string[] }; result: readonly StudySummary[] };
  study: { params: { study: StudyId }; result: StudySummary };
  /** Reads a script with the user's interpreter: the authority before a run. Runs none of the script. */
  inspect: { params: { script: string; text: string; interpreter: string }; result: ScriptReport };
  /** Runs the script once at its defaults (the smallest budget) and says what it printed. Needs trust. */
  probe: {
    params: { definitionPath: string; interpreter: string };
    result: { metrics: readonly SeenMetric[]; output: string; exitCode: number | null };
  };
  /** Starts the definition's study, or goes on with it. Answers once the first trials run. */
  start: { params: { definitionPath: string; interpreter: string }; result: StudySummary };
  /** Stops a study: no new trials, running ones are ended and run again on resume. */
  stop: { params: { study: StudyId }; result: StudySummary };
  stopTrial: { params: { study: StudyId; trial: TrialNumber }; result: null };
  trials: { params: TrialQuery; result: { rows: readonly TrialRow[]; total: number } };
  trial: {
    params: { study: StudyId; trial: TrialNumber };
    result: { row: TrialRow; log: string | undefined; command: string; why: string | undefined };
  };
  /** `query` is for the surface, the strategy view and, of its fields x and y, for the importance. */
  insight: { params: { study: StudyId; kind: InsightKind; query?: SurfaceQuery }; result: Insight };
  /** Enqueues a configuration by hand; what its values leave inactive is dropped, what they make active gets its default. */
  enqueue: { params: { study: StudyId; configuration: Configuration }; result: null };
  /**
   * Learns to optimise, in a process of its own, and writes what was learned into a file. Cancelled, it writes what it
   * has learned by then, and answers with that.
   */
  learn: { params: LearnRequest; result: { file: string; seconds: number; complete: boolean } };
  /** Mends a damaged journal: what cannot be read is moved aside into a file beside it, never dropped. */
  repair: { params: { study: StudyId }; result: { kept: number; aside: string | undefined } };
  /** Ends the engine once nothing runs (`force`: at once, studies resume later). */
  shutdown: { params: { force: boolean }; result: null };
}

export interface LearnRequest {
  /** As on the command line: `step-size`. */
  readonly system: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly seed: number;
  /** Where what was learned goes. */
  readonly file: string;
}

/** One iteration of something that learns. */
export interface LearningStep {
  /** The file that it learns for: tells apart what is learned at the same time. */
  readonly file: string;
  readonly iteration: number;
  readonly of: number;
  /** Named figures, such as `reward`; null: no number, of an optimizer that ran away, say. */
  readonly figures: Readonly<Record<string, number | null>>;
}

export interface EngineEvents {
  learning: LearningStep;
  /** A study changed; at most 4 times a second and study. */
  changed: StudySummary;
  /** A line for the output channel. */
  log: { readonly level: "info" | "warn" | "error"; readonly text: string };
}

export type EngineCall = keyof EngineCalls;

/** What a definition asks to be run, resolved: used by the engine and the command line alike. */
export interface ResolvedDefinition {
  readonly definition: Definition;
  readonly definitionPath: string;
  readonly scriptPath: string;
  readonly interpreter: string;
}
