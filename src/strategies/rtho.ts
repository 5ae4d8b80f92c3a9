import { type LookOptions, pairsKind } from "./pairs.ts";
import type { StrategyKind } from "./strategy.ts";

/** What the study reads of the options: the strategy itself needs none. */
export interface RealTimeOptions extends LookOptions {
  /** How far a logarithm moves in an update. */
  readonly step: number;
  /** m of MARTHE. */
  readonly discount: number;
  /** Steps from one update of the hyperparameters to the next. */
  readonly update: number;
}

/** Real-time hypergradients (Franceschi et al. 2017) on the user's own training, beside its own settings. */
export const rtho: StrategyKind = pairsKind(
  {
    name: "rtho",
    title: "Real-time hypergradients (RTHO)",
    description:
      "Trains each configuration twice: as the script has it, and with learning rate and momentum moved step by step along their hypergradients, which see many steps ahead; weight decay too where the script tells of a validation loss by tuning_fork.validation(…). For PyTorch with SGD, Adam or AdamW; a script without a validation loss needs no change. A step takes about four times as long, with a validation loss about five times as long.",
  },
  {
    step: {
      type: "number",
      title: "Step",
      description: "How far values move in an update, as a share of themselves: 0.05 is five percent.",
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.05,
    },
    discount: {
      type: "number",
      title: "Discount",
      description:
        "How much of what earlier steps have done is kept from step to step: 0.98 sees some 50 steps back, 1 all of them (RTHO as published, which can run away), 0 the last one alone.",
      minimum: 0,
      maximum: 1,
      default: 0.98,
    },
    update: {
      type: "integer",
      title: "Steps between updates",
      description: "After so many steps the hyperparameters move; a validation loss is computed as often.",
      minimum: 1,
      maximum: 1000,
      default: 1,
    },
  },
  { control: "real-time", name: "real-time hypergradients" },
);
