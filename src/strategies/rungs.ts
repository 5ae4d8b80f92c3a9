import type { PlannedRung } from "./strategy.ts";

/** Smallest and largest budget of a trial, and η. */
export interface BudgetRange {
  readonly min: number;
  readonly max: number;
  readonly eta: number;
}

/** Makes up for rounding errors: log(243) / log(3) is 4.999…, and 0.9 / 0.3 is 3.0000000000000004. */
const SLACK = 1e-9;

/** s_max: how often the largest budget can be divided by η without falling below the smallest. */
export function halvings({ min, max, eta }: BudgetRange): number {
  let s = 0;
  while (min * eta ** (s + 1) <= max * (1 + SLACK)) s++;
  return s;
}

/**
 * Budgets of the rungs, ascending: max · η^(k − s_max). The last is the largest budget, the first is at least
 * the smallest. Where both ends are whole numbers (epochs, steps), so are all: rounding keeps them apart,
 * because η ≥ 2 puts at least 1 between two of them.
 */
export function rungBudgets(budget: BudgetRange): number[] {
  const s = halvings(budget);
  const whole = Number.isInteger(budget.min) && Number.isInteger(budget.max);
  return Array.from({ length: s + 1 }, (_, k) => {
    const exact = budget.max / budget.eta ** (s - k);
    const rounded = whole ? Math.round(exact) : Number(exact.toPrecision(12));
    return k === s ? budget.max : Math.max(budget.min, rounded);
  });
}

/**
 * Rungs of one bracket of successive halving: n configurations at the first budget, ⌊n · η^−i⌋ at the i-th
 * (Jamieson & Talwalkar 2016; Hyperband, Algorithm 1, lines 5–6).
 */
export function bracketRungs(n: number, budgets: readonly number[], eta: number): PlannedRung[] {
  return budgets.map((budget, i) => ({ budget, size: Math.floor(n / eta ** i + SLACK) }));
}

/** Most halvings that leave at least one of n configurations. */
export function halvingsOf(n: number, eta: number): number {
  let s = 0;
  while (eta ** (s + 1) <= n * (1 + SLACK)) s++;
  return s;
}

/**
 * Configurations at the start of Hyperband's bracket s.
 * `paper-table`: ⌊(s_max + 1) / (s + 1)⌋ · η^s, which gives the published table (Li et al. 2018, Table 1:
 * 81, 27, 9, 6, 5 for R = 81, η = 3) and is what the authors' own code computes.
 * `up`: ⌈(s_max + 1) / (s + 1) · η^s⌉, the formula as printed in Algorithm 1 (81, 34, 15, 8, 5).
 */
export function bracketSize(s: number, sMax: number, eta: number, rounding: "paper-table" | "up"): number {
  const share = (sMax + 1) / (s + 1);
  const n = rounding === "up" ? share * eta ** s : Math.floor(share) * eta ** s;
  return Math.ceil(n - SLACK * n);
}
