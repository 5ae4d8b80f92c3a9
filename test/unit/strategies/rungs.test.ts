import { describe, expect, it } from "vitest";
import {
  bracketRungs,
  bracketSize,
  halvings,
  halvingsOf,
  rungBudgets,
} from "../../../src/strategies/rungs.ts";

describe("halvings", () => {
  it("is exact at powers, where logarithms are not", () => {
    for (let eta = 2; eta <= 10; eta++) {
      for (let s = 0; eta ** s < 1e9; s++) {
        expect(halvings({ min: 1, max: eta ** s, eta })).toBe(s);
        if (s > 0) expect(halvings({ min: 1, max: eta ** s - 1, eta })).toBe(s - 1);
      }
    }
  });

  it("bears fractions that are not exact in binary", () => {
    expect(halvings({ min: 0.1, max: 0.9, eta: 3 })).toBe(2);
    expect(halvings({ min: 0.3, max: 0.9, eta: 3 })).toBe(1);
    expect(halvings({ min: 0.01, max: 1, eta: 10 })).toBe(2);
    expect(halvings({ min: 5, max: 5, eta: 3 })).toBe(0);
  });
});

describe("rungBudgets", () => {
  it("ends at the largest budget and does not begin below the smallest", () => {
    expect(rungBudgets({ min: 1, max: 81, eta: 3 })).toEqual([1, 3, 9, 27, 81]);
    expect(rungBudgets({ min: 0.1, max: 0.9, eta: 3 })).toEqual([0.1, 0.3, 0.9]);
    expect(rungBudgets({ min: 0.25, max: 10, eta: 4 })).toEqual([0.625, 2.5, 10]);
  });

  it("keeps whole numbers whole where both ends are", () => {
    expect(rungBudgets({ min: 1, max: 100, eta: 3 })).toEqual([1, 4, 11, 33, 100]);
    expect(rungBudgets({ min: 1, max: 50, eta: 2.5 })).toEqual([1, 3, 8, 20, 50]);
  });

  it("rises strictly for every range, also after rounding", () => {
    for (let max = 1; max <= 400; max++) {
      for (const eta of [2, 2.5, Math.E, 3, 4, 10]) {
        const budgets = rungBudgets({ min: 1, max, eta });
        expect(budgets.every((budget, i) => i === 0 || budget > budgets[i - 1]!)).toBe(true);
        expect(budgets[0]).toBeGreaterThanOrEqual(1);
        expect(budgets.at(-1)).toBe(max);
      }
    }
  });
});

describe("bracketSize", () => {
  const sizes = (rounding: "paper-table" | "up") =>
    [4, 3, 2, 1, 0].map((s) => bracketSize(s, 4, 3, rounding));

  it("gives the paper's table, or its formula", () => {
    expect(sizes("paper-table")).toEqual([81, 27, 9, 6, 5]);
    expect(sizes("up")).toEqual([81, 34, 15, 8, 5]);
  });

  it("lets at least one configuration reach the top, for every η", () => {
    for (const eta of [2, 2.5, Math.E, 3, 7]) {
      for (let sMax = 0; sMax < 8; sMax++) {
        for (let s = 0; s <= sMax; s++) {
          for (const rounding of ["paper-table", "up"] as const) {
            const n = bracketSize(s, sMax, eta, rounding);
            const rungs = bracketRungs(
              n,
              Array.from({ length: s + 1 }, (_, i) => eta ** i),
              eta,
            );
            expect(rungs.at(-1)!.size).toBeGreaterThanOrEqual(Math.floor((sMax + 1) / (s + 1)));
          }
        }
      }
    }
  });
});

it("halvingsOf counts how often one in η can be kept", () => {
  expect([1, 2, 3, 8, 9, 80, 81, 242, 243].map((n) => halvingsOf(n, 3))).toEqual([0, 0, 1, 1, 2, 3, 4, 4, 5]);
});
