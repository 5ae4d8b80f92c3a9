import { TuningForkError } from "../../protocol/errors.ts";

/** Hyperparameters that are one number. `momentum` is Adam's β₁, `decay` the factor of the L2 term ½ decay ‖w‖². */
export type Scalar = "rate" | "momentum" | "beta2" | "decay";

/** `weights`: one number for each training example, which multiplies its loss. */
export type HyperparameterName = Scalar | "weights";

/** What a training uses where it is not told otherwise by λ. */
export interface Settings {
  readonly rate: number;
  readonly momentum: number;
  readonly beta2: number;
  readonly decay: number;
  /** One for each training example; all 1 where left out. */
  readonly weights?: Float64Array | undefined;
}

export const DEFAULT_SETTINGS: Settings = { rate: 0.1, momentum: 0, beta2: 0.999, decay: 0 };

export interface Schedule {
  readonly of: readonly Scalar[];
  readonly steps: number;
}

interface Block {
  readonly at: number;
  readonly length: number;
}

/** Which hyperparameters stand in λ, and where; the others have fixed values. */
export class Hyperparameters {
  /** m. */
  readonly size: number;
  readonly names: readonly HyperparameterName[];
  readonly settings: Settings;
  readonly #blocks: Partial<Record<HyperparameterName, Block>> = {};

  /**
   * @param counts Training examples, for `weights`; a schedule's scalars have a value for each of so many steps instead of
   *   one for all, and keep the last one after them.
   * @throws TuningForkError `bad-input` where there are not as many weights as examples
   */
  constructor(
    names: readonly HyperparameterName[],
    settings: Settings,
    counts: { readonly examples: number; readonly schedule?: Schedule },
  ) {
    const { examples, schedule } = counts;
    if (settings.weights !== undefined && settings.weights.length !== examples)
      throw new TuningForkError(
        "bad-input",
        `There are ${settings.weights.length} weights for ${examples} training examples.`,
        "Give one weight for each example.",
      );
    let at = 0;
    for (const name of names) {
      const isScheduled = name !== "weights" && schedule?.of.includes(name) === true;
      const length = name === "weights" ? examples : isScheduled ? schedule.steps : 1;
      this.#blocks[name] = { at, length };
      at += length;
    }
    this.names = names;
    this.settings = settings;
    this.size = at;
  }

  /** λ with the settings' values. */
  initial(): Float64Array {
    const lambda = new Float64Array(this.size);
    for (const name of this.names) {
      const { at, length } = this.#blocks[name]!;
      if (name === "weights") lambda.set(this.settings.weights ?? new Float64Array(length).fill(1), at);
      else lambda.fill(this.settings[name], at, at + length);
    }
    return lambda;
  }

  /** Where a scalar's value for step t ≥ 1 stands in λ; −1 where it has a fixed value. */
  place(name: Scalar, t: number): number {
    const block = this.#blocks[name];
    return block === undefined ? -1 : block.at + Math.min(t, block.length) - 1;
  }

  /** A scalar's value at step t. */
  value(name: Scalar, lambda: Float64Array, t: number): number {
    const place = this.place(name, t);
    return place < 0 ? this.settings[name] : lambda[place]!;
  }

  /** What stands at a place in λ. */
  nameAt(place: number): HyperparameterName {
    return this.names.find((name) => {
      const { at, length } = this.#blocks[name]!;
      return place >= at && place < at + length;
    })!;
  }

  /** Where the weight of the first example stands in λ; −1 where weights are fixed. */
  get weightsAt(): number {
    return this.#blocks.weights?.at ?? -1;
  }

  weightOf(example: number, lambda: Float64Array): number {
    const at = this.weightsAt;
    return at < 0 ? (this.settings.weights?.[example] ?? 1) : lambda[at + example]!;
  }
}
