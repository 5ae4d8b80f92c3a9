import type { Configuration } from "../../src/protocol/space.ts";
import type { TrialNumber } from "../../src/protocol/trial.ts";
import { random } from "../../src/space/random.ts";
import type { Outcome, Problem } from "./problem.ts";

/**
 * The best configuration by what was seen: the smallest loss at the largest budget that has a result (the rule of
 * HpBandSter). What counts is its true regret when it is trained in full.
 */
export class Incumbent {
  readonly #problem: Problem;
  #trial: TrialNumber | undefined;
  #budget = Number.NEGATIVE_INFINITY;
  #loss = Number.POSITIVE_INFINITY;
  #regret = Number.NaN;
  readonly #single: number[] = [];
  readonly #spending: [number, number][] = [];

  constructor(problem: Problem) {
    this.#problem = problem;
  }

  get regret(): number {
    return this.#regret;
  }

  get trajectory(): readonly number[] | readonly (readonly [number, number])[] {
    return this.#single.length > 0 ? this.#single : this.#spending;
  }

  /** Takes a result. `spent`: full trainings so far; undefined where trials are counted. */
  async add(
    trial: TrialNumber,
    configuration: Configuration,
    budget: number,
    outcome: Outcome,
    spent: number | undefined,
  ): Promise<void> {
    if (budget > this.#budget || (budget === this.#budget && outcome.loss < this.#loss)) {
      const known = spent === undefined || budget === this.#problem.budget?.max;
      if (known) this.#regret = outcome.regret;
      else if (trial !== this.#trial)
        this.#regret = (await this.#problem.evaluate(configuration, undefined, random(0, 0))).regret;
      this.#trial = trial;
      this.#budget = budget;
      this.#loss = outcome.loss;
    }
    if (spent === undefined) this.#single.push(this.#regret);
    else this.#spending.push([spent, this.#regret]);
  }
}
