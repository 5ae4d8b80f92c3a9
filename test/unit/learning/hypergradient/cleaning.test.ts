import { expect, test } from "vitest";
import type { Images } from "../../../../src/learning/data/images.ts";
import {
  cleanLabels,
  corrupt,
  detection,
  regressionAccuracy,
} from "../../../../src/learning/hypergradient/cleaning.ts";
import { random } from "../../../../src/space/random.ts";

/** Three clouds in the plane, a class each, as pictures of three pixels (the third is 1). */
function clouds(count: number, seed: number): Images {
  const draws = random(seed, 0);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const data = new Float64Array(3 * count);
  labels.forEach((label, i) => {
    const angle = (2 * Math.PI * label) / 3;
    data[3 * i] = Math.cos(angle) + 0.35 * draws.normal();
    data[3 * i + 1] = Math.sin(angle) + 0.35 * draws.normal();
    data[3 * i + 2] = 1;
  });
  return { count, pixels: 3, classes: 3, data, labels };
}

test("wrong labels are of another class, half of them, and the same for the same seed", () => {
  const images = clouds(300, 1);
  const { images: corrupted, isWrong } = corrupt(images, 0.5, random(5, 0));
  expect(isWrong.filter(Boolean)).toHaveLength(150);
  corrupted.labels.forEach((label, i) => {
    expect(label !== images.labels[i]).toBe(isWrong[i]);
    expect(label).toBeLessThan(3);
  });
  expect(corrupt(images, 0.5, random(5, 0)).images.labels).toEqual(corrupted.labels);
});

test("cleaning finds the wrong labels, keeps within its radius, and lowers the validation error", () => {
  const { images: training, isWrong } = corrupt(clouds(150, 2), 0.5, random(6, 0));
  const errors: number[] = [];
  const options = { radius: 75, steps: 30, iterations: 60, rate: 1, step: 0.05 };
  let last: Float64Array = new Float64Array(0);
  for (const { error, weights } of cleanLabels({ training, validation: clouds(60, 3) }, options)) {
    last = weights;
    errors.push(error);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThan(75 + 1e-6);
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...weights)).toBeLessThanOrEqual(1);
  }
  expect(errors).toHaveLength(60);
  expect(errors.at(-1)).toBeLessThan(0.8 * errors[0]!);
  expect(detection(last, isWrong).f1).toBeGreaterThan(0.85);
});

test("detection tells precision, recall and F1", () => {
  const weights = Float64Array.of(0, 0, 0.5, 1, 0);
  const isWrong = [true, false, true, false, true];
  expect(detection(weights, isWrong)).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 });
  expect(detection(Float64Array.of(1, 1), [true, false]).f1).toBe(0);
});

test("softmax regression separates what can be separated, and wrong labels spoil it", () => {
  const [training, test] = [clouds(150, 7), clouds(150, 8)];
  const how = { steps: 100, rate: 1 };
  expect(regressionAccuracy(training, test, how)).toBeGreaterThan(0.93);
  const turned = { ...training, labels: training.labels.map((label) => (label + 1) % 3) };
  expect(regressionAccuracy(turned, test, how)).toBeLessThan(0.1);
});

test("softmax regression passes over pictures without a weight", () => {
  const [training, test] = [clouds(150, 7), clouds(150, 8)];
  const isTurned = Array.from({ length: 150 }, (_, i) => i % 5 < 3);
  const labels = training.labels.map((label, i) => (isTurned[i] ? (label + 1) % 3 : label));
  const how = { steps: 100, rate: 1 };
  expect(regressionAccuracy({ ...training, labels }, test, how)).toBeLessThan(0.2);
  const weights = Float64Array.from(isTurned, (turned) => (turned ? 0 : 1));
  expect(regressionAccuracy({ ...training, labels }, test, { ...how, weights })).toBeGreaterThan(0.93);
});
