import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent } from "../protocol/trial.ts";
import { type Random, random } from "../space/random.ts";
import type { Space } from "../space/space.ts";
import { Configurations } from "./configurations.ts";
import { type Observation, Observations } from "./observations.ts";
import { DEFAULT_TRIALS } from "./random.ts";
import type { Ask, Strategy, StrategyInput } from "./strategy.ts";

/** What a proposal is made from. */
export interface Known {
  readonly space: Space;
  /** Trials that have ended, in that order. */
  readonly finished: readonly Observation[];
  /** Configurations without a result yet. */
  readonly pending: readonly Configuration[];
  /** Configurations started so far: the number of the one that is asked for. */
  readonly started: number;
  /** Whether a configuration has been started. */
  has(configuration: Configuration): boolean;
}

export interface Proposal {
  readonly configuration: Configuration;
  /** Why, in JSON. */
  readonly note?: unknown;
}

/** Proposes the next configuration; undefined: any that was not tried yet. Pure, but for what it draws. */
export type Propose = (known: Known, random: Random) => Proposal | undefined;

/**
 * A strategy that tries configurations one after the other at the full budget, each proposed from all that is
 * known by then. Nothing is tried twice in a finite space.
 */
export class Sequential implements Strategy {
  readonly #space: Space;
  readonly #seed: number;
  readonly #propose: Propose;
  readonly #configurations: Configurations;
  readonly #observations = new Observations();
  readonly #limit: number;
  readonly #budget: number;
  #next: Proposal | undefined;

  constructor(input: StrategyInput, propose: Propose) {
    this.#space = input.space;
    this.#seed = input.seed;
    this.#propose = propose;
    this.#configurations = new Configurations(input.space, input.seed);
    this.#limit = Math.min(input.trials ?? DEFAULT_TRIALS, input.space.size);
    this.#budget = input.budget?.max ?? 0;
  }

  ask(): Ask {
    if (this.#configurations.started >= this.#limit) return { type: "done" };
    this.#next ??= this.#proposal();
    if (this.#next === undefined) return { type: "done" };
    const { configuration, note } = this.#next;
    return { type: "run", configuration, budget: this.#budget, ...(note !== undefined && { note }) };
  }

  tell(event: TrialEvent): void {
    if (event.type === "started") this.#configurations.add(event.configuration);
    this.#observations.tell(event);
    // What is on its way changes nothing until it has ended.
    if (event.type === "started" || event.type === "finished" || event.type === "failed")
      this.#next = undefined;
  }

  stops(): readonly number[] {
    return [];
  }

  planned(): number | undefined {
    return Number.isFinite(this.#limit) ? this.#limit : undefined;
  }

  #proposal(): Proposal | undefined {
    if (this.#configurations.exhausted) return undefined;
    const { started } = this.#configurations;
    const { finished, pending } = this.#observations;
    const has = (configuration: Configuration): boolean => this.#configurations.has(configuration);
    const known = { space: this.#space, finished, pending, started, has };
    const proposal = this.#propose(known, random(this.#seed, started));
    if (proposal !== undefined && !has(proposal.configuration)) return proposal;
    const configuration = this.#configurations.next();
    return configuration && { configuration };
  }
}
