import { describe, expect, test } from "vitest";
import { dual, type Episode, episodeWeights, SearchDistribution } from "../../../src/learning/reps.ts";
import { random } from "../../../src/space/random.ts";

const draws = random(3, 0);
const plain: Episode[] = Array.from({ length: 24 }, () => ({ value: 5 * draws.normal(), context: [] }));
const contextual: Episode[] = Array.from({ length: 40 }, () => {
  const context = [draws.normal(), draws.uniform()];
  return { value: draws.normal() + 3 * context[0]!, context };
});

const divergence = (weights: readonly number[]): number =>
  weights.reduce((sum, weight) => sum + (weight > 0 ? weight * Math.log(weight * weights.length) : 0), 0);

describe("the dual of relative entropy policy search", () => {
  test.each([
    ["alike", plain, []],
    ["with contexts", contextual, [0.3, -0.2]],
  ] as const)("has the gradient and the Hessian of its value, episodes %s", (_, episodes, v) => {
    const at = (point: readonly number[]) => dual(episodes, 0.7, point[0]!, point.slice(1));
    const point = [1.3, ...v];
    const here = at(point);
    const h = 1e-5;
    point.forEach((__, k) => {
      const moved = (by: number) => at(point.map((x, i) => (i === k ? x + by : x)));
      const [up, down] = [moved(h), moved(-h)];
      expect(here.gradient[k]).toBeCloseTo((up.value - down.value) / (2 * h), 6);
      point.forEach((___, l) => {
        const slope = (up.gradient[l]! - down.gradient[l]!) / (2 * h);
        expect(here.hessian.get(k, l)).toBeCloseTo(slope, 5);
      });
    });
  });

  test.each([0.1, 0.5, 1, 2])("moves the distribution by ε = %s and no more", (epsilon) => {
    const weights = episodeWeights(plain, epsilon);
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    expect(divergence(weights)).toBeCloseTo(epsilon, 4);
    const order = [...plain.keys()].sort((a, b) => plain[a]!.value - plain[b]!.value);
    for (let i = 1; i < order.length; i++)
      expect(weights[order[i]!]).toBeGreaterThanOrEqual(weights[order[i - 1]!]!);
  });

  test("with contexts keeps their mean: what a context gives by itself is no merit of a policy", () => {
    const weights = episodeWeights(contextual, 0.5);
    for (const k of [0, 1]) {
      const mean = contextual.reduce((sum, { context }) => sum + context[k]! / contextual.length, 0);
      const now = contextual.reduce((sum, { context }, i) => sum + weights[i]! * context[k]!, 0);
      expect(now).toBeCloseTo(mean, 4);
    }
    expect(divergence(weights)).toBeCloseTo(0.5, 3);
  });

  test("weighs episodes alike where all gave the same", () => {
    expect(episodeWeights([plain[0]!, plain[0]!], 1)).toEqual([0.5, 0.5]);
  });
});

test("the search distribution finds the maximum of a function, whatever its scale", () => {
  for (const scale of [1e-3, 1, 1e3]) {
    const search = new SearchDistribution([0, 0, 0], [1, 1, 1]);
    const source = random(5, 0);
    for (let iteration = 0; iteration < 30; iteration++) {
      const tried = Array.from({ length: 30 }, () => search.draw(source));
      const values = tried.map(([a, b, c]) => -scale * ((a! - 2) ** 2 + 4 * (b! + 1) ** 2 + (c! - a!) ** 2));
      search.update(
        tried,
        episodeWeights(
          values.map((value) => ({ value, context: [] })),
          1,
        ),
      );
    }
    [2, -1, 2].forEach((best, k) => {
      expect(Math.abs(search.mean[k]! - best)).toBeLessThan(0.05);
    });
    expect(Math.max(...search.deviations)).toBeLessThan(0.1);
  }
});
