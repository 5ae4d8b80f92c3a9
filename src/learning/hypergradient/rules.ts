import { adam } from "./adam.ts";

/** The scalars that a rule may read, or changes of them, or slopes by them. */
export interface RuleScalars {
  rate: number;
  momentum: number;
  beta2: number;
}

/** Where a rule is applied: g is the gradient at the state's weights, t counts from 1. */
export interface RulePoint extends Readonly<RuleScalars> {
  readonly n: number;
  readonly t: number;
  readonly state: Float64Array;
  readonly gradient: Float64Array;
}

/** A change of all that a rule depends on, or the slopes of something by it: ds, dg and dθ. */
export interface RuleChange extends RuleScalars {
  readonly state: Float64Array;
  readonly gradient: Float64Array;
}

/**
 * An optimizer as a map of a state and a gradient to the next state, weight by weight. A state is `vectors` vectors of n
 * numbers one after the other, the weights first; all but the weights start at 0.
 */
export interface Rule {
  readonly vectors: number;
  step(point: RulePoint, into: Float64Array): void;
  /** into = the change of the next state. */
  forward(point: RulePoint, change: RuleChange, into: Float64Array): void;
  /** Writes the slopes of αᵀs′ into `slopes`. */
  backward(point: RulePoint, alpha: Float64Array, slopes: RuleChange): void;
}

/** w′ = w − η g. */
const sgd: Rule = {
  vectors: 1,
  step({ n, state: w, gradient: g, rate }, into) {
    for (let i = 0; i < n; i++) into[i] = w[i]! - rate * g[i]!;
  },
  forward({ n, gradient: g, rate }, change, into) {
    for (let i = 0; i < n; i++) into[i] = change.state[i]! - rate * change.gradient[i]! - change.rate * g[i]!;
  },
  backward({ n, gradient: g, rate }, alpha, slopes) {
    zero(slopes);
    for (let i = 0; i < n; i++) {
      slopes.state[i] = alpha[i]!;
      slopes.gradient[i] = -rate * alpha[i]!;
      slopes.rate -= alpha[i]! * g[i]!;
    }
  },
};

/** v′ = μ v + g, w′ = w − η v′ (Franceschi et al. 2017, eq. 3 and 4, where η is the rate and μ the momentum). */
const heavyBall: Rule = {
  vectors: 2,
  step({ n, state, gradient: g, rate, momentum }, into) {
    for (let i = 0; i < n; i++) {
      const v = momentum * state[n + i]! + g[i]!;
      into[n + i] = v;
      into[i] = state[i]! - rate * v;
    }
  },
  forward({ n, state, gradient: g, rate, momentum }, change, into) {
    for (let i = 0; i < n; i++) {
      const v = momentum * state[n + i]! + g[i]!;
      const dv = momentum * change.state[n + i]! + change.gradient[i]! + change.momentum * state[n + i]!;
      into[n + i] = dv;
      into[i] = change.state[i]! - rate * dv - change.rate * v;
    }
  },
  backward({ n, state, gradient: g, rate, momentum }, alpha, slopes) {
    zero(slopes);
    for (let i = 0; i < n; i++) {
      const v = momentum * state[n + i]! + g[i]!;
      const byV = alpha[n + i]! - rate * alpha[i]!;
      slopes.state[i] = alpha[i]!;
      slopes.state[n + i] = momentum * byV;
      slopes.gradient[i] = byV;
      slopes.rate -= alpha[i]! * v;
      slopes.momentum += byV * state[n + i]!;
    }
  },
};

/** v′ = μ v + g, w′ = w − η (g + μ v′): the form of Sutskever et al. 2013 in which w is where gradients are taken. */
const nesterov: Rule = {
  vectors: 2,
  step({ n, state, gradient: g, rate, momentum }, into) {
    for (let i = 0; i < n; i++) {
      const v = momentum * state[n + i]! + g[i]!;
      into[n + i] = v;
      into[i] = state[i]! - rate * (g[i]! + momentum * v);
    }
  },
  forward({ n, state, gradient: g, rate, momentum }, change, into) {
    for (let i = 0; i < n; i++) {
      const v = momentum * state[n + i]! + g[i]!;
      const dg = change.gradient[i]!;
      const dv = momentum * change.state[n + i]! + dg + change.momentum * state[n + i]!;
      into[n + i] = dv;
      into[i] =
        change.state[i]! -
        change.rate * (g[i]! + momentum * v) -
        rate * (dg + change.momentum * v + momentum * dv);
    }
  },
  backward({ n, state, gradient: g, rate, momentum }, alpha, slopes) {
    zero(slopes);
    for (let i = 0; i < n; i++) {
      const v = momentum * state[n + i]! + g[i]!;
      const byStep = -rate * alpha[i]!;
      const byV = alpha[n + i]! + momentum * byStep;
      slopes.state[i] = alpha[i]!;
      slopes.state[n + i] = momentum * byV;
      slopes.gradient[i] = byV + byStep;
      slopes.rate -= alpha[i]! * (g[i]! + momentum * v);
      slopes.momentum += byV * state[n + i]! + byStep * v;
    }
  },
};

export function zero(slopes: RuleScalars): void {
  slopes.rate = 0;
  slopes.momentum = 0;
  slopes.beta2 = 0;
}

export const RULES = ["sgd", "momentum", "nesterov", "adam"] as const;
export type RuleName = (typeof RULES)[number];

export const rules: Readonly<Record<RuleName, Rule>> = { sgd, momentum: heavyBall, nesterov, adam };
