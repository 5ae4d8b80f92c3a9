import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";
import { type Worth, worth, worthSlope } from "./acquisition.ts";
import { Metric } from "./kernel.ts";
import type { Objective } from "./maximize.ts";
import { type Belief, GaussianProcess } from "./model.ts";
import { type FitData, Refit } from "./refit.ts";

/** Trials that the model of failures holds at most, the newest. */
const MOST_HELD = 150;
const KERNEL = "matern52";
/** Labels as targets: their mean is not 0, so that where nothing is known a trial is thought to run. */
const RAN = 0;
const FAILED = 1;
const UNDECIDED = 0.5;

/**
 * How likely a configuration is to run at all: a Gaussian process over 0 (ran) and 1 (failed), and the probability
 * that it lies below ½ (a least-squares classifier, Rasmussen & Williams 2006, section 6.5). The model of losses
 * takes a failure for the worst loss all the same: without that, what never ran would be worth as much as what is not
 * known, and a study that has nearly found its optimum would go on failing (measured: half as often again as now).
 */
export class FailureModel implements Objective {
  readonly #process: GaussianProcess;

  constructor(process: GaussianProcess) {
    this.#process = process;
  }

  /** ln of the probability that the configuration runs. */
  value(point: Float64Array): number {
    return probabilityOf(this.#process.predict(point)).value;
  }

  slope(point: Float64Array): { readonly value: number; readonly gradient: Float64Array } {
    const belief = this.#process.slope(point);
    const probability = probabilityOf(belief);
    return { value: probability.value, gradient: worthSlope(belief, probability) };
  }
}

/** Makes models of failures of a study as it goes on. */
export class FailureModelFactory {
  readonly #space: Space;
  readonly #metric: Metric;
  readonly #refit: Refit;

  constructor(space: Space) {
    this.#space = space;
    this.#metric = Metric.of(space);
    this.#refit = new Refit(this.#metric, KERNEL, (known) => this.#data(known.slice(-MOST_HELD)));
  }

  /** Undefined where nothing has failed: everything is thought to run. */
  make(finished: readonly Observation[]): FailureModel | undefined {
    if (finished.every(hasRun)) return undefined;
    const { points, targets } = this.#data(finished.slice(-MOST_HELD));
    const hyperparameters = this.#refit.of(finished);
    return new FailureModel(new GaussianProcess(this.#metric, KERNEL, hyperparameters, points, targets));
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

/** To run is to "improve" on the undecided. */
const probabilityOf = (belief: Belief): Worth => worth(belief, UNDECIDED, { name: "pi", xi: 0, kappa: 0 });
