import type { TrialEvent } from "../protocol/trial.ts";
import { Configurations } from "./configurations.ts";
import type { Ask, Strategy, StrategyInput, StrategyKind } from "./strategy.ts";

/** Configurations that a strategy without a plan of its own tries when nothing is said. */
export const DEFAULT_TRIALS = 100;

class RandomSearch implements Strategy {
  readonly #configurations: Configurations;
  readonly #limit: number;
  readonly #budget: number;

  constructor(input: StrategyInput) {
    this.#configurations = new Configurations(input.space, input.seed);
    this.#limit = Math.min(input.trials ?? DEFAULT_TRIALS, input.space.size);
    this.#budget = input.budget?.max ?? 0;
  }

  ask(): Ask {
    if (this.#configurations.started >= this.#limit) return { type: "done" };
    const configuration = this.#configurations.next();
    return configuration ? { type: "run", configuration, budget: this.#budget } : { type: "done" };
  }

  tell(event: TrialEvent): void {
    if (event.type === "started") this.#configurations.add(event.configuration);
  }

  stops(): readonly number[] {
    return [];
  }

  planned(): number | undefined {
    return Number.isFinite(this.#limit) ? this.#limit : undefined;
  }
}

/** Random search (Bergstra & Bengio 2012): independent draws, each run at the full budget. */
export const randomSearch: StrategyKind = {
  name: "random",
  title: "Random search",
  description:
    "Draws each configuration independently and trains it in full. A sound baseline, and hard to beat when only a few parameters matter.",
  multiFidelity: false,
  options: { type: "object", properties: {}, additionalProperties: false },
  create: (input) => new RandomSearch(input),
};
