import type { Images } from "../../data/images.ts";
import { type Samples, samplesOf } from "./classification.ts";

/** Digits that optimizers are trained on, the first of the file; the rest (597) is for tests. */
const TRAINING = 1200;

/** The digits as samples to learn and to test with. */
export function digitSamples(digits: Images): { training: Samples; test: Samples } {
  return { training: samplesOf(digits, 0, TRAINING), test: samplesOf(digits, TRAINING, digits.count) };
}
