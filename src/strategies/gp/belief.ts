import type { Configuration } from "../../protocol/space.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { select } from "../selection.ts";
import { type KernelName, Metric } from "./kernel.ts";
import { GaussianProcess } from "./model.ts";
import { type FitData, Refit } from "./refit.ts";
import { warpLosses } from "./warp.ts";

export interface ModelOptions {
  readonly kernel: KernelName;
  readonly warp: "half-rank" | "none";
}

/** Observations that hyperparameters are fitted to at most, and that the posterior holds at most. */
const MOST_FITTED = 150;
const MOST_HELD = 400;

/** What a Gaussian process makes of a study's observations. */
export interface Surrogate {
  readonly process: GaussianProcess;
  /** The loss to be improved on, in standardised losses. */
  readonly best: number;
  /** Encoded configurations, the best first. */
  readonly ranked: readonly Float64Array[];
  /** What the process was given, and the losses that it takes these for. */
  readonly observed: readonly Observation[];
  readonly losses: Float64Array;
}

/** Makes surrogates of a study as it goes on. */
export class SurrogateFactory {
  readonly #space: Space;
  readonly #options: ModelOptions;
  readonly #metric: Metric;
  readonly #fidelity: ((budget: number) => number) | undefined;
  readonly #refit: Refit;

  /**
   * `fidelity` puts a budget into [0, 1], where 1 is the largest: points then have it as their last coordinate, one
   * model learns from trials at all budgets, and `best` and `ranked` speak of the largest.
   */
  constructor(space: Space, options: ModelOptions, fidelity?: (budget: number) => number) {
    this.#space = space;
    this.#options = options;
    this.#metric = fidelity === undefined ? Metric.of(space) : Metric.of(space).withNumber();
    this.#fidelity = fidelity;
    this.#refit = new Refit(this.#metric, options.kernel, (known) => this.#data(select(known, MOST_FITTED)));
  }

  make(finished: readonly Observation[], pending: readonly Configuration[]): Surrogate {
    const hyperparameters = this.#refit.of(finished);
    const observed = select(finished, MOST_HELD);
    const { points, targets: losses } = this.#data(observed);
    const { kernel } = this.#options;
    const process = new GaussianProcess(this.#metric, kernel, hyperparameters, points, losses);
    const targets = this.#fidelity === undefined ? points : points.map(atLargest);
    const means = targets.map((point) => process.predict(point).mean);
    const worth = this.#fidelity === undefined ? losses : means;
    const ranked = [...targets.keys()].sort((a, b) => worth[a]! - worth[b]!).map((i) => targets[i]!);
    const best = Math.min(...means);
    const surrogate = { process, best, ranked, observed, losses };
    return pending.length === 0 ? surrogate : this.#believe(surrogate, pending);
  }

  /**
   * Takes pending trials for finished with the loss that is expected of them (the Kriging believer of Ginsbourger
   * et al. 2010): what is uncertain there is uncertain no more. Losses drawn from the posterior instead, 8 of them
   * averaged, did worse with 8 workers: where a draw was lucky, the next proposals crowded.
   */
  #believe(surrogate: Surrogate, pending: readonly Configuration[]): Surrogate {
    const { process, best, losses } = surrogate;
    const added = pending.map((configuration) => this.#encode(configuration, Number.POSITIVE_INFINITY));
    const believed = added.map((point) => process.predict(point).mean);
    const points = [...process.points, ...added];
    const targets = Float64Array.from([...losses, ...believed]);
    const { hyperparameters } = process;
    return {
      ...surrogate,
      process: new GaussianProcess(this.#metric, this.#options.kernel, hyperparameters, points, targets),
      best: Math.min(best, ...believed),
    };
  }

  #encode(configuration: Configuration, budget: number): Float64Array {
    const point = this.#space.encode(configuration);
    return this.#fidelity === undefined ? point : extended(point, Math.min(1, this.#fidelity(budget)));
  }

  #data(observations: readonly Observation[]): FitData {
    return {
      points: observations.map(({ configuration, budget }) => this.#encode(configuration, budget)),
      targets: warpLosses(
        observations.map(({ loss }) => loss),
        this.#options.warp,
      ),
    };
  }
}

/** A point with one more coordinate. */
export function extended(point: Float64Array, last: number): Float64Array {
  const longer = new Float64Array(point.length + 1);
  longer.set(point);
  longer[point.length] = last;
  return longer;
}

/** The same configuration at the largest budget. */
function atLargest(point: Float64Array): Float64Array {
  const moved = point.slice();
  moved[point.length - 1] = 1;
  return moved;
}
