import { dot } from "./vectors.ts";

export interface DescentOptions {
  /** η₀. */
  readonly rate: number;
  /** β. */
  readonly step: number;
  /** `multiplicative`: η ← η (1 + β cos(g, d)), which has no unit; `additive`: η ← η + β gᵀd, as first published. */
  readonly kind: "additive" | "multiplicative";
  readonly bounds: { readonly low: number; readonly high: number };
}

/**
 * Hypergradient descent (Baydin et al. 2018): a training's own learning rate goes down the loss of the next mini-batch,
 * whose derivative by it is −gₜᵀdₜ₋₁ where steps are w ← w − η d. For every optimizer whose steps are linear in η: d is the
 * gradient, the velocity, Nesterov's look-ahead or Adam's quotient. One dot product a step; a fold over steps.
 */
export class HypergradientDescent {
  readonly #options: DescentOptions;
  #rate: number;
  #last: Float64Array | undefined;

  constructor(options: DescentOptions) {
    this.#options = options;
    this.#rate = options.rate;
  }

  /** ∂(loss of this mini-batch)/∂η of the step before; 0 before there is one. */
  derivative(gradient: Float64Array): number {
    return this.#last === undefined ? 0 : -dot(gradient, this.#last);
  }

  /** η for the step along −`direction` that follows from `gradient`. */
  next(gradient: Float64Array, direction: Float64Array): number {
    const { step, kind, bounds } = this.#options;
    const derivative = this.derivative(gradient);
    const length =
      this.#last === undefined ? 0 : Math.sqrt(dot(gradient, gradient) * dot(this.#last, this.#last));
    if (kind === "additive") this.#rate -= step * derivative;
    else if (length > 0) this.#rate *= 1 - (step * derivative) / length;
    this.#rate = Math.min(bounds.high, Math.max(bounds.low, this.#rate));
    this.#last = direction.slice();
    return this.#rate;
  }
}
