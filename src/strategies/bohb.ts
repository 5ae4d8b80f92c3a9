import type { Random } from "../space/random.ts";
import type { Space } from "../space/space.ts";
import { type BohbDensities, BohbModel, type BohbRules } from "./bohbModel.ts";
import { Halving } from "./halving.ts";
import {
  type HyperbandOptions,
  hyperbandBracketing,
  hyperbandOptions,
  randomFractionOption,
} from "./hyperband.ts";
import type { KnownByBudget } from "./proposals.ts";
import type { Proposal } from "./sequential.ts";
import type { StrategyInput, StrategyKind } from "./strategy.ts";

interface SampleRules extends BohbRules {
  readonly samples: number;
}

interface BohbOptions extends HyperbandOptions, SampleRules {
  readonly randomFraction: number;
}

/** Log of the density below which a place counts as unknown to a model, as in HpBandSter. */
const FLOOR = Math.log(1e-32);

/** What the densities of BOHB propose (Falkner, Klein & Hutter 2018, Algorithm 2). */
export class DensityProposals {
  readonly #space: Space;
  readonly #rules: SampleRules;
  readonly #model: BohbModel;

  constructor(space: Space, rules: SampleRules) {
    this.#space = space;
    this.#rules = rules;
    this.#model = new BohbModel(space, rules);
  }

  /** Undefined while too little is known. */
  propose(known: KnownByBudget, random: Random): Proposal | undefined {
    const model = this.#model.fit(known.fidelities);
    if (!model) return undefined;
    let best: Proposal | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#rules.samples; i++) {
      const configuration = this.#space.decode(model.wide.draw(random));
      if (this.#space.check(configuration) !== undefined || known.has(configuration)) continue;
      const vector = this.#space.encode(configuration);
      const l = Math.max(FLOOR, model.good.logDensity(vector));
      const ratio = l - Math.max(FLOOR, model.bad.logDensity(vector));
      if (ratio <= most) continue;
      most = ratio;
      best = { configuration };
    }
    return best && { ...best, note: { why: this.#why(model, most) } };
  }

  #why({ budget, sizes: [good, bad] }: BohbDensities, ratio: number): string {
    const from = `${good} good and ${bad} other trials at budget ${budget}`;
    return `l/g ${Math.exp(ratio).toPrecision(2)}, best of ${this.#rules.samples} samples; model of ${from}.`;
  }
}

/** BOHB (Falkner, Klein & Hutter 2018): Hyperband whose new configurations come from a density model. */
export const bohb: StrategyKind = {
  name: "bohb",
  title: "BOHB",
  description:
    "Hyperband, but most new configurations are drawn where good ones lie close together at the largest budget that is well enough known; the rest stay random.",
  multiFidelity: true,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...hyperbandOptions,
      minPoints: {
        type: "integer",
        title: "Points for a model",
        description:
          "A budget's model is used once two more trials than this have a score there. Absent: the number of parameters + 1.",
        minimum: 2,
        maximum: 1000,
      },
      topPercent: {
        type: "number",
        title: "Good trials (%)",
        description: "Share of the trials at a budget that count as good.",
        minimum: 1,
        maximum: 50,
        default: 15,
      },
      samples: {
        type: "integer",
        title: "Samples",
        description: "Draws from the good trials' density, of which the best is proposed.",
        minimum: 1,
        maximum: 10000,
        default: 64,
      },
      randomFraction: randomFractionOption(1 / 3),
      bandwidthFactor: {
        type: "number",
        title: "Bandwidth factor",
        description: "How much wider than the density's kernels those are that samples are drawn from.",
        minimum: 0.1,
        maximum: 10,
        default: 3,
      },
      minBandwidth: {
        type: "number",
        title: "Smallest bandwidth",
        description: "Lower bound of a kernel's width, as a share of the parameter's range.",
        minimum: 0.000001,
        maximum: 1,
        default: 0.001,
      },
    },
  },
  create: (input: StrategyInput) => {
    const options = input.options as unknown as BohbOptions;
    const densities = new DensityProposals(input.space, options);
    const bracketing = hyperbandBracketing(input.budget!, options, input.trials);
    return new Halving(input, bracketing, (known, random) =>
      random.uniform() < options.randomFraction ? undefined : densities.propose(known, random),
    );
  },
};
