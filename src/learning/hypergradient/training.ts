import type { Images } from "../data/images.ts";
import type { Derivatives, Dynamics } from "./dynamics.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import type { Perceptron } from "./perceptron.ts";
import { type Rule, type RuleChange, type RuleName, type RulePoint, rules } from "./rules.ts";
import { addScaled, dot } from "./vectors.ts";

/** The numbers of the examples of step t; the very same array where they are the same. */
export type Batches = (t: number) => ArrayLike<number>;

export interface TrainingSetup {
  /** Its own, not shared with another training or an error that is asked for in between. */
  readonly model: Perceptron;
  readonly images: Images;
  readonly batches: Batches;
  readonly rule: RuleName;
  readonly hyperparameters: Hyperparameters;
}

/**
 * The training of a perceptron with an optimizer: a step uses g = ∇L(w) + decay · w, where L = (1/N) Σ ωᵢ ℓᵢ over a
 * mini-batch of N examples with weights ωᵢ. The decay is of all weights, biases too.
 */
export class Training implements Dynamics, Derivatives {
  readonly size: number;
  readonly hyperparameters: number;
  readonly #setup: TrainingSetup;
  readonly #rule: Rule;
  readonly #gradient: Float64Array;
  readonly #change: RuleChange;
  /** The weights in `#change.state`. */
  readonly #direction: Float64Array;
  #numbers: ArrayLike<number> = [];
  /** ωᵢ / N of the mini-batch, and changes of it. */
  #shares = new Float64Array(0);
  #shareChanges = new Float64Array(0);
  #weights: Float64Array = new Float64Array(0);
  #decay = 0;
  #point: RulePoint;

  constructor(setup: TrainingSetup) {
    const { model, rule, hyperparameters } = setup;
    this.#setup = setup;
    this.#rule = rules[rule];
    this.size = this.#rule.vectors * model.size;
    this.hyperparameters = hyperparameters.size;
    this.#gradient = new Float64Array(model.size);
    const state = new Float64Array(this.size);
    const scalars = { rate: 0, momentum: 0, beta2: 0 };
    this.#point = { n: model.size, t: 0, state, gradient: this.#gradient, ...scalars };
    this.#direction = state.subarray(0, model.size);
    this.#change = { state, gradient: new Float64Array(model.size), ...scalars };
  }

  /** s₀: these weights, and 0 for all that the optimizer remembers. */
  start(weights: Float64Array): Float64Array {
    const state = new Float64Array(this.size);
    state.set(weights);
    return state;
  }

  /** g of the last step; good until the next one. */
  get gradient(): Float64Array {
    return this.#gradient;
  }

  step(t: number, state: Float64Array, lambda: Float64Array, into: Float64Array): Derivatives {
    const { model, images, batches, hyperparameters } = this.#setup;
    const n = model.size;
    this.#weights = state.subarray(0, n);
    this.#numbers = batches(t);
    model.load(images, this.#numbers);
    this.#share(lambda);
    model.run(this.#weights);
    model.gradient(this.#weights, this.#shares, this.#gradient);
    this.#decay = hyperparameters.value("decay", lambda, t);
    addScaled(this.#gradient, this.#decay, this.#weights);
    const value = (name: "rate" | "momentum" | "beta2") => hyperparameters.value(name, lambda, t);
    const scalars = { rate: value("rate"), momentum: value("momentum"), beta2: value("beta2") };
    this.#point = { n, t, state, gradient: this.#gradient, ...scalars };
    this.#rule.step(this.#point, into);
    return this;
  }

  #share(lambda: Float64Array): void {
    const count = this.#numbers.length;
    if (this.#shares.length !== count) {
      this.#shares = new Float64Array(count);
      this.#shareChanges = new Float64Array(count);
    }
    for (let i = 0; i < count; i++)
      this.#shares[i] = this.#setup.hyperparameters.weightOf(this.#numbers[i]!, lambda) / count;
  }

  forward(z: Float64Array | undefined, e: Float64Array | undefined, into: Float64Array): void {
    const change = this.#change;
    change.gradient.fill(0);
    change.state.fill(0);
    change.rate = change.momentum = change.beta2 = 0;
    if (z !== undefined) {
      change.state.set(z);
      this.#addCurvature(this.#direction, change.gradient);
    }
    if (e !== undefined) this.#addHyper(e, change);
    this.#rule.forward(this.#point, change, into);
  }

  /** Adds the changes of the gradient and of the rule's scalars with λ. */
  #addHyper(e: Float64Array, change: RuleChange): void {
    const { hyperparameters, model } = this.#setup;
    const { t } = this.#point;
    const of = (name: "rate" | "momentum" | "beta2" | "decay"): number => {
      const place = hyperparameters.place(name, t);
      return place < 0 ? 0 : e[place]!;
    };
    change.rate = of("rate");
    change.momentum = of("momentum");
    change.beta2 = of("beta2");
    const decay = of("decay");
    if (decay !== 0) addScaled(change.gradient, decay, this.#weights);
    const at = hyperparameters.weightsAt;
    if (at < 0) return;
    const count = this.#numbers.length;
    let isChanged = false;
    for (let i = 0; i < count; i++) {
      this.#shareChanges[i] = e[at + this.#numbers[i]!]! / count;
      isChanged ||= this.#shareChanges[i] !== 0;
    }
    if (!isChanged) return;
    model.addMixed(this.#weights, this.#shareChanges, change.gradient);
  }

  /** into += (H + decay · I) direction; leaves the examples' changes along it in the model. */
  #addCurvature(direction: Float64Array, into: Float64Array): void {
    const { model } = this.#setup;
    model.tangent(this.#weights, direction);
    model.addProduct(this.#weights, direction, this.#shares, into);
    addScaled(into, this.#decay, direction);
  }

  backward(alpha: Float64Array, into: Float64Array, hyper: Float64Array): void {
    const { hyperparameters, model } = this.#setup;
    const { t } = this.#point;
    const slopes = this.#change;
    this.#rule.backward(this.#point, alpha, slopes);
    into.set(slopes.state);
    this.#addCurvature(slopes.gradient, into.subarray(0, model.size));
    for (const name of ["rate", "momentum", "beta2"] as const) {
      const place = hyperparameters.place(name, t);
      if (place >= 0) hyper[place]! += slopes[name];
    }
    const decay = hyperparameters.place("decay", t);
    if (decay >= 0) hyper[decay]! += dot(slopes.gradient, this.#weights);
    const at = hyperparameters.weightsAt;
    if (at < 0) return;
    const count = this.#numbers.length;
    for (let i = 0; i < count; i++) hyper[at + this.#numbers[i]!]! += model.change(i) / count;
  }
}
