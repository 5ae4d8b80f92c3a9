import type { Images } from "../../data/images.ts";
import type { Samples } from "./perceptron.ts";

/** Digits that optimizers are trained on, the first of the file; the rest (597) is for tests. */
const TRAINING = 1200;

/** The digits as samples to learn and to test with. */
export function digitSamples({ pixels, count, data, labels }: Images): { training: Samples; test: Samples } {
  const part = (from: number, to: number): Samples => ({
    count: to - from,
    labels: labels.slice(from, to),
    features: Float32Array.from(data.subarray(from * pixels, to * pixels)),
  });
  return { training: part(0, TRAINING), test: part(TRAINING, count) };
}
