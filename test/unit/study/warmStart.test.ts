import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Definition } from "../../../src/protocol/definition.ts";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { Space } from "../../../src/space/space.ts";
import type { StudyStore } from "../../../src/store/store.ts";
import { openStore } from "../../../src/store/studyStore.ts";
import { missing, readEarlier, takenOver, takeOver } from "../../../src/study/warmStart.ts";

const before: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-4, high: 1, scale: "log" },
    gone: { type: "int", low: 1, high: 9 },
  },
};
const after: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-4, high: 0.1, scale: "log" },
    fresh: { type: "float", low: 0, high: 1, default: 0.25 },
  },
};
const objectives = [{ metric: "accuracy", goal: "maximize" }] as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tuning-fork-warm-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openNew = (name: string): Promise<StudyStore> =>
  openStore(join(folder, `${name}.log`), {
    create: { name, goals: ["maximize"], metricNames: ["accuracy"] },
  });

/** An earlier study: complete at 27, stopped at 3, complete outside the new range, failed, complete. */
async function earlierStudy(): Promise<void> {
  const store = await openNew("old");
  const lrs = [0.01, 0.02, 0.5, 0.03, 0.05];
  for (const [i, lr] of lrs.entries()) {
    const start = { configuration: { lr, gone: 3 }, budget: 27, note: null, time: i };
    const trial = await store.startTrial({ ...start, space: before, placement: undefined });
    const time = i + 1;
    if (i === 3) store.record({ type: "failed", trial, reason: "crashed", time });
    else if (i === 1) {
      store.record({ type: "finished", trial, state: "stopped", budget: 3, losses: [-0.5], time });
    } else store.record({ type: "finished", trial, state: "complete", budget: 27, losses: [-lr], time });
  }
  await store.close();
}

const definition = (warmStart: readonly string[]) =>
  ({
    definition: { budget: { min: 1, max: 27, mode: "pause" }, warmStart } as unknown as Definition,
    definitionPath: join(folder, "new.tune.json"),
    scriptPath: join(folder, "train.py"),
    study: "new",
  }) as const;

test("complete trials at the full budget are taken over, in the new space's words", async () => {
  await earlierStudy();
  const space = new Space(after);
  const earlier = await readEarlier(definition(["old.log"]), space, objectives);
  expect(earlier.map(({ trial, configuration, values }) => ({ trial, configuration, values }))).toEqual([
    { trial: 0, configuration: { lr: 0.01, fresh: 0.25 }, values: [0.01] },
    { trial: 4, configuration: { lr: 0.05, fresh: 0.25 }, values: [0.05] },
  ]);
  expect(await readEarlier(definition(["old.log#old"]), space, objectives)).toHaveLength(2);
  await expect(readEarlier(definition(["old.log#other"]), space, objectives)).rejects.toThrow(
    'warmStart names "old.log#other", which cannot be read: old.log holds only old',
  );
});

test("they are recorded before they are told, and a study that was killed meanwhile goes on with the rest", async () => {
  await earlierStudy();
  const space = new Space(after);
  const earlier = await readEarlier(definition(["old.log"]), space, objectives);
  const store = await openNew("new");
  const heard: TrialEvent[] = [];
  const tell = (event: TrialEvent): void => {
    expect(store.history.trials[event.trial]?.state).toBe(event.type === "started" ? "running" : "complete");
    heard.push(event);
  };
  const input = { store, space, objectives, budget: 27, now: () => 100, tell };
  await takeOver(earlier.slice(0, 1), input);
  expect(missing(store.history, earlier)).toEqual(earlier.slice(1));
  await takeOver(missing(store.history, earlier), input);
  expect(takenOver(store.history)).toBe(2);
  expect(missing(store.history, earlier)).toEqual([]);
  expect(heard.map(({ type }) => type)).toEqual(["started", "finished", "started", "finished"]);
  expect(heard[3]).toMatchObject({ losses: [-0.05], budget: 27 });
  await store.close();

  const replayed: TrialEvent[] = [];
  const reopened = await openStore(join(folder, "new.log"), {
    listener: (event) => void replayed.push(event),
  });
  expect(takenOver(reopened.history)).toBe(2);
  expect(replayed.map(({ type, trial }) => [type, trial])).toEqual(
    heard.map(({ type, trial }) => [type, trial]),
  );
  await reopened.close();
});
