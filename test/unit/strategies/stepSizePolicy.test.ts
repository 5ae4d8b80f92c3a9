import { describe, expect, it } from "vitest";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import type { Ask } from "../../../src/strategies/strategy.ts";
import { simulate } from "../../contract/strategiesSimulator.ts";
import { everyType, finite } from "../../fixtures/spaces.ts";

const make = (spec = everyType, trials?: number) =>
  createStrategy("step-size-policy", {
    space: new Space(spec),
    seed: 1,
    options: {},
    budget: { min: 1, max: 9, eta: 3 },
    trials,
  });

type Started = Extract<TrialEvent, { type: "started" }>;
const startedOf = (events: readonly TrialEvent[]): Started[] =>
  events.filter((event): event is Started => event.type === "started");

describe("step-size-policy", () => {
  it("runs each configuration as it is and then under the policy, the defaults first, in full", () => {
    const space = new Space(everyType);
    const { events } = simulate(make(), { space, seed: 1, parallel: 1, max: 9 });
    const started = startedOf(events);
    expect(started).toHaveLength(20);
    for (let pair = 0; pair < 10; pair++) {
      const [own, policy] = started.slice(2 * pair, 2 * pair + 2);
      expect([own!.control, policy!.control]).toEqual(["own", "policy"]);
      expect(policy!.configuration).toEqual(own!.configuration);
      expect([own!.budget, policy!.budget]).toEqual([9, 9]);
    }
    expect(started[0]!.configuration).toEqual(space.defaults());
    expect(new Set(started.map(({ configuration }) => space.key(configuration))).size).toBe(10);
  });

  it("keeps pairs together with several at once", () => {
    const space = new Space(everyType);
    const { events } = simulate(make(everyType, 6), { space, seed: 2, parallel: 3, max: 9 });
    const controls = startedOf(events).map(({ control }) => control);
    expect(controls).toEqual(["own", "policy", "own", "policy", "own", "policy"]);
  });

  it("says why", () => {
    const strategy = make();
    const { configuration, budget } = strategy.ask() as Extract<Ask, { type: "run" }>;
    strategy.tell({ type: "started", trial: 7, configuration, budget, control: "own", time: 0 });
    expect(strategy.ask()).toMatchObject({
      control: "policy",
      note: { why: "#7 again, its learning rate set by the policy." },
    });
  });

  it("tries all of a finite space before it repeats anything", () => {
    const space = new Space(finite);
    const { events } = simulate(make(finite, 2 * space.size + 10), { space, seed: 3, parallel: 1, max: 9 });
    const keys = startedOf(events).map(({ configuration }) => space.key(configuration));
    expect(keys).toHaveLength(2 * space.size + 10);
    expect(new Set(keys.slice(0, 2 * space.size)).size).toBe(space.size);
  });

  it("leaves trials that were enqueued by hand out of its pairs", () => {
    const strategy = make();
    const ask = strategy.ask() as Extract<Ask, { type: "run" }>;
    const { configuration, budget } = ask;
    strategy.tell({ type: "started", trial: 0, configuration, budget, time: 0 });
    const next = strategy.ask() as Extract<Ask, { type: "run" }>;
    // It was tried already, if without anybody watching.
    expect(next.configuration).not.toEqual(configuration);
    expect(next.control).toBe("own");
  });
});
