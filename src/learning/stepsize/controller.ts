/** γ of the discounted averages (Daniel et al. 2016, eq. 7 and 8). */
const DISCOUNT = 0.9;
/** Stands for the logarithm of a variance of 0. */
const LEAST = -30;

/** What a controller sees of a training step: logarithms of variances over the examples of a mini-batch. */
export interface StepSignals {
  /** s₁: of the changes of the examples' losses that the step promises, by first-order Taylor expansion. */
  readonly logVarChange: number;
  /** s₂: of the examples' losses. */
  readonly logVarLoss: number;
}

/** Coefficients of ŝ₁, ŝ₂, u₁, u₂ and 1: what the logarithm of the step size is made of. */
export type StepSizeTheta = readonly [number, number, number, number, number];

export interface RateBounds {
  readonly low: number;
  readonly high: number;
}

/** A signal's discounted average and its noise level, both corrected for their start at 0. */
class Average {
  #sum = 0;
  #squares = 0;
  #weight = 0;

  /** Takes a value in; gives [ŝ, u]. */
  next(value: number): readonly [number, number] {
    this.#weight = DISCOUNT * this.#weight + (1 - DISCOUNT);
    this.#sum = DISCOUNT * this.#sum + (1 - DISCOUNT) * value;
    const mean = this.#sum / this.#weight;
    this.#squares = DISCOUNT * this.#squares + (1 - DISCOUNT) * (value - mean) ** 2;
    return [mean, this.#squares / this.#weight];
  }
}

/**
 * The step-size controller of Daniel, Taylor & Nowozin 2016: λ = exp(θᵀφ) with φ = (ŝ₁, ŝ₂, u₁, u₂, 1), held within
 * bounds. A fold over a training's steps: the same signals give the same step sizes.
 */
export class StepSizeController {
  readonly #theta: StepSizeTheta;
  readonly #bounds: RateBounds;
  readonly #change = new Average();
  readonly #loss = new Average();
  #features: readonly number[] = [0, 0, 0, 0, 1];

  constructor(theta: StepSizeTheta, bounds: RateBounds) {
    this.#theta = theta;
    this.#bounds = bounds;
  }

  /** φ of the last step. */
  get features(): readonly number[] {
    return this.#features;
  }

  /** The next step size. */
  next({ logVarChange, logVarLoss }: StepSignals): number {
    const [s1, u1] = this.#change.next(Math.max(LEAST, logVarChange));
    const [s2, u2] = this.#loss.next(Math.max(LEAST, logVarLoss));
    this.#features = [s1, s2, u1, u2, 1];
    const exponent = this.#features.reduce((sum, feature, i) => sum + feature * this.#theta[i]!, 0);
    const { low, high } = this.#bounds;
    // A signal that is no number says nothing: the smallest step does the least harm.
    return Number.isNaN(exponent) ? low : Math.min(high, Math.max(low, Math.exp(exponent)));
  }
}

/** ln of the variance of some numbers; `LEAST` or less where they are all equal. */
export function logVariance(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2 / values.length;
  return Math.log(variance);
}
