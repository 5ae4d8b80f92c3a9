import type { TrialEvent } from "../../protocol/trial.ts";
import type { Bandit } from "../../strategies/bandit/bandit.ts";
import type { HypergradientSearch } from "../../strategies/hypergradient/hypergradient.ts";
import type { SearchFold } from "./search.ts";

/**
 * A fold over a list of events that mostly grows: it is told only what is new, and made anew where the list is
 * another one, such as at a look further into the past. Gives the same as a fresh fold, only sooner.
 */
export class Replay<F extends { tell(event: TrialEvent): void }> {
  readonly #make: () => F;
  #fold: F | undefined;
  #told: readonly TrialEvent[] = [];

  constructor(make: () => F) {
    this.#make = make;
  }

  after(events: readonly TrialEvent[]): F {
    const goesOn =
      this.#told.length <= events.length && this.#told.every((told, i) => isSame(told, events[i]!));
    let fold = this.#fold;
    if (fold === undefined || !goesOn) {
      fold = this.#make();
      this.#told = [];
    }
    for (const event of events.slice(this.#told.length)) fold.tell(event);
    this.#fold = fold;
    this.#told = events;
    return fold;
  }
}

/** Their times tell the trials of a study from those of another that was begun anew in its place. */
const isSame = (a: TrialEvent, b: TrialEvent): boolean =>
  a.type === b.type && a.trial === b.trial && a.time === b.time;

/** Replays that are kept for one study, as long as its definition stays the same. */
export interface Replays {
  search?: Replay<SearchFold>;
  bandit?: Replay<Bandit>;
  chains?: Replay<HypergradientSearch>;
}
