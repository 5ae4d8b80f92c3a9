import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { openBackend } from "../../../src/learning/backend/backend.ts";
import { ExpectedImprovement } from "../../../src/learning/rnn/expectedImprovement.ts";
import { drawFunctions } from "../../../src/learning/rnn/prior.ts";
import { random } from "../../../src/space/random.ts";
import { MOST_DIMENSIONS } from "../../../src/strategies/rnn/weights.ts";

const NUGGET = 1e-6;
const LENGTHS = [0.25, 0.5];
const DIMENSIONS = 3;

const covariance = (a: readonly number[], b: readonly number[], length: number): number =>
  Math.exp(-a.slice(0, DIMENSIONS).reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0) / (2 * length ** 2));

/** Solves a small system by elimination: the matrices here have large diagonals. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  rows.forEach((pivot, i) => {
    const head = pivot[i]!;
    for (let k = 0; k < pivot.length; k++) pivot[k]! /= head;
    for (const row of rows) {
      const factor = row[i]!;
      if (row !== pivot) for (let k = 0; k < row.length; k++) row[k]! -= factor * pivot[k]!;
    }
  });
  return rows.map((row) => row.at(-1)!);
}

/** Evaluations of both functions: [time][function] points, of which the last dimensions do not matter, and values. */
function evaluations(count: number, seed: number) {
  const draws = random(seed, 0);
  const point = () => Array.from({ length: MOST_DIMENSIONS }, () => draws.uniform());
  return Array.from({ length: count }, () => ({
    points: LENGTHS.map(point),
    values: LENGTHS.map(() => draws.normal()),
  }));
}

function informed(history: ReturnType<typeof evaluations>): ExpectedImprovement {
  const posteriors = new ExpectedImprovement(LENGTHS, DIMENSIONS);
  for (const { points, values } of history) posteriors.add(points.flat(), values);
  return posteriors;
}

describe("the expected improvement under the prior", () => {
  test.each([1, 2, 3])("believes what a direct solution does, from %i points", (count) => {
    const history = evaluations(count, count);
    const at = evaluations(1, 99)[0]!.points;
    informed(history)
      .beliefs(at.flat())
      .forEach(({ mean, sd }, b) => {
        const points = history.map((one) => one.points[b]!);
        const matrix = points.map((p, i) =>
          points.map((q, j) => covariance(p, q, LENGTHS[b]!) + (i === j ? NUGGET : 0)),
        );
        const k = points.map((p) => covariance(p, at[b]!, LENGTHS[b]!));
        const product = (solution: number[]) => k.reduce((sum, one, i) => sum + one * solution[i]!, 0);
        const values = history.map((one) => one.values[b]!);
        expect(mean).toBeCloseTo(product(solve(matrix, values)), 10);
        expect(sd).toBeCloseTo(Math.sqrt(1 - product(solve(matrix, k))), 10);
      });
  });

  test("is the mean of what is improved", () => {
    const history = evaluations(3, 5);
    const at = evaluations(1, 6)[0]!.points.flat();
    const posteriors = informed(history);
    const { values } = posteriors.at(at);
    posteriors.beliefs(at).forEach(({ mean, sd }, b) => {
      const best = Math.min(...history.map((one) => one.values[b]!));
      let sum = 0;
      const step = 1e-3;
      for (let z = -8; z < 8; z += step) {
        const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
        sum += Math.max(0, best - mean - sd * z) * density * step;
      }
      expect(values[b]).toBeCloseTo(sum, 5);
    });
  });

  test.each([1, 2, 7, 25])("has its slope, after %i evaluations", (count) => {
    const posteriors = informed(evaluations(count, 10 + count));
    const h = 1e-5;
    let steep = 0;
    for (const { points } of evaluations(5, 20)) {
      const at = points.flat();
      const { gradients } = posteriors.at(at);
      gradients.forEach((slope, i) => {
        const value = (by: number) =>
          posteriors.at(at.map((x, k) => (k === i ? x + by : x))).values[Math.floor(i / MOST_DIMENSIONS)]!;
        const difference = (value(h) - value(-h)) / (2 * h);
        expect(Math.abs(slope - difference)).toBeLessThan(1e-5 * Math.max(1e-3, Math.abs(difference)));
        if (i % MOST_DIMENSIONS >= DIMENSIONS) expect(slope).toBe(0);
        else if (Math.abs(difference) > 1e-3) steep++;
      });
    }
    expect(steep).toBeGreaterThan(5);
  });

  test("is next to nothing and finite where the value is known, and where points repeat", () => {
    const history = evaluations(4, 30);
    const posteriors = informed([...history, ...history, history[0]!, history[0]!]);
    for (const { points } of history) {
      const { values, gradients } = posteriors.at(points.flat());
      for (const value of values) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1e-3);
      }
      expect(gradients.every(Number.isFinite)).toBe(true);
    }
  });

  test("foretells what functions drawn from the prior do", async () => {
    await openBackend("cpu");
    const count = 400;
    const functions = drawFunctions(random(3, 0), count, DIMENSIONS, () => 0.3);
    const draws = random(4, 0);
    const posteriors = new ExpectedImprovement(functions.lengths, DIMENSIONS);
    const next = () => {
      const points = Float32Array.from({ length: count * MOST_DIMENSIONS }, () => draws.uniform());
      const values = tf.tidy(() =>
        functions.evaluate(tf.tensor2d(points, [count, MOST_DIMENSIONS])).dataSync(),
      );
      return { points, values };
    };
    for (let t = 0; t < 20; t++) {
      const { points, values } = next();
      posteriors.add(points, values);
    }
    const { points, values } = next();
    const errors = posteriors.beliefs(points).map(({ mean, sd }, b) => (values[b]! - mean) / sd);
    functions.dispose();
    const variance = errors.reduce((sum, error) => sum + error ** 2 / count, 0);
    expect(variance).toBeGreaterThan(0.7);
    expect(variance).toBeLessThan(1.5);
  });
});
