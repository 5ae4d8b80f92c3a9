import { type LookOptions, pairsKind } from "./pairs.ts";
import type { StrategyKind } from "./strategy.ts";

/** What the study reads of the options: the strategy itself needs none. */
export interface DescentOptions extends LookOptions {
  /** What the logarithm of the learning rate moves by at most in a step. */
  readonly step: number;
}

/** Hypergradient descent (Baydin et al. 2018) on the user's own training, beside its own schedule. */
export const hypergradientDescent: StrategyKind = pairsKind(
  {
    name: "hypergradient-descent",
    title: "Hypergradient descent",
    description:
      "Trains each configuration twice: as the script has it, and with its learning rate moved at every step along its hypergradient: up while a step's gradient points where the step before went, down when it points back. For scripts that train with PyTorch; the script needs no change, and a step takes a few percent longer.",
  },
  {
    step: {
      type: "number",
      title: "Step",
      description:
        "How far the learning rate moves at most in a step, as a share of itself: 0.3 allows a third more. Larger: sooner there, and a training is ruined more easily.",
      exclusiveMinimum: 0,
      maximum: 2,
      default: 0.3,
    },
  },
  { control: "descent", name: "hypergradient descent" },
);
