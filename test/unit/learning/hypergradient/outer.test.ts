import { expect, test } from "vitest";
import { type OuterName, outerOptimizers } from "../../../../src/learning/hypergradient/outer.ts";

/** Where u₀ is after each gradient. */
function path(name: OuterName, gradients: readonly number[], step = 0.1): number[] {
  const optimizer = outerOptimizers[name](1, step);
  const u = new Float64Array(1);
  return gradients.map((gradient) => {
    optimizer.move(u, Float64Array.of(gradient));
    return u[0]!;
  });
}

test("descent moves by the gradient", () => {
  expect(path("descent", [2, -1])).toEqual([expect.closeTo(-0.2, 12), expect.closeTo(-0.1, 12)]);
});

test.each(["sign", "adam"] as const)("%s moves by its step, however small the gradient", (name) => {
  const moved = path(name, [-1e-12, -1e-12, -1e-12]);
  expect(moved).toEqual([0.1, 0.2, 0.3].map((u) => expect.closeTo(u, 12)));
  expect(path(name, [0, 0])).toEqual([0, 0]);
});

test("a spike keeps Adam from moving, but not the signs", () => {
  const gradients = [1e6, ...Array.from({ length: 200 }, () => -1)];
  const [adam, sign] = [path("adam", gradients), path("sign", gradients)];
  // After twenty steps what the spike itself moved is done with.
  expect(Math.abs(adam.at(-1)! - adam[20]!)).toBeLessThan(0.3);
  expect(sign.at(-1)! - sign[20]!).toBeGreaterThan(15);
});

test.each(["sign", "adam"] as const)("%s forgets when it begins anew", (name) => {
  const optimizer = outerOptimizers[name](1, 0.1);
  const u = new Float64Array(1);
  for (let i = 0; i < 5; i++) optimizer.move(u, Float64Array.of(3));
  optimizer.reset();
  const before = u[0]!;
  optimizer.move(u, Float64Array.of(-1));
  expect(u[0]! - before).toBeCloseTo(0.1, 12);
});
