import type { Random } from "../../space/random.ts";
import { Design } from "../design.ts";
import { type Known, type Proposal, Sequential } from "../sequential.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import type { AcquisitionName, AcquisitionOptions } from "./acquisition.ts";
import type { ModelOptions, Surrogate } from "./belief.ts";
import { GuideFactory, measured } from "./constrained.ts";
import { lengthScales } from "./kernel.ts";
import { type Found, maximize } from "./maximize.ts";

interface GpOptions extends ModelOptions {
  readonly acquisition: AcquisitionName | "thompson";
  readonly xi: number;
  readonly kappa: number;
  readonly startup?: number;
}

/** Proposes by a Gaussian process; undefined while there is too little to go by. */
export class GaussianProcessSearch {
  readonly #factory: GuideFactory;
  /** Undefined: Thompson sampling, whose every proposal goes by a draw of its own. */
  readonly #acquisition: AcquisitionOptions | undefined;
  readonly #startup: number;
  readonly #design: Design;

  constructor({ space, seed, options }: StrategyInput) {
    const { kernel, warp, acquisition, xi, kappa, startup } = options as unknown as GpOptions;
    this.#factory = new GuideFactory(space, { kernel, warp });
    this.#acquisition = acquisition === "thompson" ? undefined : { name: acquisition, xi, kappa };
    this.#startup = startup ?? Math.min(10, Math.max(5, space.dimensions + 1));
    this.#design = new Design(space, seed);
  }

  propose(known: Known, random: Random): Proposal | undefined {
    const { space, started, finished, pending } = known;
    if (started < this.#startup) return this.#designed(known);
    if (finished.filter(({ loss }) => Number.isFinite(loss)).length < 2) return undefined;
    const options = this.#acquisition;
    // Draws differ by themselves: they need not be told what runs already.
    const guide = this.#factory.make(measured(finished), options === undefined ? [] : pending);
    const { surrogate } = guide;
    const objective = options === undefined ? guide.draw(random) : guide.acquisition(options);
    const found = maximize(objective, {
      space,
      random,
      around: surrogate.ranked.slice(0, 5),
      lengths: lengthScales(surrogate.process.hyperparameters),
      has: known.has,
    });
    return (
      found && {
        configuration: space.decode(found.point),
        note: why(found, surrogate, guide.words(options?.name ?? "thompson")),
      }
    );
  }

  #designed({ started }: Known): Proposal | undefined {
    const configuration = this.#design.at(started);
    return configuration && { configuration, note: { why: "initial design" } };
  }
}

const short = (x: number): number => Number(x.toPrecision(3));

function why({ point, value }: Found, { process }: Surrogate, words: string): unknown {
  const { mean: middle, sd } = process.predict(point);
  return {
    why: `${words} ${short(value)}; predicted ${short(middle)} ± ${short(sd)} standard deviations of the losses`,
  };
}

/** Bayesian optimisation with a Gaussian process (Rasmussen & Williams 2006; Jones et al. 1998; Ament et al. 2023). */
export const gaussianProcess: StrategyKind = {
  name: "gp",
  title: "Gaussian process",
  description:
    "Models the score over the whole space and tries where it expects to improve most. The best choice for costly trials, up to a few hundred of them.",
  multiFidelity: false,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      acquisition: {
        type: "string",
        title: "Acquisition",
        description:
          "What a candidate is worth: expected improvement on a log scale, expected improvement, probability of improvement, the confidence bound, or (Thompson sampling) the score in one draw of what the model thinks possible.",
        enum: ["log-ei", "ei", "pi", "ucb", "thompson"],
        default: "log-ei",
      },
      kernel: {
        type: "string",
        title: "Kernel",
        description:
          "How scores of neighbouring configurations go together: Matérn 5/2, or the smoother RBF.",
        enum: ["matern52", "rbf"],
        default: "matern52",
      },
      warp: {
        type: "string",
        title: "Output warping",
        description:
          "Counts the worse half of the scores by rank only, so that a few terrible ones do not hide what the good ones tell; or takes all scores as they are.",
        enum: ["half-rank", "none"],
        default: "half-rank",
      },
      xi: {
        type: "number",
        title: "ξ",
        description: "Improvement that counts as one, in standard deviations of the scores.",
        minimum: 0,
        maximum: 10,
        default: 0,
      },
      kappa: {
        type: "number",
        title: "κ",
        description: "Standard deviations that the confidence bound is away from the mean.",
        minimum: 0,
        maximum: 10,
        default: 1.8,
      },
      startup: {
        type: "integer",
        title: "Initial design",
        description:
          "Quasi-random configurations before the model is used. Absent: one more than there are parameters, 5 to 10.",
        minimum: 2,
      },
    },
  },
  create: (input: StrategyInput) => {
    const search = new GaussianProcessSearch(input);
    return new Sequential(input, (known, random) => search.propose(known, random));
  },
};
