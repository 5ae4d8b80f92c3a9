import type { Configuration } from "../protocol/space.ts";
import type { RateControl, TrialEvent, TrialNumber } from "../protocol/trial.ts";
import { random } from "../space/random.ts";
import { Configurations } from "./configurations.ts";
import type { Ask, Strategy, StrategyInput, StrategyKind } from "./strategy.ts";

/** Pairs of trials where neither the definition nor the space says how many. */
const DEFAULT_PAIRS = 10;

/** How often a training is looked at; every strategy that has trainings watched has these options. */
export interface LookOptions {
  readonly first: number;
  readonly every: number;
}

/** The form of `LookOptions`. */
const lookOptions = {
  first: {
    type: "integer",
    title: "First steps",
    description: "So many steps at the beginning are looked at one by one.",
    minimum: 1,
    maximum: 1000,
    default: 5,
  },
  every: {
    type: "integer",
    title: "Steps between looks",
    description:
      "After that, one step of so many is looked at, and a policy sets the learning rate for those up to the next. A look costs about as much as a step.",
    minimum: 1,
    maximum: 1000,
    default: 40,
  },
} as const;

/** A strategy that has trainings watched, in pairs: what they have in common. `properties`: its own options' schemas. */
export const pairsKind = (
  own: Pick<StrategyKind, "name" | "title" | "description">,
  properties: Readonly<Record<string, unknown>>,
  driver: Driver,
): StrategyKind => ({
  ...own,
  multiFidelity: false,
  objectives: "several",
  repeats: true,
  controls: true,
  options: {
    type: "object",
    additionalProperties: false,
    properties: { ...properties, ...lookOptions },
  },
  create: (input) => new Pairs(input, driver),
});

/** Who drives the second training of a pair, and how people call that: "the policy". */
export interface Driver {
  readonly control: Exclude<RateControl, "own">;
  readonly name: string;
}

/**
 * Trials in pairs of one configuration: its training as the script has it, then with its learning rate set on the way. The
 * first pair is the space's defaults, the script as it is; the others are random. A fold over the trials that it has
 * started itself.
 */
class Pairs implements Strategy {
  readonly #input: StrategyInput;
  readonly #driver: Driver;
  readonly #configurations: Configurations;
  readonly #limit: number;
  /** The configuration that has run as it is, and not yet driven. */
  #open: { readonly trial: TrialNumber; readonly configuration: Configuration } | undefined;
  #started = 0;

  constructor(input: StrategyInput, driver: Driver) {
    this.#input = input;
    this.#driver = driver;
    this.#configurations = new Configurations(input.space, input.seed);
    this.#limit = input.trials ?? 2 * Math.min(DEFAULT_PAIRS, input.space.size);
  }

  ask(): Ask {
    if (this.#started >= this.#limit) return { type: "done" };
    const budget = this.#input.budget?.max ?? 0;
    const configuration = this.#open?.configuration ?? this.#first() ?? this.#next();
    if (this.#open === undefined) {
      const note = { why: "The training as the script has it." };
      return { type: "run", configuration, budget, control: "own", note };
    }
    const { control, name } = this.#driver;
    const note = { why: `#${this.#open.trial} again, its learning rate set by ${name}.` };
    return { type: "run", configuration, budget, control, note };
  }

  /** One that was not tried yet; in a finite space that is used up, any: trainings differ. */
  #next(): Configuration {
    const { space, seed } = this.#input;
    return this.#configurations.next() ?? space.sample(random(seed, this.#started));
  }

  /** The defaults, where they are a configuration. */
  #first(): Configuration | undefined {
    if (this.#started > 0) return undefined;
    const { space } = this.#input;
    const defaults = space.defaults();
    return space.check(defaults) === undefined && !this.#configurations.has(defaults) ? defaults : undefined;
  }

  tell(event: TrialEvent): void {
    if (event.type !== "started") return;
    if (event.control === undefined) {
      this.#configurations.add(event.configuration);
      return;
    }
    this.#started++;
    if (event.control === "own") {
      this.#open = { trial: event.trial, configuration: event.configuration };
      this.#configurations.add(event.configuration);
    } else this.#open = undefined;
  }

  stops(): readonly number[] {
    return [];
  }

  planned(): number {
    return this.#limit;
  }
}
