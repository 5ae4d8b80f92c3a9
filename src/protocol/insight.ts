import type { SurfaceAxis } from "./axis.ts";
import type { Configuration, Value } from "./space.ts";
import type { StrategyInsight } from "./strategyInsight.ts";
import type { RateControl, TrialNumber, TrialState } from "./trial.ts";

/** What panels draw. Each is a snapshot computed by `src/insight` from a study's history; sizes are bounded. */

/** One row of the Trials view. Scores are in the user's own direction. */
export interface TrialRow {
  readonly number: TrialNumber;
  readonly state: TrialState;
  /** That of the first objective. */
  readonly score: number | undefined;
  /** All scores, where there are several objectives and the trial has them. */
  readonly scores?: readonly number[];
  /** It is on the Pareto front of several objectives. */
  readonly front?: true;
  readonly budget: number;
  readonly configuration: Configuration;
  readonly placement?: { readonly bracket: number; readonly rung: number };
  /** Why it failed or was stopped. */
  readonly reason?: string;
  /** The limits that it breaks, in words: "memory 5120 > 4000". Absent where it breaks none. */
  readonly broken?: readonly string[];
  /** A policy has set its learning rate step by step, so it is never the best. */
  readonly driven?: true;
  /** Up to 16 values of its learning curve, evenly thinned. */
  readonly curve: readonly number[];
  /** Epoch milliseconds. */
  readonly started: number | undefined;
  readonly finished: number | undefined;
}

/** The incumbent trajectory: the best score over trials and over time. */
export interface IncumbentInsight {
  readonly kind: "incumbent";
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  /**
   * Every scored run (a trial once for each rung that it has reached), thinned to at most 2,000; `order` counts
   * runs as they were scored, from 1; `budget` is where it had that score.
   */
  readonly points: readonly {
    readonly trial: TrialNumber;
    readonly order: number;
    /** Seconds since the study's first trial started (pauses between sessions count). */
    readonly seconds: number;
    readonly score: number;
    readonly budget: number;
    /** At that moment: "paused" where it went on to a larger budget later. */
    readonly state: TrialState;
  }[];
  /** Steps where the incumbent changed, and a last one at the end. */
  readonly steps: readonly {
    readonly trial: TrialNumber;
    readonly order: number;
    readonly seconds: number;
    readonly best: number;
    readonly budget: number;
  }[];
  /** Scored runs in all, before thinning. */
  readonly total: number;
}

export interface RungNode {
  readonly trial: TrialNumber;
  readonly state: "running" | "paused" | "promoted" | "stopped" | "complete" | "failed";
  /** Score at this rung, in the user's direction; undefined while it runs. */
  readonly score: number | undefined;
  readonly configuration: Configuration;
}

export interface Rung {
  readonly budget: number;
  /** How many configurations the plan puts here (asynchronous brackets have no plan: undefined). */
  readonly size: number | undefined;
  /** How many go on from here. */
  readonly promotes: number | undefined;
  /** The worst score that was promoted, once known. */
  readonly cutoff: number | undefined;
  /** Trials here in all: `nodes` holds the best and an even choice of the others where they are many. */
  readonly total: number;
  readonly nodes: readonly RungNode[];
}

/** The brackets of a multi-fidelity study: all, or the newest 120. */
export interface BracketsInsight {
  readonly kind: "brackets";
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  readonly unit: string;
  readonly brackets: readonly {
    readonly bracket: number;
    /** Hyperband's s, where the bracket has one. */
    readonly s: number | undefined;
    readonly state: "planned" | "running" | "complete";
    readonly rungs: readonly Rung[];
  }[];
  /** Older brackets that are not in the list. */
  readonly earlier: number;
  /** Learning curves of at most 60 trials: running ones and the best first. */
  readonly curves: readonly {
    readonly trial: TrialNumber;
    readonly state: TrialState;
    readonly points: readonly { readonly budget: number; readonly score: number }[];
  }[];
  readonly best: TrialNumber | undefined;
}

/** How much one parameter matters, and its best value: what stands beside its line in the script. */
export interface ParameterInsight {
  readonly name: string;
  readonly best: Value | undefined;
  /** Share of the score's variation that this parameter explains, 0 to 1; undefined below 10 scored trials. */
  readonly importance: number | undefined;
  /** Scored trials in which it was active. */
  readonly trials: number;
  /** At most 200 (value, score) pairs for the effect plot. */
  readonly effect: readonly { readonly value: Value; readonly score: number; readonly trial: TrialNumber }[];
}

export interface ParametersInsight {
  readonly kind: "parameters";
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  /** The other objectives' metrics, where there are several: what is best here is best in the first one alone. */
  readonly others?: readonly string[];
  readonly best:
    | { readonly trial: TrialNumber; readonly score: number; readonly configuration: Configuration }
    | undefined;
  readonly scored: number;
  /** The budget at which the effects' scores were measured; undefined where all trials have one length. */
  readonly effectBudget: number | undefined;
  readonly parameters: readonly ParameterInsight[];
  /** The five best trials. */
  readonly top: readonly TrialRow[];
}

/** What the acquisition surface is to show; what is absent is chosen for the user. */
export interface SurfaceQuery {
  /** Names of the parameters along the axes. */
  readonly x?: string;
  readonly y?: string;
  readonly acquisition?: SurfaceAcquisition;
  /** The other parameters: at the incumbent's values, or averaged over. */
  readonly others?: "incumbent" | "average";
  /** How many scored trials are known: a look into the study's past. All when absent. */
  readonly at?: number;
}

export type SurfaceAcquisition = "log-ei" | "ei" | "pi" | "ucb";

/** What is believed along a line: a band in the metric's unit. */
export interface SurfaceSlice {
  readonly at: number;
  readonly mean: number;
  /** Mean − 2σ, − σ, + σ, + 2σ. */
  readonly band: readonly [number, number, number, number];
  readonly worth: number;
}

/** What a Gaussian process believes of the score over two parameters, and where it would look next. */
export interface SurfaceInsight {
  readonly kind: "surface";
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  /** All that an axis may be, the most important first. */
  readonly parameters: readonly { readonly name: string; readonly importance: number | undefined }[];
  readonly acquisition: SurfaceAcquisition;
  readonly others: "incumbent" | "average";
  /** Scored trials that are known, of `total`. */
  readonly at: number;
  readonly total: number;
  /** Absent while there are too few scores for a model. */
  readonly surface:
    | {
        readonly x: SurfaceAxis;
        /** Absent in a space of one parameter. */
        readonly y: SurfaceAxis | undefined;
        /** One entry a cell, row by row (y), each row along x; mean and deviation in the metric's unit. */
        readonly mean: readonly number[];
        readonly sd: readonly number[];
        readonly worth: readonly number[];
        /** Along x through the incumbent, and along y. */
        readonly slices: { readonly x: readonly SurfaceSlice[]; readonly y: readonly SurfaceSlice[] };
        /** The values of the other parameters. */
        readonly base: Configuration;
        /** Where the acquisition is largest over the whole space. */
        readonly next:
          | {
              /** Its place on the maps; absent where a parameter of the axes is inactive in it. */
              readonly place: { readonly x: number; readonly y: number } | undefined;
              readonly mean: number;
              readonly sd: number;
              readonly configuration: Configuration;
            }
          | undefined;
      }
    | undefined;
  /** At most 500 trials in which the axes' parameters are active; `age` is 0 for the newest and 1 for the oldest. */
  readonly points: readonly {
    readonly trial: TrialNumber;
    readonly x: number;
    readonly y: number;
    readonly score: number;
    readonly age: number;
  }[];
  readonly pending: readonly { readonly trial: TrialNumber; readonly x: number; readonly y: number }[];
  readonly best: TrialNumber | undefined;
}

/** The best compromises of several objectives. Values are in the user's own direction. */
export interface ParetoInsight {
  readonly kind: "pareto";
  /** Those of the first objective. */
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  readonly objectives: readonly { readonly metric: string; readonly goal: "minimize" | "maximize" }[];
  /** Trials on the front, best in the first objective first; at most 1,000 of `frontSize`. */
  readonly front: readonly TrialNumber[];
  readonly frontSize: number;
  /** Complete trials: all of the front, and an even choice of the others, at most 1,000 of `total`. */
  readonly points: readonly {
    readonly trial: TrialNumber;
    readonly values: readonly number[];
    readonly state: "front" | "dominated" | "infeasible";
    readonly configuration: Configuration;
    /** The limits that it breaks, in words. */
    readonly broken?: readonly string[];
  }[];
  readonly total: number;
  /** The point that volumes are measured from: the worst value of each objective within the limits. */
  readonly reference: readonly number[] | undefined;
  /** Where the dominated share (0 to 1) of the box between best and worst values grew, and a last one at the end; `order` counts complete trials within the limits. */
  readonly volume: readonly {
    readonly trial: TrialNumber;
    readonly order: number;
    readonly volume: number;
  }[];
}

/** Whose effect is to be shown: of one parameter, or of two. The most important one when absent. */
export type ImportanceQuery = Pick<SurfaceQuery, "x" | "y">;

/** What matters for the score, and how: shares of its variation, and the effect of one parameter or of two. */
export interface ImportanceInsight {
  readonly kind: "importance";
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  /** Scored trials that can be compared, and those that are needed for a model. */
  readonly scored: number;
  readonly needed: number;
  /** The budget of their scores; undefined where all trials have one length. */
  readonly budget: number | undefined;
  /** Parameters with more than one value, the most important first. */
  readonly parameters: readonly {
    readonly name: string;
    /** Share of the variance of the score over the whole space that it explains alone (functional ANOVA). */
    readonly fanova: number | undefined;
    /** Share of what sets the best trials apart from all (PED-ANOVA). */
    readonly ped: number | undefined;
    /** Scored trials in which it was active. */
    readonly trials: number;
  }[];
  /** At most 10 pairs and the share of the variance that the two explain together and neither alone, largest first. */
  readonly pairs: readonly { readonly x: string; readonly y: string; readonly share: number }[];
  /** Share of the variance that parameters alone and all pairs leave to three and more together. */
  readonly rest: number | undefined;
  /** Absent while there are too few scores for a model. */
  readonly effect:
    | {
        readonly x: SurfaceAxis;
        /** Present for the effect of two. */
        readonly y: SurfaceAxis | undefined;
        /**
         * Mean score over all other parameters, and how much the trees differ: one entry a cell, row by row (y), each row
         * along x; in the metric's unit.
         */
        readonly mean: readonly number[];
        readonly sd: readonly number[];
        /** The mean score where x is inactive, if it can be. */
        readonly inactive: { readonly mean: number; readonly sd: number } | undefined;
      }
    | undefined;
  /** At most 500 trials in which the shown parameters are active, in the axes' units (y is 0.5 for the effect of one). */
  readonly points: readonly {
    readonly trial: TrialNumber;
    readonly x: number;
    readonly y: number;
    readonly score: number;
  }[];
  readonly best: TrialNumber | undefined;
}

/** A quantity that a schedule shows. */
export interface ScheduleQuantity {
  readonly name: string;
  readonly isLog: boolean;
  /** The values of one that is no number, in order; they are drawn at their positions in this list. */
  readonly choices?: readonly Value[];
}

/** What one trial did on its way: values that hold from each step on, and scores. */
export interface ScheduleLine {
  readonly trial: TrialNumber;
  readonly state: TrialState;
  /** Ascending, in the budget's unit: where values were set, and the end. */
  readonly steps: readonly number[];
  /** By quantity: one value a step; absent where the quantity has none. */
  readonly values: Readonly<Record<string, readonly Value[]>>;
  /** At most 30. */
  readonly scores: readonly { readonly step: number; readonly score: number }[];
}

/** Something that happened at a step and that explains a jump. */
export interface ScheduleEvent {
  readonly kind: "copy";
  readonly step: number;
  /** The trial that begins here. */
  readonly trial: TrialNumber;
  /** The one whose checkpoint it goes on from. */
  readonly from: TrialNumber;
  readonly series: string;
  /** Why, in the strategy's words. */
  readonly text: string;
}

/**
 * Quantities over steps: how parameters change while a script trains. One series a member of a population; each is a
 * chain of trials, of which each goes on from another's checkpoint.
 */
export interface SchedulesInsight {
  readonly kind: "schedules";
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  readonly unit: string;
  /** Those that change on the way, the one that changes most first. */
  readonly quantities: readonly ScheduleQuantity[];
  /** Empty where no trial changes anything on its way. */
  readonly series: readonly { readonly name: string; readonly lines: readonly ScheduleLine[] }[];
  readonly events: readonly ScheduleEvent[];
  /** The schedule that led to the best score, from the beginning: which trial's values held between two steps. */
  readonly winner: readonly { readonly trial: TrialNumber; readonly from: number; readonly to: number }[];
  readonly best: TrialNumber | undefined;
  /** Trials that are not in the lines, where there are more than 400: older ones. */
  readonly earlier: number;
}

/** What a trace shows over the steps of a training. */
export interface TraceQuantity {
  readonly name:
    | "rate"
    | "momentum"
    | "decay"
    | "loss"
    | "validation"
    | "change"
    | "spread"
    | "hypergradient"
    | "hypergradientOfMomentum"
    | "hypergradientOfDecay";
  /** For an axis. */
  readonly title: string;
  readonly isLog: boolean;
}

/** One training step by step, as far as it was looked at. */
export interface TraceLine {
  readonly trial: TrialNumber;
  readonly state: TrialState;
  readonly control: RateControl;
  /** What the script's optimizer is called; "" where it has not said hello. */
  readonly optimizer: string;
  /** At most 240, ascending. */
  readonly steps: readonly number[];
  /**
   * By quantity, and `own`, the script's own learning rate: one a step, null where it was not seen or is no number. What is
   * not seen at any step is absent.
   */
  readonly values: Readonly<Partial<Record<TraceQuantity["name"] | "own", readonly (number | null)[]>>>;
}

/** Something that happened to a training at a step. */
export interface TraceEvent {
  /** The training was put back; the learning rate was given back; the script or the engine let go altogether. */
  readonly kind: "rollback" | "fallback" | "left";
  readonly trial: TrialNumber;
  readonly step: number;
  readonly text: string;
}

/** Two trainings that differ only in who sets the learning rate. */
export interface TracePair {
  readonly own: TrialNumber;
  /** The one that was driven. */
  readonly policy: TrialNumber;
  /** Of both, in this order; null where there is none (yet). */
  readonly scores: readonly [number | null, number | null];
}

/** Trainings that are watched step by step. */
export interface TraceInsight {
  readonly kind: "trace";
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  /** Those that any of the trainings lets be seen. */
  readonly quantities: readonly TraceQuantity[];
  /** The newest 16, ascending by trial. */
  readonly lines: readonly TraceLine[];
  readonly events: readonly TraceEvent[];
  /** All of the study. */
  readonly pairs: readonly TracePair[];
  /** Trainings that are not in the lines: older ones. */
  readonly earlier: number;
}

export type Insight =
  | IncumbentInsight
  | BracketsInsight
  | ParametersInsight
  | SurfaceInsight
  | ImportanceInsight
  | StrategyInsight
  | ParetoInsight
  | SchedulesInsight
  | TraceInsight;
export type InsightKind = Insight["kind"];
