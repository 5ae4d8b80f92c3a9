import { type Random, random } from "../../space/random.ts";
import { type Images, pick, shuffled } from "../data/images.ts";
import type { Task } from "./training.ts";

/** The last pictures are kept back: networks that a policy is measured on learn from these. */
const KEPT_BACK = 597;

/** Pictures that policies learn on, and those that they are measured on. The split is the same for every seed. */
export function split(images: Images): { readonly learning: Images; readonly measuring: Images } {
  const order = shuffled(images, random(0, 0));
  return {
    learning: pick(images, order.slice(0, -KEPT_BACK)),
    measuring: pick(images, order.slice(-KEPT_BACK)),
  };
}

const logUniform = (draws: Random, low: number, high: number): number =>
  low * (high / low) ** draws.uniform();

/**
 * A training as they are sampled: 1 or 2 layers of 8 to 64 units, 120 to 600 pictures, 100 to 400 steps. The pictures'
 * contrast, from a half to four times what it is, stands for how many inputs a unit has: both decide which step size
 * is too large, and wide networks take long. Unless `isVaried`, they are as they are.
 */
export function sampleTask(images: Images, draws: Random, isVaried = false): Task {
  const layers = 1 + draws.int(2);
  const hidden = Array.from({ length: layers }, () => Math.round(logUniform(draws, 8, 64)));
  const count = 120 + draws.int(481);
  const order = shuffled(images, draws);
  const contrast = isVaried ? logUniform(draws, 0.5, 4) : 1;
  const picked = pick(images, order.slice(0, count));
  return {
    images: { ...picked, data: picked.data.map((value) => contrast * value) },
    hidden,
    steps: 100 + draws.int(301),
    seed: draws.int(2 ** 31),
  };
}

const [SMALLEST, LARGEST] = [1e-6, 1];

/**
 * Step sizes to begin with, from 10⁻⁶ to 1, one from each of `count` equal parts of the log scale: a policy must not depend
 * on it, so it must meet small and large ones. `withEnds`, the first and the last of them are the ends themselves.
 */
export function sampleStarts(draws: Random, count: number, withEnds = false): number[] {
  if (withEnds && count > 2) return [SMALLEST, ...sampleStarts(draws, count - 2), LARGEST];
  return Array.from({ length: count }, (_, part) => 10 ** (-6 + (6 * (part + draws.uniform())) / count));
}
