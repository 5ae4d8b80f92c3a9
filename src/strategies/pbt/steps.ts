import { TuningForkError } from "../../protocol/errors.ts";
import type { StrategyInput } from "../strategy.ts";

/** Intervals in a whole training where nothing is said. */
const INTERVALS = 20;
/** Makes up for rounding errors: 3 × 0.1 is more than 0.3. */
const SLACK = 1e-9;

/**
 * The budgets at which members are compared, ascending, in the definition's unit: every `interval`, and the largest.
 * Whole where both ends of the budget are. Without an interval: a twentieth of the largest budget, but no less than
 * the smallest.
 * @throws TuningForkError `bad-definition` for an interval that is longer than the training.
 */
export function stepBudgets({ min, max }: NonNullable<StrategyInput["budget"]>, interval?: number): number[] {
  if (interval !== undefined && interval > max) {
    throw new TuningForkError(
      "bad-definition",
      `strategy.interval (${interval}) is longer than the whole training, which is budget.max (${max}).`,
      "Take a tenth or less of budget.max, so that members have many chances to be copied.",
    );
  }
  const isWhole = Number.isInteger(min) && Number.isInteger(max);
  const exact = interval ?? Math.max(min, max / INTERVALS);
  const length = isWhole ? Math.max(1, Math.round(exact)) : exact;
  const count = Math.max(1, Math.ceil(max / length - SLACK));
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? max : Number(((i + 1) * length).toPrecision(12)),
  );
}
