import type { Configuration } from "../protocol/space.ts";
import type { CheckpointSource, Placement, RateControl, TrialEvent, TrialNumber } from "../protocol/trial.ts";
import type { Space } from "../space/space.ts";

/**
 * What a strategy wants next. `ask` is a pure question: asked twice without an event in between, it gives the
 * same answer. Only events change a strategy, so a seed and a journal replay it exactly.
 */
export type Ask =
  /** Start a new configuration and run it to `budget`. */
  | {
      readonly type: "run";
      readonly configuration: Configuration;
      readonly budget: number;
      /** The checkpoint that it goes on from, one of `keeps()`, of a smaller budget; absent: from the beginning. */
      readonly from?: CheckpointSource;
      /** Who sets the learning rate of its training; absent: the script, and nobody watches. */
      readonly control?: RateControl;
      readonly placement?: Placement;
      /** Why, in JSON: kept in the journal and shown to people. */
      readonly note?: unknown;
    }
  /** Let a trial that has reached its budget go on to a larger one. */
  | {
      readonly type: "promote";
      readonly trial: TrialNumber;
      readonly budget: number;
      readonly placement?: Placement;
    }
  /** Nothing until more events come in. */
  | { readonly type: "wait" }
  /** Nothing any more: the plan is at its end, or more is not worth its time. */
  | { readonly type: "done"; readonly converged?: true };

/** A rung as planned, before any trial is in it. */
export interface PlannedRung {
  readonly budget: number;
  readonly size: number;
}

/** A bracket as planned. `s` is Hyperband's number of halvings. */
export interface PlannedBracket {
  readonly bracket: number;
  readonly s: number;
  readonly rungs: readonly PlannedRung[];
}

/**
 * Decides what is worth running next. Pure: no clock, no I/O, no global randomness. State is a fold over the
 * events told; randomness for the n-th configuration is drawn from `random(seed, n)`.
 */
export interface Strategy {
  ask(): Ask;
  tell(event: TrialEvent): void;
  /** Trials, running or paused, that are worth no more: the study ends them. Told `finished` they leave the list. */
  stops(): readonly TrialNumber[];
  /** Why a trial of `stops()` is worth no more, as the end of "stopped: …"; undefined where its score says so. */
  stopReason?(trial: TrialNumber): string | undefined;
  /**
   * The checkpoints that it may ask to go on from. One gets into the list only by `reached` at its budget, and does not
   * come back once it has left: the study keeps these, whatever becomes of their trials, and no others.
   */
  keeps?(): readonly CheckpointSource[];
  /** The brackets as far as they are planned; asynchronous and single-budget strategies have none. */
  plan?(): readonly PlannedBracket[];
  /** What whoever waits for the study should know, and can do something about; undefined: nothing. */
  notice?(): string | undefined;
  /** Runs in all (a promotion counts as a run), where the plan is finite. */
  planned?(): number | undefined;
}

/** When a study has found what there is to be found. */
export interface Convergence {
  /** Configurations in a row that bring no better loss. */
  readonly patience?: number | undefined;
  /** Expected further improvement, in the objective's unit, below which more is not worth its time. */
  readonly improvement?: number | undefined;
}

/** What a strategy is made from. */
export interface StrategyInput {
  readonly space: Space;
  readonly seed: number;
  /** Options, checked against the strategy's schema, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Smallest and largest budget and η; absent where trials have one length only (budget 0). */
  readonly budget: { readonly min: number; readonly max: number; readonly eta: number } | undefined;
  /** How many losses a trial has; absent: one. */
  readonly objectives?: number;
  /** Configurations to try at most; undefined: the strategy's own plan. */
  readonly trials: number | undefined;
  /** When the study has found what there is to be found; absent: never. */
  readonly convergence?: Convergence | undefined;
}

/** One line of the registry. */
export interface StrategyKind {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Whether it spends budgets of different sizes, and so needs them; "either": as the definition has it. */
  readonly multiFidelity: boolean | "either";
  /** Takes any number of objectives; absent: one only. */
  readonly objectives?: "several";
  /** Runs a configuration more than once, on purpose. */
  readonly repeats?: boolean;
  /** Starts trials from the checkpoints of others, and so needs the budget mode `resume`. */
  readonly copies?: boolean;
  /** Has trainings watched, and their learning rates set, step by step. */
  readonly controls?: boolean;
  /** JSON Schema (draft-07) of its options; the editor's form is drawn from it. */
  readonly options: Readonly<Record<string, unknown>>;
  create(input: StrategyInput): Strategy;
}
