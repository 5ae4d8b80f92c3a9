import type { Random } from "../../space/random.ts";
import { choiceAt, type Dimension } from "./dimensions.ts";
import { normalMass } from "./normal.ts";

/** Draws of a truncated normal before its interval is drawn from uniformly; a centre inside needs three at most on average. */
const REJECTIONS = 100;

/** What a density is estimated from. */
export interface ParzenInput {
  readonly dimensions: readonly Dimension[];
  /** Vectors in the unit cube, NaN where a parameter is inactive or unknown. */
  readonly points: readonly Float64Array[];
  /** A positive weight for each point. */
  readonly weights: readonly number[];
  /** Weight of the prior: the uniform distribution. 0 for none, where there are points. */
  readonly priorWeight: number;
  /** By dimension: standard deviation of the kernels; of a categorical one the probability to leave its choice. */
  readonly widths: readonly number[];
}

/**
 * A density on the unit cube: a mixture of one product kernel a point, and the uniform prior. Kernels are normals
 * truncated to the unit interval; an ordered value has the mass of its cell, a choice that of Aitchison & Aitken
 * (1976). A point that does not know a parameter borrows what the points that do know it say of it alone, so that
 * the whole is a density over configurations with different active parameters.
 */
export class Parzen {
  readonly #dimensions: readonly Dimension[];
  readonly #size: number;
  readonly #columns: readonly Float64Array[];
  /** Log of what a continuous kernel is divided by, by dimension and point. */
  readonly #norms: readonly Float64Array[];
  readonly #weights: readonly number[];
  readonly #prior: number;
  readonly #total: number;
  readonly #widths: readonly number[];
  /** Sums of logarithms of one evaluation, by point; then of one dimension. */
  readonly #sums: Float64Array;
  readonly #terms: Float64Array;

  constructor({ dimensions, points, weights, priorWeight, widths }: ParzenInput) {
    this.#dimensions = dimensions;
    this.#size = points.length;
    this.#columns = dimensions.map((_, d) => Float64Array.from(points, (point) => point[d]!));
    this.#weights = weights;
    this.#prior = points.length > 0 ? priorWeight : Math.max(priorWeight, 1);
    this.#total = weights.reduce((sum, weight) => sum + weight, this.#prior);
    this.#widths = widths;
    this.#norms = this.#columns.map((column, d) =>
      dimensions[d]!.kind === "categorical" ? column : column.map((mean) => logNorm(mean, widths[d]!)),
    );
    this.#sums = new Float64Array(points.length);
    this.#terms = new Float64Array(points.length);
  }

  /** Log density at a point (of discrete values: with respect to their cells); NaN dimensions are left out. */
  logDensity(point: ArrayLike<number>): number {
    const sums = this.#sums.fill(0);
    for (let d = 0; d < this.#dimensions.length; d++) {
      const unit = point[d]!;
      if (Number.isNaN(unit) || this.#dimensions[d]!.count === 1) continue;
      this.#evaluate(d, unit);
      this.#borrow(d);
      for (let i = 0; i < sums.length; i++) sums[i]! += this.#terms[i]!;
    }
    return this.#mixture(sums);
  }

  /** Density of one parameter alone at a point of its interval, relative to the uniform one. */
  density(dimension: number, unit: number): number {
    this.#evaluate(dimension, unit);
    return Math.exp(this.#known(dimension));
  }

  /** A draw. NaN nowhere: which parameters are active follows from the values. */
  draw(random: Random): Float64Array {
    const component = this.#component(random, undefined);
    return Float64Array.from(this.#dimensions, (dimension, d) => {
      const known = component === undefined || !Number.isNaN(this.#columns[d]![component]!);
      const from = known ? component : this.#component(random, d);
      if (from === undefined) return random.uniform();
      return drawKernel(dimension, this.#columns[d]![from]!, this.#widths[d]!, random);
    });
  }

  /** A point drawn by weight, among those that know a dimension if one is given; undefined: the prior. */
  #component(random: Random, dimension: number | undefined): number | undefined {
    const column = dimension === undefined ? undefined : this.#columns[dimension]!;
    const counts = (i: number): boolean => column === undefined || !Number.isNaN(column[i]!);
    let total = this.#total;
    if (column) {
      total = this.#prior;
      for (let i = 0; i < this.#size; i++) if (counts(i)) total += this.#weights[i]!;
    }
    let left = random.uniform() * total - this.#prior;
    if (left < 0) return undefined;
    let last: number | undefined;
    for (let i = 0; i < this.#size; i++) {
      if (!counts(i)) continue;
      last = i;
      left -= this.#weights[i]!;
      if (left < 0) break;
    }
    return last;
  }

  /** Log of each kernel of a dimension at a point, relative to the uniform density, into `#terms`; NaN if unknown. */
  #evaluate(d: number, unit: number): void {
    const { kind, cell } = this.#dimensions[d]!;
    if (kind === "categorical") this.#choice(d, unit);
    else {
      const [low, high] = cell(unit);
      // The midpoint stands for a cell that is narrow beside the kernel: the error is (share ÷ width)² ÷ 24.
      if (high - low < this.#widths[d]! / 3) this.#point(d, (low + high) / 2);
      else this.#cell(d, low, high);
    }
  }

  #choice(d: number, unit: number): void {
    const { count } = this.#dimensions[d]!;
    const width = this.#widths[d]!;
    const column = this.#columns[d]!;
    const stay = Math.log((1 - width) * count);
    const leave = Math.log((width * count) / (count - 1));
    const choice = choiceAt(unit, count);
    for (let i = 0; i < column.length; i++) {
      const other = column[i]!;
      this.#terms[i] = Number.isNaN(other) ? other : choiceAt(other, count) === choice ? stay : leave;
    }
  }

  #point(d: number, unit: number): void {
    const column = this.#columns[d]!;
    const norms = this.#norms[d]!;
    const terms = this.#terms;
    const scale = 1 / this.#widths[d]!;
    for (let i = 0; i < column.length; i++) {
      const z = (unit - column[i]!) * scale;
      terms[i] = -0.5 * z * z - norms[i]!;
    }
  }

  #cell(d: number, low: number, high: number): void {
    const column = this.#columns[d]!;
    const norms = this.#norms[d]!;
    const width = this.#widths[d]!;
    const scale = 1 / width;
    const factor = (width * ROOT) / (high - low);
    for (let i = 0; i < column.length; i++) {
      const mean = column[i]!;
      const mass = normalMass((low - mean) * scale, (high - mean) * scale);
      this.#terms[i] = Number.isNaN(mean) ? mean : Math.log(factor * Math.max(mass, TINY)) - norms[i]!;
    }
  }

  /** Log density of one dimension alone, from its terms, by the points that know it and the prior. */
  #known(d: number): number {
    const column = this.#columns[d]!;
    let [sum, total] = [this.#prior, this.#prior];
    for (let i = 0; i < column.length; i++) {
      if (Number.isNaN(column[i]!)) continue;
      sum += this.#weights[i]! * Math.exp(this.#terms[i]!);
      total += this.#weights[i]!;
    }
    return total > 0 ? Math.log(sum / total) : 0;
  }

  #borrow(d: number): void {
    const terms = this.#terms;
    let borrowed: number | undefined;
    for (let i = 0; i < terms.length; i++) {
      if (!Number.isNaN(terms[i]!)) continue;
      borrowed ??= this.#known(d);
      terms[i] = borrowed;
    }
  }

  /** Log of the weighted mean of exponentials, taken relative to the largest. */
  #mixture(logs: Float64Array): number {
    let most = this.#prior > 0 ? 0 : Number.NEGATIVE_INFINITY;
    for (let i = 0; i < logs.length; i++) if (logs[i]! > most) most = logs[i]!;
    let sum = this.#prior * Math.exp(-most);
    for (let i = 0; i < logs.length; i++) sum += this.#weights[i]! * Math.exp(logs[i]! - most);
    return most + Math.log(sum / this.#total);
  }
}

/** Stands for a mass that is too small for the approximation, so that its logarithm is finite. */
const TINY = 1e-300;
/** √2π. */
const ROOT = Math.sqrt(2 * Math.PI);

/** Log of σ · √2π · mass inside the unit interval. NaN for an unknown mean. */
function logNorm(mean: number, width: number): number {
  return Math.log(width * ROOT * normalMass(-mean / width, (1 - mean) / width));
}

function drawKernel({ kind, count }: Dimension, centre: number, width: number, random: Random): number {
  if (kind === "categorical") {
    const choice = choiceAt(centre, count);
    if (count === 1 || random.uniform() >= width) return centre;
    const other = random.int(count - 1);
    return ((other < choice ? other : other + 1) + 0.5) / count;
  }
  for (let i = 0; i < REJECTIONS; i++) {
    const unit = centre + width * random.normal();
    if (unit >= 0 && unit <= 1) return unit;
  }
  return random.uniform();
}
