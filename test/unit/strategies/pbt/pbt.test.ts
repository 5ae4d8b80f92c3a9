import { describe, expect, it } from "vitest";
import type { TrialEvent } from "../../../../src/protocol/trial.ts";
import { Space } from "../../../../src/space/space.ts";
import { stepBudgets } from "../../../../src/strategies/pbt/steps.ts";
import { createStrategy } from "../../../../src/strategies/registry.ts";
import type { Ask, Strategy } from "../../../../src/strategies/strategy.ts";
import { DRIFT, drifting, driftingSpace, trainPopulation } from "../../../fixtures/populationStudy.ts";
import { median } from "../../../fixtures/sequentialStudy.ts";

const SEEDS = 20;
const space = new Space(driftingSpace);

function make(options: Record<string, unknown>, seed = 1, max = DRIFT, trials?: number): Strategy {
  return createStrategy("pbt", { space, seed, options, budget: { min: 1, max, eta: 3 }, trials });
}

const started = (events: readonly TrialEvent[]) => events.filter((event) => event.type === "started");
const copiesOf = (events: readonly TrialEvent[]) => started(events).filter(({ from }) => from !== undefined);

/** Each trial told begins, reaches its budget, and has the next loss of the list. */
class Told {
  readonly strategy: Strategy;
  #time = 0;

  constructor(strategy: Strategy) {
    this.strategy = strategy;
  }

  start(trial: number): Extract<Ask, { type: "run" }> {
    const ask = this.strategy.ask();
    if (ask.type !== "run") throw new Error(`nothing to start: ${JSON.stringify(ask)}`);
    const { type: _, note, ...rest } = ask;
    this.strategy.tell({ type: "started", trial, ...rest, note, time: this.#time++ });
    return ask;
  }

  promote(): Extract<Ask, { type: "promote" }> {
    const ask = this.strategy.ask();
    if (ask.type !== "promote") throw new Error(`nobody goes on: ${JSON.stringify(ask)}`);
    this.strategy.tell({ type: "promoted", trial: ask.trial, budget: ask.budget, time: this.#time++ });
    return ask;
  }

  reach(trial: number, budget: number, loss: number): void {
    this.strategy.tell({ type: "reached", trial, budget, losses: [loss], time: this.#time++ });
  }
}

describe("population-based training", () => {
  it(`follows a best setting that drifts, which no fixed one does (${SEEDS} seeds, median)`, () => {
    const run = (name: string, options: Record<string, unknown>, seed: number, trials?: number): number => {
      const budget = { min: 1, max: DRIFT, eta: 3 };
      const strategy = createStrategy(name, { space, seed, options, budget, trials });
      return trainPopulation(strategy, drifting, { seed, parallel: 4, max: DRIFT }).best;
    };
    const seeds = Array.from({ length: SEEDS }, (_, seed) => seed);
    const population = seeds.map((seed) => run("pbt", { interval: 2 }, seed));
    const withoutCopies = seeds.map((seed) => run("pbt", { interval: 2, quantile: 0 }, seed));
    // As many trainings to the end as the population has members: the same budget.
    const fixed = seeds.map((seed) => run("random", {}, seed, 10));
    expect(median(population)).toBeLessThan(0.75 * median(fixed));
    expect(population.filter((loss, seed) => loss < fixed[seed]!).length).toBeGreaterThanOrEqual(16);
    expect(median(withoutCopies)).toBeGreaterThan(0.95 * median(fixed));
  });

  it("replaces the worst by a copy of the best, from the checkpoint that was ranked", () => {
    const told = new Told(make({ population: 5, interval: 1 }, 1, 4));
    for (let trial = 0; trial < 5; trial++) told.start(trial);
    for (const [trial, loss] of [0.5, 0.4, 0.1, 0.3, 0.9].entries()) told.reach(trial, 1, loss);
    expect(told.strategy.keeps!()).toContainEqual({ trial: 2, budget: 1 });
    expect(told.strategy.stops()).toEqual([]);
    // The worst comes first, so that the best rests at the step that was ranked.
    const copy = told.start(5);
    expect(copy).toMatchObject({
      from: { trial: 2, budget: 1 },
      budget: 2,
      placement: { bracket: 4, rung: 0 },
    });
    expect(copy.note).toEqual({ why: expect.stringMatching(/^Copy of #2 at 1, in place of #4: lr .* → /) });
    expect(told.strategy.stops()).toEqual([4]);
    expect(told.strategy.stopReason!(4)).toBe("replaced by a copy of #2");
    told.strategy.tell({ type: "finished", trial: 4, state: "stopped", budget: 1, losses: [0.9], time: 99 });
    expect(told.strategy.stops()).toEqual([]);
    for (const trial of [0, 1, 2, 3]) expect(told.promote()).toMatchObject({ trial, budget: 2 });
  });

  it("copies the last checkpoint with a score of one that is ahead", () => {
    const told = new Told(make({ population: 3, interval: 1 }, 1, 4));
    for (let trial = 0; trial < 3; trial++) told.start(trial);
    told.reach(0, 1, 0.1);
    expect(told.promote()).toMatchObject({ trial: 0, budget: 2 });
    told.reach(0, 2, 0.05);
    expect(told.promote()).toMatchObject({ trial: 0, budget: 3 });
    // It runs on from there: its checkpoint at 2 is kept, the one at 1 is not.
    expect(told.strategy.keeps!()).toEqual([{ trial: 0, budget: 2 }]);
    told.reach(1, 1, 0.6);
    expect(told.start(3)).toMatchObject({ from: { trial: 0, budget: 2 }, budget: 3 });
    expect(told.strategy.stops()).toEqual([1]);
  });

  it("compares with what others had at the same step, or the last one before it", () => {
    const told = new Told(make({ population: 3, interval: 1, quantile: 0.3 }, 1, 4));
    for (let trial = 0; trial < 3; trial++) told.start(trial);
    told.reach(0, 1, 0.9);
    expect(told.promote()).toMatchObject({ trial: 0, budget: 2 });
    told.reach(0, 2, 0.3);
    expect(told.promote()).toMatchObject({ trial: 0, budget: 3 });
    // At the first step the one that is ahead was worse, whatever it has now.
    told.reach(1, 1, 0.8);
    expect(told.promote()).toMatchObject({ trial: 1, budget: 2 });
    told.reach(1, 2, 0.2);
    expect(told.promote()).toMatchObject({ trial: 1, budget: 3 });
    told.reach(2, 1, 0.85);
    expect(told.promote()).toMatchObject({ trial: 2, budget: 2 });
    told.reach(2, 2, 0.4);
    // At the second it is the worst; the best there is #1.
    expect(told.start(3)).toMatchObject({ from: { trial: 1, budget: 2 }, budget: 3 });
  });

  it("lets all go on where none is better than another", () => {
    const told = new Told(make({ population: 4, interval: 1, quantile: 0.5 }, 1, 3));
    for (let trial = 0; trial < 4; trial++) told.start(trial);
    for (let trial = 0; trial < 4; trial++) told.reach(trial, 1, 0.5);
    for (let trial = 0; trial < 4; trial++) expect(told.promote()).toMatchObject({ trial, budget: 2 });
  });

  it("lets members take turns where there are fewer workers than members", () => {
    const { events } = trainPopulation(make({ population: 6, interval: 2 }), drifting, {
      seed: 1,
      parallel: 1,
      max: DRIFT,
    });
    expect(copiesOf(events).length).toBeGreaterThan(5);
    const at = new Map<number, number>();
    const place = new Map<number, number>();
    for (const event of events) {
      if (event.type === "started") {
        place.set(event.trial, event.placement!.bracket);
      } else if (event.type === "reached") {
        at.set(place.get(event.trial)!, event.budget);
        const budgets = [...at.values()];
        if (at.size === 6) expect(Math.max(...budgets) - Math.min(...budgets)).toBeLessThanOrEqual(2);
      }
    }
  });

  it("puts a copy in the place of a trial that has failed, and a random draw where there is nothing to copy", () => {
    const told = new Told(make({ population: 3, interval: 1 }, 1, 3));
    for (let trial = 0; trial < 3; trial++) told.start(trial);
    told.strategy.tell({ type: "failed", trial: 0, reason: "crashed", time: 10 });
    expect(told.start(3)).toMatchObject({ budget: 1, placement: { bracket: 0, rung: 0 } });
    told.reach(1, 1, 0.5);
    told.strategy.tell({ type: "failed", trial: 2, reason: "crashed", time: 11 });
    const copy = told.start(4);
    expect(copy).toMatchObject({
      from: { trial: 1, budget: 1 },
      budget: 2,
      placement: { bracket: 2, rung: 0 },
    });
    expect(copy.note).toEqual({ why: expect.stringMatching(/^Copy of #1 at 1: /) });
  });

  it.each([0.05, 0.3, 0.9])(
    "ends with a share of %d of the runs failing, and keeps to its limit of trials",
    (fails) => {
      let complete = 0;
      for (let seed = 0; seed < 10; seed++) {
        const run = { seed, parallel: 1 + (seed % 5), max: DRIFT, fails };
        const { events, best } = trainPopulation(make({ interval: 5 }, seed, DRIFT, 25), drifting, run);
        expect(started(events).length).toBeLessThanOrEqual(25);
        if (best < Number.POSITIVE_INFINITY) complete++;
      }
      if (fails < 0.1) expect(complete).toBe(10);
      if (fails === 0.9) expect(complete).toBe(0);
    },
  );

  it("decides the same from the same events, to the words", () => {
    const { events } = trainPopulation(make({ interval: 3 }), drifting, { seed: 1, parallel: 3, max: DRIFT });
    const [first, second] = [make({ interval: 3 }), make({ interval: 3 })];
    for (const event of events) {
      first.tell(event);
      second.tell(event);
      expect(first.ask()).toEqual(second.ask());
      expect(first.keeps!()).toEqual(second.keeps!());
      const reasons = (strategy: Strategy) => strategy.stops().map((trial) => strategy.stopReason!(trial));
      expect(reasons(first)).toEqual(reasons(second));
    }
    expect(first.ask()).toEqual({ type: "done" });
  });
});

describe("the steps", () => {
  it.each<[number, number, number | undefined, number[]]>([
    [1, 4, 1, [1, 2, 3, 4]],
    [1, 10, 4, [4, 8, 10]],
    [1, 9, 2.5, [3, 6, 9]],
    [0.1, 0.3, 0.1, [0.1, 0.2, 0.3]],
    [5, 20, undefined, [5, 10, 15, 20]],
    [20, 20, undefined, [20]],
  ])("from %d to %d every %s: %s", (min, max, interval, steps) => {
    expect(stepBudgets({ min, max, eta: 3 }, interval)).toEqual(steps);
  });

  it("are twenty where nothing is said", () => {
    expect(stepBudgets({ min: 1, max: 100, eta: 3 })).toHaveLength(20);
  });
});
