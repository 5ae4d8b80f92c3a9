import type { Random } from "../space/random.ts";
import type { Space } from "../space/space.ts";
import type { Fidelity } from "./fidelities.ts";
import { Halving } from "./halving.ts";
import {
  type HyperbandOptions,
  hyperbandBracketing,
  hyperbandOptions,
  randomFractionOption,
} from "./hyperband.ts";
import type { Observation } from "./observations.ts";
import { type Dimension, dimensionsOf } from "./parzen/dimensions.ts";
import { History } from "./parzen/history.ts";
import { Parzen } from "./parzen/parzen.ts";
import { leaving, shrinkage, spreadOf } from "./parzen/widths.ts";
import type { KnownByBudget } from "./proposals.ts";
import type { Proposal } from "./sequential.ts";
import type { StrategyInput, StrategyKind } from "./strategy.ts";

interface BohbOptions extends HyperbandOptions {
  readonly minPoints?: number;
  readonly topPercent: number;
  readonly samples: number;
  readonly randomFraction: number;
  readonly bandwidthFactor: number;
  readonly minBandwidth: number;
}

/** Kernels of one density at most, so that a proposal takes no longer the more trials there are. */
const KERNELS = 500;
/** Log of the density below which a place counts as unknown to a model, as in HpBandSter. */
const FLOOR = Math.log(1e-32);

/** The densities of good and of other configurations at one budget, and the wider one that is drawn from. */
interface Model {
  readonly budget: number;
  readonly good: Parzen;
  readonly bad: Parzen;
  readonly wide: Parzen;
  readonly sizes: readonly [good: number, bad: number];
}

/** At most `KERNELS` of a ranked list, evenly spaced in rank. */
function thinned<T>(ranked: readonly T[]): readonly T[] {
  if (ranked.length <= KERNELS) return ranked;
  return Array.from({ length: KERNELS }, (_, i) => ranked[Math.floor((i * ranked.length) / KERNELS)]!);
}

/** The model of BOHB (Falkner, Klein & Hutter 2018, section 4.1 and Algorithm 2). */
class Bohb {
  readonly #space: Space;
  readonly #options: BohbOptions;
  readonly #dimensions: readonly Dimension[];
  readonly #histories = new Map<number, History>();
  /** N_min. */
  readonly #minPoints: number;

  constructor(space: Space, options: BohbOptions) {
    this.#space = space;
    this.#options = options;
    this.#dimensions = dimensionsOf(space);
    this.#minPoints = options.minPoints ?? this.#dimensions.length + 1;
  }

  /** Algorithm 2: undefined for a random draw. */
  propose(known: KnownByBudget, random: Random): Proposal | undefined {
    if (random.uniform() < this.#options.randomFraction) return undefined;
    const model = this.#model(known.fidelities);
    if (!model) return undefined;
    let best: Proposal | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#options.samples; i++) {
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

  #why({ budget, sizes: [good, bad] }: Model, ratio: number): string {
    const from = `${good} good and ${bad} other trials at budget ${budget}`;
    return `l/g ${Math.exp(ratio).toPrecision(2)}, best of ${this.#options.samples} samples; model of ${from}.`;
  }

  /** The model of the largest budget with N_min + 2 scores, of which N_min are finite. */
  #model(fidelities: readonly Fidelity[]): Model | undefined {
    for (const { budget, observations } of fidelities.toReversed()) {
      if (observations.length < this.#minPoints + 2) continue;
      const history = this.#historyOf(budget);
      history.follow(observations);
      if (history.finite < this.#minPoints) continue;
      const ranked = history.best(Number.POSITIVE_INFINITY);
      return this.#fit(budget, ranked, (observation) => history.vector(observation));
    }
    return undefined;
  }

  #historyOf(budget: number): History {
    const known = this.#histories.get(budget) ?? new History(this.#space);
    this.#histories.set(budget, known);
    return known;
  }

  /** Equation 3: N_l = max(N_min, q · N), N_g = max(N_min, N − N_l); where points are few, both know the middle ones. */
  #fit(
    budget: number,
    ranked: readonly Observation[],
    vector: (observation: Observation) => Float64Array,
  ): Model {
    const n = ranked.length;
    const share = Math.floor((this.#options.topPercent / 100) * n);
    const nGood = Math.min(n, Math.max(this.#minPoints, share));
    const nBad = Math.min(n, Math.max(this.#minPoints, n - nGood));
    const good = thinned(ranked.slice(0, nGood)).map(vector);
    const bad = thinned(ranked.slice(n - nBad)).map(vector);
    const { bandwidthFactor } = this.#options;
    return {
      budget,
      good: this.#density(good, 1),
      bad: this.#density(bad, 1),
      wide: this.#density(good, bandwidthFactor),
      sizes: [nGood, nBad],
    };
  }

  /**
   * Normal-reference bandwidths by dimension: 1.06 · σ · n^(−1/(d + 4)). Unlike in the paper the uniform distribution
   * counts as one more point in σ: d + 1 good points that lie close together by chance would else be all that
   * is looked at from then on.
   */
  #density(points: readonly Float64Array[], factor: number): Parzen {
    const { length } = this.#dimensions;
    const widths = this.#dimensions.map(({ kind, count }, d) => {
      const { known, deviation } = spreadOf(points, d, 1);
      if (kind === "categorical") return Math.min(1 - 1 / count, factor * leaving(known, count, 1));
      const normal = 1.06 * deviation * shrinkage(known, length);
      return factor * Math.max(this.#options.minBandwidth, normal);
    });
    return new Parzen({
      dimensions: this.#dimensions,
      points,
      weights: points.map(() => 1),
      priorWeight: 0,
      widths,
    });
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
    const model = new Bohb(input.space, options);
    const bracketing = hyperbandBracketing(input.budget!, options, input.trials);
    return new Halving(input, bracketing, (known, random) => model.propose(known, random));
  },
};
