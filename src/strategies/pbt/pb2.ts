import type { Random } from "../../space/random.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import { TimeVaryingBandit } from "./bandit.ts";
import { type Changed, Explore } from "./explore.ts";
import { exploreOptions, populationOptions } from "./pbt.ts";
import { type Parent, Population } from "./population.ts";

/** The explore step of PB2: choices by the rule of population-based training, then numbers by the bandit. */
class BanditStep {
  readonly #explore: Explore;
  readonly #bandit: TimeVaryingBandit;
  readonly #numbers: readonly string[];

  constructor(input: StrategyInput) {
    const { space } = input;
    const options = exploreOptions(input);
    this.#explore = new Explore(space, options);
    this.#bandit = new TimeVaryingBandit(space, (input.options as { kappa: number }).kappa);
    this.#numbers = space.names.filter((name) => {
      const { type } = space.parameters[name]!;
      return (type === "float" || type === "int") && (options.parameters?.includes(name) ?? true);
    });
  }

  propose(parent: Parent, random: Random): Changed {
    const rule = this.#explore.propose(parent.configuration, random);
    const free = this.#numbers.filter(
      (name) => rule.configuration[name] !== undefined && parent.configuration[name] !== undefined,
    );
    const set = this.#bandit.propose(parent, rule.configuration, free, random);
    return (set && this.#explore.place(parent.configuration, rule.configuration, set)) ?? rule;
  }
}

/** Population-based bandits (Parker-Holder, Nguyen & Roberts 2020). */
export const populationBasedBandits: StrategyKind = {
  name: "pb2",
  title: "Population-based bandits",
  description:
    "Population-based training that learns which values pay at which step, by a Gaussian process that forgets: copies get numbers that it expects most of. For populations of four to ten.",
  multiFidelity: true,
  repeats: true,
  copies: true,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...populationOptions,
      population: { ...populationOptions.population, default: 4 },
      kappa: {
        type: "number",
        title: "κ",
        description: "Standard deviations that are hoped for above what is expected. More: bolder.",
        minimum: 0,
        maximum: 10,
        default: 1,
      },
    },
  },
  create: (input) => {
    const step = new BanditStep(input);
    return new Population(input, (parent, random) => step.propose(parent, random));
  },
};
