import { describe, expect, it } from "vitest";
import type { Configuration } from "../../../src/protocol/space.ts";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { type Random, random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { Arms, armsOf } from "../../../src/strategies/bandit/arms.ts";
import { exp3Gamma, gamma, upperBounds } from "../../../src/strategies/bandit/policies.ts";
import { armStatistics, pseudoRegret, regret } from "../../../src/strategies/bandit/regret.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import { everyType, finite } from "../../fixtures/spaces.ts";

const armSpace = (count: number): Space =>
  new Space({ parameters: { arm: { type: "int", low: 0, high: count - 1 } } });

type Reward = (arm: number, t: number, draws: Random) => number;

const bernoulli =
  (means: readonly number[]): Reward =>
  (arm, _, draws) =>
    draws.uniform() < means[arm]! ? 1 : 0;

const gaussian =
  (means: readonly number[], deviation: number): Reward =>
  (arm, _, draws) =>
    means[arm]! + deviation * draws.normal();

/** Pulls one arm after the other; the loss is what the reward lacks. Gives the arms pulled and their rewards. */
function play(count: number, options: object, seed: number, trials: number, reward: Reward) {
  const space = armSpace(count);
  const input = { space, seed, options: { ...options, arms: count }, budget: undefined, trials };
  const strategy = createStrategy("bandit", input);
  const draws = random(seed, -1);
  const pulls: number[] = [];
  const rewards: number[] = [];
  for (let ask = strategy.ask(); ask.type === "run"; ask = strategy.ask()) {
    const trial = pulls.length;
    const { configuration, budget } = ask;
    strategy.tell({ type: "started", trial, configuration, budget, time: 0 });
    pulls.push(configuration.arm as number);
    rewards.push(reward(pulls.at(-1)!, trial, draws));
    const losses = [1 - rewards.at(-1)!];
    strategy.tell({ type: "finished", trial, state: "complete", budget, losses, time: 0 });
  }
  return { pulls, rewards };
}

const seeds = (count: number): number[] => Array.from({ length: count }, (_, seed) => seed);
const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const UNIFORM = { policy: "epsilon-greedy", epsilon: 1 };

describe("policies", () => {
  const means = [0.2, 0.4, 0.3, 0.8, 0.5];
  const rewards: [string, Reward][] = [
    ["Bernoulli", bernoulli(means)],
    ["Gaussian", gaussian(means, 0.2)],
  ];
  const share = (options: object, reward: Reward): number =>
    average(
      seeds(20).map((seed) => {
        const late = play(5, options, seed, 500, reward).pulls.slice(250);
        return late.filter((arm) => arm === 3).length / late.length;
      }),
    );

  // The share of the second half of 500 pulls that go to the best arm; 0.2 is chance.
  it.each(rewards)("find the best of %s arms (20 seeds)", (_, reward) => {
    expect(share({ policy: "thompson" }, reward)).toBeGreaterThan(0.8);
    expect(share({ policy: "epsilon-greedy" }, reward)).toBeGreaterThan(0.8);
    expect(share({ policy: "ucb1" }, reward)).toBeGreaterThan(0.45);
    expect(share({ policy: "ucb1", exploration: 0.3 }, reward)).toBeGreaterThan(0.8);
    expect(share({ policy: "exp3" }, reward)).toBeGreaterThan(0.4);
    expect(share(UNIFORM, reward)).toBeLessThan(0.25);
  });

  it("UCB1's regret grows like ln T, that of uniform pulls like T (20 seeds)", () => {
    const arms = [0.95, 0.35, 0.25, 0.15];
    const at = [100, 1000, 10_000];
    const regrets = (options: object): number[] => {
      const runs = seeds(20).map((seed) =>
        pseudoRegret(play(4, options, seed, 10_000, bernoulli(arms)).pulls, arms),
      );
      return at.map((t) => average(runs.map((run) => run[t - 1]!)));
    };
    const [ucb, uniform] = [regrets({ policy: "ucb1" }), regrets(UNIFORM)];
    const perLog = ucb.map((rho, i) => rho / Math.log(at[i]!));
    // Measured: ρ = 18, 44, 72, so ρ / ln T = 3.9, 6.4, 7.8; uniform pulls: 53, 526, 5,239.
    // From 1,000 to 10,000 pulls ρ / ln T grows by little; linear regret would multiply it by 7.5.
    expect(perLog[2]! / perLog[1]!).toBeLessThan(1.35);
    expect(perLog[2]! / perLog[1]!).toBeLessThan(perLog[1]! / perLog[0]!);
    // Theorem 1 of Auer et al. 2002: 8 Σ ln T / Δ + (1 + π²/3) Σ Δ.
    const gaps = [0.6, 0.7, 0.8];
    const bound = (t: number): number =>
      gaps.reduce((sum, gap) => sum + (8 * Math.log(t)) / gap + (1 + Math.PI ** 2 / 3) * gap, 0);
    for (const [i, rho] of ucb.entries()) expect(rho).toBeLessThan(bound(at[i]!));
    expect(uniform[1]! / uniform[0]!).toBeCloseTo(10, 0);
    expect(uniform[2]! / uniform[1]!).toBeCloseTo(10, 0);
    expect(ucb[2]!).toBeLessThan(uniform[2]! / 10);
  });

  it("Exp3 keeps its bound when the best arm changes halfway (20 seeds)", () => {
    const [count, trials] = [4, 4000];
    // Arm 0 is good until it is not; arm 1 is better in the second half than arm 0 was in the first.
    const means = (t: number): number[] => (t < trials / 2 ? [0.7, 0.3, 0.3, 0.3] : [0.1, 0.9, 0.3, 0.3]);
    const reward: Reward = (arm, t, draws) => (draws.uniform() < means(t)[arm]! ? 1 : 0);
    const brought = (options: object): number =>
      average(
        seeds(20).map((seed) => {
          const { rewards } = play(count, options, seed, trials, reward);
          return rewards.reduce((sum, value) => sum + value, 0);
        }),
      );
    const best = ((0.3 + 0.9) / 2) * trials;
    const exp3 = brought({ policy: "exp3" });
    expect(best - exp3).toBeLessThan(2.63 * Math.sqrt(trials * count * Math.log(count)));
    expect(exp3).toBeGreaterThan(brought(UNIFORM) + 400);
  });
});

describe("arms", () => {
  it("are all configurations of a small space, else so many draws, the same for a seed", () => {
    const space = new Space(finite);
    const keys = (arms: readonly Configuration[]): string[] => arms.map((arm) => space.key(arm));
    expect(keys(armsOf(space, 1, 25)).toSorted()).toEqual([...space.all()].map((c) => space.key(c)).sort());
    expect(new Set(keys(armsOf(space, 1, 24))).size).toBe(24);
    expect(armsOf(space, 1, 9)).toEqual(armsOf(space, 1, 9));
    expect(armsOf(space, 1, 9)).not.toEqual(armsOf(space, 2, 9));
    expect(armsOf(new Space(everyType), 1, 16)).toHaveLength(16);
  });

  const ended = (arm: number, trial: number, loss: number | undefined): TrialEvent[] => [
    { type: "started", trial, configuration: { arm }, budget: 0, time: 0 },
    loss === undefined
      ? { type: "failed", trial, reason: "crashed", time: 0 }
      : { type: "finished", trial, state: "complete", budget: 0, losses: [loss], time: 0 },
  ];
  const losses: [number, number | undefined][] = [
    [0, 30],
    [0, 20],
    [1, 10],
    [1, undefined],
    [2, 15],
    [2, Number.NEGATIVE_INFINITY],
  ];
  const events = losses.flatMap(([arm, loss], trial) => ended(arm, trial, loss));

  it("have rewards by where a loss lies in the range so far; a failure is the worst", () => {
    const arms = new Arms(
      armSpace(4),
      [0, 1, 2, 3].map((arm) => ({ arm })),
    );
    for (const event of ended(0, 0, 30)) arms.tell(event);
    expect(arms.moments(0)).toEqual({ count: 1, mean: 0.5, squares: 0 });
    for (const event of events.slice(2)) arms.tell(event);
    const rewards = [
      [0, 0.5],
      [1, 0],
      [0.75, 1],
    ];
    for (const [arm, both] of rewards.entries()) {
      const mean = average(both);
      const { count, mean: found, squares } = arms.moments(arm);
      expect([count, found]).toEqual([2, mean]);
      expect(squares).toBeCloseTo(
        both.reduce((sum, reward) => sum + (reward - mean) ** 2, 0),
        12,
      );
    }
    expect(arms.moments(3).count).toBe(0);
  });

  it("have the statistics that a picture shows", () => {
    const space = armSpace(4);
    const running: TrialEvent = { type: "started", trial: 9, configuration: { arm: 2 }, budget: 0, time: 0 };
    const byArm = armStatistics(space, 1, 4, [...events, running]).toSorted(
      (a, b) => (a.configuration.arm as number) - (b.configuration.arm as number),
    );
    expect(byArm.map(({ pulls }) => pulls)).toEqual([2, 2, 3, 0]);
    expect(byArm.map(({ mean }) => mean)).toEqual([0.25, 0.5, 0.875, undefined]);
    expect(byArm[2]!.bound).toBeCloseTo(0.875 + Math.sqrt((2 * Math.log(7)) / 3), 12);
    expect(byArm[3]!.bound).toBeUndefined();
  });

  it("estimate for Exp3 what each would have brought, without bias (20,000 pulls)", () => {
    const arms = new Arms(
      armSpace(2),
      [0, 1].map((arm) => ({ arm })),
    );
    const draws = random(1, 1);
    for (let trial = 0; trial < 20_000; trial++) {
      const arm = draws.uniform() < 0.2 ? 0 : 1;
      const [begin, end] = ended(arm, trial, draws.uniform() < [0.3, 0.6][arm]! ? 5 : 7);
      arms.tell(begin!, [0.2, 0.8][arm]!);
      arms.tell(end!);
    }
    expect(arms.gains().map((gain) => gain / 20_000)).toEqual([
      expect.closeTo(0.3, 1),
      expect.closeTo(0.6, 1),
    ]);
  });
});

describe("proposals", () => {
  it("say why, and which arm; with all workers busy each gets another arm first", () => {
    const input = { space: armSpace(6), seed: 3, budget: undefined, trials: 50 };
    const strategy = createStrategy("bandit", { ...input, options: { policy: "ucb1" } });
    const arms = new Set<unknown>();
    for (let trial = 0; trial < 6; trial++) {
      const ask = strategy.ask();
      if (ask.type !== "run") throw new Error("expected a run");
      expect(ask.note).toEqual({ why: expect.stringMatching(/\.$/), arm: trial });
      arms.add(ask.configuration.arm);
      strategy.tell({ type: "started", trial, configuration: ask.configuration, budget: 0, time: 0 });
    }
    expect(arms.size).toBe(6);
    expect(strategy.planned!()).toBe(50);
  });
});

describe("numbers", () => {
  it("regret is T·μ* − Σ r̂", () => {
    expect(regret([1, 0, 1], 0.75)).toEqual([-0.25, 0.5, 0.25]);
    expect(pseudoRegret([0, 1, 1], [0.5, 0.75])).toEqual([0.25, 0.25, 0.25]);
  });

  it("gamma draws have the mean and variance of their shape (50,000 draws)", () => {
    const draws = random(7, 0);
    for (const shape of [1, 2.5, 30]) {
      const values = Array.from({ length: 50_000 }, () => gamma(shape, draws));
      const mean = average(values);
      expect(mean / shape).toBeCloseTo(1, 1);
      expect(average(values.map((value) => (value - mean) ** 2)) / shape).toBeCloseTo(1, 1);
    }
  });

  it("Exp3's rate falls with the number of trials; bounds narrow with an arm's pulls", () => {
    expect(exp3Gamma(10, 10_000)).toBeCloseTo(Math.sqrt((10 * Math.log(10)) / ((Math.E - 1) * 10_000)), 12);
    expect(exp3Gamma(10, 5)).toBe(1);
    const arms = new Arms(armSpace(2), [{ arm: 0 }, { arm: 1 }]);
    for (let trial = 0; trial < 9; trial++) {
      const configuration = { arm: trial < 8 ? 0 : 1 };
      arms.tell({ type: "started", trial, configuration, budget: 0, time: 0 });
    }
    expect(upperBounds(arms)).toEqual([
      0.5 + Math.sqrt((2 * Math.log(9)) / 8),
      0.5 + Math.sqrt(2 * Math.log(9)),
    ]);
  });
});
