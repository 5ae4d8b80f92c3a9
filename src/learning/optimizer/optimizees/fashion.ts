import { FASHION_SIDE } from "../../data/fashion.ts";
import type { Samples } from "./classification.ts";
import { convolutions } from "./convolution.ts";
import type { Family } from "./optimizees.ts";

/** Pictures that optimizers are trained on, the first of the file; those after them are for tests. */
export const FASHION_TRAINING = 4000;

/** The convolutional network on Fashion-MNIST: 8 filters, 4,010 parameters. */
export function fashionNetworks(samples: Samples): Family {
  return convolutions(samples, { channels: 8, side: FASHION_SIDE });
}
