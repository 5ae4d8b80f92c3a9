import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import { lossOf } from "./feasibility.ts";

/** A trial that has ended, as a model sees it. */
export interface Observation {
  readonly trial: TrialNumber;
  readonly configuration: Configuration;
  /** Smaller is better: that of `lossOf`; Infinity for a trial that failed. */
  readonly loss: number;
  /** All losses as they were measured; absent where there is one and no limit. */
  readonly losses?: readonly number[];
  /** At most 0 where a limit is kept; absent where there are none. */
  readonly constraints?: readonly number[];
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
    else if (event.type === "finished") this.#end(event.trial, event);
    else if (event.type === "failed") this.#end(event.trial, FAILED);
  }

  #end(
    trial: TrialNumber,
    event: Pick<Extract<TrialEvent, { type: "finished" }>, "losses" | "constraints" | "budget">,
  ): void {
    const configuration = this.#pending.get(trial);
    if (configuration === undefined) return;
    this.#pending.delete(trial);
    const { losses, constraints, budget } = event;
    this.#finished.push({
      trial,
      configuration,
      loss: lossOf(event),
      ...((losses.length > 1 || constraints) && { losses }),
      ...(constraints && { constraints }),
      budget,
    });
  }
}

const FAILED = { losses: [Number.POSITIVE_INFINITY], budget: 0 };
