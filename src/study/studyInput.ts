import type { Limit } from "../protocol/definition.ts";
import type { TuningForkError } from "../protocol/errors.ts";
import type { Configuration, SpaceSpec } from "../protocol/space.ts";
import type { RateControl, TrialEvent, TrialNumber } from "../protocol/trial.ts";
import type { Checkpoints } from "../store/checkpoints.ts";
import type { StudyStore } from "../store/store.ts";
import type { Strategy } from "../strategies/strategy.ts";
import type { Executor, RunSpec } from "../trials/executor.ts";
import type { Clock } from "./clock.ts";
import type { TrialBudget } from "./liveTrial.ts";

/** What one run of a trial is made from: the study knows what to run, not how. */
export interface RunRequest {
  readonly trial: TrialNumber;
  readonly configuration: Configuration;
  /** The budget that the process is to reach; 0 where there is none. */
  readonly budget: number;
  /** From 0; a process keeps its slot until it ends or is suspended. */
  readonly slot: number;
  /** Who sets its learning rate; undefined where nobody watches. */
  readonly control: RateControl | undefined;
}

export interface StudyInput {
  readonly store: StudyStore;
  readonly strategy: Strategy;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly space: SpaceSpec;
  /** One or several. */
  readonly objectives: readonly { readonly metric: string; readonly goal: "minimize" | "maximize" }[];
  /** Printed metrics that must stay within bounds. */
  readonly limits: readonly Limit[];
  readonly budget: TrialBudget | undefined;
  /** Trials at once. */
  readonly parallel: number;
  /** Seconds of wall-clock time for this run; undefined: no limit. */
  readonly time: number | undefined;
  /** The study is over as soon as a trial at the largest budget is as good as this; for one objective only. */
  readonly score: number | undefined;
  /** Where trials keep checkpoints (`resume` mode), so that the strategy may start one from another's. */
  readonly checkpoints?: Checkpoints | undefined;
  spec(request: RunRequest): RunSpec;
  /** Hears every event once it is recorded (and before it is written). */
  heard(event: TrialEvent): void;
  /** The journal cannot be written for now (undefined: it can again). No new trial starts meanwhile; what happened is kept and written later. */
  blocked(error: TuningForkError | undefined): void;
  /** The strategy, or the loop itself, wants people to know something. */
  noticed?(text: string): void;
}

export type StudyEnd = "done" | "converged" | "time" | "score" | "stopped";
