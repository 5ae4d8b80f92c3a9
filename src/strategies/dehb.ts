import type { Random } from "../space/random.ts";
import type { Space } from "../space/space.ts";
import { type Mixing, offspring, TRIES } from "./evolution/vectors.ts";
import type { Fidelity } from "./fidelities.ts";
import { type Bracketing, Halving } from "./halving.ts";
import { type HyperbandOptions, hyperbandBracketing, hyperbandOptions } from "./hyperband.ts";
import type { Observation } from "./observations.ts";
import { History } from "./parzen/history.ts";
import type { KnownByBudget } from "./proposals.ts";
import type { Proposal } from "./sequential.ts";
import type { StrategyInput, StrategyKind } from "./strategy.ts";

interface DehbOptions extends HyperbandOptions, Mixing {}

/** Members of a population at least: a mutation takes three, besides the target. */
const LEAST_MEMBERS = 4;

/** The population at one budget. Follows a list of scores that only grows. */
class Population {
  readonly #members: (Observation | undefined)[];
  readonly #history: History;
  #competed = 0;

  constructor(space: Space, size: number) {
    this.#members = new Array(size).fill(undefined);
    this.#history = new History(space);
  }

  get size(): number {
    return this.#members.length;
  }

  /**
   * A trial competes with the member at its number modulo the population's size, be it proposed for this budget or
   * promoted to it; of two equals the newer one stays.
   */
  follow({ observations }: Fidelity): void {
    this.#history.follow(observations);
    for (; this.#competed < observations.length; this.#competed++) {
      const challenger = observations[this.#competed]!;
      const slot = challenger.trial % this.size;
      const member = this.#members[slot];
      if (!member || challenger.loss <= member.loss) this.#members[slot] = challenger;
    }
  }

  member(slot: number): Observation | undefined {
    const member = this.#members[slot];
    return member && member.loss < Number.POSITIVE_INFINITY ? member : undefined;
  }

  /** All members but one that have a score. */
  others(slot: number): Observation[] {
    return this.#members.flatMap((_, i) => (i === slot ? [] : (this.member(i) ?? [])));
  }

  /** The best trials that have ever got to this budget. */
  best(most: number): Observation[] {
    return this.#history.best(Math.min(most, this.#history.finite));
  }
}

/** Proposes by differential evolution at the budget that a bracket starts with; undefined: a random draw. */
class Dehb {
  readonly #space: Space;
  readonly #options: DehbOptions;
  /** Configurations of the first bracket. */
  readonly #random: number;
  readonly #sizes: ReadonlyMap<number, number>;
  readonly #populations = new Map<number, Population>();

  constructor(space: Space, options: DehbOptions, bracketing: Bracketing) {
    this.#space = space;
    this.#options = options;
    const round = Array.from({ length: bracketing.round }, (_, i) =>
      bracketing.at(i, Number.POSITIVE_INFINITY),
    );
    const sizes = new Map<number, number>();
    for (const { budget, size } of round.flatMap(({ rungs }) => rungs)) {
      sizes.set(budget, Math.max(LEAST_MEMBERS, size, sizes.get(budget) ?? 0));
    }
    this.#sizes = sizes;
    this.#random = round[0]!.rungs[0]!.size;
  }

  propose(known: KnownByBudget, random: Random): Proposal | undefined {
    const { budget, started, fidelities } = known;
    for (const fidelity of fidelities) this.#populationAt(fidelity.budget)?.follow(fidelity);
    const population = this.#populationAt(budget);
    if (started < this.#random || population === undefined) return undefined;
    const slot = started % population.size;
    const { pool, from } = this.#pool(known, population, slot);
    if (pool.length < 3) return undefined;
    for (let i = 0; i < TRIES; i++) {
      const [a, b, c] = random.shuffle(pool);
      const vector = offspring(this.#space, population.member(slot), [a!, b!, c!], this.#options, random);
      const configuration = this.#space.decode(vector);
      if (known.has(configuration) || this.#space.check(configuration) !== undefined) continue;
      const moved = `trial ${a!.trial} moved by the difference of ${b!.trial} and ${c!.trial}`;
      const why = `Member ${slot + 1} of ${population.size} at budget ${budget}: ${moved}, of the best at budget ${from}.`;
      return { configuration, note: { why } };
    }
    return undefined;
  }

  /** Parents: the best of the next smaller budget that has enough, at the smallest one the population itself. */
  #pool({ budget, fidelities }: KnownByBudget, population: Population, slot: number) {
    for (const { budget: smaller } of fidelities.toReversed()) {
      const pool = smaller < budget ? this.#populationAt(smaller)?.best(population.size) : undefined;
      if (pool && pool.length >= 3) return { pool, from: smaller };
    }
    return { pool: population.others(slot), from: budget };
  }

  /** Undefined at a budget that is no rung: of a trial that was enqueued, or ended early. */
  #populationAt(budget: number): Population | undefined {
    const size = this.#sizes.get(budget);
    if (size === undefined) return undefined;
    let population = this.#populations.get(budget);
    if (!population) {
      population = new Population(this.#space, size);
      this.#populations.set(budget, population);
    }
    return population;
  }
}

/**
 * DEHB (Awad, Mallik & Hutter 2021): Hyperband over differential evolution, with a population at each budget (section 4)
 * and parents from the next smaller one. The first bracket is random. Unlike in the paper later rungs, too, go on with
 * the best of the rung before (the paper starts new configurations there): a trial that is paused goes on where it was,
 * so its promotion costs only what is new. Promoted trials enter the larger budget's population.
 */
export const dehb: StrategyKind = {
  name: "dehb",
  title: "DEHB",
  description:
    "Hyperband, but after the first bracket new configurations come by differential evolution: one good configuration moved by the difference of two others, with a population at each budget. Needs no model, and gets better round by round.",
  multiFidelity: true,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...hyperbandOptions,
      weight: {
        type: "number",
        title: "Differential weight",
        description: "F: how much of the difference of two configurations is added to a third.",
        exclusiveMinimum: 0,
        maximum: 2,
        default: 0.5,
      },
      crossover: {
        type: "number",
        title: "Crossover rate",
        description: "CR: the share of parameters taken from the moved configuration.",
        minimum: 0,
        maximum: 1,
        default: 0.5,
      },
    },
  },
  create: (input: StrategyInput) => {
    const options = input.options as unknown as DehbOptions;
    const bracketing = hyperbandBracketing(input.budget!, options, input.trials);
    const model = new Dehb(input.space, options, bracketing);
    return new Halving(input, bracketing, (known, random) => model.propose(known, random));
  },
};
