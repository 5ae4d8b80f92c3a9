import { expect, test } from "vitest";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import { Study } from "../../../src/study/study.ts";
import { MemoryCheckpoints } from "../../fixtures/memoryCheckpoints.ts";
import { MemoryStore } from "../../fixtures/memoryStore.ts";
import { VirtualExecutor } from "../../fixtures/virtualExecutor.ts";
import { VirtualClock } from "../../fixtures/virtualTime.ts";

const spec: SpaceSpec = { parameters: { x: { type: "float", low: 0, high: 1 } } };
const MAX = 12;

interface Begun {
  readonly trial: number;
  /** What was in its folder, and how far it was to go. */
  readonly at: number;
  readonly budget: number;
}

/** A population of scripts that keep the epoch they got to; each writes its folder again and again while it runs. */
function make({
  parallel = 3,
  store = new MemoryStore(),
  checkpoints = new MemoryCheckpoints(),
  seed = 1,
} = {}) {
  const clock = new VirtualClock();
  checkpoints.clock = clock;
  const begun: Begun[] = [];
  const executor = new VirtualExecutor(clock, ({ mark, env }) => {
    const trial = Number(mark.split("#")[1]);
    const [x, budget] = [Number(env.X), Number(env.BUDGET)];
    const at = checkpoints.own.get(trial) ?? 0;
    begun.push({ trial, at, budget });
    // An epoch takes as long as it pleases: some members are ahead of others.
    const epochs = Array.from({ length: budget - at }, (_, i) => at + i + 1);
    const lines = epochs.map((epoch) => {
      const line: [number, string] = [500 + 1000 * ((trial * 7 + epoch * 3) % 5), ""];
      return Object.defineProperty(line, 1, {
        get() {
          checkpoints.own.set(trial, epoch);
          return `epoch ${epoch}/${MAX} loss=${x + 1 / epoch}`;
        },
      });
    });
    return { lines };
  });
  const strategy = createStrategy("pbt", {
    space: new Space(spec),
    seed,
    options: { population: 6, interval: 2, quantile: 0.34 },
    budget: { min: 1, max: MAX, eta: 3 },
    trials: undefined,
  });
  for (const event of store.log) strategy.tell(event);
  const study = new Study({
    store,
    strategy,
    executor,
    clock,
    space: spec,
    objectives: [{ metric: "loss", goal: "minimize" }],
    limits: [],
    budget: { mode: "resume", max: MAX, progress: undefined },
    parallel,
    time: undefined,
    score: undefined,
    checkpoints,
    spec: ({ trial, configuration, budget }) => ({
      mark: `memory#${trial}`,
      command: ["pretend"],
      cwd: "/",
      env: { X: String(configuration.x), BUDGET: String(budget) },
      timeout: undefined,
      logPath: "",
    }),
    heard: () => {},
    blocked: () => {},
  });
  return { clock, store, study, strategy, checkpoints, begun };
}

test.each([1, 2, 3, 6])(
  "a copy begins with what its donor had when it was ranked, %i at once",
  async (parallel) => {
    for (let seed = 1; seed <= 5; seed++) {
      const { clock, store, study, begun, checkpoints } = make({ parallel, seed });
      expect(await clock.run(study.run())).toBe("done");
      const copies = store.history.trials.filter(({ from }) => from !== undefined);
      expect(copies.length).toBeGreaterThan(2);
      for (const { number, from } of copies) {
        expect(begun.find(({ trial }) => trial === number)!.at).toBe(from!.budget);
      }
      // One a member at most, and none when all have ended.
      expect(checkpoints.most).toBeLessThanOrEqual(6);
      expect(checkpoints.kept.size).toBe(0);
      for (const { state, reason } of store.history.trials) {
        if (state === "stopped") expect(reason).toMatch(/^replaced by a copy of #\d+$/);
        else expect(state).toBe("complete");
      }
    }
  },
);

test("no epoch is trained twice", async () => {
  const { clock, study, begun } = make();
  await clock.run(study.run());
  for (const { at, budget, trial } of begun) {
    const before = begun.filter((other) => other.trial === trial && other.budget <= at);
    expect(before.every((other) => other.budget === at || other.at < at)).toBe(true);
    expect(budget - at).toBeLessThanOrEqual(2);
  }
});

test("a study that is stopped and resumed again and again copies the same checkpoints", async () => {
  const [store, checkpoints] = [new MemoryStore(), new MemoryCheckpoints()];
  let end: string | undefined;
  let rounds = 0;
  for (; end !== "done" && rounds < 60; rounds++) {
    const { clock, study, begun } = make({ store, checkpoints });
    const known = new Set(store.history.trials.map(({ number }) => number));
    // Never at the same moment of a round; during copies too.
    clock.after(700 + 613 * rounds, () => study.stop());
    end = await clock.run(study.run());
    for (const { number, from } of store.history.trials) {
      const first = begun.find(({ trial }) => trial === number);
      if (from && first && !known.has(number)) expect(first.at).toBe(from.budget);
    }
  }
  expect(end).toBe("done");
  expect(rounds).toBeGreaterThan(4);
  expect(store.history.trials.some(({ from }) => from !== undefined)).toBe(true);
  expect(store.history.trials.every(({ state }) => state === "complete" || state === "stopped")).toBe(true);
});

test("a copy whose source is gone fails with the reason, and the study goes on", async () => {
  const { clock, store, study, checkpoints } = make();
  const give = checkpoints.give.bind(checkpoints);
  let isDeleted = false;
  checkpoints.give = async (trial, from, isResting) => {
    if (!isDeleted) {
      checkpoints.own.delete(from.trial);
      checkpoints.kept.clear();
      isDeleted = true;
    }
    return give(trial, from, isResting);
  };
  expect(await clock.run(study.run())).toBe("done");
  const failed = store.history.trials.filter(({ state }) => state === "failed");
  expect(failed.length).toBeGreaterThan(0);
  for (const { reason } of failed) expect(reason).toBe("There is no checkpoint.");
  expect(store.history.trials.filter(({ state }) => state === "complete").length).toBeGreaterThan(0);
});

test("where a checkpoint cannot be written the copy fails with that reason, and the others train on", async () => {
  const { clock, store, study, checkpoints } = make();
  checkpoints.failing = new Error("The checkpoint cannot be copied: the disk is full (ENOSPC).");
  expect(await clock.run(study.run())).toBe("done");
  const failed = store.history.trials.filter(({ state }) => state === "failed");
  expect(failed.length).toBeGreaterThan(0);
  for (const { reason } of failed) expect(reason).toMatch(/disk is full/);
  expect(store.history.trials.filter(({ state }) => state === "complete").length).toBeGreaterThan(0);
});

test("a copy that is stopped by hand while its checkpoint is copied does not start", async () => {
  const { clock, store, study, checkpoints, begun } = make();
  const give = checkpoints.give.bind(checkpoints);
  let stopped: number | undefined;
  checkpoints.give = async (trial, from, isResting) => {
    const fault = await give(trial, from, isResting);
    if (stopped === undefined) {
      stopped = trial;
      study.stopTrial(trial);
    }
    return fault;
  };
  expect(await clock.run(study.run())).toBe("done");
  expect(store.history.trials[stopped!]).toMatchObject({ state: "failed", reason: "stopped by hand" });
  expect(begun.some(({ trial }) => trial === stopped)).toBe(false);
});

test("a script that was killed after its last epoch, and has nothing to do when it runs again, has its score", async () => {
  const { clock, store, study, checkpoints } = make({ parallel: 1 });
  clock.after(1, () => study.stop());
  expect(await clock.run(study.run())).toBe("stopped");
  // The first trial had told its second epoch and kept it; the end of its process was not heard of.
  store.record({ type: "reported", trial: 0, budget: 2, losses: [0.5], time: 1 });
  checkpoints.own.set(0, 2);
  const again = make({ parallel: 1, store, checkpoints });
  expect(await again.clock.run(again.study.run())).toBe("done");
  expect(store.log.find((event) => event.type === "reached" && event.trial === 0)).toMatchObject({
    losses: [0.5],
  });
});

test("a script that keeps no checkpoints ends the study with what it has to do", async () => {
  const { clock, store, study, checkpoints } = make();
  checkpoints.own.set = () => checkpoints.own;
  await expect(clock.run(study.run())).rejects.toThrow(
    expect.objectContaining({
      code: "bad-definition",
      next: expect.stringMatching(/TUNING_FORK_CHECKPOINT/),
    }),
  );
  expect(store.history.trials.filter(({ state }) => state === "failed")).toEqual([]);
  expect(study.running).toBe(0);
});
