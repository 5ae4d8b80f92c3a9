import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { type Known, type Proposal, Sequential } from "../sequential.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import { TpeModel, type TpeRules } from "./model.ts";

interface TpeOptions extends TpeRules {
  readonly startup: number;
  readonly candidates: number;
}

class Tpe {
  readonly #space: Space;
  readonly #options: TpeOptions;
  readonly #model: TpeModel;

  constructor(space: Space, options: TpeOptions) {
    this.#space = space;
    this.#options = options;
    this.#model = new TpeModel(space, options);
  }

  /** The candidate drawn from l(x) with the largest l(x) / g(x); undefined: a random draw. */
  propose({ started, finished, pending, has }: Known, random: Random): Proposal | undefined {
    if (started < this.#options.startup) return undefined;
    const densities = this.#model.fit(finished, pending);
    if (!densities) return undefined;
    const { good, bad, sizes } = densities;
    let best: Proposal | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#options.candidates; i++) {
      const configuration = this.#space.decode(good.draw(random));
      if (has(configuration) || this.#space.check(configuration) !== undefined) continue;
      const vector = this.#space.encode(configuration);
      const ratio = good.logDensity(vector) - bad.logDensity(vector);
      if (ratio <= most) continue;
      most = ratio;
      best = { configuration };
    }
    const why = `l/g ${Math.exp(most).toPrecision(2)}, best of ${this.#options.candidates} candidates; ${sizes[0]} good and ${sizes[1]} other trials.`;
    return best && { ...best, note: { why } };
  }
}

/** Tree-structured Parzen estimator (Bergstra et al. 2011), multivariate. */
export const tpe: StrategyKind = {
  name: "tpe",
  title: "TPE",
  description:
    "Learns from every trial where good configurations lie close together, and tries next what is likely among the good and unlikely among the others. Each runs at the full budget.",
  multiFidelity: false,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      startup: {
        type: "integer",
        title: "Random trials first",
        description: "So many configurations are drawn at random before the model is asked.",
        minimum: 1,
        maximum: 100000,
        default: 8,
      },
      candidates: {
        type: "integer",
        title: "Candidates",
        description: "Draws from the good trials' density, of which the best is proposed. More: greedier.",
        minimum: 1,
        maximum: 10000,
        default: 24,
      },
      gamma: {
        type: "number",
        title: "Share of good trials",
        description: "γ: the share of the trials that count as good.",
        minimum: 0.01,
        maximum: 0.5,
        default: 0.15,
      },
      maxGood: {
        type: "integer",
        title: "Good trials at most",
        description: "However many trials there are, no more than these count as good.",
        minimum: 1,
        maximum: 1000,
        default: 25,
      },
      priorWeight: {
        type: "number",
        title: "Weight of the prior",
        description:
          "How many trials the uniform distribution counts for in both densities. More: explores longer.",
        minimum: 0.01,
        maximum: 100,
        default: 1,
      },
    },
  },
  create: (input: StrategyInput) => {
    const model = new Tpe(input.space, input.options as unknown as TpeOptions);
    return new Sequential(input, (known, random) => model.propose(known, random));
  },
};
