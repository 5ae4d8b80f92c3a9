import type { Derivatives, Hypergradient, Problem } from "./dynamics.ts";
import { dot } from "./vectors.ts";

/**
 * Z, the derivatives of a state by the hyperparameters, one column each. Memory grows with the number of
 * hyperparameters and not with the number of steps; so does the time of a step.
 */
export class Columns {
  #columns: Float64Array[];
  #spare: Float64Array;
  readonly #unit: Float64Array;

  constructor(size: number, hyperparameters: number) {
    this.#columns = Array.from({ length: hyperparameters }, () => new Float64Array(size));
    this.#spare = new Float64Array(size);
    this.#unit = new Float64Array(hyperparameters);
  }

  get bytes(): number {
    return (this.#columns.length + 1) * this.#spare.byteLength;
  }

  /** Z ← discount · A Z + B; a discount of 1 is the derivative itself. */
  advance(derivatives: Derivatives, discount = 1): void {
    this.#columns.forEach((column, j) => {
      this.#unit.fill(0);
      this.#unit[j] = 1;
      if (discount !== 1) for (let i = 0; i < column.length; i++) column[i]! *= discount;
      derivatives.forward(discount === 0 ? undefined : column, this.#unit, this.#spare);
      [this.#columns[j], this.#spare] = [this.#spare, column];
    });
  }

  /** ∇E Z. */
  times(gradient: Float64Array): Float64Array {
    return Float64Array.from(this.#columns, (column) => dot(gradient, column));
  }

  clear(): void {
    for (const column of this.#columns) column.fill(0);
  }
}

/** FORWARD-HG (Franceschi et al. 2017, algorithm 2): Zₜ = Aₜ Zₜ₋₁ + Bₜ with Z₀ = 0, and ∂E/∂λ = ∇E(s_T) Z_T. */
export function forwardHypergradient(
  { dynamics, outer, start, steps }: Problem,
  lambda: Float64Array,
): Hypergradient {
  const columns = new Columns(dynamics.size, dynamics.hyperparameters);
  let state = start.slice();
  let next = new Float64Array(dynamics.size);
  for (let t = 1; t <= steps; t++) {
    columns.advance(dynamics.step(t, state, lambda, next));
    [state, next] = [next, state];
  }
  const error = outer.gradient(steps, state, next);
  return {
    error,
    gradient: columns.times(next),
    state,
    bytes: columns.bytes + state.byteLength + next.byteLength,
  };
}
