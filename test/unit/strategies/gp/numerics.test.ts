import { Matrix, inverse as mlInverse } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { random } from "../../../../src/space/random.ts";
import { minimize } from "../../../../src/strategies/gp/lbfgs.ts";
import {
  backward,
  cholesky,
  forward,
  inverse,
  logDeterminant,
} from "../../../../src/strategies/gp/triangular.ts";

describe("minimize", () => {
  const rosenbrock = (p: Float64Array) => {
    const [x, y] = [p[0]!, p[1]!];
    return {
      value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
    };
  };

  test("follows a curved valley to its end", () => {
    const { point, value } = minimize(rosenbrock, [-1.2, 1], { low: [-5, -5], high: [5, 5] }, 200, 1e-10);
    expect(value).toBeLessThan(1e-12);
    expect([...point].map((x) => Math.round(x * 1e5) / 1e5)).toEqual([1, 1]);
  });

  test("stops at the bounds, where the slope points out of the box", () => {
    const { point } = minimize(rosenbrock, [-1.2, 1], { low: [-2, -2], high: [0.5, 2] }, 200, 1e-10);
    expect(point[0]).toBe(0.5);
    // It ends when a step gains less than 1e-9 of the value.
    expect(point[1]).toBeCloseTo(0.25, 5);
  });

  test("steps back from where there is no value", () => {
    const bowl = (p: Float64Array) => ({
      value: p[0]! < 0.2 ? Number.NaN : (p[0]! - 0.21) ** 2,
      gradient: Float64Array.of(2 * (p[0]! - 0.21)),
    });
    expect(minimize(bowl, [5], { low: [-10], high: [10] }, 100, 1e-9).point[0]).toBeCloseTo(0.21, 4);
  });
});

describe("triangular systems", () => {
  const draws = random(3, 0);
  const n = 12;
  const half = new Matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) half.set(i, j, draws.normal());
  const matrix = half.mmul(half.transpose()).add(Matrix.eye(n, n, 0.5));
  const factor = cholesky(matrix)!;

  test("forward and backward substitution together solve the whole", () => {
    const b = Float64Array.from({ length: n }, () => draws.normal());
    const x = backward(factor, forward(factor, b.slice()));
    const product = matrix.mmul(Matrix.columnVector([...x])).to1DArray();
    product.forEach((value, i) => {
      expect(value).toBeCloseTo(b[i]!, 9);
    });
  });

  test("the inverse and the determinant are those of the matrix", () => {
    const own = inverse(factor);
    const other = mlInverse(matrix);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) expect(own[i * n + j]).toBeCloseTo(other.get(i, j), 8);
    const { rows } = factor;
    const product = Array.from({ length: n }, (_, i) => rows[i * n + i]! ** 2).reduce((a, b) => a * b, 1);
    expect(logDeterminant(factor)).toBeCloseTo(Math.log(product), 9);
  });

  test("what is not positive definite has no factor", () => {
    expect(
      cholesky(
        new Matrix([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).toBeUndefined();
  });
});
