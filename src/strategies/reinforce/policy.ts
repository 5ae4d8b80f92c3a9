import type { Configuration } from "../../protocol/space.ts";
import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import type { Observation } from "../observations.ts";

export interface PolicyRules {
  /** How far one trial moves the policy. */
  readonly rate: number;
  /** Cells that a continuous parameter is divided into. */
  readonly levels: number;
  /** Weight of the policy's entropy, which keeps it from settling too early. */
  readonly entropy: number;
}

/**
 * A policy over configurations: for each parameter by itself a softmax over its values, or over equal cells of its range
 * where it has many. Learned by REINFORCE (Williams 1992): the logits of what was drawn go up by the rate times how much
 * better than the baseline the trial was.
 */
export class Policy {
  readonly #space: Space;
  readonly #rules: PolicyRules;
  readonly #logits: readonly Float64Array[];
  /** Losses so far, ascending. */
  readonly #losses: number[] = [];

  constructor(space: Space, rules: PolicyRules) {
    this.#space = space;
    this.#rules = rules;
    this.#logits = space.names.map((name, i) => {
      const { type } = space.parameters[name]!;
      const values = space.valuesOf(i);
      // A choice has no neighbours to share a cell with.
      return new Float64Array(type === "float" || type === "int" ? Math.min(values, rules.levels) : values);
    });
  }

  /** Probabilities of the cells of the `index`-th parameter, in the order of the space's names. */
  shares(index: number): Float64Array {
    const logits = this.#logits[index]!;
    const most = Math.max(...logits);
    const raw = logits.map((logit) => Math.exp(logit - most));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((share) => share / sum);
  }

  /** A point of the unit cube: a cell by its probability, and any place in it. */
  draw(random: Random): Float64Array {
    return Float64Array.from(this.#logits, (logits, i) => {
      let left = random.uniform();
      const shares = this.shares(i);
      let cell = shares.findIndex((share) => {
        left -= share;
        return left < 0;
      });
      if (cell < 0) cell = logits.length - 1;
      return (cell + random.uniform()) / logits.length;
    });
  }

  /** Learns from a trial that has ended. */
  learn({ configuration, loss }: Observation): void {
    const advantage = this.#advantage(loss);
    const vector = this.#space.encode(configuration as Configuration);
    this.#logits.forEach((logits, i) => {
      const unit = vector[i]!;
      // An inactive parameter had no part in it.
      if (!(unit >= 0 && unit <= 1) || logits.length < 2) return;
      const drawn = Math.min(logits.length - 1, Math.floor(unit * logits.length));
      const shares = this.shares(i);
      const entropy = -shares.reduce((sum, share) => sum + share * Math.log(share), 0);
      for (let k = 0; k < logits.length; k++) {
        const slope = advantage * ((k === drawn ? 1 : 0) - shares[k]!);
        const spread = -shares[k]! * (Math.log(shares[k]!) + entropy);
        logits[k]! += this.#rules.rate * (slope + this.#rules.entropy * spread);
      }
    });
  }

  /**
   * How much better than the baseline: by rank among the trials so far, from 1 (the best) to −1. The baseline is their
   * median, and the scale of the losses does not matter. A failure is the worst.
   */
  #advantage(loss: number): number {
    const losses = this.#losses;
    const below = losses.filter((other) => other < loss).length;
    const equal = losses.filter((other) => other === loss).length;
    losses.push(loss);
    const n = losses.length;
    if (loss === Number.POSITIVE_INFINITY) return -1;
    return n === 1 ? 0 : 1 - (2 * (below + equal / 2)) / (n - 1);
  }
}
