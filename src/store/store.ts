import type { StudyHistory } from "../journal/history.ts";
import type { Configuration, SpaceSpec } from "../protocol/space.ts";
import type { StudyId } from "../protocol/study.ts";
import type { CheckpointSource, Placement, RateControl, TrialEvent, TrialNumber } from "../protocol/trial.ts";

/** What is needed to record a new trial. */
export interface TrialStart {
  readonly configuration: Configuration;
  readonly space: SpaceSpec;
  readonly budget: number;
  readonly from?: CheckpointSource | undefined;
  readonly control?: RateControl | undefined;
  readonly placement: Placement | undefined;
  readonly note: unknown;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** A place in the journal that could not be read, and what became of it. */
export interface JournalProblem {
  /** 1-based line. */
  readonly line: number;
  readonly message: string;
}

/**
 * A study on disk, opened for writing by one engine. Everything recorded is in the operating system's hands
 * within the same turn of the event loop (a killed engine loses nothing) and on the disk once `synced` resolves.
 */
export interface StudyStore {
  readonly id: StudyId;
  readonly history: StudyHistory;
  readonly problems: readonly JournalProblem[];
  /** Records a new running trial, under the lock, and gives its number. */
  startTrial(start: TrialStart): Promise<TrialNumber>;
  /** Records what happened to a trial that runs. */
  record(event: Exclude<TrialEvent, { type: "started" }>): void;
  /** Turns an enqueued trial into a running one; false if another worker was first. */
  claim(trial: TrialNumber, start: TrialStart): Promise<boolean>;
  /** Adds a waiting trial with fixed parameters. */
  enqueue(configuration: Configuration): void;
  setAttribute(name: string, value: unknown): void;
  /** Reads what other writers have appended; true if there was anything. */
  refresh(): Promise<boolean>;
  /**
   * Calls back once all recorded so far is written, at once where it is already: what is told to the outside is in the
   * journal. In the order of the calls; never, where it cannot be written before the store is closed.
   */
  whenWritten(tell: () => void): void;
  /** Resolves when all recorded so far is written and fsynced; rejects with `cannot-write`, after which nothing is lost: it is retried. */
  synced(): Promise<void>;
  close(): Promise<void>;
}
