import { describe, expect, it } from "vitest";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import type { PlannedBracket, StrategyInput } from "../../../src/strategies/strategy.ts";
import { simulate } from "../../contract/strategiesSimulator.ts";
import { everyType, finite } from "../../fixtures/spaces.ts";

const space = new Space(everyType);

function hyperband(input: Partial<StrategyInput> = {}) {
  const usual = { space, seed: 1, options: {}, budget: { min: 1, max: 81, eta: 3 }, trials: undefined };
  return createStrategy("hyperband", { ...usual, ...input });
}

const written = (plan: readonly PlannedBracket[]): string =>
  plan.map(({ rungs }) => rungs.map(({ size, budget }) => `(${size},${budget})`).join("")).join(" · ");

const TABLE =
  "(81,1)(27,3)(9,9)(3,27)(1,81) · (27,3)(9,9)(3,27)(1,81) · (9,9)(3,27)(1,81) · (6,27)(2,81) · (5,81)";

describe("the plan", () => {
  it("is the paper's table for R = 81, η = 3", () => {
    const plan = hyperband().plan!();
    expect(written(plan)).toBe(TABLE);
    expect(plan.map(({ s }) => s)).toEqual([4, 3, 2, 1, 0]);
    expect(hyperband().planned!()).toBe(187);
  });

  it("rounds up as the paper's formula does, if asked", () => {
    expect(written(hyperband({ options: { rounding: "up" } }).plan!())).toBe(
      "(81,1)(27,3)(9,9)(3,27)(1,81) · (34,3)(11,9)(3,27)(1,81) · (15,9)(5,27)(1,81) · (8,27)(2,81) · (5,81)",
    );
  });

  it("repeats its brackets: by iterations, or for as many trials as are asked for", () => {
    expect(written(hyperband({ options: { iterations: 2 } }).plan!())).toBe(`${TABLE} · ${TABLE}`);
    const plan = hyperband({ trials: 128 + 81 + 10 }).plan!();
    expect(written(plan)).toBe(`${TABLE} · (81,1)(27,3)(9,9)(3,27)(1,81) · (10,9)(3,27)(1,81)`);
  });

  it("has no end when trials have none, and shows one round", () => {
    const strategy = hyperband({ trials: Number.POSITIVE_INFINITY });
    expect(written(strategy.plan!())).toBe(TABLE);
    expect(strategy.planned!()).toBeUndefined();
  });

  it("shrinks to a space with fewer configurations", () => {
    const small = new Space(finite);
    expect(small.size).toBe(25);
    expect(written(hyperband({ space: small }).plan!())).toBe("(25,9)(8,27)(2,81)");
  });
});

/** Trials by bracket and rung, from the events alone. */
function filled(events: readonly TrialEvent[]): Map<string, number[]> {
  const rungs = new Map<string, number[]>();
  for (const event of events) {
    if (event.type !== "started" && event.type !== "promoted") continue;
    const { bracket, rung } = event.placement!;
    const key = `${bracket}.${rung}@${event.budget}`;
    rungs.set(key, [...(rungs.get(key) ?? []), event.trial]);
  }
  return rungs;
}

describe.each(["successive-halving", "hyperband"])("a run of %s", (name) => {
  const budget = { min: 1, max: 27, eta: 3 };

  /** Loss of each trial at each budget that it reached. */
  function scoresOf(events: readonly TrialEvent[]): Map<string, number> {
    const reached = events.filter((event) => event.type === "reached");
    return new Map(reached.map(({ trial, budget: at, losses }) => [`${trial}@${at}`, losses[0]!]));
  }

  function expectFilled(plan: readonly PlannedBracket[], events: readonly TrialEvent[]): void {
    const rungs = filled(events);
    const scores = scoresOf(events);
    for (const { bracket, rungs: planned } of plan) {
      for (const [i, { budget: at, size }] of planned.entries()) {
        const here = rungs.get(`${bracket}.${i}@${at}`)!;
        expect(here).toHaveLength(size);
        const above = rungs.get(`${bracket}.${i + 1}@${planned[i + 1]?.budget}`) ?? [];
        const score = (trial: number): number => scores.get(`${trial}@${at}`)!;
        const best = [...here].sort((a, b) => score(a) - score(b)).slice(0, above.length);
        expect([...above].sort()).toEqual(best.sort());
      }
    }
  }

  it("fills every rung exactly as planned, with the best of the rung below", () => {
    for (let seed = 0; seed < 20; seed++) {
      const strategy = createStrategy(name, { space, seed, options: {}, budget, trials: undefined });
      const plan = strategy.plan!();
      const { events } = simulate(strategy, { space, seed, parallel: 1 + (seed % 8), max: 27 });
      expectFilled(plan, events);
      const runs = events.filter(({ type }) => type === "started" || type === "promoted");
      expect(runs.length).toBe(strategy.planned!());
      expect(strategy.plan!()).toEqual(plan);
    }
  });

  it("leaves no worker idle while there are configurations to start", () => {
    const strategy = createStrategy(name, { space, seed: 7, options: {}, budget, trials: undefined });
    const all = strategy.plan!().reduce((n, { rungs }) => n + rungs[0]!.size, 0);
    const { waits } = simulate(strategy, { space, seed: 7, parallel: 8, max: 27 });
    expect(waits.every((startedThen) => startedThen === all)).toBe(true);
  });
});

describe("trials that do not go as planned", () => {
  const budget = { min: 1, max: 9, eta: 3 };
  const make = () =>
    createStrategy("successive-halving", { space, seed: 1, options: {}, budget, trials: undefined });

  function start(strategy: ReturnType<typeof make>, n: number): void {
    for (let trial = 0; trial < n; trial++) {
      const ask = strategy.ask();
      if (ask.type !== "run") throw new Error(`expected a run, not ${ask.type}`);
      const { configuration } = ask;
      strategy.tell({
        type: "started",
        trial,
        configuration,
        budget: ask.budget,
        placement: ask.placement!,
        time: 0,
      });
    }
  }
  const reach = (strategy: ReturnType<typeof make>, trial: number, loss: number, at = 1): void =>
    strategy.tell({ type: "reached", trial, budget: at, losses: [loss], time: 0 });

  it("counts failures as worst, and promotes fewer when too few are left", () => {
    const strategy = make();
    start(strategy, 9);
    for (let trial = 0; trial < 7; trial++)
      strategy.tell({ type: "failed", trial, reason: "crash", time: 0 });
    reach(strategy, 7, 2);
    expect(strategy.ask()).toEqual({ type: "wait" });
    reach(strategy, 8, 1);
    expect(strategy.ask()).toMatchObject({
      type: "promote",
      trial: 8,
      budget: 3,
      placement: { bracket: 0, rung: 1 },
    });
    strategy.tell({ type: "promoted", trial: 8, budget: 3, time: 0 });
    expect(strategy.ask()).toMatchObject({ type: "promote", trial: 7, budget: 3 });
    expect(strategy.stops()).toEqual([]);
  });

  it("promotes a trial with an infinite loss only after all others", () => {
    const strategy = make();
    start(strategy, 9);
    for (let trial = 0; trial < 9; trial++)
      reach(strategy, trial, trial < 7 ? Number.POSITIVE_INFINITY : trial);
    const order: number[] = [];
    for (let ask = strategy.ask(); ask.type === "promote"; ask = strategy.ask()) {
      order.push(ask.trial);
      strategy.tell({ type: "promoted", trial: ask.trial, budget: 3, time: 0 });
    }
    expect(order).toEqual([7, 8, 0]);
    expect([...strategy.stops()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("lets the score of a script that ended early count at every later rung", () => {
    const strategy = make();
    start(strategy, 9);
    strategy.tell({ type: "finished", trial: 4, state: "complete", budget: 0.5, losses: [0], time: 0 });
    for (let trial = 0; trial < 9; trial++) if (trial !== 4) reach(strategy, trial, 1 + trial);
    const asked: number[] = [];
    for (let ask = strategy.ask(); ask.type === "promote"; ask = strategy.ask()) {
      asked.push(ask.trial);
      strategy.tell({ type: "promoted", trial: ask.trial, budget: 3, time: 0 });
    }
    // Three places, one of them taken by the trial that is over.
    expect(asked).toEqual([0, 1]);
    reach(strategy, 0, 1, 3);
    reach(strategy, 1, 2, 3);
    // It is the best at the second rung as well: nothing is left to promote, the others are to be stopped.
    expect([...strategy.stops()].sort()).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
    expect(strategy.ask()).toEqual({ type: "done" });
  });

  it("passes over a trial that dies between its result and its promotion", () => {
    const strategy = make();
    start(strategy, 9);
    for (let trial = 0; trial < 9; trial++) reach(strategy, trial, trial);
    strategy.tell({ type: "failed", trial: 0, reason: "killed", time: 0 });
    expect(strategy.ask()).toMatchObject({ type: "promote", trial: 1 });
    strategy.tell({ type: "promoted", trial: 1, budget: 3, time: 0 });
    strategy.tell({ type: "promoted", trial: 2, budget: 3, time: 0 });
    reach(strategy, 1, 1, 3);
    reach(strategy, 2, 2, 3);
    expect(strategy.ask()).toMatchObject({ type: "promote", trial: 1, budget: 9 });
  });

  it("takes a loser off its list once it is ended", () => {
    const strategy = make();
    start(strategy, 9);
    for (let trial = 0; trial < 9; trial++) reach(strategy, trial, trial);
    expect(strategy.stops()).toHaveLength(6);
    strategy.tell({ type: "finished", trial: 5, state: "stopped", budget: 1, losses: [5], time: 0 });
    expect(strategy.stops()).not.toContain(5);
    expect(strategy.stops()).toHaveLength(5);
  });
});
