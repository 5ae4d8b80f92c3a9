import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../../scripts/setup/process.ts";
import { parseDigits, readDigits } from "../../../../src/learning/data/digits.ts";
import type { Samples } from "../../../../src/learning/optimizer/optimizees/classification.ts";
import { convolutions } from "../../../../src/learning/optimizer/optimizees/convolution.ts";
import {
  pool,
  surroundings,
  unpool,
} from "../../../../src/learning/optimizer/optimizees/convolutionLayers.ts";
import { digitSamples } from "../../../../src/learning/optimizer/optimizees/digits.ts";
import type { Optimizees } from "../../../../src/learning/optimizer/optimizees/optimizees.ts";
import { perceptrons } from "../../../../src/learning/optimizer/optimizees/perceptron.ts";
import { quadratics } from "../../../../src/learning/optimizer/optimizees/quadratics.ts";
import { trajectory } from "../../../../src/learning/optimizer/trajectory.ts";
import { random } from "../../../../src/space/random.ts";

const digits = digitSamples(await readDigits(join(root, "examples")));

/** Noise in [0, 1), each picture with a class of its own choosing. */
function noise(count: number, side: number): Samples {
  const draws = random(11, side);
  return {
    count,
    features: Float32Array.from({ length: count * side * side }, () => draws.uniform()),
    labels: Uint8Array.from({ length: count }, () => draws.int(10)),
  };
}

const families = {
  quadratics: quadratics(3),
  "sigmoid network": perceptrons(digits.training, { hidden: [5, 4], activation: "sigmoid" }),
  "ReLU network": perceptrons(digits.training, { hidden: [6], activation: "relu" }),
  "convolutional network": convolutions(noise(40, 6), { channels: 3, side: 6 }),
  "sigmoid convolutional network": convolutions(noise(40, 8), {
    channels: 2,
    side: 8,
    activation: "sigmoid",
  }),
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

test("a convolution sees the surroundings of a pixel, and zeros beyond the border", () => {
  const patches = new Float32Array(2 * 4 * 9);
  surroundings(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2, patches);
  expect([...patches.subarray(0, 9)]).toEqual([0, 0, 0, 0, 1, 2, 0, 3, 4]);
  expect([...patches.subarray(63)]).toEqual([5, 6, 0, 7, 8, 0, 0, 0, 0]);
});

test("pooling takes the highest of 2 × 2 of each channel, and gives its error back to that one", () => {
  // One picture of 4 × 4 pixels and two channels, the second the negative of the first.
  const first = [1, 9, 3, 4, 5, 6, 7, 8, 2, 2, 0, 1, 2, 2, 3, 1];
  const pooled = new Float32Array(8);
  const places = new Uint32Array(8);
  pool(Float32Array.from(first.flatMap((x) => [x, -x])), 4, 2, pooled, places);
  expect([...pooled]).toEqual([9, -1, 8, -3, 2, -2, 3, -0]);
  const errors = new Float32Array(32).fill(7);
  unpool(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), places, errors);
  const at = (channel: number) => first.map((_, k) => errors[2 * k + channel]);
  expect(at(0)).toEqual([0, 1, 0, 0, 0, 0, 0, 3, 5, 0, 0, 0, 0, 0, 7, 0]);
  expect(at(1)).toEqual([2, 0, 4, 0, 0, 0, 0, 0, 6, 0, 8, 0, 0, 0, 0, 0]);
});

test("pictures that cannot be pooled, or are of another size, are refused", () => {
  expect(() => convolutions(noise(2, 5), { channels: 1, side: 5 })).toThrow(
    "Pictures of 5 × 5 pixels cannot be pooled by 2 × 2: their side is odd.",
  );
  expect(() => convolutions(noise(2, 6), { channels: 1, side: 8 })).toThrow(
    "Samples of 36 features are not pictures of 8 × 8 pixels.",
  );
});

test("a convolutional network learns pictures that differ in the direction of their stripes", () => {
  const side = 6;
  const stripes = Float32Array.from({ length: 2 * side * side }, (_, k) => {
    const pixel = k % (side * side);
    return (k < side * side ? pixel : Math.floor(pixel / side)) % 2;
  });
  const samples = { count: 2, features: stripes, labels: Uint8Array.of(3, 8) };
  const network = convolutions(samples, { channels: 4, side })(1, 1);
  const losses = trajectory(network, 300, () => (gradient) => gradient.map((g) => -0.3 * g));
  expect(losses[0]![0]).toBeCloseTo(Math.log(10), 1);
  expect(losses.at(-1)![0]).toBeLessThan(0.05);
});
