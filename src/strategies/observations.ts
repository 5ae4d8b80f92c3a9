import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";

/** A trial that has ended, as a model sees it. */
export interface Observation {
  readonly trial: TrialNumber;
  readonly configuration: Configuration;
  /** Smaller is better; Infinity for a trial that failed. */
  readonly loss: number;
  /** All losses, where there are several; `loss` is the first. */
  readonly losses?: readonly number[];
  /** By how much limits are broken, in all; absent or 0: none is. */
  readonly violation?: number;
  /** What the loss was measured at; 0 where trials have one length. */
  readonly budget: number;
}

/** What a model-based strategy knows of its trials: a fold over events. */
export class Observations {
  readonly #pending = new Map<TrialNumber, Configuration>();
  readonly #finished: Observation[] = [];

  /** Trials that have ended, in that order. */
  get finished(): readonly Observation[] {
    return this.#finished;
  }

  /** Configurations of trials without a result. */
  get pending(): readonly Configuration[] {
    return [...this.#pending.values()];
  }

  tell(event: TrialEvent): void {
    if (event.type === "started") this.#pending.set(event.trial, event.configuration);
    else if (event.type === "finished") this.#end(event.trial, event.losses, event.budget);
    else if (event.type === "failed") this.#end(event.trial, [Number.POSITIVE_INFINITY], 0);
  }

  #end(trial: TrialNumber, losses: readonly number[], budget: number): void {
    const configuration = this.#pending.get(trial);
    if (configuration === undefined) return;
    this.#pending.delete(trial);
    const loss = losses[0]!;
    this.#finished.push({ trial, configuration, loss, ...(losses.length > 1 && { losses }), budget });
  }
}
