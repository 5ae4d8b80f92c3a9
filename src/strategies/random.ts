import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent } from "../protocol/trial.ts";
import { Configurations } from "./configurations.ts";
import { Design } from "./design.ts";
import type { Ask, Strategy, StrategyInput, StrategyKind } from "./strategy.ts";

/** Configurations that a strategy without a plan of its own tries when nothing is said. */
export const DEFAULT_TRIALS = 100;

class RandomSearch implements Strategy {
  readonly #configurations: Configurations;
  readonly #limit: number;
  readonly #budget: number;
  readonly #design: Design | undefined;

  constructor(input: StrategyInput) {
    const { draws } = input.options as unknown as RandomOptions;
    if (draws === "sobol") this.#design = new Design(input.space, input.seed);
    this.#configurations = new Configurations(input.space, input.seed);
    this.#limit = Math.min(input.trials ?? DEFAULT_TRIALS, input.space.size);
    this.#budget = input.budget?.max ?? 0;
  }

  ask(): Ask {
    if (this.#configurations.started >= this.#limit) return { type: "done" };
    const configuration = this.#designed() ?? this.#configurations.next();
    return configuration ? { type: "run", configuration, budget: this.#budget } : { type: "done" };
  }

  /** The sequence's next point, unless it is ruled out or was tried before. */
  #designed(): Configuration | undefined {
    const configuration = this.#design?.at(this.#configurations.started);
    return configuration && !this.#configurations.has(configuration) ? configuration : undefined;
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

/** Draws that are independent, or points of a sequence that covers the space evenly. */
interface RandomOptions {
  readonly draws: "independent" | "sobol";
}

/** Random search (Bergstra & Bengio 2012): independent draws, or quasi-random ones, each run at the full budget. */
export const randomSearch: StrategyKind = {
  name: "random",
  title: "Random search",
  description:
    "Draws each configuration independently and trains it in full. A sound baseline, and hard to beat when only a few parameters matter.",
  multiFidelity: false,
  objectives: "several",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      draws: {
        type: "string",
        title: "Draws",
        description:
          "Independent of each other, or quasi-random (a scrambled Sobol sequence), which leaves no holes and repeats no value.",
        enum: ["independent", "sobol"],
        default: "independent",
      },
    },
  },
  create: (input) => new RandomSearch(input),
};
