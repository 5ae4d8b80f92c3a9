import { describe, expect, test } from "vitest";
import { random } from "../../../src/space/random.ts";
import { isPrimitive, Sobol } from "../../../src/space/sobol.ts";

describe("Sobol's sequence", () => {
  test("puts one of 2^k points into each of 2^k intervals, in each of 60 dimensions", () => {
    const sobol = new Sobol(60, random(1, 2));
    for (const k of [1, 4, 8]) {
      const points = Array.from({ length: 2 ** k }, (_, i) => sobol.point(i));
      for (let d = 0; d < 60; d++) {
        expect(new Set(points.map((point) => Math.floor(point[d]! * 2 ** k))).size).toBe(2 ** k);
      }
    }
  });

  test("puts one of 2^8 points into each box of the first two dimensions, whatever its shape", () => {
    const sobol = new Sobol(2, random(5, 2));
    const points = Array.from({ length: 256 }, (_, i) => sobol.point(i));
    for (let a = 0; a <= 8; a++) {
      const boxes = points.map(([x, y]) => `${Math.floor(x! * 2 ** a)} ${Math.floor(y! * 2 ** (8 - a))}`);
      expect(new Set(boxes).size).toBe(256);
    }
  });

  test("integrates better than independent draws", () => {
    const f = (point: Float64Array) => point.reduce((product, x) => product * (1 + 2 * (x - 0.5) ** 2), 1);
    const exact = (1 + 1 / 6) ** 8;
    const off = (points: Float64Array[]) =>
      Math.abs(points.reduce((sum, point) => sum + f(point), 0) / points.length - exact);
    let [even, independent] = [0, 0];
    for (let seed = 0; seed < 20; seed++) {
      const source = random(seed, 3);
      const sobol = new Sobol(8, source);
      even += off(Array.from({ length: 512 }, (_, i) => sobol.point(i)));
      independent += off(
        Array.from({ length: 512 }, () => Float64Array.from({ length: 8 }, () => source.uniform())),
      );
    }
    expect(even).toBeLessThan(independent / 4);
  });

  test("is scrambled otherwise by another seed, each point being uniform", () => {
    const firsts = Array.from({ length: 400 }, (_, seed) => new Sobol(3, random(seed, 0)).point(5)[2]!);
    const mean = firsts.reduce((sum, x) => sum + x, 0) / firsts.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 400));
    expect(new Set(firsts).size).toBe(400);
  });

  test("is built on primitive polynomials", () => {
    const count = (degree: number) =>
      Array.from({ length: 2 ** degree }, (_, i) => 2 ** degree + i).filter(
        (p) => p % 2 === 1 && isPrimitive(p, degree),
      ).length;
    // φ(2^n − 1) / n of them.
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(count)).toEqual([1, 1, 2, 2, 6, 6, 18, 16]);
  });
});
