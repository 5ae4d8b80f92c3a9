import { gaussianProcess } from "./gp/gp.ts";
import { gpHyperband } from "./gp/gpHyperband.ts";
import { nsga } from "./nsga/nsga.ts";
import { completeOptions } from "./options.ts";
import { parego } from "./parego/parego.ts";
import type { Strategy, StrategyInput, StrategyKind } from "./strategy.ts";
import { tpe } from "./tpe/tpe.ts";

/** Parameters above which a Gaussian process takes longer than it is worth. */
const MOST_DIMENSIONS = 60;
/** Trials above which it is left to the cheaper model from the start. */
const MOST_TRIALS = 1_000;

/** Which strategy suits a study: by its budgets, the size of its space, how many trials it is to have, and its objectives. */
export function suited({ space, budget, trials, objectives = 1 }: StrategyInput): StrategyKind {
  const isLarge = space.dimensions > MOST_DIMENSIONS || (trials ?? 0) > MOST_TRIALS;
  if (objectives > 1) return isLarge ? nsga : parego;
  if (budget === undefined) return isLarge ? tpe : gaussianProcess;
  return gpHyperband;
}

/** The default: no option to set. */
export const automatic: StrategyKind = {
  name: "auto",
  title: "Automatic",
  description:
    "Picks what suits the study: Hyperband with a Gaussian process where trials have budgets, else a Gaussian process, or TPE for very large spaces and studies. With several objectives ParEGO, or NSGA-II for very large ones.",
  multiFidelity: "either",
  objectives: "several",
  options: { type: "object", properties: {}, additionalProperties: false },
  create(input: StrategyInput): Strategy {
    const kind = suited(input);
    return kind.create({ ...input, options: completeOptions(kind, {}) });
  },
};
