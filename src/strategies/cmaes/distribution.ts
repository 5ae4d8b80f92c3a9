import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Random } from "../../space/random.ts";
import type { Dimension } from "../parzen/dimensions.ts";
import { withMargin } from "./margin.ts";
import type { Settings } from "./weights.ts";

/** A sample and how good it is. */
export interface Scored {
  /** Where it was drawn, in the unit cube; of a discrete parameter before its cell is looked up. */
  readonly point: ArrayLike<number>;
  /** Infinity for a failure. */
  readonly loss: number;
  /** Not drawn from the present distribution: its step is bounded (Hansen 2011). */
  readonly injected: boolean;
}

/** Values have ten significant digits. */
const SMALLEST_SPREAD = 1e-11;
/** ConditionCov (Hansen 2016, appendix B.3). */
const LARGEST_CONDITION = 1e14;

const norm = (vector: readonly number[]): number => Math.hypot(...vector);

/** The normal distribution of CMA-ES (Hansen 2016, figure 6 and appendix A) with margin (Hamano et al. 2022). */
export class Distribution {
  readonly settings: Settings;
  readonly #dimensions: readonly Dimension[];
  readonly #mean: number[];
  #sigma: number;
  #covariance: Matrix;
  #axes: Matrix;
  #scales: number[];
  readonly #stretch: number[];
  #pSigma: number[];
  #pc: number[];
  #generation = 0;

  constructor(dimensions: readonly Dimension[], settings: Settings, mean: readonly number[], sigma: number) {
    const n = dimensions.length;
    this.settings = settings;
    this.#dimensions = dimensions;
    this.#mean = [...mean];
    this.#sigma = sigma;
    this.#covariance = Matrix.eye(n);
    this.#axes = Matrix.eye(n);
    this.#scales = Array(n).fill(1);
    this.#stretch = Array(n).fill(1);
    this.#pSigma = Array(n).fill(0);
    this.#pc = Array(n).fill(0);
    this.#leaveMargin();
  }

  get generation(): number {
    return this.#generation;
  }

  get sigma(): number {
    return this.#sigma;
  }

  get mean(): readonly number[] {
    return this.#mean;
  }

  /** Covariance of two coordinates of a sample, σ² and the margin's stretch included. */
  covariance(i: number, j: number): number {
    return this.#sigma ** 2 * this.#stretch[i]! * this.#stretch[j]! * this.#covariance.get(i, j);
  }

  /** Largest standard deviation over all coordinates. */
  get spread(): number {
    return this.#sigma * Math.sqrt(Math.max(...this.#covariance.diagonal()));
  }

  /** Condition number of the covariance matrix. */
  get condition(): number {
    return (Math.max(...this.#scales) / Math.min(...this.#scales)) ** 2;
  }

  /**
   * Whether it is narrower than the space's resolution, or so flat that rounding would decide: it stays as it is
   * then, because the steps to its samples have no correct digits any more.
   */
  get exhausted(): boolean {
    return !(this.spread > SMALLEST_SPREAD && this.condition < LARGEST_CONDITION);
  }

  /** v = m + σ A B D z; A is the margin's stretch of the discrete coordinates. */
  sample(random: Random): number[] {
    const z = this.#scales.map((scale) => scale * random.normal());
    return this.#mean.map((m, i) => {
      let y = 0;
      for (let j = 0; j < z.length; j++) y += this.#axes.get(i, j) * z[j]!;
      return m + this.#sigma * this.#stretch[i]! * y;
    });
  }

  /** C^(−1/2) y */
  #whitened(y: readonly number[]): number[] {
    const turned = this.#scales.map((scale, j) => {
      let dot = 0;
      for (let i = 0; i < y.length; i++) dot += this.#axes.get(i, j) * y[i]!;
      return dot / scale;
    });
    return y.map((_, i) => turned.reduce((dot, value, j) => dot + this.#axes.get(i, j) * value, 0));
  }

  /** The step y to a sample; one that is injected is shortened to what is likely (Hansen 2011, equation 3). */
  #step({ point, injected }: Scored): number[] {
    const y = this.#mean.map((m, i) => (point[i]! - m) / (this.#sigma * this.#stretch[i]!));
    if (!injected) return y;
    const n = y.length;
    const factor = Math.min(1, (Math.sqrt(n) + (2 * n) / (n + 2)) / norm(this.#whitened(y)));
    return factor < 1 ? y.map((value) => value * factor) : y;
  }

  /** One generation, best first. A failure moves nothing towards itself: its weight is at most 0. */
  update(ranked: readonly Scored[]): void {
    if (this.exhausted) return;
    const { weights } = this.settings;
    const steps = ranked.map((scored) => this.#step(scored));
    const shares = ranked.map(({ loss }, i) =>
      loss < Number.POSITIVE_INFINITY ? weights[i]! : Math.min(0, weights[i]!),
    );
    const moved = this.#mean.map((m, j) => {
      const step = steps.reduce((sum, y, i) => sum + Math.max(0, shares[i]!) * y[j]!, 0);
      const to = m + this.#sigma * step;
      return this.#dimensions[j]!.kind === "continuous" ? Math.min(1, Math.max(0, to)) : to;
    });
    // The mean stays in the box, and the paths follow where it really went: pushed against a face σ must not grow.
    const steady = this.#followPaths(moved.map((to, j) => (to - this.#mean[j]!) / this.#sigma));
    for (const [j, to] of moved.entries()) this.#mean[j] = to;
    this.#adapt(steps, shares, steady);
    const { cSigma, dSigma, length } = this.settings;
    this.#sigma *= Math.exp(Math.min(1, (cSigma / dSigma) * (norm(this.#pSigma) / length - 1)));
    this.#generation++;
    this.#decompose();
    // Wider than the cube is of no use.
    this.#sigma *= Math.min(1, 1 / this.spread);
    this.#leaveMargin();
  }

  /** Evolution paths (equations 31, 45); gives h_σ. */
  #followPaths(mean: readonly number[]): number {
    const { cSigma, cc, effective, length, dimensions } = this.settings;
    const gain = Math.sqrt(cSigma * (2 - cSigma) * effective);
    const white = this.#whitened(mean);
    this.#pSigma = this.#pSigma.map((p, i) => (1 - cSigma) * p + gain * white[i]!);
    const warm = Math.sqrt(1 - (1 - cSigma) ** (2 * (this.#generation + 1)));
    const steady = norm(this.#pSigma) / warm < (1.4 + 2 / (dimensions + 1)) * length ? 1 : 0;
    const pull = steady * Math.sqrt(cc * (2 - cc) * effective);
    this.#pc = this.#pc.map((p, i) => (1 - cc) * p + pull * mean[i]!);
    return steady;
  }

  /** Covariance matrix adaptation (equations 46–47). */
  #adapt(steps: readonly number[][], shares: readonly number[], steady: number): void {
    const { c1, cMu, cc, dimensions: n } = this.settings;
    const total = shares.reduce((a, b) => a + b, 0);
    const keep = 1 + c1 * (1 - steady) * cc * (2 - cc) - c1 - cMu * total;
    const lengths = steps.map((y) => norm(this.#whitened(y)) ** 2);
    const rank = shares.map((share, i) => (share >= 0 ? share : (share * n) / Math.max(1e-12, lengths[i]!)));
    const next = Matrix.zeros(n, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const outer = steps.reduce((sum, y, k) => sum + rank[k]! * y[i]! * y[j]!, 0);
        const value = keep * this.#covariance.get(i, j) + c1 * this.#pc[i]! * this.#pc[j]! + cMu * outer;
        next.set(i, j, value);
        next.set(j, i, value);
      }
    }
    this.#covariance = next;
  }

  #decompose(): void {
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(this.#covariance, {
      assumeSymmetric: true,
    });
    this.#axes = eigenvectorMatrix;
    // Rounding can leave a tiny eigenvalue below 0.
    this.#scales = realEigenvalues.map((value) => Math.sqrt(Math.max(value, 1e-20)));
  }

  #leaveMargin(): void {
    const alpha = 1 / (this.#dimensions.length * this.settings.population);
    for (const [i, dimension] of this.#dimensions.entries()) {
      if (dimension.kind === "continuous") continue;
      const deviation = this.#sigma * Math.sqrt(this.#covariance.get(i, i));
      const [low, high] = dimension.cell(Math.min(1, Math.max(0, this.#mean[i]!)));
      const corrected = withMargin(this.#mean[i]!, this.#stretch[i]! * deviation, low, high, alpha);
      this.#mean[i] = corrected.mean;
      this.#stretch[i] = corrected.deviation / deviation;
    }
  }
}
