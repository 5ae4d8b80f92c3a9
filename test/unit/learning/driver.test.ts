import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StepSizeController } from "../../../src/learning/stepsize/controller.ts";
import { RateDriver } from "../../../src/learning/stepsize/driver.ts";
import { looksAtChanges, parsePolicy } from "../../../src/learning/stepsize/policy.ts";
import type { ControlState } from "../../../src/protocol/control.ts";

const file = join(import.meta.dirname, "../../../media/learned/step-size-rmsprop.json");
const both = parsePolicy(readFileSync(file, "utf8"), file);
const losses = { ...both, theta: [0, 0.1, 0, -0.05, -4] } as const;

const state = (step: number, change: Partial<ControlState> = {}): ControlState => ({
  type: "state",
  step,
  own: 0.01,
  rate: 0.01,
  loss: 2 / (step + 1),
  logVarLoss: -1 - step / 5,
  logVarChange: -8 - Math.sin(step),
  ...change,
});

describe("the driver", () => {
  test("gives the controller's step sizes, the same for the same states", () => {
    const controller = new StepSizeController(both.theta, both.bounds);
    const states = Array.from({ length: 40 }, (_, step) => state(step));
    const [first, second] = [new RateDriver({ both, losses }), new RateDriver({ both, losses })];
    const acts = states.map((one) => first.next(one));
    expect(acts.map(({ rate }) => rate)).toEqual(
      states.map((one) =>
        controller.next({ logVarChange: Number(one.logVarChange), logVarLoss: Number(one.logVarLoss) }),
      ),
    );
    expect(states.map((one) => second.next(one))).toEqual(acts);
  });

  test("lets a learning rate grow tenfold from look to look, and no faster", () => {
    const eager = { ...both, theta: [0, 0, 0, 0, 0] } as const;
    const driver = new RateDriver({ both: eager });
    let rate = 0;
    const rates = Array.from({ length: 8 }, (_, step) => {
      rate = driver.next(state(step, { own: 0, rate })).rate!;
      return rate;
    });
    expect(rates.map((one) => Math.log10(one))).toEqual(
      [-5, -4, -3, -2, -1, 0, 0, 0].map((power) => expect.closeTo(power, 9)),
    );
  });

  test("does with the losses alone where no more can be seen", () => {
    const driver = new RateDriver({ both, losses });
    const controller = new StepSizeController(losses.theta, losses.bounds);
    const { logVarChange: _, ...blind } = state(0);
    expect(driver.next(blind).rate).toBe(controller.next({ logVarChange: 0, logVarLoss: -1 }));
    expect(looksAtChanges(both)).toBe(true);
    expect(looksAtChanges(losses)).toBe(false);
  });

  test("takes a variance of 0, which has no logarithm", () => {
    const driver = new RateDriver({ both });
    const { rate } = driver.next(state(0, { logVarLoss: "-inf", logVarChange: "-inf" }));
    expect(rate).toBeGreaterThanOrEqual(both.bounds.low);
    expect(rate).toBeLessThanOrEqual(both.bounds.high);
  });

  test.each([
    ["a loss that is no number", { loss: "nan" }, "the loss was nan at step 3"],
    ["an infinite loss", { loss: "inf" }, "the loss was inf at step 3"],
    ["no losses of examples", { logVarLoss: undefined }, "cannot be seen"],
  ] as const)("gives the training back for good after %s", (_, fault, reason) => {
    const driver = new RateDriver({ both });
    for (let step = 0; step < 3; step++) expect(driver.next(state(step)).rate).toBeDefined();
    const { logVarLoss, ...rest } = { ...state(3), ...fault };
    const seen = logVarLoss === undefined ? rest : { ...rest, logVarLoss };
    expect(driver.next(seen as ControlState)).toEqual({
      type: "act",
      step: 3,
      fallback: expect.stringContaining(reason),
    });
    expect(driver.next(state(4))).toEqual({ type: "act", step: 4 });
  });

  test("gives it back when the loss stays far above its first value, not for one bad mini-batch", () => {
    const driver = new RateDriver({ both });
    const of = (step: number, loss: number) => driver.next(state(step, { loss }));
    for (let step = 0; step < 20; step++) expect(of(step, step === 10 ? 9 : 2).fallback).toBeUndefined();
    const acts = Array.from({ length: 20 }, (_, k) => of(20 + k, 8));
    const fallen = acts.findIndex(({ fallback }) => fallback !== undefined);
    expect(fallen).toBeGreaterThan(4);
    expect(acts[fallen]!.fallback).toContain("half above its first value (2.00)");
    expect(acts.slice(fallen + 1).every(({ rate }) => rate === undefined)).toBe(true);
  });

  test("has nothing to say of an optimizer without a policy", () => {
    expect(new RateDriver({}).next(state(0)).fallback).toContain("no policy");
  });
});
