import type { Configuration } from "../../protocol/space.ts";
import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { Design } from "../design.ts";
import { logImprovement } from "../gp/acquisition.ts";
import type { Observation } from "../observations.ts";
import { vectorOf } from "../parzen/dimensions.ts";
import { DEFAULT_TRIALS } from "../random.ts";
import { select } from "../selection.ts";
import { type Known, type Proposal, Sequential } from "../sequential.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import { logLosses } from "./losses.ts";
import { Forest, featuresOf } from "./regression.ts";
import { type Found, Neighbourhoods } from "./search.ts";
import type { Feature } from "./tree.ts";

interface ForestOptions {
  readonly trees: number;
  readonly randomFraction: number;
  readonly startup?: number;
}

/** Configurations of the initial design at most: more of them, as SMAC has, are better used by the model. */
const MOST_DESIGNED = 10;
/** Observations that a forest is grown from at most. */
const MOST = 1000;
/** Observed configurations that the search for the next one starts from. */
const AROUND = 5;
/** Deviation below which a belief counts as certain, on the scale of the forest's targets. */
const LEAST_DEVIATION = 1e-6;

/**
 * Every tree sees all points, and is different by what it splits: with resampled points, or with the best of many
 * thresholds, the same studies ended less well.
 */
const RULES = { featureShare: 5 / 6, draws: 1, leastInLeaf: 1, leastToSplit: 2, bootstrap: false };

interface Model {
  readonly forest: Forest;
  /** What it was grown from. */
  readonly points: readonly Float64Array[];
  readonly targets: Float64Array;
}

/** Proposes by a regression forest; undefined: a random draw. */
class ForestSearch {
  readonly #space: Space;
  readonly #options: ForestOptions;
  readonly #startup: number;
  readonly #features: readonly Feature[];
  readonly #neighbourhoods: Neighbourhoods;
  readonly #design: Design;

  constructor({ space, seed, options, trials }: StrategyInput) {
    this.#space = space;
    this.#options = options as unknown as ForestOptions;
    const quarter = Math.floor((trials ?? DEFAULT_TRIALS) / 4);
    this.#startup =
      this.#options.startup ?? Math.min(MOST_DESIGNED, 10 * space.dimensions, Math.max(2, quarter));
    this.#features = featuresOf(space);
    this.#neighbourhoods = new Neighbourhoods(space, this.#features);
    this.#design = new Design(space, seed);
  }

  propose({ started, finished, pending, has }: Known, random: Random): Proposal | undefined {
    if (started < this.#startup) {
      const configuration = this.#design.at(started);
      return configuration && { configuration, note: { why: "initial design" } };
    }
    if (random.uniform() < this.#options.randomFraction) return undefined;
    if (finished.filter(({ loss }) => Number.isFinite(loss)).length < 2) return undefined;
    const { forest, points, targets } = this.#model(finished, pending, random);
    const order = [...points.keys()].sort((a, b) => targets[a]! - targets[b]!);
    const best = targets[order[0]!]!;
    const found = this.#neighbourhoods.search(
      {
        value: (point) => {
          const { mean, sd } = forest.predict(point);
          const certain = Math.max(sd, LEAST_DEVIATION);
          return Math.log(certain) + logImprovement((best - mean) / certain);
        },
        around: order.slice(0, AROUND).map((i) => points[i]!),
        has,
      },
      random,
    );
    return found && { configuration: this.#space.decode(found.point), note: why(found, forest, best) };
  }

  #model(finished: readonly Observation[], pending: readonly Configuration[], random: Random): Model {
    const observed = select(finished, MOST);
    const points = observed.map(({ configuration }) => vectorOf(this.#space, configuration));
    const targets = logLosses(observed.map(({ loss }) => loss));
    const { trees } = this.#options;
    const grown = (at: readonly Float64Array[], to: Float64Array) =>
      new Forest(this.#features, at, to, { ...RULES, trees }, random);
    const forest = grown(points, targets);
    if (pending.length === 0) return { forest, points, targets };
    // What runs already is taken for finished with the loss that is expected of it (the Kriging believer of
    // Ginsbourger et al. 2010), so that the next proposal is another one.
    const added = pending.map((configuration) => vectorOf(this.#space, configuration));
    const all = [...points, ...added];
    const believed = Float64Array.from([...targets, ...added.map((point) => forest.mean(point))]);
    return { forest: grown(all, believed), points: all, targets: believed };
  }
}

const short = (x: number): number => Number(x.toPrecision(3));

function why({ point, value }: Found, forest: Forest, best: number): unknown {
  const { mean, sd } = forest.predict(point);
  return {
    why: `log-ei ${short(value)}; predicted ${short(mean)} ± ${short(sd)}, best ${short(best)}, in logarithms of the losses`,
  };
}

/** Bayesian optimisation with a regression forest, as in SMAC (Hutter, Hoos & Leyton-Brown 2011; Lindauer et al. 2022). */
export const randomForest: StrategyKind = {
  name: "forest",
  title: "Random forest",
  description:
    "Models the score by a forest of regression trees and tries where it expects to improve most. For spaces with many categories and conditions, and for studies of thousands of trials.",
  multiFidelity: false,
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      trees: {
        type: "integer",
        title: "Trees",
        description: "Trees of the forest. More: smoother predictions, slower proposals.",
        minimum: 2,
        maximum: 1000,
        default: 16,
      },
      randomFraction: {
        type: "number",
        title: "Random fraction",
        description: "Share of configurations that are drawn at random whatever the model says.",
        minimum: 0,
        maximum: 1,
        default: 0.1,
      },
      startup: {
        type: "integer",
        title: "Initial design",
        description:
          "Quasi-random configurations before the model is used. Absent: 10, or a quarter of the trials where these are fewer than 40.",
        minimum: 2,
      },
    },
  },
  create: (input: StrategyInput) => {
    const search = new ForestSearch(input);
    return new Sequential(input, (known, random) => search.propose(known, random));
  },
};
