import type { Configuration } from "../../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../../protocol/trial.ts";
import { CmaEs, type Search } from "../../strategies/cmaes/cmaes.ts";
import type { StrategyInput } from "../../strategies/strategy.ts";

/** A trial with the run and the generation in which it was drawn. */
export interface Drawn {
  readonly trial: TrialNumber;
  readonly configuration: Configuration;
  readonly run: number;
  readonly generation: number;
}

/** The beginning of a generation. */
export interface Generation {
  readonly run: number;
  readonly generation: number;
  /** Results that were known by then. */
  readonly order: number;
  readonly sigma: number;
}

/** How the search of CMA-ES has come to where it is: a fold over events. */
export class SearchFold {
  readonly generations: Generation[] = [];
  /** Trials that have ended, in that order. */
  readonly ended: (Drawn & { readonly loss: number })[] = [];
  readonly #strategy: CmaEs;
  readonly #running = new Map<TrialNumber, Drawn>();

  constructor(input: StrategyInput) {
    this.#strategy = new CmaEs(input);
    this.#note();
  }

  get search(): Search {
    return this.#strategy.search;
  }

  get running(): readonly Drawn[] {
    return [...this.#running.values()];
  }

  tell(event: TrialEvent): void {
    if (event.type === "started") {
      const { trial, configuration } = event;
      const { run, distribution } = this.search;
      this.#running.set(trial, { trial, configuration, run, generation: distribution.generation });
    } else if (event.type === "finished") this.#end(event.trial, event.losses[0]!);
    else if (event.type === "failed") this.#end(event.trial, Number.POSITIVE_INFINITY);
    this.#strategy.tell(event);
    this.#note();
  }

  #end(trial: TrialNumber, loss: number): void {
    const drawn = this.#running.get(trial);
    if (drawn === undefined) return;
    this.#running.delete(trial);
    this.ended.push({ ...drawn, loss });
  }

  /** Notes a generation once it has begun. */
  #note(): void {
    const { run, distribution } = this.search;
    const { generation, sigma } = distribution;
    const last = this.generations.at(-1);
    if (last?.run === run && last.generation === generation) return;
    this.generations.push({ run, generation, order: this.ended.length, sigma });
  }
}
