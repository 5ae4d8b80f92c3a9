import { inverse, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { random } from "../../../../src/space/random.ts";
import { fitKernel, logPosterior, Pairs } from "../../../../src/strategies/gp/fit.ts";
import { type KernelName, Metric } from "../../../../src/strategies/gp/kernel.ts";
import { GaussianProcess } from "../../../../src/strategies/gp/model.ts";
import { warpLosses } from "../../../../src/strategies/gp/warp.ts";

const plain = (d: number) => new Metric(Array<boolean>(d).fill(false));
const mixed = new Metric([false, true, false]);
/** A number, a category, and a number that is not always active. */
const mixedPoints = [
  [0.1, 0.25, 0.3],
  [0.7, 0.75, Number.NaN],
  [0.4, 0.25, 0.9],
  [0.9, 0.75, 0.2],
  [0.2, 0.25, Number.NaN],
].map((point) => Float64Array.from(point));

describe("the textbook case (Rasmussen & Williams 2006): k(x, x') = exp(−½‖x − x'‖²), no noise, mean zero", () => {
  const x = [-1.5, 0, 0.7, 2];
  const f = [0.3, -1, 0.2, 1.1];
  const k = (a: number, b: number) => Math.exp(-0.5 * (a - b) ** 2);
  const process = new GaussianProcess(
    plain(1),
    "rbf",
    { inverseSquares: Float64Array.of(1), variance: 1, noise: 0 },
    x.map((value) => Float64Array.of(value)),
    Float64Array.from(f),
  );
  const inverted = inverse(new Matrix(x.map((a) => x.map((b) => k(a, b)))));

  test("mean is kᵀK⁻¹f and variance k(x, x) − kᵀK⁻¹k", () => {
    for (const at of [-3, -1, 0.3, 1.2, 4]) {
      const row = new Matrix([x.map((b) => k(at, b))]);
      const mean = row.mmul(inverted).mmul(Matrix.columnVector(f)).get(0, 0);
      const variance = 1 - row.mmul(inverted).mmul(row.transpose()).get(0, 0);
      const belief = process.predict(Float64Array.of(at));
      expect(belief.mean).toBeCloseTo(mean, 9);
      expect(belief.sd ** 2).toBeCloseTo(variance, 9);
    }
  });

  test("it goes through the observations, and knows nothing far from them", () => {
    x.forEach((at, i) => {
      const { mean, sd } = process.predict(Float64Array.of(at));
      expect(mean).toBeCloseTo(f[i]!, 6);
      expect(sd).toBeLessThan(1e-5);
    });
    const { mean, sd } = process.predict(Float64Array.of(40));
    expect(mean).toBeCloseTo(0, 9);
    expect(sd).toBeCloseTo(1, 9);
  });

  test("joint draws have the posterior's means and deviations", () => {
    const draws = random(1, 1);
    const at = [-0.8, -0.7, 3].map((value) => Float64Array.of(value));
    const normals = Array.from({ length: 4000 }, () => Float64Array.from(at, () => draws.normal()));
    const drawn = process.sample(at, normals);
    at.forEach((point, i) => {
      const { mean, sd } = process.predict(point);
      const values = drawn.map((draw) => draw[i]!);
      const average = values.reduce((a, b) => a + b, 0) / values.length;
      expect(Math.abs(average - mean)).toBeLessThan((4 * sd) / Math.sqrt(values.length));
      const spread = Math.sqrt(values.reduce((a, b) => a + (b - average) ** 2, 0) / values.length);
      expect(spread / sd).toBeGreaterThan(0.93);
      expect(spread / sd).toBeLessThan(1.07);
    });
    // Neighbours go together.
    const [a, b] = at.map((point) => process.predict(point).mean) as [number, number];
    const together = drawn.reduce((sum, draw) => sum + (draw[0]! - a) * (draw[1]! - b), 0);
    expect(together).toBeGreaterThan(0);
  });
});

describe.each(["rbf", "matern52"] as const)("%s", (kernel: KernelName) => {
  const hyperparameters = { inverseSquares: Float64Array.of(6, 0.8, 3), variance: 1.4, noise: 0.01 };
  const targets = Float64Array.of(0.5, -1.2, 0.1, 0.9, -0.3);
  const process = new GaussianProcess(mixed, kernel, hyperparameters, mixedPoints, targets);

  test("derivatives of mean and deviation are those of finite differences, in active numbers only", () => {
    for (const point of [Float64Array.of(0.33, 0.25, 0.61), Float64Array.of(0.5, 0.75, Number.NaN)]) {
      const { meanSlope, sdSlope } = process.slope(point);
      for (const i of [0, 2]) {
        if (Number.isNaN(point[i]!)) continue;
        const [up, down] = [1e-6, -1e-6].map((step) =>
          process.predict(point.map((x, j) => (i === j ? x + step : x))),
        );
        expect(meanSlope[i]).toBeCloseTo((up!.mean - down!.mean) / 2e-6, 5);
        expect(sdSlope[i]).toBeCloseTo((up!.sd - down!.sd) / 2e-6, 5);
      }
      expect(meanSlope[1]).toBe(0);
      if (Number.isNaN(point[2]!)) expect(sdSlope[2]).toBe(0);
    }
  });

  test("the gradient of the posterior of its hyperparameters is that of finite differences", () => {
    const pairs = new Pairs(mixed, mixedPoints);
    const theta = Float64Array.of(1.5, -0.3, 0.8, 0.2, -4);
    const { gradient } = logPosterior(pairs, targets, kernel, theta);
    for (let i = 0; i < theta.length; i++) {
      const [up, down] = [1e-5, -1e-5].map(
        (step) =>
          logPosterior(
            pairs,
            targets,
            kernel,
            theta.map((x, j) => (i === j ? x + step : x)),
          ).value,
      );
      expect(gradient[i]).toBeCloseTo((up! - down!) / 2e-5, 5);
    }
  });
});

test("fitting tells which parameter matters, how fast, and how noisy the losses are", () => {
  const draws = random(5, 0);
  const points = Array.from({ length: 60 }, () => Float64Array.from({ length: 3 }, () => draws.uniform()));
  const losses = (noise: number) =>
    warpLosses(
      points.map((point) => Math.sin(9 * point[0]!) + 0.4 * point[1]! + noise * draws.normal()),
      "none",
    );
  const clean = fitKernel(plain(3), "matern52", points, losses(0));
  expect(clean.inverseSquares[0]).toBeGreaterThan(10 * clean.inverseSquares[1]!);
  expect(clean.inverseSquares[1]).toBeGreaterThan(clean.inverseSquares[2]!);
  expect(clean.noise).toBeLessThan(1e-4);
  const noisy = fitKernel(plain(3), "matern52", points, losses(0.3));
  expect(noisy.noise).toBeGreaterThan(0.03);
  expect(noisy.noise).toBeLessThan(0.4);
});

describe("warped losses", () => {
  const losses = [5, 3, Number.POSITIVE_INFINITY, 1e9, 4, 1, 2, 4.5];

  test("keep their order, failures among the worst", () => {
    for (const warp of ["half-rank", "none"] as const) {
      const warped = warpLosses(losses, warp);
      const order = (values: ArrayLike<number>) =>
        Array.from(values)
          .map((_, i) => i)
          .sort((a, b) => values[a]! - values[b]!);
      expect(order(warped).slice(0, 6)).toEqual(order(losses).slice(0, 6));
      expect(warped[2]).toBe(warped[3]);
      expect(warped.every(Number.isFinite)).toBe(true);
    }
  });

  test("by half rank leave the better half as it is, and a huge loss harmless", () => {
    const warped = warpLosses(losses, "half-rank");
    expect((warped[6]! - warped[5]!) / (warped[1]! - warped[6]!)).toBeCloseTo(1, 9);
    expect(warped[3]! - warped[0]!).toBeLessThan(3 * (warped[1]! - warped[5]!));
    expect(warpLosses(losses, "none")[0]! - warpLosses(losses, "none")[5]!).toBeLessThan(1e-6);
  });

  test("of one value only are all the same", () => {
    expect([...warpLosses([2, 2, 2], "half-rank")]).toEqual([0, 0, 0]);
  });
});
