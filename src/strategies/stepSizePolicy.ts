import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import { random } from "../space/random.ts";
import { Configurations } from "./configurations.ts";
import type { Ask, Strategy, StrategyInput, StrategyKind } from "./strategy.ts";

/** Pairs of trials where neither the definition nor the space says how many. */
const DEFAULT_PAIRS = 10;

/** What the study reads of the options: the strategy itself needs none. */
export interface ControlOptions {
  /** A policy's file, relative to the definition; "": those that come with the program. */
  readonly policy: string;
  readonly first: number;
  readonly every: number;
}

/**
 * Trials in pairs of one configuration: its training as the script has it, then under the policy. The first pair is the
 * space's defaults, the script as it is; the others are random. A fold over the trials that it has started itself.
 */
class Pairs implements Strategy {
  readonly #input: StrategyInput;
  readonly #configurations: Configurations;
  readonly #limit: number;
  /** The configuration that has run as it is, and not yet under the policy. */
  #open: { readonly trial: TrialNumber; readonly configuration: Configuration } | undefined;
  #started = 0;

  constructor(input: StrategyInput) {
    this.#input = input;
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
    const note = { why: `#${this.#open.trial} again, its learning rate set by the policy.` };
    return { type: "run", configuration, budget, control: "policy", note };
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

/** The learned step-size policy of Daniel, Taylor & Nowozin 2016 on the user's own training, beside its own schedule. */
export const stepSizePolicy: StrategyKind = {
  name: "step-size-policy",
  title: "Step-size policy",
  description:
    "Trains each configuration twice: as the script has it, and with its learning rate set step by step by a learned policy. Shows whether the policy pays. For scripts that train with PyTorch or a multilayer perceptron of scikit-learn; the script needs no change.",
  multiFidelity: false,
  objectives: "several",
  repeats: true,
  controls: true,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      policy: {
        type: "string",
        title: "Policy",
        description:
          "A file that Train a Step-Size Policy has written, relative to the definition. Empty: the policies that come with Tuning Fork, one for each of SGD, momentum, RMSprop and Adam.",
        default: "",
      },
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
          "After that, one step of so many is looked at, and the learning rate is set for those up to the next. A look costs about as much as a step.",
        minimum: 1,
        maximum: 1000,
        default: 25,
      },
    },
  },
  create: (input) => new Pairs(input),
};
