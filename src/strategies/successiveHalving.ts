import { type Bracketing, Halving } from "./halving.ts";
import { type BudgetRange, bracketRungs, bracketSize, halvingsOf, rungBudgets } from "./rungs.ts";
import type { StrategyInput, StrategyKind } from "./strategy.ts";

function bracketing(budget: BudgetRange, trials: number | undefined): Bracketing {
  const budgets = rungBudgets(budget);
  const sMax = budgets.length - 1;
  const usual = bracketSize(sMax, sMax, budget.eta, "paper-table");
  const endless = trials === Number.POSITIVE_INFINITY;
  return {
    count: endless ? Number.POSITIVE_INFINITY : 1,
    round: 1,
    at: (_, left) => {
      const n = Math.min(left, trials === undefined || endless ? usual : trials);
      // With too few configurations for all halvings the cheapest rungs are left out: one has to reach the top.
      const s = Math.min(sMax, halvingsOf(n, budget.eta));
      return { s, rungs: bracketRungs(n, budgets.slice(sMax - s), budget.eta) };
    },
  };
}

/** Successive halving (Jamieson & Talwalkar 2016): one bracket, from the smallest budget to the largest. */
export const successiveHalving: StrategyKind = {
  name: "successive-halving",
  title: "Successive halving",
  description:
    "Starts many configurations on a small budget and lets one in η go on to a budget η times as large, until one is left. Trusts early scores fully.",
  multiFidelity: true,
  options: { type: "object", properties: {}, additionalProperties: false },
  create: (input: StrategyInput) => new Halving(input, bracketing(input.budget!, input.trials)),
};
