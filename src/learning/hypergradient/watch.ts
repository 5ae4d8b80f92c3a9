/** Of the running mean of the errors. */
const DISCOUNT = 0.9;
/** A mean that is this much of the first error above the best one has gone astray. */
const ASTRAY = 0.1;

interface Kept {
  readonly state: Float64Array;
  readonly u: Float64Array;
  /** How often the training has come back here. */
  readonly returns: number;
}

/** Watches the error of a training whose hyperparameters move, and keeps what it was when it was best. */
export class Watch {
  readonly #first: number;
  #sum = 0;
  #weight = 0;
  #best: number;
  #kept: Kept;

  constructor(error: number, state: Float64Array, u: Float64Array) {
    this.#first = error;
    this.#best = error;
    this.#kept = { state: state.slice(), u: u.slice(), returns: 0 };
  }

  /** Takes the next error in, and what else must be a number. */
  isAstray(error: number, others: Float64Array): boolean {
    if (!Number.isFinite(error) || !others.every(Number.isFinite)) return true;
    this.#sum = DISCOUNT * this.#sum + (1 - DISCOUNT) * error;
    this.#weight = DISCOUNT * this.#weight + (1 - DISCOUNT);
    return this.#mean > this.#best + ASTRAY * Math.abs(this.#first);
  }

  get #mean(): number {
    return this.#sum / this.#weight;
  }

  /** Keeps a copy where the running mean is the best so far. */
  keep(state: Float64Array, u: Float64Array): void {
    if (this.#mean >= this.#best) return;
    this.#best = this.#mean;
    this.#kept = { state: state.slice(), u: u.slice(), returns: 0 };
  }

  /** What was kept, to be copied, not changed; the mean is what it was there. */
  goBack(): Kept {
    this.#sum = this.#best;
    this.#weight = 1;
    this.#kept = { ...this.#kept, returns: this.#kept.returns + 1 };
    return this.#kept;
  }
}
