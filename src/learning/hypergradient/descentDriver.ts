import { type ControlAct, type ControlState, type DescentRule, numberOf } from "../../protocol/control.ts";
import { Astray } from "../stepsize/astray.ts";

/** The learning rate shrinks by this when a training is put back. */
const SHRINK = 10;
/** After so many the training is given back to its own schedule. */
const MOST_ROLLBACKS = 3;

/** The learning rate of the next step by its hypergradient (see `DescentRule`). */
export function descend({ step, low, high }: DescentRule, rate: number, hypergradient: number): number {
  const next = Number.isNaN(hypergradient) ? rate / SHRINK : rate * Math.exp(-step * hypergradient);
  return Math.min(high, Math.max(low, next));
}

/**
 * Watches a training that moves its own hyperparameters along their hypergradients: puts it back when its loss goes astray, and gives
 * it up after some times. A fold over the training's states.
 */
export class DescentDriver {
  readonly #low: number;
  readonly #astray = new Astray();
  #rollbacks = 0;
  #fallen = false;

  /** @param low The least learning rate. */
  constructor(low: number) {
    this.#low = low;
  }

  next({ step, rate, loss }: ControlState): ControlAct {
    const act = { type: "act", step } as const;
    if (this.#fallen || loss === undefined) return act;
    const fault = this.#astray.next(step, loss);
    if (fault === undefined) return act;
    this.#astray.putBack();
    if (++this.#rollbacks > MOST_ROLLBACKS) {
      this.#fallen = true;
      return { ...act, fallback: `${fault}, after it was put back ${MOST_ROLLBACKS} times` };
    }
    return { ...act, rate: Math.max(this.#low, numberOf(rate) / SHRINK), rollback: fault };
  }
}

/**
 * The learning rates of all steps, again: from the states of a training under hypergradient descent and the answers to them.
 * The last is that of the last look.
 */
export function replayDescent(
  rule: DescentRule,
  looks: readonly { readonly state: ControlState; readonly act: ControlAct }[],
): number[] {
  const rates: number[] = [];
  let rate: number | undefined;
  for (const { state, act } of looks) {
    const known = state.hypergradients?.lr ?? [];
    // At the first step there was none before it.
    if (rate === undefined) {
      rate = Math.min(rule.high, Math.max(rule.low, numberOf(state.own)));
      rates.push(rate);
    }
    for (const hypergradient of known) {
      rate = descend(rule, rate, numberOf(hypergradient));
      rates.push(rate);
    }
    if (act.rollback !== undefined) rate = act.rate!;
  }
  return rates;
}
