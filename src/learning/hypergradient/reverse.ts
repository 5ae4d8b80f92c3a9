import type { Dynamics, Hypergradient, Problem } from "./dynamics.ts";

/**
 * REVERSE-HG (Franceschi et al. 2017, algorithm 1): α_T = ∇E(s_T), and for t = T … 1, g ← g + αₜ Bₜ and αₜ₋₁ = αₜ Aₜ. The
 * loop as it is printed ends before the term α₁ B₁ of eq. 12; this one does not. Keeps all T + 1 states.
 */
export function reverseHypergradient(problem: Problem, lambda: Float64Array): Hypergradient {
  return truncatedHypergradient(problem, lambda, problem.steps);
}

/**
 * Reverse mode over the last `kept` steps only (Shaban et al. 2019, K-RMD): the sum of eq. 12 from t = T − K + 1. A biased
 * hypergradient for the memory of K + 1 states; the whole one where K ≥ T.
 */
export function truncatedHypergradient(
  { dynamics, outer, start, steps }: Problem,
  lambda: Float64Array,
  kept: number,
): Hypergradient {
  const first = Math.max(0, steps - kept);
  const tape = record(dynamics, advance(dynamics, start, lambda, 0, first), lambda, first, steps);
  const sweep = new Sweep(dynamics, lambda);
  const error = outer.gradient(steps, tape.at(-1)!, sweep.alpha);
  sweep.back(tape, first);
  return { error, gradient: sweep.hyper, state: tape.at(-1)!, bytes: bytesOf(tape) + sweep.bytes };
}

/**
 * Reverse mode with checkpoints: every ⌈√T⌉-th state is kept, and the states between two of them are computed again when
 * the way back comes there. The same numbers as `reverseHypergradient`, with the memory of about 2√T states for the
 * time of one more training (Chen et al. 2016; Griewank & Walther 2008).
 */
export function checkpointedHypergradient(
  { dynamics, outer, start, steps }: Problem,
  lambda: Float64Array,
): Hypergradient {
  const stride = Math.max(1, Math.ceil(Math.sqrt(steps)));
  const checkpoints = [start];
  for (let t = 0; t + stride < steps; t += stride)
    checkpoints.push(advance(dynamics, checkpoints.at(-1)!, lambda, t, t + stride));
  const sweep = new Sweep(dynamics, lambda);
  let held = 0;
  let final: { error: number; state: Float64Array } | undefined;
  for (let c = checkpoints.length - 1; c >= 0; c--) {
    const tape = record(dynamics, checkpoints[c]!, lambda, c * stride, Math.min(steps, (c + 1) * stride));
    const state = tape.at(-1)!;
    final ??= { error: outer.gradient(steps, state, sweep.alpha), state };
    sweep.back(tape, c * stride);
    // A checkpoint is the first of its tape.
    held = Math.max(held, bytesOf(tape) + bytesOf(checkpoints.slice(0, c)));
  }
  return { ...final!, gradient: sweep.hyper, bytes: held + sweep.bytes };
}

/** s_to from s_from, which stays as it is. */
function advance(
  dynamics: Dynamics,
  start: Float64Array,
  lambda: Float64Array,
  from: number,
  to: number,
): Float64Array {
  let state = start.slice();
  let next = new Float64Array(dynamics.size);
  for (let t = from + 1; t <= to; t++) {
    dynamics.step(t, state, lambda, next);
    [state, next] = [next, state];
  }
  return state;
}

/** s_from … s_to. */
function record(
  dynamics: Dynamics,
  start: Float64Array,
  lambda: Float64Array,
  from: number,
  to: number,
): Float64Array[] {
  const tape = [start];
  for (let t = from + 1; t <= to; t++) {
    const next = new Float64Array(dynamics.size);
    dynamics.step(t, tape.at(-1)!, lambda, next);
    tape.push(next);
  }
  return tape;
}

const bytesOf = (states: readonly Float64Array[]): number =>
  states.reduce((sum, state) => sum + state.byteLength, 0);

/** The way back: αₜ, and the hypergradient's sum so far. */
class Sweep {
  alpha: Float64Array;
  readonly hyper: Float64Array;
  readonly #dynamics: Dynamics;
  readonly #lambda: Float64Array;
  readonly #scratch: Float64Array;
  #next: Float64Array;

  constructor(dynamics: Dynamics, lambda: Float64Array) {
    this.#dynamics = dynamics;
    this.#lambda = lambda;
    this.alpha = new Float64Array(dynamics.size);
    this.#next = new Float64Array(dynamics.size);
    this.#scratch = new Float64Array(dynamics.size);
    this.hyper = new Float64Array(dynamics.hyperparameters);
  }

  get bytes(): number {
    return 3 * this.alpha.byteLength + this.hyper.byteLength;
  }

  /** Through the steps of a tape that begins with s_from. */
  back(tape: readonly Float64Array[], from: number): void {
    for (let k = tape.length - 1; k >= 1; k--) {
      const derivatives = this.#dynamics.step(from + k, tape[k - 1]!, this.#lambda, this.#scratch);
      derivatives.backward(this.alpha, this.#next, this.hyper);
      [this.alpha, this.#next] = [this.#next, this.alpha];
    }
  }
}
