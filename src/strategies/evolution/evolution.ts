import { Sequential } from "../sequential.ts";
import type { StrategyKind } from "../strategy.ts";
import { Aging, type AgingOptions } from "./aging.ts";
import { Differential, type DifferentialOptions } from "./differential.ts";

interface EvolutionOptions extends AgingOptions, DifferentialOptions {
  readonly variant: "aging" | "de";
}

/** Regularised evolution (Real et al. 2019) and differential evolution (Storn & Price 1997). */
export const evolution: StrategyKind = {
  name: "evolution",
  title: "Evolution",
  description:
    "Keeps a population of configurations and tries changed copies of the better ones. It asks for no model, bears failures and many workers, and needs some hundred trials.",
  multiFidelity: false,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      variant: {
        type: "string",
        title: "Variant",
        description:
          "Aging: the oldest dies and the best of a few gets one parameter changed. Differential evolution: moves a member by the difference of two others.",
        enum: ["aging", "de"],
        default: "aging",
      },
      population: {
        type: "integer",
        title: "Population",
        description: "Configurations alive at once; so many are drawn at random first.",
        minimum: 4,
        maximum: 10000,
        default: 20,
      },
      tournament: {
        type: "integer",
        title: "Tournament",
        description: "Aging: members drawn, of which the best becomes the parent. More: greedier.",
        minimum: 1,
        maximum: 10000,
        default: 5,
      },
      step: {
        type: "number",
        title: "Step",
        description: "Aging: standard deviation of a changed number, as a share of its range.",
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.2,
      },
      weight: {
        type: "number",
        title: "Differential weight",
        description: "F of differential evolution: how much of the difference of two members is added.",
        exclusiveMinimum: 0,
        maximum: 2,
        default: 0.5,
      },
      crossover: {
        type: "number",
        title: "Crossover rate",
        description: "CR of differential evolution: the share of parameters taken from the moved member.",
        minimum: 0,
        maximum: 1,
        default: 0.5,
      },
    },
  },
  create: (input) => {
    const options = input.options as unknown as EvolutionOptions;
    const population =
      options.variant === "de" ? new Differential(input.space, options) : new Aging(input.space, options);
    return new Sequential(input, (known, random) => population.propose(known, random));
  },
};
