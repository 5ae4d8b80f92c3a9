import { expect, test } from "vitest";
import type { SpaceSpec } from "../../src/protocol/space.ts";
import type { TrialEvent } from "../../src/protocol/trial.ts";
import type { StudyStore, TrialStart } from "../../src/store/store.ts";

export const SPACE: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-5, high: 1, scale: "log" },
    layers: { type: "int", low: 1, high: 9 },
    solver: { type: "categorical", choices: ["sgd", "ädam", null, true, 3] },
    nesterov: { type: "boolean" },
  },
};

export function startOf(index: number, more: Partial<TrialStart> = {}): TrialStart {
  return {
    configuration: { lr: 0.001 * (index + 1), solver: "ädam", nesterov: true },
    space: SPACE,
    budget: 1,
    placement: undefined,
    note: undefined,
    time: 1_000_000 + index,
    ...more,
  };
}

export interface StoreUnderTest {
  /** Opens the one study of this test, with these goals, created when it is not there yet. */
  open(
    goals: readonly ("minimize" | "maximize")[],
    listener?: (event: TrialEvent) => void,
  ): Promise<StudyStore>;
}

/** What every study store does. `make` gives a place with no study in it. */
export function storeContract(name: string, make: () => StoreUnderTest): void {
  test(`${name}: trials are numbered from 0 and are in the history at once`, async () => {
    const store = await make().open(["minimize"]);
    const numbers = await Promise.all([0, 1, 2].map((index) => store.startTrial(startOf(index))));
    expect(numbers).toEqual([0, 1, 2]);
    expect(store.history.trials.map(({ state, started }) => [state, started])).toEqual([
      ["running", 1_000_000],
      ["running", 1_000_001],
      ["running", 1_000_002],
    ]);
    store.record({ type: "reached", trial: 1, budget: 1, losses: [0.5], time: 5 });
    expect(store.history.trials[1]!.state).toBe("paused");
    await store.close();
  });

  test(`${name}: opened again it tells the events that were recorded, in their order`, async () => {
    const place = make();
    const store = await place.open(["maximize"]);
    const first = startOf(0, { placement: { bracket: 2, rung: 0 }, note: { why: "EI 0.1" } });
    await store.startTrial(first);
    await store.startTrial(startOf(1, { from: { trial: 0, budget: 0.5 }, control: "policy" }));
    const events: Exclude<TrialEvent, { type: "started" }>[] = [
      { type: "reported", trial: 0, budget: 1 / 3, losses: [-0.25], time: 11 },
      { type: "reached", trial: 0, budget: 1, losses: [-0.5], time: 12 },
      { type: "failed", trial: 1, reason: "CUDA out of memory", time: 13 },
      { type: "promoted", trial: 0, budget: 3, placement: { bracket: 2, rung: 1 }, time: 14 },
      { type: "reported", trial: 0, budget: 3, losses: [Number.POSITIVE_INFINITY], time: 15 },
      {
        type: "finished",
        trial: 0,
        state: "stopped",
        budget: 3,
        losses: [-0.75],
        reason: "replaced",
        time: 16,
      },
    ];
    for (const event of events) store.record(event);
    const before = structuredClone(store.history.trials);
    await store.close();
    const heard: TrialEvent[] = [];
    const again = await place.open(["maximize"], (event) => heard.push(event));
    const { space: _, ...told } = first;
    const from = { trial: 0, budget: 0.5 };
    const second = {
      configuration: startOf(1).configuration,
      budget: 1,
      from,
      control: "policy",
      time: 1_000_001,
    };
    expect(heard).toEqual([
      { type: "started", trial: 0, ...told },
      { type: "started", trial: 1, ...second },
      ...events,
    ]);
    expect(again.history.trials).toEqual(before);
    expect(again.history.trials[1]!.from).toEqual(from);
    expect(again.history.trials[0]).toMatchObject({
      reason: "replaced",
      values: [0.75],
      budget: 3,
      note: { why: "EI 0.1" },
    });
    await again.close();
  });

  test(`${name}: several objectives`, async () => {
    const place = make();
    const store = await place.open(["minimize", "maximize"]);
    await store.startTrial(startOf(0));
    store.record({ type: "reported", trial: 0, budget: 1, losses: [1, -2], time: 2 });
    store.record({ type: "finished", trial: 0, state: "complete", budget: 1, losses: [1, -3], time: 3 });
    await store.close();
    const heard: TrialEvent[] = [];
    const again = await place.open(["minimize", "maximize"], (event) => heard.push(event));
    expect(again.history.trials[0]!.values).toEqual([1, 3]);
    expect(heard.slice(1)).toMatchObject([{ losses: [1, -2] }, { losses: [1, -3], state: "complete" }]);
    await again.close();
  });

  test(`${name}: constraints are told again with what they belong to`, async () => {
    const place = make();
    const store = await place.open(["minimize"]);
    await store.startTrial(startOf(0));
    const [reached, finished] = [
      [0.5, -1],
      [-0.25, -1],
    ];
    store.record({ type: "reached", trial: 0, budget: 1, losses: [1], constraints: reached, time: 2 });
    store.record({
      type: "finished",
      trial: 0,
      state: "complete",
      budget: 3,
      losses: [1],
      constraints: finished,
      time: 3,
    });
    await store.close();
    const heard: TrialEvent[] = [];
    const again = await place.open(["minimize"], (event) => heard.push(event));
    expect(again.history.trials[0]!.constraints).toEqual(finished);
    expect(heard.slice(1)).toMatchObject([{ constraints: reached }, { constraints: finished }]);
    await again.close();
  });

  test(`${name}: a waiting trial is claimed once`, async () => {
    const place = make();
    const store = await place.open(["minimize"]);
    store.enqueue({ lr: 0.5 });
    await store.synced();
    expect(store.history.trials).toMatchObject([{ state: "waiting", configuration: { lr: 0.5 } }]);
    const start = startOf(0, {
      configuration: { lr: 0.5, layers: 3 },
      placement: { bracket: 0, rung: 0 },
      note: "mine",
    });
    expect(await Promise.all([store.claim(0, start), store.claim(0, start)])).toEqual([true, false]);
    expect(await store.claim(7, start)).toBe(false);
    await store.close();
    const heard: TrialEvent[] = [];
    const again = await place.open(["minimize"], (event) => heard.push(event));
    const { space: _, ...told } = start;
    expect(heard).toEqual([{ type: "started", trial: 0, ...told }]);
    await again.close();
  });

  test(`${name}: attributes`, async () => {
    const place = make();
    const store = await place.open(["minimize"]);
    const definition = { study: "ü", list: [1, Number.NaN], none: null };
    store.setAttribute("tuning_fork:definition", definition);
    store.setAttribute("mine", 1);
    store.setAttribute("mine", 2);
    expect(() => store.setAttribute("mine", null)).toThrow(/"mine" has no value/);
    await store.close();
    const again = await place.open(["minimize"]);
    expect(again.history.attributes).toMatchObject({ "tuning_fork:definition": definition, mine: 2 });
    await again.close();
  });

  test(`${name}: what cannot be recorded is refused and leaves no trace`, async () => {
    const store = await make().open(["minimize"]);
    await expect(store.startTrial(startOf(0, { configuration: { lr: "x" } }))).rejects.toThrow(/"lr"/);
    await expect(store.startTrial(startOf(0, { configuration: { other: 1 } }))).rejects.toThrow(/"other"/);
    await expect(store.startTrial(startOf(0, { budget: -1 }))).rejects.toThrow(/budget/);
    expect(await store.startTrial(startOf(0))).toBe(0);
    expect(() => store.record({ type: "failed", trial: 1, reason: "x", time: 1 })).toThrow(/no trial 1/);
    const wrong = { type: "reported", trial: 0, budget: 1, time: 1 } as const;
    expect(() => store.record({ ...wrong, losses: [Number.NaN] })).toThrow(/NaN/);
    expect(() => store.record({ ...wrong, losses: [] })).toThrow(/1 objectives/);
    expect(store.history.trials[0]!.reports).toEqual([]);
    await store.close();
  });

  test(`${name}: a record after a trial's end is told and not written`, async () => {
    const place = make();
    const store = await place.open(["minimize"]);
    await store.startTrial(startOf(0));
    store.record({ type: "failed", trial: 0, reason: "crash", time: 2 });
    store.record({ type: "reported", trial: 0, budget: 1, losses: [1], time: 3 });
    expect(store.problems).toMatchObject([{ message: expect.stringMatching(/Trial 0 had ended/) }]);
    await store.close();
    const again = await place.open(["minimize"]);
    expect(again.history.trials[0]).toMatchObject({ state: "failed", reason: "crash", reports: [] });
    await again.close();
  });
}
