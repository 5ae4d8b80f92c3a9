import type { Random } from "../../space/random.ts";
import { Design } from "../design.ts";
import type { AcquisitionOptions } from "../gp/acquisition.ts";
import { GuideFactory, measured } from "../gp/constrained.ts";
import { lengthScales } from "../gp/kernel.ts";
import { maximize } from "../gp/maximize.ts";
import { outcomeOf } from "../nsga/population.ts";
import type { Observation } from "../observations.ts";
import { type Known, type Proposal, Sequential } from "../sequential.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import { drawWeights, scalarise } from "./scalars.ts";

interface ParegoOptions {
  readonly startup?: number;
}

const ACQUISITION: AcquisitionOptions = { name: "log-ei", xi: 0, kappa: 0 };

/** Proposes by a Gaussian process over losses that are weighed anew for each proposal. */
class Parego {
  readonly #factory: GuideFactory;
  readonly #objectives: number;
  readonly #startup: number;
  readonly #design: Design;

  constructor({ space, seed, objectives = 1, options }: StrategyInput) {
    const { startup } = options as ParegoOptions;
    this.#factory = new GuideFactory(space, { kernel: "matern52", warp: "half-rank" });
    this.#objectives = objectives;
    this.#startup = startup ?? Math.min(10, Math.max(5, space.dimensions + 1));
    this.#design = new Design(space, seed);
  }

  propose({ space, started, finished, pending, has }: Known, random: Random): Proposal | undefined {
    if (started < this.#startup) {
      const configuration = this.#design.at(started);
      return configuration && { configuration, note: { why: "initial design" } };
    }
    if (finished.filter(({ loss }) => Number.isFinite(loss)).length < 2) return undefined;
    const weights = drawWeights(this.#objectives, random);
    const { surrogate, acquisition, words } = this.#factory.make(
      weighed(measured(finished), weights),
      pending,
    );
    const found = maximize(acquisition(ACQUISITION), {
      space,
      random,
      around: surrogate.ranked.slice(0, 5),
      lengths: lengthScales(surrogate.process.hyperparameters),
      has,
    });
    const shares = weights.map((weight) => `${Math.round(100 * weight)} %`).join(" : ");
    return (
      found && {
        configuration: space.decode(found.point),
        note: {
          why: `${words(ACQUISITION.name)} ${found.value.toPrecision(3)} with the objectives weighed ${shares}`,
        },
      }
    );
  }
}

function weighed(finished: readonly Observation[], weights: readonly number[]): readonly Observation[] {
  // One loss stays as it is: a model whose losses do not change is not fitted anew.
  if (weights.length === 1) return finished;
  const scalars = scalarise(finished.map(outcomeOf), weights);
  return finished.map((observation, i) => ({ ...observation, loss: scalars[i]! }));
}

/**
 * ParEGO (Knowles 2006, "ParEGO: a hybrid algorithm with on-line landscape approximation for expensive
 * multiobjective optimization problems").
 */
export const parego: StrategyKind = {
  name: "parego",
  title: "ParEGO",
  description:
    "For several objectives: weighs them anew for each proposal, models that one score by a Gaussian process, and tries where it expects to improve most. The best choice for costly trials, up to a few hundred of them.",
  multiFidelity: false,
  objectives: "several",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      startup: {
        type: "integer",
        title: "Initial design",
        description:
          "Quasi-random configurations before the model is used. Absent: one more than there are parameters, 5 to 10.",
        minimum: 2,
      },
    },
  },
  create: (input) => {
    const search = new Parego(input);
    return new Sequential(input, (known, random) => search.propose(known, random));
  },
};
