import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import type { Objective } from "./maximize.ts";
import type { GaussianProcess } from "./model.ts";

/** Random features of a draw from the prior: its error is of the order of one over their root. */
const FEATURES = 512;

/**
 * One function drawn from a Gaussian process's posterior, turned round so that its largest value is the loss's
 * smallest (Thompson sampling). A draw from the prior by random Fourier features (Rahimi & Recht 2007) becomes one from
 * the posterior by the update of Matheron's rule (Wilson et al. 2020, eq. 13): f + kᵀK⁻¹(y − f − ε), ε the noise of the
 * observations. Unlike values drawn at a list of points it can be climbed by its slope.
 */
export class PosteriorDraw implements Objective {
  readonly #process: GaussianProcess;
  readonly #features: Features;
  readonly #weights: Float64Array;
  readonly #update: Float64Array;

  constructor(process: GaussianProcess, space: Space, random: Random) {
    this.#process = process;
    this.#features = new Features(process, space, random);
    this.#weights = Float64Array.from({ length: FEATURES }, random.normal);
    const noise = Math.sqrt(process.hyperparameters.noise);
    const residuals = process.targets.map(
      (target, p) => target - this.#prior(process.points[p]!) - noise * random.normal(),
    );
    this.#update = process.solve(residuals);
  }

  value(point: Float64Array): number {
    return -this.#prior(point) - this.#process.combination(point, this.#update);
  }

  slope(point: Float64Array): { readonly value: number; readonly gradient: Float64Array } {
    const { value, slope } = this.#process.combinationSlope(point, this.#update);
    const prior = this.#features.slope(point, this.#weights);
    return {
      value: -prior.value - value,
      gradient: slope.map((by, i) => -by - prior.gradient[i]!),
    };
  }

  #prior(point: Float64Array): number {
    return this.#features.dot(point, this.#weights);
  }
}

/**
 * √(2σ²/m)·cos(ωᵀx + b): features whose products have the kernel as their mean, with ω from its spectral density: the
 * normal distribution (RBF) or Student's with 5 degrees of freedom (Matérn 5/2: Rasmussen & Williams 2006, eq. 4.15).
 * x is the metric's embedding (see `Metric`): a number as itself, an inactive one beside the middle of its line, each
 * choice of a category (an inactive one too) on an axis of its own.
 */
class Features {
  readonly #process: GaussianProcess;
  readonly #scale: number;
  readonly #phases: Float64Array;
  /** One entry a parameter: ω of all features for a number's two axes, or for each choice and for none. */
  readonly #axes: readonly (readonly Float64Array[])[];
  readonly #choices: readonly number[];
  /** A point that was asked for, with its angles: a search often changes one coordinate at a time. */
  #base: { readonly point: Float64Array; readonly angles: Float64Array } | undefined;

  constructor(process: GaussianProcess, space: Space, random: Random) {
    const { hyperparameters, kernel, metric } = process;
    this.#process = process;
    this.#scale = Math.sqrt((2 * hyperparameters.variance) / FEATURES);
    this.#phases = Float64Array.from({ length: FEATURES }, () => 2 * Math.PI * random.uniform());
    const stretch = Float64Array.from({ length: FEATURES }, () =>
      kernel === "rbf" ? 1 : Math.sqrt(5 / chiSquared(5, random)),
    );
    this.#choices = metric.isCategory.map((is, i) => (is ? space.valuesOf(i) : 0));
    this.#axes = metric.isCategory.map((isCategory, i) => {
      const count = isCategory ? this.#choices[i]! + 1 : 2;
      // Two choices are one apart: each is a root of ½ away from the origin.
      const scale = Math.sqrt(hyperparameters.inverseSquares[i]! * (isCategory ? 0.5 : 1));
      return Array.from({ length: count }, () => stretch.map((by) => by * scale * random.normal()));
    });
  }

  dot(point: Float64Array, weights: Float64Array): number {
    const angles = this.#angles(point);
    let sum = 0;
    for (let k = 0; k < FEATURES; k++) sum += weights[k]! * Math.cos(angles[k]!);
    return this.#scale * sum;
  }

  slope(point: Float64Array, weights: Float64Array): { value: number; gradient: Float64Array } {
    const angles = this.#angles(point);
    let sum = 0;
    for (let k = 0; k < FEATURES; k++) {
      sum += weights[k]! * Math.cos(angles[k]!);
      angles[k] = -weights[k]! * Math.sin(angles[k]!);
    }
    const gradient = point.map((x, i) => {
      if (this.#process.metric.isCategory[i] || Number.isNaN(x)) return 0;
      const along = this.#axes[i]![0]!;
      let by = 0;
      for (let k = 0; k < FEATURES; k++) by += angles[k]! * along[k]!;
      return this.#scale * by;
    });
    return { value: this.#scale * sum, gradient };
  }

  /** ωᵀx + b of all features. */
  #angles(point: Float64Array): Float64Array {
    const changed = this.#changed(point);
    if (changed === undefined) {
      const angles = this.#phases.slice();
      point.forEach((x, i) => {
        this.#add(angles, i, x, 1);
      });
      this.#base = { point: point.slice(), angles };
      return angles.slice();
    }
    const angles = this.#base!.angles.slice();
    for (const i of changed) {
      this.#add(angles, i, this.#base!.point[i]!, -1);
      this.#add(angles, i, point[i]!, 1);
    }
    return angles;
  }

  /** In which coordinates a point is not the base; undefined where it is less work to begin anew. */
  #changed(point: Float64Array): number[] | undefined {
    if (this.#base === undefined) return undefined;
    const changed: number[] = [];
    for (let i = 0; i < point.length; i++) {
      if (Object.is(point[i], this.#base.point[i])) continue;
      changed.push(i);
      if (2 * changed.length >= point.length) return undefined;
    }
    return changed;
  }

  /** Adds what the `i`-th coordinate gives to the angles, so many times. */
  #add(angles: Float64Array, i: number, x: number, times: number): void {
    const axes = this.#axes[i]!;
    const isMissing = Number.isNaN(x);
    if (this.#process.metric.isCategory[i]) {
      const count = this.#choices[i]!;
      add(angles, axes[isMissing ? count : Math.min(count - 1, Math.floor(x * count))]!, times);
    } else if (isMissing) {
      add(angles, axes[0]!, 0.5 * times);
      add(angles, axes[1]!, 0.5 * times);
    } else add(angles, axes[0]!, x * times);
  }
}

function add(sum: Float64Array, values: Float64Array, times: number): void {
  for (let k = 0; k < sum.length; k++) sum[k]! += times * values[k]!;
}

/** A sum of squares of standard normals. */
function chiSquared(degrees: number, random: Random): number {
  let sum = 0;
  for (let i = 0; i < degrees; i++) sum += random.normal() ** 2;
  return sum;
}
