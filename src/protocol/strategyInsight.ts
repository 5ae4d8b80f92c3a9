import type { SurfaceAxis } from "./axis.ts";
import type { Configuration, Value } from "./space.ts";
import type { TrialNumber } from "./trial.ts";

/** What the strategy view is to show; what is absent is chosen for the user. */
export interface StrategyQuery {
  /** Names of the parameters along the axes, where a view has any to choose. */
  readonly x?: string;
  readonly y?: string;
  /** How many results are known: a look into the study's past. All when absent. */
  readonly at?: number;
}

interface Common {
  readonly kind: "strategy";
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  /** The strategy that decides, by its name and title: of "auto" the one that it has picked. */
  readonly strategy: string;
  readonly title: string;
  /** Results that are known, of `total`: trials that have ended, or where trials have several budgets, scores at one. */
  readonly at: number;
  readonly total: number;
}

/** A trial, and where it stands on each of some axes: null where the parameter is inactive. */
export interface PlacedTrial {
  readonly trial: TrialNumber;
  /** Absent without a score. */
  readonly score: number | undefined;
  readonly at: readonly (number | null)[];
}

/** A configuration that comes next: of the past, the trial that it became. */
export interface NextProposal {
  readonly trial: TrialNumber | undefined;
  readonly configuration: Configuration;
  readonly at: readonly (number | null)[];
}

/** l(x) and g(x) of one parameter by itself, on its axis. */
export interface ParameterCurves {
  readonly axis: SurfaceAxis;
  /** Where the densities were evaluated, ascending: each value of a discrete axis. */
  readonly units: readonly number[];
  /** Densities on the unit interval (1 is uniform); of a discrete axis probabilities. */
  readonly good: readonly number[];
  readonly bad: readonly number[];
  /** Good and other trials in which the parameter is active. */
  readonly active: readonly [good: number, other: number];
}

/** TPE and BOHB: where good trials lie, and where the others do. */
export interface DensitiesInsight extends Common {
  readonly view: "densities";
  /** Results at one budget before there is a model; until then draws are random. */
  readonly needs: number;
  /** Share of the proposals that stay random. */
  readonly randomShare: number;
  /** Absent while there are too few results. */
  readonly model:
    | {
        /** The budget whose trials it is made of, and its unit; undefined where trials have one length. */
        readonly budget: number | undefined;
        readonly unit: string;
        /** How many trials count as good, and how many do not. */
        readonly good: number;
        readonly others: number;
        /** The worst score of the good. */
        readonly threshold: number;
        /** In the space's order; of more than 24, those in which good and other trials differ most. */
        readonly parameters: readonly ParameterCurves[];
        /** Parameters that are left out. */
        readonly hidden: number;
      }
    | undefined;
  /** Placed by parameter, as in the model; of all but the good ones at most 300. */
  readonly good: readonly PlacedTrial[];
  readonly others: readonly PlacedTrial[];
  readonly running: readonly PlacedTrial[];
  readonly next: NextProposal | undefined;
}

/** One arm of a bandit: a configuration that is run again and again. Means and bounds have the metric's unit. */
export interface BanditArm {
  /** Position among all arms, from 0. */
  readonly arm: number;
  readonly configuration: Configuration;
  /** With those that have no result yet. */
  readonly pulls: number;
  readonly failed: number;
  /** Mean score; a failure counts as the worst score seen. Absent without a result. */
  readonly mean: number | undefined;
  /** What is believed of the mean: UCB1's bound and the mean, Thompson's posterior mean ± 2 deviations. */
  readonly bounds: readonly [low: number, high: number] | undefined;
  /** That it is pulled next; absent where the policy does not say. */
  readonly probability: number | undefined;
  /** Its latest trial. */
  readonly latest: TrialNumber | undefined;
}

export interface BanditInsight extends Common {
  readonly view: "bandit";
  readonly policy: "thompson" | "ucb1" | "epsilon-greedy" | "exp3";
  /** Best mean first, untried ones last; at most 60, those pulled most. */
  readonly arms: readonly BanditArm[];
  readonly hidden: number;
  /** The arm that is pulled next. */
  readonly next: number | undefined;
  /** Results in their order, thinned to at most 1,000. */
  readonly pulls: readonly {
    readonly trial: TrialNumber;
    /** From 1. */
    readonly order: number;
    readonly arm: number;
    readonly score: number | undefined;
    /** ρ in the metric's unit: what the pulls so far have lost against the arm whose mean is best now. */
    readonly regret: number;
    /** The same with each result at its arm's mean. */
    readonly expected: number;
  }[];
}

/** Evolution: the population and how its members came about. */
export interface PopulationInsight extends Common {
  readonly view: "population";
  readonly variant: "aging" | "de";
  /** Members that are alive at once. */
  readonly size: number;
  /** The newest 600 that have ended, in the order of their numbers. */
  readonly points: readonly {
    readonly trial: TrialNumber;
    /** Absent for a trial that failed. */
    readonly score: number | undefined;
    readonly isAlive: boolean;
    /** Differential evolution: the member whose place it competes for, from 0. */
    readonly member: number;
    /** 0 for the newest, 1 for the oldest. */
    readonly age: number;
    /** The trials that it was made from, the one it is closest to first; empty for a random draw. */
    readonly parents: readonly TrialNumber[];
    /** How it differs from the first of them; absent: inactive. */
    readonly changes: readonly {
      readonly name: string;
      readonly from: Value | undefined;
      readonly to: Value | undefined;
    }[];
  }[];
  /** Older trials that are not in the list. */
  readonly earlier: number;
  readonly next:
    | { readonly configuration: Configuration; readonly trial: TrialNumber | undefined }
    | undefined;
}

/** CMA-ES: the normal distribution that is drawn from, over two parameters. */
export interface DistributionInsight extends Common {
  readonly view: "distribution";
  /** All that an axis may be, the most important first. */
  readonly parameters: readonly { readonly name: string; readonly importance: number | undefined }[];
  /** Absent where no parameter is numeric. */
  readonly search:
    | {
        readonly x: SurfaceAxis;
        /** Absent in a space of one numeric parameter. */
        readonly y: SurfaceAxis | undefined;
        /** In the unit intervals of the axes. */
        readonly mean: readonly [x: number, y: number];
        readonly covariance: readonly [xx: number, xy: number, yy: number];
      }
    | undefined;
  /** Restarts and generations so far, and trials a generation. */
  readonly run: number;
  readonly generation: number;
  readonly population: number;
  /** σ at the start of each generation; the newest 500. */
  readonly generations: readonly {
    readonly run: number;
    readonly generation: number;
    /** Results that were known when it began. */
    readonly order: number;
    readonly sigma: number;
  }[];
  /** At most 500, the newest. */
  readonly points: readonly (PlacedTrial & {
    readonly run: number;
    readonly generation: number;
    /** 0 for the newest generation, 1 for the oldest. */
    readonly age: number;
  })[];
  readonly running: readonly PlacedTrial[];
  readonly next: NextProposal | undefined;
}

/** Gradient descent on the hyperparameters: chains of trials, each stepped to against a hypergradient. */
export interface ChainsInsight extends Common {
  readonly view: "chains";
  /** Parameters that move; of more than 12, those that have moved furthest. */
  readonly parameters: readonly SurfaceAxis[];
  /** Parameters that are left out. */
  readonly hidden: number;
  /** The newest 12. */
  readonly chains: readonly {
    /** From 0. */
    readonly chain: number;
    /** Why it does not go on; absent while it does. */
    readonly ended: "converged" | "silent" | "failed" | undefined;
    /** Its trial that is on its way. */
    readonly running: TrialNumber | undefined;
    /** How far its next step would move a parameter, as a share of its range. */
    readonly step: number;
    /** Its best score. */
    readonly best: number | undefined;
    /** Trials that have ended, at most the newest 100. */
    readonly visits: readonly (PlacedTrial & {
      /** From 1. */
      readonly iteration: number;
      /** "best": the chain goes on from it; "worse": it goes back and takes a shorter step. */
      readonly became: "best" | "worse";
      readonly step: number;
      /** The trial that it was stepped to from; absent for a start. */
      readonly from: TrialNumber | undefined;
      /** Derivatives of the score, each by the whole range of a parameter; null where none was told. */
      readonly slopes: readonly (number | null)[];
    })[];
  }[];
  /** Older chains that are not in the list. */
  readonly earlier: number;
  /** What to do where no trial has told a hypergradient; absent while there is nothing to say. */
  readonly silence: string | undefined;
  readonly next: NextProposal | undefined;
}

/** A strategy that has nothing of its own to draw, and the panels that show what it does. */
export interface OtherStrategyInsight extends Common {
  readonly view: "other";
  readonly reason: "no-model" | "brackets" | "surface" | "unknown";
  readonly offers: readonly ("brackets" | "incumbent" | "surface")[];
}

/** What the study's strategy is thinking; what is drawn depends on the strategy, and `view` says which it is. */
export type StrategyInsight =
  | DensitiesInsight
  | BanditInsight
  | PopulationInsight
  | DistributionInsight
  | ChainsInsight
  | OtherStrategyInsight;
