import { describe, expect, it } from "vitest";
import { TuningForkError } from "../../../src/protocol/errors.ts";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy, strategies, strategyKind } from "../../../src/strategies/registry.ts";
import type { StrategyInput } from "../../../src/strategies/strategy.ts";
import { everyType, finite, wholeSpace } from "../../fixtures/spaces.ts";

const input = (change: Partial<StrategyInput> = {}): StrategyInput => ({
  space: new Space(everyType),
  seed: 1,
  options: {},
  budget: { min: 1, max: 9, eta: 3 },
  trials: undefined,
  ...change,
});

describe("registry", () => {
  it("has the strategies, each with a form that can be drawn", () => {
    expect(strategies.map(({ name }) => name)).toEqual([
      "auto",
      "random",
      "grid",
      "successive-halving",
      "hyperband",
      "asha",
      "gp",
      "gp-hyperband",
      "bohb",
      "dehb",
      "tpe",
      "forest",
      "rnn",
      "reinforce",
      "bandit",
      "evolution",
      "cma-es",
      "nsga-ii",
      "parego",
      "pbt",
      "pb2",
      "hypergradient",
      "step-size-policy",
      "hypergradient-descent",
      "rtho",
    ]);
    for (const { title, description, options } of strategies) {
      expect(title).not.toBe("");
      expect(description.length).toBeGreaterThan(40);
      for (const property of Object.values(options.properties as Record<string, object>)) {
        expect(property).toMatchObject({ type: expect.any(String), title: expect.any(String) });
        expect(property).toHaveProperty("description");
      }
    }
  });

  it("suggests the name that was meant", () => {
    expect(() => strategyKind("hyperbrand")).toThrow(
      'There is no strategy "hyperbrand". Did you mean "hyperband"?',
    );
  });

  it("fills in defaults without touching what it was given", () => {
    const options = Object.freeze({ name: "grid", counts: Object.freeze({}) });
    const space = new Space({ parameters: { x: { type: "float", low: 0, high: 1 } } });
    expect(createStrategy("grid", input({ space, options })).planned!()).toBe(5);
  });

  it.each<[string, Partial<StrategyInput>, RegExp]>([
    ["grid", { options: { levels: 0 } }, /strategy\.levels must be >= 1/],
    ["grid", { options: { order: "up" } }, /strategy\.order must be equal to .*: shuffled, sequential/],
    ["hyperband", { options: { level: 1 } }, /strategy has no option "level"/],
    ["grid", { options: { counts: { lrr: 2 } } }, /strategy\.counts names "lrr".* Did you mean "lr"\?/],
    ["hyperband", { budget: undefined }, /Hyperband spends budgets of different sizes/],
    ["asha", { budget: { min: 0, max: 9, eta: 3 } }, /budget\.min \(0\) must be above 0/],
    ["asha", { budget: { min: 10, max: 9, eta: 3 } }, /budget\.min \(10\) .* at most budget\.max \(9\)/],
    ["asha", { budget: { min: 1, max: 9, eta: 1 } }, /budget\.eta must be at least 2/],
    ["tpe", { objectives: 2, budget: undefined }, /TPE takes one objective, but the definition has 2/],
    ["pbt", { options: { parameters: ["lrr"] } }, /strategy\.parameters names "lrr".* Did you mean "lr"\?/],
    ["pbt", { options: { interval: 10 } }, /strategy\.interval \(10\) is longer than the whole training/],
    ["grid", { space: new Space(wholeSpace) }, /more than 100,000 configurations/],
    [
      "random",
      { space: new Space({ parameters: { a: { type: "boolean" } }, forbidden: [{ a: [true, false] }] }) },
      /No configuration satisfies/,
    ],
  ])("%s refuses %#", (name, change, message) => {
    expect(() => createStrategy(name, input(change))).toThrow(TuningForkError);
    expect(() => createStrategy(name, input(change))).toThrow(message);
  });
});

describe("grid", () => {
  const spec: SpaceSpec = {
    parameters: { x: { type: "float", low: 0, high: 1 }, y: { type: "int", low: 1, high: 9 } },
  };
  const space = new Space(spec);

  function points(options: Record<string, unknown>, seed = 1): unknown[] {
    const strategy = createStrategy("grid", input({ space, options, seed }));
    const found: unknown[] = [];
    for (let ask = strategy.ask(); ask.type === "run"; ask = strategy.ask()) {
      const { configuration, budget } = ask;
      found.push(configuration);
      strategy.tell({ type: "started", trial: found.length - 1, configuration, budget, time: 0 });
    }
    return found;
  }

  it("has the levels it is told, in order or shuffled by the seed", () => {
    const options = { levels: 3, counts: { y: 2 }, order: "sequential" };
    const sequential = points(options);
    expect(sequential).toEqual([0, 0.5, 1].flatMap((x) => [1, 9].map((y) => ({ x, y }))));
    const shuffled = points({ ...options, order: "shuffled" });
    expect(shuffled).not.toEqual(sequential);
    expect(new Set(shuffled.map((p) => JSON.stringify(p)))).toEqual(
      new Set(sequential.map((p) => JSON.stringify(p))),
    );
    expect(points({ ...options, order: "shuffled" }, 2)).not.toEqual(shuffled);
    expect(points({ ...options, order: "shuffled" })).toEqual(shuffled);
  });
});

describe("random", () => {
  it("tries 100 configurations when nothing is said, all of a smaller space, and endlessly many if asked", () => {
    expect(createStrategy("random", input()).planned!()).toBe(100);
    expect(createStrategy("random", input({ space: new Space(finite) })).planned!()).toBe(25);
    expect(createStrategy("random", input({ trials: Number.POSITIVE_INFINITY })).planned!()).toBeUndefined();
  });
});
