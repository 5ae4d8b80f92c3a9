import { expect, test } from "vitest";
import { peers } from "../../../bench/peers/environments.ts";
import { functionProblem } from "../../../bench/quality/functions.ts";
import type { Problem, StudyResult } from "../../../bench/quality/problem.ts";
import { simulateStudy } from "../../../bench/quality/simulate.ts";
import { regretAt } from "../../../bench/quality/table.ts";
import { strategies } from "../../../src/strategies/registry.ts";

/** Regret sinks with the budget and is least at x = 0; large x is slow. */
const problem: Problem = {
  scenario: "test",
  instance: "line",
  space: { parameters: { x: { type: "float", low: 0, high: 1 } } },
  budget: { min: 1, max: 27 },
  normalised: true,
  evaluate: async ({ x }, budget = 27) => {
    const loss = (x as number) + 1 / budget;
    return { loss, regret: x as number, duration: budget * (1 + (x as number)) };
  },
};

const without = ({ seconds: _, ...rest }: StudyResult): unknown => rest;

test("a study with a number of trials: the best regret after each", async () => {
  const result = await simulateStudy(functionProblem("branin"), {
    strategy: "random",
    seed: 1,
    workers: 3,
    trials: 20,
  });
  expect(result.trials).toBe(20);
  const trajectory = result.trajectory as number[];
  expect(trajectory).toHaveLength(20);
  for (const [i, regret] of trajectory.entries())
    expect(regret).toBeLessThanOrEqual(trajectory[i - 1] ?? 1e9);
  expect(result.regret).toBe(trajectory.at(-1));
});

test.each(["random", "hyperband", "asha"])("%s spends a total budget and no more", async (strategy) => {
  for (const workers of [1, 4]) {
    const options = { strategy, seed: 2, workers, budget: 10 };
    const result = await simulateStudy(problem, options);
    const trajectory = result.trajectory as [number, number][];
    const spent = trajectory.map(([at]) => at);
    expect(spent).toEqual(spent.toSorted((a, b) => a - b));
    expect(spent.at(-1)).toBeGreaterThan(9);
    // Trainings that have begun are ended: at most one full training each beyond.
    expect(spent.at(-1)).toBeLessThan(10 + workers);
    expect(without(await simulateStudy(problem, options))).toEqual(without(result));
  }
});

test("Hyperband's first bracket costs what its rungs cost when trainings go on", async () => {
  const { trajectory } = await simulateStudy(problem, {
    strategy: "hyperband",
    seed: 0,
    workers: 1,
    budget: 10,
  });
  const spent = (trajectory as [number, number][]).map(([at]) => at);
  // 27 configurations at 1, then 9 of them to 3, 3 to 9, and one to 27: each pays only for what is new.
  expect(spent[26]).toBeCloseTo(27 / 27, 9);
  expect(spent[35]).toBeCloseTo((27 + 9 * 2) / 27, 9);
  expect(spent[38]).toBeCloseTo((27 + 9 * 2 + 3 * 6) / 27, 9);
  expect(spent[39]).toBeCloseTo((27 + 9 * 2 + 3 * 6 + 18) / 27, 9);
});

test("with several workers results come in the order of the simulated clock", async () => {
  const ended: number[] = [];
  const slow: Problem = {
    ...functionProblem("branin"),
    evaluate: async ({ x }, _, __) => {
      ended.push(x as number);
      // The first one lasts longer than all the others.
      return {
        loss: ended.length === 1 ? -1 : 0,
        regret: ended.length,
        duration: ended.length === 1 ? 100 : 1,
      };
    },
  };
  const { trajectory } = await simulateStudy(slow, { strategy: "random", seed: 0, workers: 2, trials: 5 });
  // Until the first trial ends, last of all, the second is the incumbent.
  expect(trajectory).toEqual([2, 2, 2, 2, 1]);
});

test("a checkpoint sees what there was by then", () => {
  const base = { scenario: "s", instance: "i", strategy: "a", seed: 0, trials: 2, regret: 1, seconds: 0 };
  expect(regretAt({ ...base, trajectory: [3, 2] }, 1)).toBe(3);
  expect(regretAt({ ...base, trajectory: [3, 2] }, 50)).toBe(2);
  expect(
    regretAt(
      {
        ...base,
        trajectory: [
          [0.5, 3],
          [1.5, 2],
        ],
      },
      1,
    ),
  ).toBe(3);
  expect(regretAt({ ...base, trajectory: [[0.5, 3]] }, 0.1)).toBeNaN();
});

test("strategies with budgets need a total budget", async () => {
  const study = simulateStudy(problem, { strategy: "hyperband", seed: 0, workers: 1, trials: 5 });
  await expect(study).rejects.toThrow("give --budget");
});

test("a strategy that takes either kind of study is run with a number of trials alone, and with a budget", async () => {
  const options = { strategy: "auto", seed: 1, workers: 1 };
  expect((await simulateStudy(problem, { ...options, trials: 6 })).trials).toBe(6);
  expect((await simulateStudy(problem, { ...options, budget: 2 })).trials).toBeGreaterThan(2);
});

test("no peer is called as a strategy is: their results stand in one table", () => {
  const names = new Set(strategies.map(({ name }) => name));
  expect(peers.filter((peer) => names.has(peer))).toEqual([]);
});
