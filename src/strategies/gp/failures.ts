import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { Metric } from "./kernel.ts";
import type { Objective } from "./maximize.ts";
import { GaussianProcess } from "./model.ts";
import { chanceBelow } from "./objective.ts";
import { type FitData, Refit } from "./refit.ts";

/** Trials that the model of failures holds at most, the newest. */
const MOST_HELD = 150;
const KERNEL = "matern52";
/** Labels as targets: their mean is not 0, so that where nothing is known a trial is thought to run. */
const RAN = 0;
const FAILED = 1;
const UNDECIDED = 0.5;

/**
 * Models of how likely a configuration is to run at all, as a study goes on: a Gaussian process over 0 (ran) and 1
 * (failed), and the probability that it lies below ½ (a least-squares classifier, Rasmussen & Williams 2006, section
 * 6.5). The model of losses takes a failure for the worst loss all the same: without that, what never ran would be worth as much as what is not
 * known, and a study that has nearly found its optimum would go on failing (measured: half as often again as now).
 */
export class FailureModelFactory {
  readonly #space: Space;
  readonly #metric: Metric;
  readonly #refit: Refit;

  constructor(space: Space) {
    this.#space = space;
    this.#metric = Metric.of(space);
    this.#refit = new Refit(this.#metric, KERNEL, (known) => this.#data(known.slice(-MOST_HELD)));
  }

  /** The logarithm of the probability; undefined where nothing has failed: everything is thought to run. */
  make(finished: readonly Observation[]): Objective | undefined {
    if (finished.every(hasRun)) return undefined;
    const { points, targets } = this.#data(finished.slice(-MOST_HELD));
    const hyperparameters = this.#refit.of(finished);
    const process = new GaussianProcess(this.#metric, KERNEL, hyperparameters, points, targets);
    return chanceBelow(process, UNDECIDED);
  }

  #data(known: readonly Observation[]): FitData {
    return {
      points: known.map(({ configuration }) => this.#space.encode(configuration)),
      targets: Float64Array.from(known, (one) => (hasRun(one) ? RAN : FAILED)),
    };
  }
}

/** Failures are losses of Infinity. */
const hasRun = ({ loss }: Observation): boolean => loss < Number.POSITIVE_INFINITY;
