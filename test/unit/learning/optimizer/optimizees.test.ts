import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../../scripts/setup/process.ts";
import { parseDigits, readDigits } from "../../../../src/learning/data/digits.ts";
import { digitSamples } from "../../../../src/learning/optimizer/optimizees/digits.ts";
import type { Optimizees } from "../../../../src/learning/optimizer/optimizees/optimizees.ts";
import { perceptrons } from "../../../../src/learning/optimizer/optimizees/perceptron.ts";
import { quadratics } from "../../../../src/learning/optimizer/optimizees/quadratics.ts";

const digits = digitSamples(await readDigits(join(root, "examples")));

const families = {
  quadratics: quadratics(3),
  "sigmoid network": perceptrons(digits.training, { hidden: [5, 4], activation: "sigmoid" }),
  "ReLU network": perceptrons(digits.training, { hidden: [6], activation: "relu" }),
};

const total = (losses: Float64Array): number => losses.reduce((a, b) => a + b, 0);

/** The directional derivative by central differences, beside that of the gradient. */
function slopes(optimizees: Optimizees): [number, number] {
  const start = optimizees.start();
  // Away from the start, where a deep network of small weights is flat.
  const at = start.map((x, k) => 40 * x + 0.3 * Math.sin(k));
  const direction = start.map((_, k) => Math.cos(3 * k));
  const gradient = new Float32Array(at.length);
  optimizees.evaluate(at, 0, gradient);
  const slope = gradient.reduce((sum, g, k) => sum + g * direction[k]!, 0);
  // Small, as a step over the kink of a ReLU is a difference, but no slope.
  const step = 2e-4;
  const [up, down] = [step, -step].map((by) =>
    total(
      optimizees.evaluate(
        at.map((x, k) => x + by * direction[k]!),
        0,
        gradient,
      ),
    ),
  );
  return [slope, (up! - down!) / (2 * step)];
}

test.each(Object.entries(families))("the gradient of %s is that of finite differences", (_, family) => {
  const [slope, difference] = slopes(family(5, 1));
  expect(Math.abs(slope - difference)).toBeLessThan(2e-3 * Math.abs(difference) + 1e-4);
});

test.each(Object.entries(families))(
  "%s are the same for the same seed, and others for another",
  (_, family) => {
    expect(family(1, 2).start()).toEqual(family(1, 2).start());
    expect(family(1, 3).start()).not.toEqual(family(1, 2).start());
  },
);

test("digits that are training are not test, and a broken line is named", () => {
  expect([digits.training.count, digits.test.count]).toEqual([1200, 597]);
  expect(() => parseDigits("# digits\n0,12\n", "digits.csv")).toThrow("Line 2 of digits.csv");
  expect(() => parseDigits("# digits\n", "digits.csv")).toThrow("digits.csv has no digits");
});
