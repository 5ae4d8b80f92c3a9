import type { Parameter } from "../../protocol/space.ts";
import type { Space } from "../../space/space.ts";

export type KernelName = "matern52" | "rbf";

/** What a covariance function makes of a squared scaled distance r². */
interface Radial {
  readonly value: (r2: number) => number;
  /** Derivative by r². */
  readonly slope: (r2: number) => number;
}

const ROOT5 = Math.sqrt(5);

/** Rasmussen & Williams 2006, eq. 4.9 and 4.17 (ν = 5/2), with unit variance. */
export const RADIALS: Readonly<Record<KernelName, Radial>> = {
  rbf: { value: (r2) => Math.exp(-0.5 * r2), slope: (r2) => -0.5 * Math.exp(-0.5 * r2) },
  matern52: {
    value: (r2) => {
      const r = ROOT5 * Math.sqrt(r2);
      return (1 + r + r2 * (5 / 3)) * Math.exp(-r);
    },
    slope: (r2) => {
      const r = ROOT5 * Math.sqrt(r2);
      return (-5 / 6) * (1 + r) * Math.exp(-r);
    },
  },
};

/** Whether the values of a parameter have no order. */
export const isCategorical = ({ type }: Parameter): boolean => type === "categorical" || type === "boolean";

/**
 * How far two encoded configurations (see `Space.encode`) are apart in each parameter. Numbers and ordinals by
 * their positions in the unit interval; categories are equal or not. A parameter that is inactive in one of the two
 * stands beside the middle of its interval, half a unit away from the line on which active values lie: that is an
 * embedding into a plane, so the covariance stays positive definite.
 */
export class Metric {
  /** Which parameters are categories. */
  readonly isCategory: readonly boolean[];

  /** Numbers alone, always active: the usual case is worth a loop of its own. */
  readonly #isPlain: boolean;
  /** Position of the time, behind all others; −1 without one. */
  readonly #time: number;

  constructor(isCategory: readonly boolean[], isPlain = false, time = -1) {
    this.isCategory = isCategory;
    this.#isPlain = isPlain;
    this.#time = time;
  }

  static of(space: Space): Metric {
    const isCategory = space.names.map((name) => isCategorical(space.parameters[name]!));
    const conditional = space.names.some((name) => space.parameters[name]!.when !== undefined);
    return new Metric(isCategory, !conditional && !isCategory.includes(true));
  }

  /** The same with one more number, such as the budget, behind the others. */
  withNumber(): Metric {
    return new Metric([...this.isCategory, false], this.#isPlain);
  }

  /**
   * The same with a time behind the others, whose distance counts once and not squared: the RBF kernel times
   * (1 − ε)^(|t − t′| / 2) with ε = 1 − exp(−ℓ⁻²), which forgets as time goes on (Bogunovic, Scarlett & Cevher 2016,
   * section 3.1).
   */
  withTime(): Metric {
    return new Metric([...this.isCategory, false], false, this.isCategory.length);
  }

  get dimensions(): number {
    return this.isCategory.length;
  }

  /** Squared distance in one parameter. */
  squared(i: number, a: number, b: number): number {
    if (a === b) return 0;
    if (i === this.#time) return Math.abs(a - b);
    const isWithoutA = Number.isNaN(a);
    const isWithoutB = Number.isNaN(b);
    if (isWithoutA && isWithoutB) return 0;
    if (this.isCategory[i]) return 1;
    if (!isWithoutA && !isWithoutB) return (a - b) * (a - b);
    const active = isWithoutA ? b : a;
    return 0.25 + (active - 0.5) * (active - 0.5);
  }

  /** Sum of the squared distances in all parameters, each times its weight. */
  scaled(weights: Float64Array, a: Float64Array, b: Float64Array): number {
    let sum = 0;
    if (this.#isPlain) {
      for (let i = 0; i < weights.length; i++) {
        const difference = a[i]! - b[i]!;
        sum += weights[i]! * difference * difference;
      }
    } else for (let i = 0; i < weights.length; i++) sum += weights[i]! * this.squared(i, a[i]!, b[i]!);
    return sum;
  }

  /**
   * `scaled` of a point with each of n others, into `sums`. The others stand by parameter: the i-th of point p at
   * i·n + p, so that what kind a parameter is gets decided once and not for each point.
   */
  scaledAll(weights: Float64Array, point: Float64Array, others: Float64Array, sums: Float64Array): void {
    const n = sums.length;
    sums.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const column = others.subarray(i * n, (i + 1) * n);
      const isNumber = !Number.isNaN(point[i]!) && !this.isCategory[i] && i !== this.#time;
      if (this.#isPlain) addSquares(weights[i]!, point[i]!, column, sums);
      else if (isNumber) this.#addNumbers(weights[i]!, i, point[i]!, column, sums);
      else for (let p = 0; p < n; p++) sums[p]! += weights[i]! * this.squared(i, point[i]!, column[p]!);
    }
  }

  /** Squared distances of an active number from others that may be inactive. */
  #addNumbers(weight: number, i: number, a: number, column: Float64Array, sums: Float64Array): void {
    const inactive = this.squared(i, a, Number.NaN);
    for (let p = 0; p < column.length; p++) {
      const b = column[p]!;
      sums[p]! += weight * (Number.isNaN(b) ? inactive : (a - b) * (a - b));
    }
  }

  /** Derivative of `squared` by `a`; 0 for categories and inactive parameters. */
  slope(i: number, a: number, b: number): number {
    if (this.isCategory[i] || Number.isNaN(a)) return 0;
    if (i === this.#time) return Math.sign(a - b);
    return Number.isNaN(b) ? 2 * (a - 0.5) : 2 * (a - b);
  }
}

/** Squared distances of a number from others, all active. */
function addSquares(weight: number, a: number, column: Float64Array, sums: Float64Array): void {
  for (let p = 0; p < column.length; p++) {
    const difference = a - column[p]!;
    sums[p]! += weight * difference * difference;
  }
}

/** ℓ of each parameter. */
export const lengthScales = ({ inverseSquares }: Hyperparameters): Float64Array =>
  inverseSquares.map((inverseSquare) => 1 / Math.sqrt(inverseSquare));

/** Hyperparameters of a Gaussian process on standardised losses. */
export interface Hyperparameters {
  /** 1 / ℓ², one for each parameter of the space. */
  readonly inverseSquares: Float64Array;
  /** Variance of the function. */
  readonly variance: number;
  /** Variance of the noise. */
  readonly noise: number;
}
