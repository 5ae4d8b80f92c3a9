import { describe, expect, it } from "vitest";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import type { Strategy } from "../../../src/strategies/strategy.ts";
import { simulate } from "../../contract/strategiesSimulator.ts";
import { everyType } from "../../fixtures/spaces.ts";

const space = new Space(everyType);
const budget = { min: 1, max: 9, eta: 3 };
const make = (options: Record<string, unknown>, trials = 60, seed = 1): Strategy =>
  createStrategy("asha", { space, seed, options, budget, trials });

/** Results by bracket and budget as they came in: losses, with failures as infinitely bad. */
class Rungs {
  readonly #bracket = new Map<number, number>();
  readonly #target = new Map<number, number>();
  readonly results = new Map<string, { trial: number; loss: number }[]>();

  see(event: TrialEvent): void {
    if (event.type === "started") this.#bracket.set(event.trial, event.placement!.bracket);
    if (event.type === "started" || event.type === "promoted") this.#target.set(event.trial, event.budget);
    if (event.type === "reached") this.#add(event.trial, event.losses[0]!);
    if (event.type === "failed") this.#add(event.trial, Number.POSITIVE_INFINITY);
  }

  #add(trial: number, loss: number): void {
    const key = `${this.#bracket.get(trial)}@${this.#target.get(trial)}`;
    this.results.set(key, [...(this.results.get(key) ?? []), { trial, loss }]);
  }

  /** How many results at the trial's rung are better, and how many there are. */
  standing(trial: number): { rank: number; n: number } {
    const all = this.results.get(`${this.#bracket.get(trial)}@${this.#target.get(trial)}`)!;
    const own = all.find((result) => result.trial === trial)!;
    return { rank: all.filter(({ loss }) => loss < own.loss).length, n: all.length };
  }
}

describe.each([1, 3])("promotion with %i brackets", (brackets) => {
  it("promotes only trials among the best ⌊n/η⌋ of their rung, and all of them in the end", () => {
    let promoted = 0;
    for (let seed = 0; seed < 20; seed++) {
      const rungs = new Rungs();
      simulate(make({ brackets }, 60, seed), {
        space,
        seed,
        parallel: 1 + (seed % 8),
        max: 9,
        fails: 0.1,
        observe: (events) => {
          const event = events.at(-1)!;
          if (event.type === "promoted") {
            const { rank, n } = rungs.standing(event.trial);
            expect(rank).toBeLessThan(Math.floor(n / 3));
            promoted++;
          }
          rungs.see(event);
        },
      });
      for (const [key, results] of rungs.results) {
        const [bracket, at] = key.split("@");
        if (Number(at) === 9) continue;
        const above = rungs.results.get(`${bracket}@${Number(at) * 3}`) ?? [];
        const alive = results.filter(({ loss }) => Number.isFinite(loss)).length;
        expect(above.length).toBeGreaterThanOrEqual(Math.min(alive, Math.floor(results.length / 3)));
      }
    }
    expect(promoted).toBeGreaterThan(100);
  });
});

it("promotes from the highest rung first (Algorithm 2)", () => {
  const strategy = make({});
  const events: TrialEvent[] = [];
  const tell = (event: TrialEvent): void => {
    events.push(event);
    strategy.tell(event);
  };
  for (let trial = 0; trial < 12; trial++) {
    const configuration = space.defaults();
    tell({ type: "started", trial, configuration, budget: 1, placement: { bracket: 0, rung: 0 }, time: 0 });
  }
  const reach = (trial: number, at: number): void =>
    tell({ type: "reached", trial, budget: at, losses: [trial], time: 0 });
  for (let trial = 0; trial < 9; trial++) reach(trial, 1);
  for (let trial = 0; trial < 3; trial++) {
    expect(strategy.ask()).toMatchObject({
      type: "promote",
      trial,
      budget: 3,
      placement: { bracket: 0, rung: 1 },
    });
    tell({ type: "promoted", trial, budget: 3, time: 0 });
  }
  for (let trial = 0; trial < 3; trial++) reach(trial, 3);
  for (let trial = 9; trial < 12; trial++) reach(trial, 1);
  // Trial 3 may go on from the first rung, but trial 0 from the second comes first.
  expect(strategy.ask()).toMatchObject({ type: "promote", trial: 0, budget: 9 });
  tell({ type: "promoted", trial: 0, budget: 9, time: 0 });
  expect(strategy.ask()).toMatchObject({ type: "promote", trial: 3, budget: 3 });
});

describe.each([1, 2])("stopping with %i brackets", (brackets) => {
  it("stops a trial at once unless it is among the best ⌈n/η⌉ when it gets there", () => {
    const decided = { stopped: 0, went: 0 };
    for (let seed = 0; seed < 20; seed++) {
      const rungs = new Rungs();
      simulate(make({ type: "stopping", brackets }, 60, seed), {
        space,
        seed,
        parallel: 1 + (seed % 8),
        max: 9,
        fails: 0.1,
        observe: (events, _, stops) => {
          const event = events.at(-1)!;
          rungs.see(event);
          if (event.type !== "reached" || event.budget === 9) return;
          const { rank, n } = rungs.standing(event.trial);
          const stays = rank < Math.ceil(n / 3);
          expect(stops.includes(event.trial)).toBe(!stays);
          decided[stays ? "went" : "stopped"]++;
        },
      });
    }
    expect(decided.stopped).toBeGreaterThan(100);
    expect(decided.went).toBeGreaterThan(100);
  });

  it("never makes a worker wait before all configurations are started", () => {
    const { waits } = simulate(make({ type: "stopping", brackets }), { space, seed: 1, parallel: 8, max: 9 });
    expect(waits.every((started) => started === 60)).toBe(true);
  });
});

it("shares configurations among brackets as Hyperband's sizes do", () => {
  const { events } = simulate(make({ brackets: 3 }, 150), { space, seed: 1, parallel: 4, max: 9 });
  const counts = [0, 0, 0];
  for (const event of events) if (event.type === "started") counts[event.placement!.bracket]!++;
  // 9, 3 and 3 for R = 9, η = 3.
  expect(counts).toEqual([90, 30, 30]);
  const first = events.filter((event) => event.type === "started" && event.placement!.bracket === 2);
  expect(first.every((event) => "budget" in event && event.budget === 9)).toBe(true);
});

it("counts a script that ended early at the next rung when its turn comes, without promoting it", () => {
  const strategy = make({}, 9);
  for (let trial = 0; trial < 9; trial++) {
    const configuration = space.defaults();
    strategy.tell({
      type: "started",
      trial,
      configuration,
      budget: 1,
      placement: { bracket: 0, rung: 0 },
      time: 0,
    });
  }
  strategy.tell({ type: "finished", trial: 0, state: "complete", budget: 0.5, losses: [0], time: 0 });
  for (let trial = 1; trial < 9; trial++) {
    strategy.tell({ type: "reached", trial, budget: 1, losses: [trial], time: 0 });
  }
  for (const trial of [1, 2]) {
    expect(strategy.ask()).toMatchObject({ type: "promote", trial, budget: 3 });
    strategy.tell({ type: "promoted", trial, budget: 3, time: 0 });
  }
  expect(strategy.ask()).toEqual({ type: "wait" });
  strategy.tell({ type: "reached", trial: 1, budget: 3, losses: [1], time: 0 });
  strategy.tell({ type: "reached", trial: 2, budget: 3, losses: [2], time: 0 });
  // Of the three results at the second rung the best is the finished one: nobody else goes to the top.
  expect(strategy.ask()).toEqual({ type: "done" });
  expect([...strategy.stops()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it("decides as fast with 20,000 trials as a study needs", () => {
  const strategy = make({}, 20_000);
  for (let trial = 0; trial < 20_000; trial++) {
    const ask = strategy.ask();
    if (ask.type === "run") {
      const { configuration, placement } = ask;
      strategy.tell({ type: "started", trial, configuration, budget: 1, placement: placement!, time: 0 });
      strategy.tell({ type: "reached", trial, budget: 1, losses: [Math.sin(trial)], time: 0 });
    } else if (ask.type === "promote") {
      strategy.tell({
        type: "promoted",
        trial: ask.trial,
        budget: ask.budget,
        placement: ask.placement!,
        time: 0,
      });
      strategy.tell({
        type: "reached",
        trial: ask.trial,
        budget: ask.budget,
        losses: [Math.sin(ask.trial)],
        time: 0,
      });
    }
  }
  expect(strategy.ask().type).not.toBe("done");
});
