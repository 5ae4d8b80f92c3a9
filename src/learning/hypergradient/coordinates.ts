import type { HyperparameterName, Hyperparameters } from "./hyperparameters.ts";

/** A hyperparameter's coordinate u, in which it is moved, within bounds of the value. */
interface Scale {
  readonly low: number;
  readonly high: number;
  /** u = ln x, or ln (1 − x), so that 0.9, 0.99 and 0.999 are equally far apart, or x. */
  readonly of: "logarithm" | "complement" | "itself";
}

/**
 * A hyperparameter that is to begin at 0 begins at its least bound; a momentum can be 0. It is no more than 0.9: what a
 * larger one does comes so late that hypergradients, noisy and discounted, do not see it in time. A null teacher first
 * sets the momentum as high as it may be, and with 0.99 is then thrown off its feet.
 */
export const SCALES: Readonly<Record<HyperparameterName, Scale>> = {
  rate: { low: 1e-6, high: 1, of: "logarithm" },
  momentum: { low: 0, high: 0.9, of: "complement" },
  beta2: { low: 0.5, high: 0.9999, of: "complement" },
  decay: { low: 1e-8, high: 0.1, of: "logarithm" },
  weights: { low: 0, high: 1, of: "itself" },
};

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

const toU = { logarithm: Math.log, complement: (x: number) => Math.log(1 - x), itself: (x: number) => x };
const fromU = { logarithm: Math.exp, complement: (u: number) => 1 - Math.exp(u), itself: (u: number) => u };
/** dx/du at x. */
const slope = { logarithm: (x: number) => x, complement: (x: number) => x - 1, itself: () => 1 };

/** λ in coordinates that a gradient can be followed in: logarithms of scalars, weights as they are, all of them bounded. */
export class Coordinates {
  readonly #scales: readonly Scale[];
  /** Where learning rates stand. */
  readonly #rates: readonly number[];

  constructor(hyperparameters: Hyperparameters) {
    const places = Array.from({ length: hyperparameters.size }, (_, place) => place);
    this.#scales = places.map((place) => SCALES[hyperparameters.nameAt(place)]);
    this.#rates = places.filter((place) => hyperparameters.nameAt(place) === "rate");
  }

  /** u of the values within the bounds that are nearest to λ. */
  fromLambda(lambda: Float64Array): Float64Array {
    return lambda.map((x, i) => {
      const { low, high, of } = this.#scales[i]!;
      return toU[of](clamp(x, low, high));
    });
  }

  toLambda(u: Float64Array): Float64Array {
    return u.map((at, i) => {
      const { low, high, of } = this.#scales[i]!;
      return clamp(fromU[of](at), low, high);
    });
  }

  /** Moves u within its bounds. */
  hold(u: Float64Array): void {
    for (let i = 0; i < u.length; i++) {
      const { low, high, of } = this.#scales[i]!;
      const [a, b] = [toU[of](low), toU[of](high)];
      u[i] = clamp(u[i]!, Math.min(a, b), Math.max(a, b));
    }
  }

  /** Turns the gradient by λ into that by u. */
  chain(gradient: Float64Array, lambda: Float64Array): void {
    for (let i = 0; i < gradient.length; i++) gradient[i]! *= slope[this.#scales[i]!.of](lambda[i]!);
  }

  /** Multiplies the learning rates, within their bounds. */
  slow(u: Float64Array, factor: number): void {
    for (const i of this.#rates) u[i]! += Math.log(factor);
    this.hold(u);
  }
}
