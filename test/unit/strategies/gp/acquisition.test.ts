import { describe, expect, test } from "vitest";
import { random } from "../../../../src/space/random.ts";
import {
  type AcquisitionName,
  logCdf,
  logImprovement,
  worth,
} from "../../../../src/strategies/gp/acquisition.ts";

describe("logarithms in the tails", () => {
  // φ(z) − |z|·Φ(−|z|) by its asymptotic series, which is exact to 1e-9 below z = −12.
  const series = (z: number) => {
    const t = 1 / (z * z);
    return (
      -0.5 * z * z -
      0.5 * Math.log(2 * Math.PI) +
      Math.log(t * (1 - t * (3 - t * (15 - t * (105 - t * 945)))))
    );
  };

  test.each([-12, -20, -50, -1000, -1e5, -1e8])("of the improvement at z = %d", (z) => {
    expect(logImprovement(z) / series(z)).toBeCloseTo(1, 7);
  });

  test("of the improvement where plain arithmetic works", () => {
    // h(0) = φ(0), h(1) = φ(1) + Φ(1).
    expect(logImprovement(0)).toBeCloseTo(Math.log(1 / Math.sqrt(2 * Math.PI)), 12);
    expect(Math.exp(logImprovement(1))).toBeCloseTo(0.24197072451914337 + 0.8413447460685429, 12);
    expect(Math.exp(logImprovement(-1))).toBeCloseTo(0.24197072451914337 - 0.15865525393145707, 12);
    // Both branches meet.
    expect(logImprovement(-1 - 1e-9)).toBeCloseTo(logImprovement(-1 + 1e-9), 7);
  });

  test("of the cumulative distribution", () => {
    expect(Math.exp(logCdf(1.5))).toBeCloseTo(0.9331927987311419, 12);
    expect(logCdf(-40)).toBeCloseTo(-804.608442, 5);
    expect(logCdf(9)).toBeGreaterThan(-2e-19);
    expect(logCdf(9)).toBeLessThanOrEqual(0);
  });
});

test("expected improvement and probability of improvement are what draws give", () => {
  const draws = random(11, 0);
  const [mean, sd, best, xi] = [0.4, 0.7, 0.1, 0.05];
  const values = Array.from({ length: 200_000 }, () => mean + sd * draws.normal());
  const improvement = values.reduce((sum, y) => sum + Math.max(0, best - xi - y), 0) / values.length;
  const share = values.filter((y) => y < best - xi).length / values.length;
  const at = (name: AcquisitionName) => worth({ mean, sd }, best, { name, xi, kappa: 2 }).value;
  expect(at("ei")).toBeCloseTo(improvement, 2);
  expect(at("log-ei")).toBeCloseTo(Math.log(at("ei")), 12);
  expect(Math.exp(at("pi"))).toBeCloseTo(share, 2);
  expect(at("ucb")).toBeCloseTo(2 * sd - mean, 12);
});

describe.each(["log-ei", "ei", "pi", "ucb"] as const)("%s", (name) => {
  const options = { name, xi: 0.02, kappa: 1.8 };
  test.each([
    [0.5, 0.8, 0.1],
    [-1, 0.3, 0.1],
    [2, 0.2, -1],
    [9, 0.1, 0],
  ])("has the derivatives of finite differences at mean %d, sd %d, best %d", (mean, sd, best) => {
    const { byMean, bySd } = worth({ mean, sd }, best, options);
    const value = (m: number, s: number) => worth({ mean: m, sd: s }, best, options).value;
    const [dm, ds] = [1e-6, 1e-6 * sd];
    const close = (a: number, b: number) =>
      expect(Math.abs(a - b)).toBeLessThan(1e-5 * Math.max(1, Math.abs(b)));
    close(byMean, (value(mean + dm, sd) - value(mean - dm, sd)) / (2 * dm));
    close(bySd, (value(mean, sd + ds) - value(mean, sd - ds)) / (2 * ds));
  });
});
