import { describe, expect, test } from "vitest";
import { Fanova, FanovaFactory } from "../../../src/insight/fanova.ts";
import { type Measure, TreeMarginals } from "../../../src/insight/treeMarginals.ts";
import type { Configuration, Parameter, SpaceSpec } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { Forest } from "../../../src/strategies/forest/regression.ts";

function fanovaOf(spec: SpaceSpec, f: (configuration: Configuration) => number, n: number, seed = 1): Fanova {
  const space = new Space(spec);
  const draws = random(seed, 0);
  const configurations = Array.from({ length: n }, () => space.sample(draws));
  const points = configurations.map((configuration) => space.encode(configuration));
  return new Fanova(space, points, Float64Array.from(configurations, f));
}

const unit: Parameter = { type: "float", low: 0, high: 1 };

describe("marginals of one tree", () => {
  const features = [{ choices: undefined }, { choices: 3 }, { choices: undefined }];
  const measures: Measure[] = [
    { choices: undefined, missing: 0.3, cumulative: (x) => Math.min(1, Math.max(0, x)) },
    { choices: 3, missing: 0, cumulative: (k) => k / 3 },
    { choices: undefined, missing: 0, cumulative: (x) => Math.min(1, Math.max(0, x)) },
  ];
  const draws = random(3, 0);
  const draw = () =>
    Float64Array.from([
      draws.uniform() < 0.3 ? Number.NaN : draws.uniform(),
      (draws.int(3) + 0.5) / 3,
      draws.uniform(),
    ]);
  const points = Array.from({ length: 40 }, draw);
  const targets = Float64Array.from(
    points,
    ([x, k, z]) => (Number.isNaN(x!) ? 2 : x! * z!) + (k! > 0.6 ? z! : 0),
  );
  const rules = { trees: 1, bootstrap: false, featureShare: 1, draws: 2, leastInLeaf: 1, leastToSplit: 2 };
  const tree = new Forest(features, points, targets, rules, random(4, 0)).trees[0]!;
  const marginals = new TreeMarginals(tree, measures);
  const at = (point: Float64Array) => tree.meanOf(tree.leafOf(point));
  const sample = Array.from({ length: 40_000 }, draw);
  const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

  test("are the means over the other features (40,000 draws)", () => {
    for (const x of [Number.NaN, 0.1, 0.5, 0.9]) {
      const mean = average(sample.map((point) => at(point.with(0, x))));
      expect(Math.abs(marginals.single(0)[marginals.cellOf(0, x)]! - mean)).toBeLessThan(0.01);
      for (const k of [1 / 6, 5 / 6]) {
        const joint = average(sample.map((point) => at(point.with(0, x).with(1, k))));
        const cell = marginals.cellOf(0, x) * marginals.stride(1) + marginals.cellOf(1, k);
        expect(Math.abs(marginals.double(0, 1)[cell]! - joint)).toBeLessThan(0.01);
      }
    }
  });

  test("have the tree's mean and variance, all of which main effects and interactions make up", () => {
    const values = sample.map(at);
    const mean = average(values);
    expect(Math.abs(marginals.mean - mean)).toBeLessThan(0.02);
    const variance = average(values.map((value) => (value - mean) ** 2));
    expect(Math.abs(marginals.variance / variance - 1)).toBeLessThan(0.03);
    const main = [0, 1, 2].map((i) => marginals.mainVariance(i));
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 2],
    ].map(([i, j]) => marginals.jointVariance(i!, j!) - main[i!]! - main[j!]!);
    const sum = [...main, ...pairs].reduce((a, b) => a + b, 0);
    expect(Math.min(...pairs)).toBeGreaterThan(-1e-12);
    expect(sum).toBeLessThanOrEqual(marginals.variance * (1 + 1e-9));
    expect(sum).toBeGreaterThan(0.9 * marginals.variance);
  });
});

describe("functional ANOVA", () => {
  test("finds the Sobol indices of Ishigami's function (3,000 points, within 0.1)", () => {
    // Ishigami & Homma 1990, a = 7, b = 0.1. Trees smooth the waves of x2, so its share comes out too small.
    const wide: Parameter = { type: "float", low: -Math.PI, high: Math.PI };
    const fanova = fanovaOf(
      { parameters: { x1: wide, x2: wide, x3: wide } },
      (c) => {
        const [a, b, d] = [Number(c.x1), Number(c.x2), Number(c.x3)];
        return Math.sin(a) + 7 * Math.sin(b) ** 2 + 0.1 * d ** 4 * Math.sin(a);
      },
      3000,
    );
    const near = (found: number, exact: number) => expect(Math.abs(found - exact)).toBeLessThan(0.1);
    near(fanova.main(0), 0.314);
    near(fanova.main(1), 0.442);
    near(fanova.main(2), 0);
    near(fanova.interaction(0, 2), 0.244);
    near(fanova.interaction(0, 1), 0);
    near(fanova.interaction(1, 2), 0);
    expect(fanova.interaction(2, 0)).toBeCloseTo(fanova.interaction(0, 2), 12);
  });

  test("finds those of steps, with choices, log scales and whole numbers (500 points, within 0.04)", () => {
    const spec: SpaceSpec = {
      parameters: {
        lr: { type: "float", low: 1e-4, high: 1, scale: "log" },
        kind: { type: "categorical", choices: ["a", "b", "c", "d"] },
        layers: { type: "int", low: 1, high: 4 },
        idle: unit,
      },
    };
    const fanova = fanovaOf(
      spec,
      (c) =>
        (Number(c.lr) > 1e-2 ? 2 : 0) + (c.kind === "b" || c.kind === "c" ? 1 : 0) + (c.layers === 1 ? 1 : 0),
      500,
    );
    // Variances 1, 1/4 and 3/16.
    const total = 1 + 0.25 + 3 / 16;
    for (const [i, variance] of [1, 0.25, 3 / 16, 0].entries()) {
      expect(Math.abs(fanova.main(i) - variance / total)).toBeLessThan(0.04);
    }
    expect(fanova.interaction(0, 1)).toBeLessThan(0.02);
  });

  test("tells a pure interaction from effects of one (600 points)", () => {
    const fanova = fanovaOf(
      { parameters: { x: unit, y: unit, z: unit } },
      (c) => (Number(c.x) > 0.5 === Number(c.y) > 0.5 ? 1 : 0),
      600,
    );
    expect(fanova.interaction(0, 1)).toBeGreaterThan(0.75);
    expect(fanova.main(0) + fanova.main(1) + fanova.main(2)).toBeLessThan(0.1);
    const corners = fanova.map(0, 1, [0.2, 0.8], [0.2, 0.8]).map(({ mean }) => Math.round(mean));
    expect(corners).toEqual([1, 0, 0, 1]);
  });

  test("draws effects that go as the function goes, surer with more points", () => {
    const spread = [60, 1000].map((n) => {
      const fanova = fanovaOf({ parameters: { x: unit, y: unit } }, (c) => 3 * Number(c.x) + Number(c.y), n);
      const places = [0.1, 0.5, 0.9];
      const curve = fanova.curve(0, places);
      places.forEach((x, i) => {
        expect(Math.abs(curve[i]!.mean - (3 * x + 0.5))).toBeLessThan(n > 100 ? 0.1 : 0.4);
      });
      const map = fanova.map(1, 0, [0.2, 0.8], [0.9]);
      expect(map[1]!.mean - map[0]!.mean).toBeGreaterThan(0.2);
      return curve[1]!.sd;
    });
    expect(spread[1]).toBeLessThan(spread[0]!);
  });

  test("gives a conditional parameter one value more: inactive", () => {
    const spec: SpaceSpec = {
      parameters: {
        optimizer: { type: "categorical", choices: ["sgd", "adam"] },
        momentum: { type: "float", low: 0, high: 1, when: { optimizer: "sgd" } },
        idle: unit,
      },
    };
    const fanova = fanovaOf(spec, (c) => ("momentum" in c ? Number(c.momentum) : 3), 500);
    const [low, high, inactive] = fanova.curve(1, [0.05, 0.95, Number.NaN]);
    expect(high!.mean - low!.mean).toBeGreaterThan(0.2);
    expect(inactive!.mean).toBeGreaterThan(high!.mean + 0.3);
    expect(fanova.main(2)).toBeLessThan(0.02);
    expect(fanova.main(0) + fanova.main(1) + fanova.interaction(0, 1)).toBeGreaterThan(0.95);
  });

  test("explains nothing where all losses are equal", () => {
    const fanova = fanovaOf({ parameters: { x: unit, y: unit } }, () => 4, 30);
    expect(fanova.main(0)).toBe(0);
    expect(fanova.interaction(0, 1)).toBe(0);
    expect(fanova.curve(0, [0.3])).toEqual([{ mean: 4, sd: 0 }]);
  });
});

describe("the kept model", () => {
  const space = new Space({ parameters: { x: unit, y: unit } });
  const draws = random(9, 0);
  const observations = Array.from({ length: 300 }, (_, trial) => {
    const configuration = space.sample(draws);
    // Every tenth training diverges.
    const loss = trial % 10 === 0 ? 1e9 : Number(configuration.x);
    return { trial, configuration, loss, budget: 0 };
  });

  test("is made again when 5 % more scores are in", () => {
    const factory = new FanovaFactory(space);
    const first = factory.make(observations.slice(0, 200));
    expect(factory.make(observations.slice(0, 201))).toBe(first);
    expect(factory.make(observations.slice(0, 215))).not.toBe(first);
  });

  test("is not blinded by trainings that diverged", () => {
    const fanova = new FanovaFactory(space).make(observations);
    const [low, high] = fanova.curve(0, [0.1, 0.9]);
    expect(high!.mean - low!.mean).toBeGreaterThan(0.3);
    expect(high!.mean).toBeLessThan(5);
  });
});
