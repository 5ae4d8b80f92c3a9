import type { Configuration, SpaceSpec } from "../../src/protocol/space.ts";
import type { Random } from "../../src/space/random.ts";

/** What a training has given. */
export interface Outcome {
  /** What a strategy is told; smaller is better. */
  readonly loss: number;
  /** How far the configuration truly is from the best one, in the problem's unit of regret; without noise. */
  readonly regret: number;
  /** Seconds that the training takes from its beginning to this budget, in simulated time. */
  readonly duration: number;
}

/** A tuning problem with a known answer. */
export interface Problem {
  /** `function`, or a scenario's name. */
  readonly scenario: string;
  /** A function's name, or one of a scenario's instances. */
  readonly instance: string;
  readonly space: SpaceSpec;
  /** Smallest and largest budget of a training; absent where there is only the full one. */
  readonly budget?: { readonly min: number; readonly max: number };
  /** Whether regrets of other instances are on the same scale, so that their mean says something. */
  readonly normalised: boolean;
  /** Trains a configuration to `budget` (absent: in full). `noise` is drawn from where the problem is noisy. */
  evaluate(configuration: Configuration, budget: number | undefined, noise: Random): Promise<Outcome>;
}

/** One study, as it stands in the file of results. */
export interface StudyResult {
  readonly scenario: string;
  readonly instance: string;
  readonly strategy: string;
  readonly seed: number;
  /** Trials that have finished. */
  readonly trials: number;
  /** Of the incumbent at the end. */
  readonly regret: number;
  /**
   * With a number of trials: the incumbent's regret after each finished trial. With a total budget: a pair
   * [budget spent so far in full trainings, regret of the incumbent trained in full] after each result.
   */
  readonly trajectory: readonly number[] | readonly (readonly [spent: number, regret: number])[];
  /** Wall clock of the strategy alone: asking and telling, without trainings. */
  readonly seconds: number;
}
