import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { Design } from "../design.ts";
import { completed, TRIES } from "../evolution/vectors.ts";
import { type Dimension, dimensionsOf, vectorOf } from "../parzen/dimensions.ts";
import { type Known, type Proposal, Sequential } from "../sequential.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import { type Member, Population, tournament } from "./population.ts";
import { childOf, type VariationOptions } from "./variation.ts";

interface NsgaOptions extends VariationOptions {
  readonly population: number;
}

/** Proposes children of the population; undefined: a random draw. */
class Nsga {
  readonly #space: Space;
  readonly #options: NsgaOptions;
  readonly #dimensions: readonly Dimension[];
  readonly #population: Population;
  readonly #design: Design;

  constructor({ space, seed, options }: StrategyInput) {
    this.#space = space;
    this.#options = options as unknown as NsgaOptions;
    this.#dimensions = dimensionsOf(space);
    this.#population = new Population(this.#options.population);
    this.#design = new Design(space, seed);
  }

  propose({ started, finished, has }: Known, random: Random): Proposal | undefined {
    const members = this.#population.select(finished);
    if (started < this.#options.population) return this.#designed(started);
    if (members.length < 2) return undefined;
    for (let i = 0; i < TRIES; i++) {
      const [a, b] = this.#parents(members, random);
      const pair = [a, b].map(({ observation }) => vectorOf(this.#space, observation.configuration));
      const child = childOf(pair as [Float64Array, Float64Array], this.#dimensions, this.#options, random);
      const configuration = this.#space.decode(completed(child, random));
      if (has(configuration) || this.#space.check(configuration) !== undefined) continue;
      return {
        configuration,
        note: { why: `Child of trials ${a.observation.trial} and ${b.observation.trial}.` },
      };
    }
    return undefined;
  }

  #designed(started: number): Proposal | undefined {
    const configuration = this.#design.at(started);
    return configuration && { configuration, note: { why: "first population" } };
  }

  /** Two tournaments; a few more where both have the same winner. */
  #parents(members: readonly Member[], random: Random): readonly [Member, Member] {
    const first = tournament(members, random);
    let second = tournament(members, random);
    for (let i = 0; i < 4 && second === first; i++) second = tournament(members, random);
    return [first, second];
  }
}

/** NSGA-II (Deb, Pratap, Agarwal & Meyarivan 2002, "A fast and elitist multiobjective genetic algorithm"). */
export const nsga: StrategyKind = {
  name: "nsga-ii",
  title: "NSGA-II",
  description:
    "Keeps a population along the best compromises of several objectives and tries mixtures of two of its members. It asks for no model, bears failures and many workers, and needs some hundred trials.",
  multiFidelity: false,
  objectives: "several",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      population: {
        type: "integer",
        title: "Population",
        description: "Configurations that may be parents; so many are spread over the space first.",
        minimum: 4,
        maximum: 1000,
        default: 20,
      },
      crossover: {
        type: "number",
        title: "Crossover rate",
        description: "How often a child mixes both parents; else it is a copy of one, with a mutation.",
        minimum: 0,
        maximum: 1,
        default: 0.9,
      },
      crossoverIndex: {
        type: "number",
        title: "ηc",
        description: "Simulated binary crossover: the larger, the nearer to one of its parents is a child.",
        minimum: 0,
        maximum: 1000,
        default: 20,
      },
      mutationIndex: {
        type: "number",
        title: "ηm",
        description: "Polynomial mutation: the larger, the smaller is a change.",
        minimum: 0,
        maximum: 1000,
        default: 20,
      },
    },
  },
  create: (input) => {
    const search = new Nsga(input);
    return new Sequential(input, (known, random) => search.propose(known, random));
  },
};
