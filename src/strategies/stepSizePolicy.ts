import { type LookOptions, pairsKind } from "./pairs.ts";
import type { StrategyKind } from "./strategy.ts";

/** What the study reads of the options: the strategy itself needs none. */
export interface PolicyOptions extends LookOptions {
  /** A policy's file, relative to the definition; "": those that come with the program. */
  readonly policy: string;
}

/** The learned step-size policy of Daniel, Taylor & Nowozin 2016 on the user's own training, beside its own schedule. */
export const stepSizePolicy: StrategyKind = pairsKind(
  {
    name: "step-size-policy",
    title: "Step-size policy",
    description:
      "Trains each configuration twice: as the script has it, and with its learning rate set step by step by a learned policy. Shows whether the policy pays. For scripts that train with PyTorch, with Keras on JAX, or a multilayer perceptron of scikit-learn; the script needs no change.",
  },
  {
    policy: {
      type: "string",
      title: "Policy",
      description:
        "A file that Train a Step-Size Policy has written, relative to the definition. Empty: the policies that come with Tuning Fork, one for each of SGD, momentum, RMSprop and Adam.",
      default: "",
    },
  },
  { control: "policy", name: "the policy" },
);
