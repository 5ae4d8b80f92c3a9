import { expect, test } from "vitest";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { Space } from "../../../src/space/space.ts";
import { automatic, suited } from "../../../src/strategies/auto.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import type { StrategyInput } from "../../../src/strategies/strategy.ts";
import { simulate } from "../../contract/strategiesSimulator.ts";
import { everyType } from "../../fixtures/spaces.ts";

const many: SpaceSpec = {
  parameters: Object.fromEntries(
    Array.from({ length: 61 }, (_, i) => [`x${i}`, { type: "float", low: 0, high: 1 }]),
  ),
};
const input = (change: Partial<StrategyInput> = {}): StrategyInput => ({
  space: new Space(everyType),
  seed: 1,
  options: {},
  budget: undefined,
  trials: 100,
  ...change,
});

test("picks by budgets, by the size of the space, by the number of trials and of objectives", () => {
  const budget = { min: 1, max: 27, eta: 3 };
  expect(suited(input()).name).toBe("gp");
  expect(suited(input({ budget })).name).toBe("gp-hyperband");
  expect(suited(input({ space: new Space(many) })).name).toBe("tpe");
  expect(suited(input({ trials: 5000 })).name).toBe("tpe");
  expect(suited(input({ objectives: 2 })).name).toBe("parego");
  expect(suited(input({ objectives: 2, budget })).name).toBe("parego");
  expect(suited(input({ objectives: 2, trials: 5000 })).name).toBe("nsga-ii");
});

test("does what the picked strategy does with its own defaults", () => {
  const space = new Space(everyType);
  const events = (name: string) =>
    simulate(createStrategy(name, input({ trials: 14 })), { space, seed: 3, parallel: 2, max: 0 }).events;
  expect(events("auto")).toEqual(events("gp"));
});

test("has no option to set", () => {
  expect(automatic.options).toMatchObject({ properties: {} });
  expect(() => createStrategy("auto", input({ options: { kernel: "rbf" } }))).toThrow(/no option "kernel"/);
});
