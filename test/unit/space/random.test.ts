import { describe, expect, it } from "vitest";
import { random } from "../../../src/space/random.ts";
import { chiSquare, chiSquareBound } from "./chiSquare.ts";

const BINS = 50;
const DRAWS = 100_000;

function expectUniform(draws: readonly number[]): void {
  const counts = Array<number>(BINS).fill(0);
  for (const draw of draws) counts[Math.floor(draw * BINS)]!++;
  const expected = Array<number>(BINS).fill(draws.length / BINS);
  expect(chiSquare(counts, expected)).toBeLessThan(chiSquareBound(BINS - 1));
}

const times = <T>(n: number, draw: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => draw(i));

describe("random", () => {
  it("draws what it has always drawn", () => {
    // A change here changes the configurations of every seed that people have written down.
    const source = random(42, 7);
    expect(times(3, () => source.uniform())).toEqual([
      0.22419400698058944, 0.28512029277590745, 0.9078657086230574,
    ]);
  });

  it("is uniform within a stream, over the first draws of many streams, and of many seeds", () => {
    const source = random(1, 2);
    expectUniform(times(DRAWS, () => source.uniform()));
    expectUniform(times(DRAWS, (i) => random(0, i).uniform()));
    expectUniform(times(DRAWS, (i) => random(i, 0).uniform()));
  });

  it("has no correlation between neighbouring streams", () => {
    for (const [seed, step] of [
      [0, 1],
      [1, 1],
      [123, 2],
    ] as const) {
      const pairs = times(
        DRAWS,
        (i) => [random(seed, i).uniform(), random(seed, i + step).uniform()] as const,
      );
      const r = pairs.reduce((sum, [a, b]) => sum + 12 * (a - 0.5) * (b - 0.5), 0) / DRAWS;
      // Standard error 1/√n; four of them.
      expect(Math.abs(r)).toBeLessThan(4 / Math.sqrt(DRAWS));
    }
  });

  it("tells seeds and streams apart, also beyond 32 bits", () => {
    const first = (seed: number, stream: number): number => random(seed, stream).uniform();
    const draws = [first(1, 2), first(2, 1), first(1, 2 + 2 ** 32), first(1 + 2 ** 32, 2), first(0, 0)];
    expect(new Set(draws).size).toBe(draws.length);
    const many = new Set(times(200_000, (i) => first(7, i)));
    expect(many.size).toBe(200_000);
  });

  it("draws whole numbers, normals, choices and shuffles", () => {
    const source = random(3, 3);
    const counts = Array<number>(7).fill(0);
    for (let i = 0; i < DRAWS; i++) counts[source.int(7)]!++;
    expect(chiSquare(counts, Array<number>(7).fill(DRAWS / 7))).toBeLessThan(chiSquareBound(6));
    const normals = times(DRAWS, () => source.normal());
    const mean = normals.reduce((a, b) => a + b, 0) / DRAWS;
    const variance = normals.reduce((a, b) => a + (b - mean) ** 2, 0) / DRAWS;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(DRAWS));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / DRAWS));
    const orders = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = source.shuffle(["a", "b", "c", "d"]).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    expect(chiSquare([...orders.values()], Array<number>(24).fill(1000))).toBeLessThan(chiSquareBound(23));
    expect(["x", "y"]).toContain(source.choice(["x", "y"]));
  });
});
