import { random } from "../../../space/random.ts";
import type { Images } from "../../data/images.ts";
import { BATCH } from "./layers.ts";
import type { Family, Optimizees } from "./optimizees.ts";

/** Samples of a classification problem, row by row. */
export interface Samples {
  /** [count × features] */
  readonly features: Float32Array;
  /** Class of each, from 0. */
  readonly labels: Uint8Array;
  readonly count: number;
}

/** A network with room for one minibatch. */
export interface Classifier {
  /** Mean loss of the samples with the numbers in `batch`; writes the gradient by the parameters. */
  evaluate(samples: Samples, batch: Uint32Array, parameters: Float32Array, gradient: Float32Array): number;
}

const START_DEVIATION = 0.01;

/** The pictures from one number to before another, as samples. */
export function samplesOf({ pixels, data, labels }: Images, from: number, to: number): Samples {
  return {
    count: to - from,
    labels: labels.slice(from, to),
    features: Float32Array.from(data.subarray(from * pixels, to * pixels)),
  };
}

/** Copies the features of a minibatch into `rows`, [BATCH × features]. */
export function gather({ features, count }: Samples, batch: Uint32Array, rows: Float32Array): void {
  const width = features.length / count;
  batch.forEach((sample, row) => {
    rows.set(features.subarray(sample * width, (sample + 1) * width), row * width);
  });
}

/**
 * One network that learns to classify by cross-entropy, minibatches of 128 drawn with replacement, all `size`
 * parameters started at N(0, 0.01²) (the settings of Andrychowicz et al.'s code).
 */
export function classification(samples: Samples, size: number, make: () => Classifier): Family {
  return (seed, stream): Optimizees => {
    const draws = random(seed, stream);
    const start = Float32Array.from({ length: size }, () => START_DEVIATION * draws.normal());
    const batches: Uint32Array[] = [];
    const batch = (step: number): Uint32Array => {
      while (batches.length <= step)
        batches.push(Uint32Array.from({ length: BATCH }, () => draws.int(samples.count)));
      return batches[step]!;
    };
    const network = make();
    return {
      problems: 1,
      size,
      start: () => start.slice(),
      evaluate: (parameters, step, gradient) =>
        Float64Array.of(network.evaluate(samples, batch(step), parameters, gradient)),
    };
  };
}
