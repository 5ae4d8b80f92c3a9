/** Several problems to be optimised at once; their parameters stand one problem after the other. */
export interface Optimizees {
  readonly problems: number;
  /** Parameters of one problem. */
  readonly size: number;
  /** Where optimisation starts, [problems × size]. */
  start(): Float32Array;
  /**
   * The loss of each problem at the parameters, on the `step`-th minibatch where there are any; writes the gradient,
   * [problems × size].
   */
  evaluate(parameters: Float32Array, step: number, gradient: Float32Array): Float64Array;
}

/** A distribution of problems: the same numbers give the same problems. */
export type Family = (seed: number, stream: number) => Optimizees;
