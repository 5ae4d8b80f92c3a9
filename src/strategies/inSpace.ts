import type { Configuration } from "../protocol/space.ts";
import type { TrialEvent, TrialNumber } from "../protocol/trial.ts";
import type { Space } from "../space/space.ts";
import type { Ask, Strategy } from "./strategy.ts";
import { Wrapped } from "./wrapped.ts";

/**
 * A strategy whose space may have been another one when earlier trials were started: the definition was edited, or a
 * configuration was enqueued by hand. The strategy itself only ever hears of configurations of its space:
 *
 * - what the space has no word for any more is left out, and what it did not have then takes the default, which is
 *   what the script ran with;
 * - a trial that is no configuration even so (a value outside the range, a choice that is gone) is kept from it: a model
 *   that took it for its nearest neighbour would believe what was never measured.
 *
 * All count as tried.
 */
export class InSpace extends Wrapped {
  readonly #space: Space;
  readonly #trials: number;
  readonly #outside = new Set<TrialNumber>();
  /** Trials that have not ended. */
  readonly #alive = new Set<TrialNumber>();
  #started = 0;

  /** `trials`: configurations to try at most, with those outside. */
  constructor(strategy: Strategy, space: Space, trials: number | undefined) {
    super(strategy);
    this.#space = space;
    this.#trials = trials ?? Number.POSITIVE_INFINITY;
  }

  override ask(): Ask {
    const ask = this.inner.ask();
    // Trials outside may have used up what the strategy believes it still has.
    if (ask.type !== "run" || this.#started < this.#trials) return ask;
    return this.#alive.size > 0 ? { type: "wait" } : { type: "done" };
  }

  override tell(event: TrialEvent): void {
    if (event.type === "started") this.#start(event);
    else {
      if (event.type === "finished" || event.type === "failed") this.#alive.delete(event.trial);
      if (!this.#outside.has(event.trial)) this.inner.tell(event);
    }
  }

  #start(event: Extract<TrialEvent, { type: "started" }>): void {
    this.#started++;
    this.#alive.add(event.trial);
    const configuration = fitted(this.#space, event.configuration);
    if (configuration === undefined) this.#outside.add(event.trial);
    else if (configuration === event.configuration) this.inner.tell(event);
    else this.inner.tell({ ...event, configuration });
  }
}

/** The configuration in the words of a space; undefined where it lies outside. */
export function fitted(space: Space, configuration: Configuration): Configuration | undefined {
  if (space.check(configuration) === undefined) return configuration;
  const known = Object.entries(configuration).filter(([name]) => Object.hasOwn(space.parameters, name));
  const own: Configuration = Object.fromEntries(known);
  const settled = space.settle(own);
  // Values are taken as they are: only what is missing is filled in, only what is inactive left out.
  const completed: Configuration = Object.fromEntries(
    Object.entries(settled).map(([name, value]) => [name, own[name] ?? value]),
  );
  return space.check(completed) === undefined ? completed : undefined;
}
