import { describe, expect, test } from "vitest";
import type { Configuration, SpaceSpec } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import { Policy } from "../../../src/strategies/reinforce/policy.ts";
import type { Ask } from "../../../src/strategies/strategy.ts";

const separable: SpaceSpec = {
  parameters: {
    kind: { type: "categorical", choices: ["a", "b", "c", "d"] },
    depth: { type: "int", low: 1, high: 6 },
    lr: { type: "float", low: 1e-5, high: 1, scale: "log" },
    x: { type: "float", low: 0, high: 1 },
  },
};

/** Best: kind c, depth 4, lr near 1e-3, x near 0.8. */
function lossOf({ kind, depth, lr, x }: Configuration): number {
  const wrong = kind === "c" ? 0 : 1;
  return (
    wrong + (Number(depth) - 4) ** 2 / 9 + (Math.log10(Number(lr)) + 3) ** 2 / 4 + 3 * (Number(x) - 0.8) ** 2
  );
}

function run(name: string, seed: number, trials: number): number[] {
  const space = new Space(separable);
  const strategy = createStrategy(name, { space, seed, options: {}, budget: undefined, trials });
  return Array.from({ length: trials }, (_, trial) => {
    const { configuration } = strategy.ask() as Extract<Ask, { type: "run" }>;
    const loss = lossOf(configuration);
    strategy.tell({ type: "started", trial, configuration, budget: 0, note: undefined, time: trial });
    strategy.tell({ type: "finished", trial, state: "complete", budget: 0, losses: [loss], time: trial });
    return loss;
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value / values.length, 0);

describe("the policy gradient", () => {
  test("draws better and better configurations, and ends below random search, over 12 seeds", () => {
    let wins = 0;
    for (let seed = 0; seed < 12; seed++) {
      const losses = run("reinforce", seed, 300);
      expect(mean(losses.slice(-50))).toBeLessThan(0.5 * mean(losses.slice(0, 50)));
      if (Math.min(...losses) < Math.min(...run("random", seed, 300))) wins++;
    }
    expect(wins).toBeGreaterThanOrEqual(9);
  });

  test("moves by the gradient of the drawn values' log probability times the advantage", () => {
    const space = new Space({ parameters: { kind: { type: "categorical", choices: ["a", "b", "c"] } } });
    const policy = new Policy(space, { rate: 0.5, levels: 8, entropy: 0 });
    const learn = (kind: string, loss: number) =>
      policy.learn({ trial: 0, configuration: { kind }, loss, budget: 0 });
    learn("a", 1);
    expect([...policy.shares(0)]).toEqual([1 / 3, 1 / 3, 1 / 3]);
    // The best of two: advantage 1, slopes 2/3 for what was drawn and −1/3 for the others.
    learn("b", 0);
    const raw = [-1 / 6, 2 / 6, -1 / 6].map(Math.exp);
    const sum = raw.reduce((a, b) => a + b, 0);
    policy.shares(0).forEach((share, k) => {
      expect(share).toBeCloseTo(raw[k]! / sum, 12);
    });
  });

  test("the entropy brings a settled policy back towards all values", () => {
    const space = new Space({ parameters: { kind: { type: "categorical", choices: ["a", "b"] } } });
    const policy = (entropy: number) => {
      const one = new Policy(space, { rate: 0.3, levels: 8, entropy });
      for (let trial = 0; trial < 12; trial++)
        one.learn({
          trial,
          configuration: { kind: trial % 2 ? "a" : "b" },
          loss: trial % 2 ? 0 : 1,
          budget: 0,
        });
      return one.shares(0)[0]!;
    };
    expect(policy(0)).toBeGreaterThan(0.8);
    expect(policy(1)).toBeLessThan(policy(0) - 0.02);
    expect(policy(1)).toBeGreaterThan(0.5);
  });

  test("learns nothing of a parameter that was inactive", () => {
    const space = new Space({
      parameters: {
        optimizer: { type: "categorical", choices: ["sgd", "adam"] },
        momentum: { type: "float", low: 0, high: 1, when: { optimizer: "sgd" } },
      },
    });
    const policy = new Policy(space, { rate: 1, levels: 4, entropy: 0 });
    for (let trial = 0; trial < 9; trial++)
      policy.learn({ trial, configuration: { optimizer: "adam" }, loss: -trial, budget: 0 });
    expect([...policy.shares(1)]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(policy.shares(0)[1]).toBeGreaterThan(0.9);
    const draws = random(1, 0);
    expect(policy.draw(draws).every((unit) => unit >= 0 && unit < 1)).toBe(true);
  });
});
