import { describe, expect, it } from "vitest";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { Space } from "../../../src/space/space.ts";
import { fitted, InSpace } from "../../../src/strategies/inSpace.ts";
import type { Ask, Strategy } from "../../../src/strategies/strategy.ts";
import { changedTo, constrained } from "../../fixtures/spaces.ts";

const space = new Space(changedTo);
const fits = { kept: 0.2, narrowed: 3, mode: "a", fresh: 1 };

/** Asks for the same for ever, and writes down what it hears. */
class Listener implements Strategy {
  readonly heard: TrialEvent[] = [];
  ask = (): Ask => ({ type: "run", configuration: fits, budget: 0 });
  tell = (event: TrialEvent): void => void this.heard.push(event);
  stops = (): readonly number[] => [];
}

const start = (trial: number, configuration: Record<string, number | string>): TrialEvent => ({
  type: "started",
  trial,
  configuration,
  budget: 0,
  time: 0,
});
const end = (trial: number): TrialEvent => ({
  type: "finished",
  trial,
  state: "complete",
  budget: 0,
  losses: [1],
  time: 0,
});

describe("a configuration of an earlier space", () => {
  it("loses what is gone and has the default of what is new", () => {
    const before = { kept: 0.2, narrowed: 3, gone: 0.5, mode: "b" };
    expect(fitted(space, before)).toEqual({ kept: 0.2, narrowed: 3, mode: "b", fresh: 0.1 });
  });

  it("is outside where a value is no value any more: none is bent", () => {
    expect(fitted(space, { kept: 0.2, narrowed: 15, mode: "b" })).toBeUndefined();
    expect(fitted(space, { kept: 0.2, narrowed: 3, mode: "c" })).toBeUndefined();
    expect(fitted(space, { kept: "high", narrowed: 3, mode: "a" })).toBeUndefined();
  });

  it("is left as it is where it is one of the space", () => {
    expect(fitted(space, fits)).toBe(fits);
    const whole = new Space(constrained);
    const configuration = whole.defaults();
    if (whole.check(configuration) === undefined) expect(fitted(whole, configuration)).toBe(configuration);
  });
});

describe("a strategy in a space that was changed", () => {
  it("hears of what fits, in the space's own words, and of nothing else", () => {
    const listener = new Listener();
    const strategy = new InSpace(listener, space, undefined);
    strategy.tell(start(0, { kept: 0.2, narrowed: 3, gone: 0.5, mode: "b" }));
    strategy.tell(start(1, { kept: 0.2, narrowed: 15, mode: "b" }));
    strategy.tell(end(1));
    strategy.tell(end(0));
    expect(listener.heard).toEqual([start(0, { kept: 0.2, narrowed: 3, mode: "b", fresh: 0.1 }), end(0)]);
  });

  it("counts what lies outside as tried", () => {
    const strategy = new InSpace(new Listener(), space, 2);
    strategy.tell(start(0, { narrowed: 15 }));
    expect(strategy.ask().type).toBe("run");
    strategy.tell(start(1, fits));
    strategy.tell(end(0));
    expect(strategy.ask()).toEqual({ type: "wait" });
    strategy.tell(end(1));
    expect(strategy.ask()).toEqual({ type: "done" });
  });
});
