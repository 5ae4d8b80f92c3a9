import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import { lossOf } from "./feasibility.ts";
import type { Observation } from "./observations.ts";

/** The scores of all trials that have got to one budget. */
export interface Fidelity {
  readonly budget: number;
  /** In the order in which they came. */
  readonly observations: readonly Observation[];
}

interface Life {
  readonly configuration: Configuration;
  /** The budget it is on its way to; undefined while it rests at one. */
  target: number | undefined;
  /** Has a score at some budget. */
  scored: boolean;
}

/**
 * What is known at each budget: a trial's score counts at every budget it has reached, a failure counts as an
 * infinite loss at the one it was on its way to (as in HpBandSter). A fold over events.
 */
export class Fidelities {
  readonly #lives = new Map<TrialNumber, Life>();
  readonly #byBudget = new Map<number, Observation[]>();
  #sorted: readonly Fidelity[] | undefined;

  /** By ascending budget; only those with an observation. */
  get all(): readonly Fidelity[] {
    this.#sorted ??= [...this.#byBudget]
      .map(([budget, observations]) => ({ budget, observations }))
      .sort((a, b) => a.budget - b.budget);
    return this.#sorted;
  }

  /** Configurations that run and have no score at any budget yet. */
  get pending(): readonly Configuration[] {
    return [...this.#lives.values()]
      .filter(({ scored }) => !scored)
      .map(({ configuration }) => configuration);
  }

  tell(event: TrialEvent): void {
    if (event.type === "started") {
      const { trial, configuration, budget } = event;
      this.#lives.set(trial, { configuration, target: budget, scored: false });
      return;
    }
    const life = this.#lives.get(event.trial);
    if (!life) return;
    switch (event.type) {
      case "promoted":
        life.target = event.budget;
        break;
      case "reached":
        this.#score(event.trial, life, lossOf(event));
        break;
      case "finished":
        // A script that ended by itself has no better score to offer at its budget; one that was stopped might.
        if (event.state === "complete") this.#score(event.trial, life, lossOf(event));
        this.#lives.delete(event.trial);
        break;
      case "failed":
        this.#score(event.trial, life, Number.POSITIVE_INFINITY);
        this.#lives.delete(event.trial);
        break;
    }
  }

  #score(trial: TrialNumber, life: Life, loss: number): void {
    const budget = life.target;
    if (budget === undefined) return;
    life.target = undefined;
    life.scored = true;
    const observation = { trial, configuration: life.configuration, loss, budget };
    const known = this.#byBudget.get(budget);
    if (known) known.push(observation);
    else {
      this.#byBudget.set(budget, [observation]);
      this.#sorted = undefined;
    }
  }
}
