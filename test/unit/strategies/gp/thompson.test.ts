import { describe, expect, it } from "vitest";
import type { SpaceSpec } from "../../../../src/protocol/space.ts";
import { random } from "../../../../src/space/random.ts";
import { Space } from "../../../../src/space/space.ts";
import { type KernelName, Metric } from "../../../../src/strategies/gp/kernel.ts";
import { GaussianProcess } from "../../../../src/strategies/gp/model.ts";
import { PosteriorDraw } from "../../../../src/strategies/gp/thompson.ts";

const spec: SpaceSpec = {
  parameters: {
    x: { type: "float", low: 0, high: 1 },
    kind: { type: "categorical", choices: ["a", "b", "c"] },
    y: { type: "float", low: 0, high: 1, when: { kind: ["a", "b"] } },
  },
};
const space = new Space(spec);
const observed = [
  [0.1, 1 / 6, 0.3],
  [0.7, 5 / 6, Number.NaN],
  [0.4, 0.5, 0.9],
  [0.9, 0.5, 0.2],
].map((point) => Float64Array.from(point));
const places = [
  [0.15, 1 / 6, 0.35],
  [0.6, 5 / 6, Number.NaN],
  [0.95, 5 / 6, Number.NaN],
  [0.4, 0.5, 0.1],
].map((point) => Float64Array.from(point));

const process = (kernel: KernelName, noise: number): GaussianProcess =>
  new GaussianProcess(
    Metric.of(space),
    kernel,
    { inverseSquares: Float64Array.of(6, 1.5, 3), variance: 1.3, noise },
    observed,
    Float64Array.of(0.5, -1, 0.8, 0.2),
  );

describe.each<KernelName>(["rbf", "matern52"])("draws from the posterior, %s", (kernel) => {
  it("have its means, deviations and covariances (2,000 draws)", () => {
    const model = process(kernel, 0.05);
    const draws = Array.from({ length: 2000 }, (_, i) => {
      const draw = new PosteriorDraw(model, space, random(5, i));
      return places.map((place) => -draw.value(place));
    });
    const exact = model.sample(
      places,
      Array.from({ length: 4000 }, (_, i) => {
        const source = random(6, i);
        return Float64Array.from(places, source.normal);
      }),
    );
    const mean = (rows: readonly ArrayLike<number>[], i: number) =>
      rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length;
    const covariance = (rows: readonly ArrayLike<number>[], i: number, j: number) => {
      const [a, b] = [mean(rows, i), mean(rows, j)];
      return rows.reduce((sum, row) => sum + (row[i]! - a) * (row[j]! - b), 0) / rows.length;
    };
    places.forEach((place, i) => {
      const belief = model.predict(place);
      expect(Math.abs(mean(draws, i) - belief.mean)).toBeLessThan(0.1);
      expect(Math.abs(covariance(draws, i, i) / belief.sd ** 2 - 1)).toBeLessThan(0.15);
      for (let j = 0; j < i; j++) {
        expect(Math.abs(covariance(draws, i, j) - covariance(exact, i, j))).toBeLessThan(0.1);
      }
    });
  });

  it("go through observations without noise", () => {
    const model = process(kernel, 1e-8);
    const draw = new PosteriorDraw(model, space, random(5, 1));
    observed.forEach((point, i) => {
      expect(-draw.value(point)).toBeCloseTo(model.targets[i]!, 3);
    });
  });

  it("have one value at a place, whatever was asked before", () => {
    const draw = new PosteriorDraw(process(kernel, 0.05), space, random(5, 2));
    const fresh = (place: Float64Array) =>
      new PosteriorDraw(process(kernel, 0.05), space, random(5, 2)).value(place);
    for (const place of places) {
      const steps = [place, place.with(0, 0.77), place.with(0, 0.77).with(1, 0.5), place];
      for (const step of steps) expect(draw.value(step)).toBeCloseTo(fresh(step), 10);
    }
  });

  it("have the slope that differences have", () => {
    const draw = new PosteriorDraw(process(kernel, 0.05), space, random(5, 2));
    for (const place of places) {
      const { value, gradient } = draw.slope(place);
      expect(value).toBeCloseTo(draw.value(place), 10);
      for (const i of [0, 2]) {
        if (Number.isNaN(place[i])) continue;
        const step = 1e-5;
        const up = draw.value(place.with(i, place[i]! + step));
        const down = draw.value(place.with(i, place[i]! - step));
        expect(gradient[i]).toBeCloseTo((up - down) / (2 * step), 4);
      }
      expect(Math.abs(gradient[1]!)).toBe(0);
    }
  });
});
