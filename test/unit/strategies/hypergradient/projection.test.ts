import { describe, expect, test } from "vitest";
import { random } from "../../../../src/space/random.ts";
import {
  projectOntoBox,
  projectOntoCappedBox,
  projectOntoL1Ball,
  projectOntoSimplex,
} from "../../../../src/strategies/hypergradient/projection.ts";

const sum = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);
const norm = (x: Float64Array): number => x.reduce((a, b) => a + Math.abs(b), 0);
const isUnit = (x: Float64Array): boolean => x.every((value) => value >= 0 && value <= 1);

/** For up to 8 coordinates: the first ones narrower than the sets, and some away from 0. */
const BOUNDS = {
  low: [0.1, 0.2, 0, 0, 0, 0, 0, 0],
  high: [0.4, 2, 1.5, 3, 3, 3, 3, 3],
};
const within = (x: Float64Array): boolean =>
  x.every((value, i) => value >= BOUNDS.low[i]! && value <= BOUNDS.high[i]!);

/** Each with whether a point is feasible, to 1e-9. */
const SETS = {
  box: { project: (x: Float64Array) => projectOntoBox(x, 0, 1), has: isUnit },
  "capped box": {
    project: (x: Float64Array) => projectOntoCappedBox(x, 2),
    has: (x: Float64Array) => isUnit(x) && sum(x) <= 2 + 1e-9,
  },
  simplex: {
    project: (x: Float64Array) => projectOntoSimplex(x, 2),
    has: (x: Float64Array) => x.every((value) => value >= 0) && Math.abs(sum(x) - 2) < 1e-9,
  },
  "L1 ball": {
    project: (x: Float64Array) => projectOntoL1Ball(x, 2),
    has: (x: Float64Array) => norm(x) <= 2 + 1e-9,
  },
  "simplex within bounds": {
    project: (x: Float64Array) => projectOntoSimplex(x, 2, BOUNDS),
    has: (x: Float64Array) => within(x) && Math.abs(sum(x) - 2) < 1e-9,
  },
  "L1 ball within bounds": {
    project: (x: Float64Array) => projectOntoL1Ball(x, 1, BOUNDS),
    has: (x: Float64Array) => within(x) && norm(x) <= 1 + 1e-9,
  },
} as const;

const distance = (a: Float64Array, b: Float64Array): number =>
  a.reduce((total, value, i) => total + (value - b[i]!) ** 2, 0);
const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((total, value, i) => total + value * b[i]!, 0);

describe.each(Object.entries(SETS))("the projection onto a %s", (_, { project, has }) => {
  const draws = random(4, 0);
  const points = Array.from({ length: 60 }, (_, i) =>
    Float64Array.from({ length: 2 + (i % 7) }, () => (i % 3 === 0 ? 0.3 : 2) * draws.normal()),
  );

  test("is feasible, and leaves feasible points as they are", () => {
    for (const point of points) {
      const projected = project(point.slice());
      expect(has(projected)).toBe(true);
      expect(distance(project(projected.slice()), projected)).toBeLessThan(1e-18);
    }
  });

  test("is the nearest: ⟨x − p, q − p⟩ ≤ 0 for every feasible q, which says so for a convex set", () => {
    for (const point of points) {
      const p = project(point.slice());
      for (let k = 0; k < 40; k++) {
        const q = project(Float64Array.from(point, () => 2 * draws.normal()));
        const away = point.map((value, i) => value - p[i]!);
        const along = q.map((value, i) => value - p[i]!);
        expect(dot(away, along)).toBeLessThan(1e-7);
      }
    }
  });
});

test("known answers", () => {
  expect([...projectOntoCappedBox(Float64Array.of(2, 0.5, -1), 5)]).toEqual([1, 0.5, 0]);
  const capped = projectOntoCappedBox(Float64Array.of(1.5, 0.9, 0.5, -1), 1.5);
  expect(Array.from(capped, (value) => Number(value.toFixed(9)))).toEqual([1, 0.45, 0.05, 0]);
  const simplex = projectOntoSimplex(Float64Array.of(0.5, 0.5, 2));
  expect(Array.from(simplex, (value) => Number(value.toFixed(9)))).toEqual([0, 0, 1]);
  const ball = projectOntoL1Ball(Float64Array.of(-3, 1, 0), 2);
  expect(Array.from(ball, (value) => Number(value.toFixed(9)))).toEqual([-2, 0, 0]);
});
