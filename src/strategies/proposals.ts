import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent } from "../protocol/trial.ts";
import { type Random, random } from "../space/random.ts";
import type { Space } from "../space/space.ts";
import { Configurations } from "./configurations.ts";
import { Fidelities, type Fidelity } from "./fidelities.ts";
import type { Proposal } from "./sequential.ts";
import type { StrategyInput } from "./strategy.ts";

/** What a proposal is made from where trials have several budgets. */
export interface KnownByBudget {
  readonly space: Space;
  /** What the configuration will be run to first. */
  readonly budget: number;
  /** Scores by ascending budget; only budgets that have any. */
  readonly fidelities: readonly Fidelity[];
  /** Configurations that run and have no score at any budget yet. */
  readonly pending: readonly Configuration[];
  /** Configurations started so far: the number of the one that is asked for. */
  readonly started: number;
  /** Whether a configuration has been started. */
  has(configuration: Configuration): boolean;
}

/** Proposes a configuration for a bracket; undefined: a random draw. Pure, but for what it draws. */
export type ProposeByBudget = (known: KnownByBudget, random: Random) => Proposal | undefined;

/**
 * The new configurations of brackets: random draws, or what a model proposes from the scores at all budgets.
 * Nothing is tried twice in a finite space. A fold over events.
 */
export class Proposals {
  readonly #space: Space;
  readonly #seed: number;
  readonly #configurations: Configurations;
  readonly #propose: ProposeByBudget | undefined;
  /** Only kept where there is a model to learn from it. */
  readonly #fidelities = new Fidelities();
  #next: Proposal | undefined;

  constructor({ space, seed }: Pick<StrategyInput, "space" | "seed">, propose?: ProposeByBudget) {
    this.#space = space;
    this.#seed = seed;
    this.#configurations = new Configurations(space, seed);
    this.#propose = propose;
  }

  /** Whether every configuration of a finite space has been started. */
  get exhausted(): boolean {
    return this.#configurations.exhausted;
  }

  tell(event: TrialEvent): void {
    if (event.type === "started") this.#configurations.add(event.configuration);
    if (this.#propose) this.#fidelities.tell(event);
    if (event.type !== "reported") this.#next = undefined;
  }

  /** The next configuration, to be run to `budget` first: the same until something happens. Undefined when the space is exhausted. */
  next(budget: number): Proposal | undefined {
    this.#next ??= this.#configurations.exhausted ? undefined : (this.#proposed(budget) ?? this.#drawn());
    return this.#next;
  }

  #proposed(budget: number): Proposal | undefined {
    if (!this.#propose) return undefined;
    const { started } = this.#configurations;
    const { all: fidelities, pending } = this.#fidelities;
    const has = (configuration: Configuration): boolean => this.#configurations.has(configuration);
    const known = { space: this.#space, budget, fidelities, pending, started, has };
    const proposal = this.#propose(known, random(this.#seed, started));
    return proposal !== undefined && !has(proposal.configuration) ? proposal : undefined;
  }

  #drawn(): Proposal | undefined {
    const configuration = this.#configurations.next();
    return configuration && { configuration };
  }
}
