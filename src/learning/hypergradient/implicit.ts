import { TuningForkError } from "../../protocol/errors.ts";
import type { Derivatives, Dynamics, Hypergradient, OuterError } from "./dynamics.ts";
import { addScaled, dot } from "./vectors.ts";

/** A training that has come to rest: Φ(s, λ) = s. */
export interface FixedPoint {
  /** Whole batches: Φ does not depend on t. */
  readonly dynamics: Dynamics;
  readonly outer: OuterError;
  readonly state: Float64Array;
}

export interface ImplicitHypergradient extends Hypergradient {
  /** Products with A that were taken. */
  readonly iterations: number;
  /** ‖∇E − α(I − A)‖ / ‖∇E‖ that is left. */
  readonly residual: number;
}

export interface Effort {
  /** Most products with A. */
  readonly iterations: number;
  /** Enough, as a residual. */
  readonly tolerance: number;
}

/**
 * Implicit differentiation at a fixed point: ∂E/∂λ = ∇E (I − A)⁻¹ B (Pedregosa 2016; Lorraine et al. 2020), by conjugate
 * gradients on α(I − A) = ∇E. For gradient descent I − A = η(H + decay · I), which is symmetric; it must be positive
 * definite, as it is where the training loss is strongly convex. No memory of the training is needed. Of the learning rate
 * and the momentum nothing is learned: a point of rest does not depend on them.
 *
 * @throws TuningForkError `bad-input` where I − A is not positive definite
 */
export function conjugateGradientHypergradient(
  point: FixedPoint,
  lambda: Float64Array,
  { iterations, tolerance }: Effort,
): ImplicitHypergradient {
  const system = new System(point, lambda);
  const { alpha, target } = system;
  const residual = target.slice();
  const direction = target.slice();
  const product = new Float64Array(alpha.length);
  const enough = (tolerance * norm(target)) ** 2;
  let size = dot(residual, residual);
  let done = 0;
  for (; done < iterations && size > enough; done++) {
    system.times(direction, product);
    const curvature = dot(direction, product);
    if (!(curvature > 0))
      throw new TuningForkError(
        "bad-input",
        `The training loss is not strongly convex where it was differentiated: its curvature along a direction is ${curvature}.`,
        "Add weight decay, train longer, or take reverse mode instead.",
      );
    const step = size / curvature;
    addScaled(alpha, step, direction);
    addScaled(residual, -step, product);
    const next = dot(residual, residual);
    for (let i = 0; i < direction.length; i++) direction[i] = residual[i]! + (next / size) * direction[i]!;
    size = next;
  }
  return system.result(done, Math.sqrt(size), 3 * product.byteLength);
}

/**
 * The same by the Neumann series (I − A)⁻¹ = Σ Aᵏ: reverse mode that stays at the fixed point. For any optimizer whose
 * steps contract there; slower the less they do.
 */
export function neumannHypergradient(
  point: FixedPoint,
  lambda: Float64Array,
  { iterations, tolerance }: Effort,
): ImplicitHypergradient {
  const system = new System(point, lambda);
  const { alpha, target } = system;
  let term = target.slice();
  let next = new Float64Array(term.length);
  alpha.set(term);
  let done = 0;
  let left = Number.POSITIVE_INFINITY;
  while (done < iterations && left > tolerance * norm(target)) {
    system.timesA(term, next);
    [term, next] = [next, term];
    // α = Σ_{k<K} ∇E Aᵏ leaves ∇E − α(I − A) = ∇E A^K.
    left = norm(term);
    addScaled(alpha, 1, term);
    done++;
  }
  return system.result(done, left, 2 * term.byteLength);
}

const norm = (x: Float64Array): number => Math.sqrt(dot(x, x));

/** α(I − A) = ∇E at a fixed point. */
class System {
  readonly alpha: Float64Array;
  /** ∇E. */
  readonly target: Float64Array;
  readonly #error: number;
  readonly #state: Float64Array;
  readonly #derivatives: Derivatives;
  readonly #hyper: Float64Array;
  readonly #unused: Float64Array;

  constructor({ dynamics, outer, state }: FixedPoint, lambda: Float64Array) {
    this.#state = state;
    this.alpha = new Float64Array(dynamics.size);
    this.target = new Float64Array(dynamics.size);
    this.#hyper = new Float64Array(dynamics.hyperparameters);
    this.#unused = new Float64Array(dynamics.hyperparameters);
    this.#error = outer.gradient(1, state, this.target);
    this.#derivatives = dynamics.step(1, state, lambda, new Float64Array(dynamics.size));
  }

  /** into = xA. */
  timesA(x: Float64Array, into: Float64Array): void {
    this.#derivatives.backward(x, into, this.#unused);
  }

  /** into = x(I − A). */
  times(x: Float64Array, into: Float64Array): void {
    this.timesA(x, into);
    for (let i = 0; i < into.length; i++) into[i] = x[i]! - into[i]!;
  }

  result(iterations: number, left: number, bytes: number): ImplicitHypergradient {
    this.#derivatives.backward(this.alpha, new Float64Array(this.alpha.length), this.#hyper);
    return {
      error: this.#error,
      gradient: this.#hyper,
      state: this.#state,
      bytes: bytes + 4 * this.alpha.byteLength + 2 * this.#hyper.byteLength,
      iterations,
      residual: left / norm(this.target),
    };
  }
}
