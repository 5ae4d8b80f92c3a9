import type { ControlAct, ControlState } from "../../protocol/control.ts";
import { numberOf } from "../../protocol/control.ts";
import { Astray } from "./astray.ts";
import { StepSizeController } from "./controller.ts";
import type { StepSizePolicy } from "./policy.ts";

/** The policies for one optimizer: one for what a training lets be seen of it. */
export interface Policies {
  /** Looks at both signals. */
  readonly both?: StepSizePolicy | undefined;
  /** Looks at the losses alone. */
  readonly losses?: StepSizePolicy | undefined;
}

/** Grows from here where a script begins with a learning rate of 0. */
const LEAST = 1e-6;
/** Most that a learning rate grows from look to look: a network is soon ruined, and a look later is soon enough. */
const GROWTH = 10;

/**
 * Sets the learning rate of a training from what is seen of it, until it goes astray: then the script's own schedule is
 * back for good. A fold over the training's states: the same states give the same answers, so that a trace replays.
 */
export class RateDriver {
  readonly #both: StepSizeController | undefined;
  readonly #losses: StepSizeController | undefined;
  readonly #astray = new Astray();
  #fallen = false;

  constructor({ both, losses }: Policies) {
    this.#both = both && new StepSizeController(both.theta, both.bounds);
    this.#losses = losses && new StepSizeController(losses.theta, losses.bounds);
  }

  next(state: ControlState): ControlAct {
    const { step } = state;
    if (this.#fallen) return { type: "act", step };
    const fault = this.#faultOf(state);
    if (fault !== undefined) {
      this.#fallen = true;
      return { type: "act", step, fallback: fault };
    }
    const last = Math.max(numberOf(state.rate), LEAST);
    return { type: "act", step, rate: Math.min(this.#rate(state)!, GROWTH * last) };
  }

  #rate({ logVarChange, logVarLoss }: ControlState): number | undefined {
    if (logVarLoss === undefined) return undefined;
    const losses = numberOf(logVarLoss);
    // Both are kept up to date: what a training lets be seen may change on the way.
    const simple = this.#losses?.next({ logVarChange: 0, logVarLoss: losses });
    if (logVarChange === undefined || this.#both === undefined) return simple;
    return this.#both.next({ logVarChange: numberOf(logVarChange), logVarLoss: losses });
  }

  #faultOf(state: ControlState): string | undefined {
    if (state.logVarLoss === undefined)
      return "the losses of the examples cannot be seen: the loss is no function of torch.nn.functional, or is of one example";
    if (state.logVarChange === undefined && this.#losses === undefined)
      return "how the losses will change cannot be seen, and no policy does without it";
    if (this.#both === undefined && this.#losses === undefined)
      return "there is no policy for this optimizer";
    return state.loss === undefined ? undefined : this.#astray.next(state.step, state.loss);
  }
}
