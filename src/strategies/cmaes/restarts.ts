import { random } from "../../space/random.ts";
import type { Dimension } from "../parzen/dimensions.ts";
import { Distribution } from "./distribution.ts";
import { defaultPopulation, settingsOf } from "./weights.ts";

/** σ at the start, as a share of the range. */
export const SIGMA = 0.3;
/** Far above the usual TolX: a smaller share of its range means nothing to a hyperparameter. */
const SMALLEST_SPREAD = 1e-5;
const SMALLEST_CHANGE = 1e-12;

/**
 * The distributions of CMA-ES, one after the other. With BIPOP (Hansen 2009, "Benchmarking a BI-population
 * CMA-ES on the BBOB-2009 function testbed") a run that has converged is followed by one with twice the
 * population, or by a small one of random size and σ, whichever regime has spent fewer trials.
 */
export class Runs {
  readonly #dimensions: readonly Dimension[];
  readonly #seed: number;
  readonly #default: number;
  /** Doublings so far. */
  #large = 0;
  #regime: "first" | "large" | "small" = "first";
  readonly #spent = { first: 0, large: 0, small: 0 };
  #bests: number[] = [];
  number = 0;
  current: Distribution;

  constructor(dimensions: readonly Dimension[], seed: number, population: number | undefined) {
    this.#dimensions = dimensions;
    this.#seed = seed;
    this.#default = population ?? defaultPopulation(dimensions.length);
    const middle = dimensions.map(() => 0.5);
    this.current = new Distribution(dimensions, settingsOf(dimensions.length, this.#default), middle, SIGMA);
  }

  /** Records a generation by its best loss. */
  record(best: number): void {
    this.#spent[this.#regime] += this.current.settings.population;
    this.#bests.push(best);
  }

  /** Whether the present run has converged: TolX, TolFun and ConditionCov (Hansen 2016, appendix B.3). */
  get converged(): boolean {
    const { population, dimensions } = this.current.settings;
    const window = this.#bests.slice(-(10 + Math.ceil((30 * dimensions) / population)));
    const flat = window.length < this.#bests.length && Math.max(...window) - Math.min(...window);
    return (
      this.current.spread < SMALLEST_SPREAD ||
      this.current.exhausted ||
      (flat !== false && flat < SMALLEST_CHANGE)
    );
  }

  restart(): void {
    this.number++;
    this.#bests = [];
    const draws = random(this.#seed, -this.number);
    const n = this.#dimensions.length;
    this.#regime = this.#large > 0 && this.#spent.small < this.#spent.large ? "small" : "large";
    let [population, sigma] = [this.#default, SIGMA];
    if (this.#regime === "large") population *= 2 ** ++this.#large;
    else {
      population = Math.floor(this.#default * (2 ** this.#large / 2) ** (draws.uniform() ** 2));
      sigma *= 10 ** (-2 * draws.uniform());
    }
    const mean = this.#dimensions.map(() => draws.uniform());
    this.current = new Distribution(this.#dimensions, settingsOf(n, population), mean, sigma);
  }
}
