import type { Random } from "../../space/random.ts";
import { choiceAt, type Dimension } from "./dimensions.ts";
import { normalMass } from "./normal.ts";

/** Draws of a truncated normal at most: one that fails as often is so wide that it is uniform on the interval. */
const REJECTIONS = 100;
/** Stands for a mass that is too small for the approximation, so that its logarithm is finite. */
const TINY = 1e-300;
/** √2π. */
const ROOT = Math.sqrt(2 * Math.PI);

/** Log of σ · √2π · the mass inside the unit interval. NaN for an unknown mean. */
function logNorm(mean: number, width: number): number {
  // Farther from both ends than this, all of the mass is inside.
  if (Math.min(mean, 1 - mean) > 6 * width) return Math.log(width * ROOT);
  return Math.log(width * ROOT * normalMass(-mean / width, (1 - mean) / width));
}

/**
 * The kernels of one dimension, one a point: normals truncated to the unit interval, of which an ordered value has
 * the mass of its cell; for choices the kernels of Aitchison & Aitken (1976). All are relative to the uniform
 * distribution: its density is 1 at each value.
 */
export class Kernels {
  /** Whether some point does not know this dimension. */
  readonly partial: boolean;
  readonly #dimension: Dimension;
  /** Standard deviation; of choices the probability to leave the point's own. */
  readonly #width: number;
  /** Distinct positions of the points, NaN (unknown) among them. */
  readonly #means: Float64Array;
  readonly #norms: Float64Array;
  /** Which of the means each point has. Discrete values repeat, so that their kernels are worth sharing. */
  readonly #codes: Uint32Array;
  /** Logarithms of the kernels of one evaluation, by mean. */
  readonly #row: Float64Array;

  constructor(dimension: Dimension, width: number, points: readonly Float64Array[], d: number) {
    this.#dimension = dimension;
    this.#width = width;
    this.#codes = new Uint32Array(points.length);
    const codes = new Map<number, number>();
    const shared = dimension.kind !== "continuous";
    const means: number[] = [];
    for (let i = 0; i < points.length; i++) {
      const mean = points[i]![d]!;
      let code = shared ? codes.get(mean) : undefined;
      if (code === undefined) {
        code = means.length;
        means.push(mean);
        if (shared) codes.set(mean, code);
      }
      this.#codes[i] = code;
    }
    this.#means = Float64Array.from(means);
    this.partial = means.some(Number.isNaN);
    const normed = dimension.kind !== "categorical";
    this.#norms = this.#means.map((mean) => (normed ? logNorm(mean, width) : 0));
    this.#row = new Float64Array(means.length);
  }

  knows(point: number): boolean {
    return !Number.isNaN(this.#means[this.#codes[point]!]!);
  }

  /** Adds the log of each point's kernel at a position to `sums`; NaN for a point that does not know it. */
  add(unit: number, sums: Float64Array): void {
    this.#evaluate(unit);
    const codes = this.#codes;
    const row = this.#row;
    for (let i = 0; i < codes.length; i++) sums[i]! += row[codes[i]!]!;
  }

  /** A position drawn from a point's kernel. */
  draw(point: number, random: Random): number {
    const { kind, count } = this.#dimension;
    const mean = this.#means[this.#codes[point]!]!;
    if (kind === "categorical") {
      if (count === 1 || random.uniform() >= this.#width) return mean;
      const other = random.int(count - 1);
      return ((other < choiceAt(mean, count) ? other : other + 1) + 0.5) / count;
    }
    for (let i = 0; i < REJECTIONS; i++) {
      const unit = mean + this.#width * random.normal();
      if (unit >= 0 && unit <= 1) return unit;
    }
    return random.uniform();
  }

  #evaluate(unit: number): void {
    const { kind, cell } = this.#dimension;
    if (kind === "categorical") {
      this.#choice(unit);
      return;
    }
    const [low, high] = cell(unit);
    // The midpoint stands for a cell that is narrow beside the kernel: the error is (share ÷ width)² ÷ 24.
    if (high - low < this.#width / 3) this.#density((low + high) / 2);
    else this.#mass(low, high);
  }

  #choice(unit: number): void {
    const { count } = this.#dimension;
    const choice = choiceAt(unit, count);
    const stay = Math.log((1 - this.#width) * count);
    const leave = Math.log((this.#width * count) / (count - 1));
    for (let k = 0; k < this.#row.length; k++) {
      const mean = this.#means[k]!;
      this.#row[k] = Number.isNaN(mean) ? mean : choiceAt(mean, count) === choice ? stay : leave;
    }
  }

  #density(unit: number): void {
    const means = this.#means;
    const norms = this.#norms;
    const scale = 1 / this.#width;
    for (let k = 0; k < means.length; k++) {
      const z = (unit - means[k]!) * scale;
      this.#row[k] = -0.5 * z * z - norms[k]!;
    }
  }

  #mass(low: number, high: number): void {
    const scale = 1 / this.#width;
    const factor = (this.#width * ROOT) / (high - low);
    for (let k = 0; k < this.#row.length; k++) {
      const mean = this.#means[k]!;
      const mass = normalMass((low - mean) * scale, (high - mean) * scale);
      this.#row[k] = Math.log(factor * Math.max(mass, TINY)) - this.#norms[k]!;
    }
  }
}
