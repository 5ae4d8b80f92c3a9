import { describe, expect, test } from "vitest";
import { random } from "../../../../src/space/random.ts";
import {
  crowding,
  dominates,
  frontOf,
  nondominatedRanks,
  type Outcome,
} from "../../../../src/strategies/pareto/dominance.ts";

const at = (...losses: number[]): Outcome => ({ losses });
const broken = (violation: number, ...losses: number[]): Outcome => ({ losses, violation });

describe("dominates", () => {
  test.each<[string, Outcome, Outcome, boolean]>([
    ["better in both", at(1, 1), at(2, 2), true],
    ["better in one, equal in the other", at(1, 2), at(2, 2), true],
    ["equal", at(1, 2), at(1, 2), false],
    ["a compromise", at(1, 3), at(2, 2), false],
    ["anything that ran before a failure", at(1, 9), at(Number.POSITIVE_INFINITY, 9), true],
    ["feasible before infeasible, whatever the losses", at(9, 9), broken(0.1, 0, 0), true],
    ["less broken before more", broken(0.1, 9, 9), broken(0.2, 0, 0), true],
    ["equally broken", broken(0.1, 0, 0), broken(0.1, 9, 9), false],
    ["a violation of 0 is none", broken(0, 1, 1), at(2, 2), true],
  ])("%s", (_, a, b, expected) => {
    expect(dominates(a, b)).toBe(expected);
    if (expected) expect(dominates(b, a)).toBe(false);
  });
});

describe("fronts", () => {
  // Three compromises, two behind the middle one, one behind all; the last breaks a limit.
  const outcomes = [at(1, 5), at(3, 3), at(5, 1), at(3, 4), at(4, 3), at(6, 6), broken(1, 0, 0)];

  test("are numbered from the best", () => {
    expect(nondominatedRanks(outcomes)).toEqual([0, 0, 0, 1, 1, 2, 3]);
    expect(nondominatedRanks([])).toEqual([]);
  });

  test("the first is found alone, with all of equals", () => {
    expect(frontOf(outcomes)).toEqual([0, 1, 2]);
    expect(frontOf([at(2, 2), at(1, 1), at(1, 1), at(3, 0)])).toEqual([1, 2, 3]);
  });

  test("both ways agree on random outcomes of three losses", () => {
    const draw = random(3, 0);
    const many = Array.from({ length: 120 }, () => at(draw.int(6), draw.int(6), draw.int(6)));
    const ranks = nondominatedRanks(many);
    expect(frontOf(many)).toEqual([...ranks.keys()].filter((i) => ranks[i] === 0));
    // Everyone behind the first front has someone one front ahead who dominates it.
    for (const [i, rank] of ranks.entries()) {
      const ahead = many.filter((_, k) => ranks[k] === rank - 1);
      expect(rank === 0 || ahead.some((other) => dominates(other, many[i]!))).toBe(true);
    }
  });
});

describe("crowding distance", () => {
  test("is the room to both neighbours, as a share of the range, over the objectives", () => {
    const room = crowding([
      [0, 10],
      [1, 6],
      [4, 2],
      [10, 0],
    ]);
    expect(room[0]).toBe(Number.POSITIVE_INFINITY);
    expect(room[3]).toBe(Number.POSITIVE_INFINITY);
    expect(room[1]).toBeCloseTo(4 / 10 + 8 / 10, 12);
    expect(room[2]).toBeCloseTo(9 / 10 + 6 / 10, 12);
  });

  test("of one, of two and of equals is no NaN", () => {
    expect(crowding([[1, 1]])).toEqual([Number.POSITIVE_INFINITY]);
    expect(crowding([])).toEqual([]);
    expect(crowding(Array(4).fill([2, 2])).some(Number.isNaN)).toBe(false);
  });
});
