import type { Configuration } from "./space.ts";

/** Position of a trial in its study, from 0: Optuna's `trial.number`. */
export type TrialNumber = number;

export type TrialState =
  /** A process runs. */
  | "running"
  /** Between two rungs: its process is suspended, or ended and not yet promoted. */
  | "paused"
  /** Ran to the end. */
  | "complete"
  /** Ended early by the strategy: its score at the reached budget counts. */
  | "stopped"
  /** Ended by a fault: crash, hang, NaN, no metric, or the user. */
  | "failed"
  /** Enqueued, not started. */
  | "waiting";

/** Where a proposal comes from in the strategy's own plan. */
export interface Placement {
  readonly bracket: number;
  readonly rung: number;
}

/** A checkpoint that a new trial goes on from: what another one had kept when it had reached a budget. */
export interface CheckpointSource {
  readonly trial: TrialNumber;
  readonly budget: number;
}

/**
 * Who sets the learning rate of a training that is watched step by step: a learned policy, descent along its hypergradient,
 * real-time hypergradients (which set more than the learning rate), or the script as ever.
 */
export const RATE_CONTROLS = ["policy", "descent", "real-time", "own"] as const;
export type RateControl = (typeof RATE_CONTROLS)[number];

/** Whether a training's learning rate was set for it: then its score does not follow from its configuration. */
export const isDriven = (control: RateControl | undefined): boolean =>
  control !== undefined && control !== "own";

/**
 * Derivatives of the first objective by the values of parameters, by name, as a script reports them: finite numbers, in the
 * metric's unit by the parameter's own, whatever its scale in the space.
 */
export type Hypergradients = Readonly<Record<string, number>>;

/**
 * What happens to trials, in the order in which it happened. A strategy is a fold over these.
 * `budget` is in the definition's unit (0 where there is no budget);
 * `losses` are the objectives turned so that smaller is better, never NaN (±Infinity allowed);
 * `constraints` are at most 0 where a limit is kept and above where it is broken, by how much as a share of its
 * bound; absent where there are no limits;
 * `hypergradients` are those of the first loss, turned like it; absent where the script told none.
 */
export type TrialEvent =
  /** A new configuration has been started and will run to `budget`. */
  | {
      readonly type: "started";
      readonly trial: TrialNumber;
      readonly configuration: Configuration;
      readonly budget: number;
      /** Absent: the training begins anew. */
      readonly from?: CheckpointSource;
      /** Absent: the training is not watched. */
      readonly control?: RateControl;
      readonly placement?: Placement;
      /** The strategy's own words on why, kept in the journal. */
      readonly note?: unknown;
      readonly time: number;
    }
  /** The trial was allowed to go on to a larger budget. */
  | {
      readonly type: "promoted";
      readonly trial: TrialNumber;
      readonly budget: number;
      readonly placement?: Placement;
      readonly time: number;
    }
  /** A value along the way. */
  | {
      readonly type: "reported";
      readonly trial: TrialNumber;
      readonly budget: number;
      readonly losses: readonly number[];
      readonly time: number;
    }
  /** The trial has got to the budget it was started or promoted to. */
  | {
      readonly type: "reached";
      readonly trial: TrialNumber;
      readonly budget: number;
      readonly losses: readonly number[];
      readonly constraints?: readonly number[];
      readonly hypergradients?: Hypergradients;
      readonly time: number;
    }
  /** No more of this trial: complete (the script ended or the largest budget was reached), or stopped by the strategy. */
  | {
      readonly type: "finished";
      readonly trial: TrialNumber;
      readonly state: "complete" | "stopped";
      readonly budget: number;
      readonly losses: readonly number[];
      readonly constraints?: readonly number[];
      readonly hypergradients?: Hypergradients;
      /** Why it was stopped, where that is not plain. */
      readonly reason?: string;
      readonly time: number;
    }
  | {
      readonly type: "failed";
      readonly trial: TrialNumber;
      readonly reason: string;
      readonly time: number;
    };
