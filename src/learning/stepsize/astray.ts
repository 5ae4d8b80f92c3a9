import { type LooseNumber, numberOf } from "../../protocol/control.ts";

/** A loss that has been this much above the first one, as a share of it, for so many looks in a row: it has gone astray. */
const SHARE = 0.5;
const PATIENCE = 5;
/** Of the running mean of the losses. */
const DISCOUNT = 0.9;

/** Sees from a training's losses whether it has gone astray. A fold over the looks. */
export class Astray {
  #first: number | undefined;
  #mean = 0;
  #weight = 0;
  #count = 0;

  /** Why it has, in words for people; undefined while it has not. */
  next(step: number, seen: LooseNumber): string | undefined {
    const loss = numberOf(seen);
    if (!Number.isFinite(loss)) return `the loss was ${seen} at step ${step}`;
    this.#first ??= loss;
    this.#weight = DISCOUNT * this.#weight + 1 - DISCOUNT;
    this.#mean = DISCOUNT * this.#mean + (1 - DISCOUNT) * loss;
    const isAbove = this.#mean / this.#weight > this.#first + SHARE * Math.abs(this.#first);
    this.#count = isAbove ? this.#count + 1 : 0;
    return this.#count < PATIENCE
      ? undefined
      : `the loss has been more than half above its first value (${this.#first.toPrecision(3)}) for ${PATIENCE} looks`;
  }

  /** The training was put back: what its losses were since then is forgotten, its first one is not. */
  putBack(): void {
    this.#mean = 0;
    this.#weight = 0;
    this.#count = 0;
  }
}
