/**
 * Training as a dynamical system sₜ = Φₜ(sₜ₋₁, λ), t = 1 … T (Franceschi et al. 2017, eq. 1). What a mini-batch holds
 * follows from t alone, so that a step can be taken again.
 */
export interface Dynamics {
  /** d: numbers in a state, the weights first. */
  readonly size: number;
  /** m: numbers in λ. */
  readonly hyperparameters: number;
  /**
   * into = Φₜ(state, λ), which must be another array. The derivatives that are given are those at this point, good until the
   * next step; the arrays must stay as they are until then.
   */
  step(t: number, state: Float64Array, lambda: Float64Array, into: Float64Array): Derivatives;
}

/** Products with A = ∂Φₜ/∂s (d × d) and B = ∂Φₜ/∂λ (d × m), which are never formed. */
export interface Derivatives {
  /** into = A z + B e; a vector that is left out is 0. */
  forward(z: Float64Array | undefined, e: Float64Array | undefined, into: Float64Array): void;
  /** into = αᵀA, and hyper += αᵀB. */
  backward(alpha: Float64Array, into: Float64Array, hyper: Float64Array): void;
}

/** E, the error that hyperparameters are judged by. */
export interface OuterError {
  /** Gives E(s) and writes ∇E(s) into `into` (d numbers); a stochastic error takes its mini-batch by t. */
  gradient(t: number, state: Float64Array, into: Float64Array): number;
}

/** What a hypergradient is asked of. */
export interface Problem {
  readonly dynamics: Dynamics;
  readonly outer: OuterError;
  /** s₀. */
  readonly start: Float64Array;
  /** T. */
  readonly steps: number;
}

export interface Hypergradient {
  /** E(s_T). */
  readonly error: number;
  /** ∂E(s_T)/∂λ. */
  readonly gradient: Float64Array;
  /** s_T. */
  readonly state: Float64Array;
  /** Bytes of states and their derivatives that were held at once: what grows with T, d or m. */
  readonly bytes: number;
}
