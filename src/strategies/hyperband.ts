import { type Bracketing, Halving } from "./halving.ts";
import { type BudgetRange, bracketRungs, bracketSize, halvingsOf, rungBudgets } from "./rungs.ts";
import type { StrategyInput, StrategyKind } from "./strategy.ts";

/** Options of Hyperband's brackets. */
export interface HyperbandOptions {
  readonly rounding: "paper-table" | "up";
  readonly iterations?: number;
}

/** Hyperband's sequence of brackets (Li et al. 2018, Algorithm 1). */
export function hyperbandBracketing(
  budget: BudgetRange,
  options: HyperbandOptions,
  trials: number | undefined,
): Bracketing {
  const budgets = rungBudgets(budget);
  const sMax = budgets.length - 1;
  const iterations = options.iterations ?? (trials === undefined ? 1 : Number.POSITIVE_INFINITY);
  return {
    count: iterations * (sMax + 1),
    round: sMax + 1,
    at: (index, left) => {
      const planned = sMax - (index % (sMax + 1));
      const n = bracketSize(planned, sMax, budget.eta, options.rounding);
      if (n <= left) return { s: planned, rungs: bracketRungs(n, budgets.slice(sMax - planned), budget.eta) };
      // The last bracket shrinks to what is left, and to as many halvings as let one reach the top.
      const s = Math.min(planned, halvingsOf(left, budget.eta));
      return { s, rungs: bracketRungs(left, budgets.slice(sMax - s), budget.eta) };
    },
  };
}

/** Schemas of the options, for every strategy with these brackets. */
export const hyperbandOptions = {
  rounding: {
    type: "string",
    title: "Bracket sizes",
    description:
      "How many configurations a bracket starts: as in the paper's table (81, 27, 9, 6, 5 for 81 epochs and η = 3), or rounded up as in its formula (81, 34, 15, 8, 5).",
    enum: ["paper-table", "up"],
    default: "paper-table",
  },
  iterations: {
    type: "integer",
    title: "Rounds",
    description:
      "How often all brackets are run. Absent: once, or as often as the number of trials asks for.",
    minimum: 1,
  },
} as const;

/** Schema of the share of random draws beside a model's proposals. */
export const randomFractionOption = (share: number) =>
  ({
    type: "number",
    title: "Random fraction",
    description:
      "Share of configurations that are drawn at random whatever the model says, so that it is never much worse than Hyperband.",
    minimum: 0,
    maximum: 1,
    default: share,
  }) as const;

/** Hyperband (Li et al. 2018): brackets of successive halving, from the boldest to plain random search. */
export const hyperband: StrategyKind = {
  name: "hyperband",
  title: "Hyperband",
  description:
    "Runs several brackets of successive halving, from many configurations on tiny budgets to a few on the full one, so that it works whether early scores can be trusted or not.",
  multiFidelity: true,
  options: {
    type: "object",
    additionalProperties: false,
    properties: hyperbandOptions,
  },
  create: (input: StrategyInput) => {
    const options = input.options as unknown as HyperbandOptions;
    return new Halving(input, hyperbandBracketing(input.budget!, options, input.trials));
  },
};
