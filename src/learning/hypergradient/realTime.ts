import type { Coordinates } from "./coordinates.ts";
import type { Dynamics, OuterError } from "./dynamics.ts";
import { Columns } from "./forward.ts";
import { type OuterName, type OuterOptimizer, outerOptimizers } from "./outer.ts";
import { Watch } from "./watch.ts";

export interface RealTimeOptions {
  /**
   * What is kept of Z from step to step. 1: RTHO, the derivative by all steps so far; 0: hypergradient descent, by the
   * last step alone; between them MARTHE's.
   */
  readonly discount: number;
  /** Δ: steps from one update of the hyperparameters to the next. */
  readonly every: number;
  readonly optimizer: OuterName;
  /** Of the outer optimizer, in units of the coordinates: with `sign` and `adam`, about how far a logarithm moves in an update. */
  readonly step: number;
  /** Whether a training that goes astray goes back to where it was good. */
  readonly rollback: boolean;
}

/** What was found to work from every start; docs/benchmarks.md has what else was tried. */
export const REAL_TIME: RealTimeOptions = {
  discount: 0.98,
  every: 1,
  optimizer: "sign",
  step: 0.05,
  rollback: true,
};

/** What happened in a step. */
export interface RealTimeStep {
  readonly t: number;
  /** The hyperparameters that the step was made with. */
  readonly lambda: Float64Array;
  /** E and ∂E/∂λ after the step, at every Δ-th one. */
  readonly error?: number;
  readonly hypergradient?: Float64Array;
  /** The training had gone astray and is back where it was good. */
  readonly isRollback?: true;
}

/**
 * Real-time hyperparameter optimisation (Franceschi et al. 2017): forward mode whose partial hypergradient moves
 * the hyperparameters while training runs. Z is kept across updates, as if λ had always been what it is, and discounted
 * (MARTHE, Donini et al. 2020): Zₜ = m Aₜ Zₜ₋₁ + Bₜ. Hyperparameters move in logarithms, within bounds.
 */
export class RealTime {
  readonly #dynamics: Dynamics;
  readonly #outer: OuterError;
  readonly #coordinates: Coordinates;
  readonly #options: RealTimeOptions;
  readonly #columns: Columns;
  readonly #optimizer: OuterOptimizer;
  readonly #watch: Watch;
  #state: Float64Array;
  #next: Float64Array;
  readonly #u: Float64Array;
  #t = 0;

  /** @param lambda Where the hyperparameters begin: the nearest values within the bounds. */
  constructor(
    { dynamics, outer, start }: { dynamics: Dynamics; outer: OuterError; start: Float64Array },
    coordinates: Coordinates,
    lambda: Float64Array,
    options: RealTimeOptions = REAL_TIME,
  ) {
    this.#dynamics = dynamics;
    this.#outer = outer;
    this.#coordinates = coordinates;
    this.#options = options;
    this.#columns = new Columns(dynamics.size, dynamics.hyperparameters);
    this.#optimizer = outerOptimizers[options.optimizer](dynamics.hyperparameters, options.step);
    this.#state = start.slice();
    this.#next = new Float64Array(dynamics.size);
    this.#u = coordinates.fromLambda(lambda);
    this.#watch = new Watch(outer.gradient(0, start, this.#next), start, this.#u);
  }

  /** sₜ; good until the next step. */
  get state(): Float64Array {
    return this.#state;
  }

  /** The hyperparameters of the next step. */
  get lambda(): Float64Array {
    return this.#coordinates.toLambda(this.#u);
  }

  next(): RealTimeStep {
    const { discount, every, rollback } = this.#options;
    const t = ++this.#t;
    const lambda = this.lambda;
    this.#columns.advance(this.#dynamics.step(t, this.#state, lambda, this.#next), discount);
    [this.#state, this.#next] = [this.#next, this.#state];
    if (t % every !== 0) return { t, lambda };
    const error = this.#outer.gradient(t, this.#state, this.#next);
    const hypergradient = this.#columns.times(this.#next);
    const step = { t, lambda, error, hypergradient };
    if (rollback && this.#watch.isAstray(error, hypergradient)) {
      this.#goBack();
      return { ...step, isRollback: true };
    }
    if (rollback) this.#watch.keep(this.#state, this.#u);
    const gradient = hypergradient.slice();
    this.#coordinates.chain(gradient, lambda);
    this.#optimizer.move(this.#u, gradient);
    this.#coordinates.hold(this.#u);
    return step;
  }

  /** To the best state, with half of its learning rate, or less if that was not enough before. */
  #goBack(): void {
    const { state, u, returns } = this.#watch.goBack();
    this.#state.set(state);
    this.#u.set(u);
    this.#coordinates.slow(this.#u, 0.5 ** returns);
    this.#columns.clear();
    this.#optimizer.reset();
  }
}
