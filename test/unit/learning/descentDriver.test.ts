import { describe, expect, it } from "vitest";
import { DescentDriver, descend, replayDescent } from "../../../src/learning/hypergradient/descentDriver.ts";
import type { ControlState } from "../../../src/protocol/control.ts";

const rule = { step: 0.5, low: 1e-6, high: 1 };
const state = (step: number, more: Partial<ControlState> = {}): ControlState => ({
  type: "state",
  step,
  own: 0.01,
  rate: 0.02,
  loss: 2,
  ...more,
});

describe("a step of hypergradient descent", () => {
  it("goes against the hypergradient, as far as the rule says, within the bounds", () => {
    expect(descend(rule, 0.01, 1)).toBeCloseTo(0.01 * Math.exp(-0.5), 12);
    expect(descend(rule, 0.01, -0.2)).toBeCloseTo(0.01 * Math.exp(0.1), 12);
    expect(descend(rule, 0.9, -1)).toBe(1);
    expect(descend(rule, 1.2e-6, 1)).toBe(1e-6);
  });

  it("makes a tenth of the learning rate where there is no number", () => {
    expect(descend(rule, 0.01, Number.NaN)).toBeCloseTo(0.001, 12);
  });
});

describe("the driver of hypergradient descent", () => {
  it("leaves a training alone whose loss is what it was, or cannot be seen", () => {
    const driver = new DescentDriver(rule.low);
    const { loss: _, ...blind } = state(3);
    for (let step = 0; step < 20; step++) expect(driver.next(state(step))).toEqual({ type: "act", step });
    expect(driver.next(blind)).toEqual({ type: "act", step: 3 });
  });

  it("puts a training back that goes astray, three times, and then gives it up", () => {
    const driver = new DescentDriver(rule.low);
    expect(driver.next(state(0)).rollback).toBeUndefined();
    const acts = Array.from({ length: 40 }, (_, i) => driver.next(state(i + 1, { loss: 9 })));
    const rollbacks = acts.filter(({ rollback }) => rollback !== undefined);
    expect(rollbacks.map(({ step }) => step)).toEqual([5, 10, 15]);
    expect(rollbacks[0]).toMatchObject({
      rate: 0.002,
      rollback: expect.stringContaining("more than half above"),
    });
    const fallbacks = acts.filter(({ fallback }) => fallback !== undefined);
    expect(fallbacks).toMatchObject([{ step: 20, fallback: expect.stringContaining("put back 3 times") }]);
  });

  it("puts it back at once where the loss is no number, to no less than the least learning rate", () => {
    const act = new DescentDriver(rule.low).next(state(7, { loss: "nan", rate: 2e-6 }));
    expect(act).toMatchObject({ rate: 1e-6, rollback: expect.stringContaining("nan at step 7") });
  });
});

it("every learning rate follows again from the states and the answers, also beyond a rollback", () => {
  const looks = [
    { state: state(0, { hypergradients: { lr: [] } }), act: { type: "act", step: 0 } },
    {
      state: state(2, { hypergradients: { lr: [-1, "nan"] } }),
      act: { type: "act", step: 2, rollback: "…", rate: 1e-4 },
    },
    { state: state(3, { hypergradients: { lr: [0.2] } }), act: { type: "act", step: 3 } },
  ] as const;
  const up = 0.01 * Math.exp(0.5);
  const wanted = [0.01, up, up / 10, 1e-4 * Math.exp(-0.1)];
  const rates = replayDescent(rule, looks);
  expect(rates).toHaveLength(4);
  for (const [i, rate] of rates.entries()) expect(rate / wanted[i]!).toBeCloseTo(1, 12);
});
