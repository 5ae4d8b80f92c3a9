import type { Configuration } from "../../protocol/space.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { checkpoint, select } from "../selection.ts";
import { fitKernel } from "./fit.ts";
import { type Hyperparameters, type KernelName, Metric } from "./kernel.ts";
import { GaussianProcess } from "./model.ts";
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

/**
 * Hyperparameters are fitted to a prefix of the observations: to all of them at first, later only when 5 % more have
 * come in. Which prefix depends on their number alone, so a replayed study has the same model.
 */
export class SurrogateFactory {
  readonly #space: Space;
  readonly #options: ModelOptions;
  readonly #metric: Metric;
  readonly #fidelity: ((budget: number) => number) | undefined;
  #fitted: { readonly to: string; readonly hyperparameters: Hyperparameters } | undefined;

  /**
   * `fidelity` puts a budget into [0, 1], where 1 is the largest: points then have it as their last coordinate, one
   * model learns from trials at all budgets, and `best` and `ranked` speak of the largest.
   */
  constructor(space: Space, options: ModelOptions, fidelity?: (budget: number) => number) {
    this.#space = space;
    this.#options = options;
    this.#metric = fidelity === undefined ? Metric.of(space) : Metric.of(space).withNumber();
    this.#fidelity = fidelity;
  }

  make(finished: readonly Observation[], pending: readonly Configuration[]): Surrogate {
    const hyperparameters = this.#hyperparameters(finished);
    const observed = select(finished, MOST_HELD);
    const { points, losses } = this.#data(observed);
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

  #hyperparameters(finished: readonly Observation[]): Hyperparameters {
    const prefix = finished.slice(0, checkpoint(finished.length));
    const last = prefix.at(-1);
    const to = `${prefix.length} ${last?.trial} ${last?.loss}`;
    if (this.#fitted?.to !== to) {
      const { points, losses } = this.#data(select(prefix, MOST_FITTED));
      const hyperparameters = fitKernel(this.#metric, this.#options.kernel, points, losses);
      this.#fitted = { to, hyperparameters };
    }
    return this.#fitted.hyperparameters;
  }

  #encode(configuration: Configuration, budget: number): Float64Array {
    const point = this.#space.encode(configuration);
    return this.#fidelity === undefined ? point : extended(point, Math.min(1, this.#fidelity(budget)));
  }

  #data(observations: readonly Observation[]): { points: Float64Array[]; losses: Float64Array } {
    return {
      points: observations.map(({ configuration, budget }) => this.#encode(configuration, budget)),
      losses: warpLosses(
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
