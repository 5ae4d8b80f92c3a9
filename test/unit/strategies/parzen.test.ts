import { describe, expect, it } from "vitest";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { dimensionsOf, vectorOf } from "../../../src/strategies/parzen/dimensions.ts";
import { normalMass } from "../../../src/strategies/parzen/normal.ts";
import { Parzen } from "../../../src/strategies/parzen/parzen.ts";
import { leaving, spreadOf } from "../../../src/strategies/parzen/widths.ts";

const nested: SpaceSpec = {
  parameters: {
    kind: { type: "categorical", choices: ["a", "b", "c"] },
    x: { type: "float", low: 1e-4, high: 1, scale: "log" },
    n: { type: "int", low: 1, high: 9, scale: "log", when: { kind: ["a", "b"] } },
    size: { type: "ordinal", choices: ["s", "m", "l"], when: { n: { ">=": 4 } } },
  },
};

function parzenOf(spec: SpaceSpec, count: number, priorWeight: number, width = 0.15) {
  const space = new Space(spec);
  const dimensions = dimensionsOf(space);
  const points = Array.from({ length: count }, (_, i) => vectorOf(space, space.sample(random(1, i))));
  const weights = points.map((_, i) => 1 + (i % 3));
  const widths = dimensions.map(({ kind }) => (kind === "categorical" ? 0.3 : width));
  return { space, dimensions, parzen: new Parzen({ dimensions, points, weights, priorWeight, widths }) };
}

describe("normalMass", () => {
  it("has the values of the tables, and is positive far out in both tails", () => {
    expect(normalMass(-1, 1)).toBeCloseTo(0.682689492, 6);
    expect(normalMass(-1.96, 1.96)).toBeCloseTo(0.950004, 6);
    expect(normalMass(0.5, 2)).toBeCloseTo(0.285787407, 6);
    expect(normalMass(6, 7)).toBeCloseTo(normalMass(-7, -6), 15);
    expect(normalMass(6, 7) / 9.865876e-10).toBeCloseTo(1, 2);
    expect(normalMass(2, 2)).toBe(0);
  });
});

describe("Parzen", () => {
  it.each([0, 1])("is a density: uniform draws have the mean 1, with a prior of %d", (priorWeight) => {
    for (const width of [0.02, 0.15, 0.8]) {
      const { space, parzen } = parzenOf(nested, 12, priorWeight, width);
      let sum = 0;
      const draws = 40_000;
      for (let i = 0; i < draws; i++) {
        sum += Math.exp(parzen.logDensity(space.encode(space.sample(random(7, i)))));
      }
      expect(sum / draws).toBeGreaterThan(0.95);
      expect(sum / draws).toBeLessThan(1.05);
    }
  });

  it("draws what it says: each combination of the discrete values has its probability", () => {
    const spec: SpaceSpec = { parameters: { ...nested.parameters, x: { type: "boolean" } } };
    const { space, parzen } = parzenOf(spec, 6, 1);
    const source = random(3, 0);
    const seen = new Map<string, number>();
    const draws = 30_000;
    for (let i = 0; i < draws; i++) {
      const key = space.key(space.decode(parzen.draw(source)));
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    let total = 0;
    for (const configuration of space.all()) {
      const vector = space.encode(configuration);
      const cells = dimensionsOf(space).map(({ cell }, d) => {
        const [low, high] = Number.isNaN(vector[d]!) ? [0, 1] : cell(vector[d]!);
        return high - low;
      });
      const probability = Math.exp(parzen.logDensity(vector)) * cells.reduce((a, b) => a * b);
      total += probability;
      const deviation = Math.sqrt((probability * (1 - probability)) / draws);
      expect(Math.abs((seen.get(space.key(configuration)) ?? 0) / draws - probability)).toBeLessThan(
        5 * deviation,
      );
    }
    expect(total).toBeCloseTo(1, 4);
  });

  it("keeps parameters together that lay together", () => {
    const space = new Space({
      parameters: { x: { type: "float", low: 0, high: 1 }, y: { type: "float", low: 0, high: 1 } },
    });
    const points = [
      [0.2, 0.2],
      [0.8, 0.8],
    ].map((point) => Float64Array.from(point));
    const dimensions = dimensionsOf(space);
    const parzen = new Parzen({
      dimensions,
      points,
      weights: [1, 1],
      priorWeight: 0.1,
      widths: [0.1, 0.1],
    });
    const [together, apart] = [parzen.logDensity([0.2, 0.2]), parzen.logDensity([0.2, 0.8])];
    expect(together - apart).toBeGreaterThan(3);
    // A parameter that is left out is judged by nothing: what remains is the density of the other alone.
    expect(Math.exp(parzen.logDensity([0.2, Number.NaN]))).toBeCloseTo(parzen.density(0, 0.2), 9);
  });

  it("is uniform without any point", () => {
    const { space, parzen } = parzenOf(nested, 0, 0);
    expect(parzen.logDensity(space.encode(space.sample(random(1, 1))))).toBe(0);
  });

  it("takes a value that is no choice, or has the wrong type, for unknown", () => {
    const space = new Space(nested);
    const vector = vectorOf(space, { kind: "z", x: "much", n: 3 });
    expect([...vector].map(Number.isNaN)).toEqual([true, true, false, true]);
  });
});

it("leaving a choice grows less likely with every point, and is never likelier than chance", () => {
  const series = [0, 1, 5, 25, 1000].map((n) => leaving(n, 4, 1));
  expect(series).toEqual([...series].sort((a, b) => b - a));
  expect(series[0]).toBeLessThan(0.75);
  expect(leaving(3, 1, 1)).toBe(0);
});

it("spreadOf leaves out what is unknown, and counts the prior as uniform points", () => {
  const points = [0.2, Number.NaN, 0.6].map((unit) => Float64Array.of(unit));
  expect(spreadOf(points, 0, 0).known).toBe(2);
  expect(spreadOf(points, 0, 0).deviation).toBeCloseTo(0.2, 12);
  expect(spreadOf(points.slice(0, 1), 0, 1).deviation).toBeCloseTo(Math.sqrt(1 / 24), 12);
  expect(spreadOf([], 0, 1).deviation).toBeCloseTo(Math.sqrt(1 / 12), 12);
});
