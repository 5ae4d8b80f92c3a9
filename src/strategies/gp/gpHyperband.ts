import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { DensityProposals } from "../bohb.ts";
import { Halving } from "../halving.ts";
import {
  type HyperbandOptions,
  hyperbandBracketing,
  hyperbandOptions,
  randomFractionOption,
} from "../hyperband.ts";
import type { KnownByBudget } from "../proposals.ts";
import type { BudgetRange } from "../rungs.ts";
import type { Proposal } from "../sequential.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import type { AcquisitionOptions } from "./acquisition.ts";
import { extended, SurrogateFactory } from "./belief.ts";
import { FailureModelFactory } from "./failures.ts";
import { lengthScales } from "./kernel.ts";
import { maximize, type Objective } from "./maximize.ts";
import { acquisitionOf, product } from "./objective.ts";

interface GpHyperbandOptions extends HyperbandOptions {
  readonly randomFraction: number;
  readonly densityFraction: number;
}

const ACQUISITION: AcquisitionOptions = { name: "log-ei", xi: 0, kappa: 0 };

/** Of BOHB's densities: its defaults. */
const DENSITIES = { topPercent: 15, samples: 64, bandwidthFactor: 3, minBandwidth: 0.001 };

/** Proposes by one Gaussian process over configurations and budgets, or by densities; undefined: a random draw. */
class GpHyperband {
  readonly #factory: SurrogateFactory;
  readonly #failures: FailureModelFactory;
  readonly #densities: DensityProposals;
  readonly #options: GpHyperbandOptions;
  readonly #fewest: number;

  constructor(space: Space, { min, max }: BudgetRange, options: GpHyperbandOptions) {
    const span = Math.log(max / min);
    const fidelity = (budget: number) => (span > 0 ? Math.max(0, Math.log(budget / min) / span) : 1);
    this.#factory = new SurrogateFactory(space, { kernel: "matern52", warp: "half-rank" }, fidelity);
    this.#failures = new FailureModelFactory(space);
    this.#densities = new DensityProposals(space, DENSITIES);
    this.#options = options;
    this.#fewest = Math.min(10, Math.max(5, space.dimensions + 1));
  }

  propose(known: KnownByBudget, random: Random): Proposal | undefined {
    const { randomFraction, densityFraction } = this.#options;
    if (random.uniform() < randomFraction) return undefined;
    const isLocal = random.uniform() < densityFraction;
    return (isLocal ? this.#densities.propose(known, random) : undefined) ?? this.#byProcess(known, random);
  }

  #byProcess({ space, fidelities, pending, has }: KnownByBudget, random: Random): Proposal | undefined {
    const known = fidelities
      .flatMap(({ observations }) => observations)
      .sort((a, b) => a.trial - b.trial || a.budget - b.budget);
    if (known.filter(({ loss }) => Number.isFinite(loss)).length < this.#fewest) return undefined;
    const surrogate = this.#factory.make(known, pending);
    const failures = this.#failures.make(known);
    const plain = acquisitionOf(surrogate, ACQUISITION);
    const whole = failures === undefined ? plain : product([plain, failures]);
    // What is looked for is good at the largest budget, whatever budget it is tried at first.
    const atLargest: Objective = {
      value: (point) => whole.value(extended(point, 1)),
      slope: (point) => {
        const { value, gradient } = whole.slope(extended(point, 1));
        return { value, gradient: gradient.subarray(0, point.length) };
      },
    };
    const d = space.dimensions;
    const found = maximize(atLargest, {
      space,
      random,
      around: surrogate.ranked.slice(0, 5).map((point) => point.slice(0, d)),
      lengths: lengthScales(surrogate.process.hyperparameters).subarray(0, d),
      has,
    });
    if (found === undefined) return undefined;
    const why = `log-ei ${found.value.toPrecision(3)} at the largest budget; model of ${known.length} scores at ${fidelities.length} budgets.`;
    return { configuration: space.decode(found.point), note: { why } };
  }
}

/**
 * Hyperband (Li et al. 2018) whose new configurations come from one Gaussian process over all budgets: the
 * budget, on a log scale, is one more coordinate of the kernel (as in Klein et al. 2017), and the expected improvement
 * is that at the largest budget. Half of them come from BOHB's densities instead: what the process makes of small budgets
 * alone says little of the largest, and its expected improvement is then largest where nothing is known.
 */
export const gpHyperband: StrategyKind = {
  name: "gp-hyperband",
  title: "Hyperband with a Gaussian process",
  description:
    "Hyperband, but most new configurations are where one model of the scores at all budgets expects to improve most at the largest budget, or, every other one, close to good ones as in BOHB.",
  multiFidelity: true,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...hyperbandOptions,
      randomFraction: randomFractionOption(0.1),
      densityFraction: {
        type: "number",
        title: "Density fraction",
        description:
          "Share of the others that is drawn as BOHB does it, close to good ones, instead of where the Gaussian process expects most: it then looks in the corners of the space less often while little is known.",
        minimum: 0,
        maximum: 1,
        default: 0.5,
      },
    },
  },
  create: (input: StrategyInput) => {
    const options = input.options as unknown as GpHyperbandOptions;
    const model = new GpHyperband(input.space, input.budget!, options);
    const bracketing = hyperbandBracketing(input.budget!, options, input.trials);
    return new Halving(input, bracketing, (known, random) => model.propose(known, random));
  },
};
