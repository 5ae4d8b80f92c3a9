import type { Observation } from "../observations.ts";
import { checkpoint } from "../selection.ts";
import { fitKernel } from "./fit.ts";
import type { Hyperparameters, KernelName, Metric } from "./kernel.ts";

/** What hyperparameters are fitted to. */
export interface FitData {
  readonly points: readonly Float64Array[];
  readonly targets: Float64Array;
}

/**
 * Hyperparameters that are fitted to a prefix of the observations: to all of them at first, later only when 5 % more
 * have come in. Which prefix depends on their number alone, so a replayed study has the same model.
 */
export class Refit {
  readonly #metric: Metric;
  readonly #kernel: KernelName;
  readonly #dataOf: (observations: readonly Observation[]) => FitData;
  #fitted: { readonly to: string; readonly hyperparameters: Hyperparameters } | undefined;

  constructor(metric: Metric, kernel: KernelName, dataOf: (observations: readonly Observation[]) => FitData) {
    this.#metric = metric;
    this.#kernel = kernel;
    this.#dataOf = dataOf;
  }

  of(observations: readonly Observation[]): Hyperparameters {
    const prefix = observations.slice(0, checkpoint(observations.length));
    const last = prefix.at(-1);
    const to = `${prefix.length} ${last?.trial} ${last?.loss}`;
    if (this.#fitted?.to !== to) {
      const { points, targets } = this.#dataOf(prefix);
      this.#fitted = { to, hyperparameters: fitKernel(this.#metric, this.#kernel, points, targets) };
    }
    return this.#fitted.hyperparameters;
  }
}
