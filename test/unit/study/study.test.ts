import { describe, expect, test } from "vitest";
import type { BudgetMode } from "../../../src/protocol/definition.ts";
import { TuningForkError } from "../../../src/protocol/errors.ts";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import type { Convergence } from "../../../src/strategies/strategy.ts";
import { Study } from "../../../src/study/study.ts";
import type { StudyInput } from "../../../src/study/studyInput.ts";
import type { RunSpec } from "../../../src/trials/executor.ts";
import { MemoryStore } from "../../fixtures/memoryStore.ts";
import { type Script, VirtualExecutor } from "../../fixtures/virtualExecutor.ts";
import { VirtualClock } from "../../fixtures/virtualTime.ts";

const spec: SpaceSpec = { parameters: { x: { type: "float", low: 0, high: 1 } } };

interface Options extends Partial<Omit<StudyInput, "budget">> {
  readonly strategy?: never;
  readonly use?: string;
  readonly options?: Record<string, unknown>;
  readonly trials?: number;
  readonly convergence?: Convergence;
  readonly mode?: BudgetMode;
  readonly max?: number;
  readonly min?: number;
  readonly script?: (x: number, budget: number, run: RunSpec) => Script;
  readonly memory?: MemoryStore;
  readonly noticed?: (text: string) => void;
  readonly progress?: string;
}

/** Prints one loss an epoch: x + 1/epoch, a second each. */
const training = (x: number, epochs: number): Script => ({
  lines: Array.from(
    { length: epochs },
    (_, i) => [1000, `epoch ${i + 1}/${epochs} loss=${x + 1 / (i + 1)}`] as const,
  ),
});

function make(options: Options = {}) {
  const { use = "random", trials, mode = "pause", max, min = 1, memory, script = training } = options;
  const clock = new VirtualClock();
  const store = memory ?? new MemoryStore(options.objectives?.map(({ goal }) => goal));
  const executor = new VirtualExecutor(clock, (run) =>
    script(Number(run.env.X), Number(run.env.BUDGET), run),
  );
  const strategy = createStrategy(use, {
    space: new Space(spec),
    seed: 7,
    options: options.options ?? {},
    budget: max === undefined ? undefined : { min, max, eta: 3 },
    objectives: options.objectives?.length ?? 1,
    convergence: options.convergence,
    trials: trials ?? (max === undefined ? 5 : undefined),
  });
  for (const event of store.log) strategy.tell(event);
  const blocked: (string | undefined)[] = [];
  const study = new Study({
    store,
    strategy,
    executor,
    clock,
    space: spec,
    objectives: [{ metric: "loss", goal: "minimize" }],
    limits: [],
    budget: max === undefined ? undefined : { mode, max, progress: options.progress },
    parallel: 1,
    time: undefined,
    score: undefined,
    spec: ({ trial, configuration, budget }) => ({
      mark: `memory#${trial}`,
      command: ["pretend"],
      cwd: "/",
      env: {
        X: String(configuration.x),
        BUDGET: String(mode === "pause" || mode === "stop" ? (max ?? 3) : budget || 3),
      },
      timeout: undefined,
      logPath: "",
    }),
    heard: () => {},
    blocked: (error) => blocked.push(error?.message),
    ...options,
  } as StudyInput);
  return { clock, store, executor, study, blocked };
}

const states = (store: MemoryStore): string[] => store.history.trials.map((trial) => trial.state);

test("runs as many configurations as asked and takes the last value of each", async () => {
  const { clock, store, study } = make({ trials: 4 });
  expect(await clock.run(study.run())).toBe("done");
  expect(states(store)).toEqual(["complete", "complete", "complete", "complete"]);
  for (const trial of store.history.trials) {
    expect(trial.values?.[0]).toBeCloseTo(Number(trial.configuration.x) + 1 / 3, 12);
    expect(trial.reports).toHaveLength(3);
  }
});

test("runs as many at once as asked, never more", async () => {
  const { clock, executor, study } = make({ trials: 9, parallel: 4 });
  await clock.run(study.run());
  expect(executor.most).toBe(4);
  expect(executor.started).toHaveLength(9);
});

test("pause trains no epoch twice, restart trains the lower rungs again", async () => {
  const epochs = async (mode: BudgetMode): Promise<{ trained: number; needed: number; rungs: number }> => {
    const { clock, executor, store, study } = make({ use: "hyperband", mode, max: 27, parallel: 2 });
    expect(await clock.run(study.run())).toBe("done");
    const trained = [...executor.printed.values()].reduce((sum, lines) => sum + lines, 0);
    const needed = store.history.trials.reduce((sum, trial) => sum + trial.budget, 0);
    const rungs = store.log.reduce((sum, event) => sum + (event.type === "reached" ? event.budget : 0), 0);
    return { trained, needed, rungs };
  };
  const pause = await epochs("pause");
  expect(pause.trained).toBe(pause.needed);
  const restart = await epochs("restart");
  expect(restart.needed).toBe(pause.needed);
  // From the start at every rung: 4 brackets, 27·1 + 9·3 + 3·9 + 1·27 and so on.
  expect(restart.trained).toBe(restart.rungs);
  expect(restart.trained).toBeGreaterThan(pause.trained);
});

test.each(["pause", "stop", "restart", "resume"] as const)(
  "hyperband in %s mode keeps the best of each rung",
  async (mode) => {
    const { clock, store, study } = make({ use: "hyperband", mode, max: 9, parallel: 3 });
    expect(await clock.run(study.run())).toBe("done");
    const full = store.history.trials.filter((trial) => trial.state === "complete");
    expect(full.length).toBeGreaterThan(0);
    for (const trial of store.history.trials) expect(["complete", "stopped"]).toContain(trial.state);
    // The first bracket: 9 configurations at 1, 3 at 3, 1 at 9.
    const first = store.history.trials.filter((trial) => trial.placement?.bracket === 0);
    const best = first.toSorted((a, b) => Number(a.configuration.x) - Number(b.configuration.x))[0]!;
    expect(best.state).toBe("complete");
  },
);

test.each([
  ["random", undefined],
  ["hyperband", 9],
])("%s ends when it has converged, and leaves nothing behind", async (use, max) => {
  const convergence = { patience: 4 };
  const { clock, store, study } = make({ use, trials: 60, convergence, parallel: 2, ...(max && { max }) });
  expect(await clock.run(study.run())).toBe("converged");
  const { trials } = store.history;
  expect(trials.length).toBeLessThan(60);
  for (const { state } of trials) expect(["complete", "stopped"]).toContain(state);
});

test("asynchronous halving by stopping ends processes that run on", async () => {
  const { clock, store, executor, study } = make({
    use: "asha",
    options: { type: "stopping" },
    mode: "stop",
    max: 9,
    trials: 12,
    parallel: 3,
  });
  expect(await clock.run(study.run())).toBe("done");
  expect(states(store)).toContain("stopped");
  expect(states(store)).toContain("complete");
  expect(executor.running).toBe(0);
});

test.each([
  ["NaN", { lines: [[1, "loss=NaN"]], exit: "hang" }, "loss was NaN at 1"],
  ["infinity", { lines: [[1, "loss=inf"]], exit: "hang" }, "loss was Infinity at 1"],
  ["no metric", { lines: [[1, "accuracy=0.5"]] }, "the script ended without printing loss"],
  [
    "a crash",
    {
      lines: [
        [1, "loss=1"],
        [1, "RuntimeError: CUDA out of memory"],
      ],
      exit: { type: "exited", code: 1 },
    },
    "crashed: RuntimeError: CUDA out of memory",
  ],
  ["a hang", { lines: [[1, "loss=1"]], exit: { type: "timeout" } }, "ran longer than its time limit"],
  ["a kill", { lines: [], exit: { type: "signalled", signal: "SIGKILL" } }, "killed by SIGKILL"],
] as const)("%s is a failed trial with its reason, and the study goes on", async (_, broken, reason) => {
  let runs = 0;
  const script = (x: number, budget: number): Script =>
    runs++ === 1 ? (broken as Script) : training(x, budget);
  const { clock, store, executor, study } = make({ trials: 4, script });
  expect(await clock.run(study.run())).toBe("done");
  expect(states(store)).toEqual(["complete", "failed", "complete", "complete"]);
  expect(store.history.trials[1]!.reason).toBe(reason);
  expect(executor.running).toBe(0);
});

test("what cannot be started at all ends the study with the reason", async () => {
  const script = (): Script => ({
    lines: [],
    exit: { type: "unstartable", message: "python9 was not found" },
  });
  const { clock, study } = make({ trials: 4, script });
  await expect(clock.run(study.run())).rejects.toThrow("python9 was not found");
});

test("a stopped study goes on where it stood: the same decisions as in one go", async () => {
  const whole = make({ use: "hyperband", max: 9 });
  await whole.clock.run(whole.study.run());

  const first = make({ use: "hyperband", max: 9 });
  first.clock.after(7_500, () => first.study.stop());
  expect(await first.clock.run(first.study.run())).toBe("stopped");
  expect(first.executor.running).toBe(0);
  expect(first.store.history.trials.length).toBeLessThan(whole.store.history.trials.length);

  const second = make({ use: "hyperband", max: 9, memory: first.store });
  expect(await second.clock.run(second.study.run())).toBe("done");
  const decisions = (store: MemoryStore) =>
    store.history.trials.map(({ configuration, state, values }) => ({ configuration, state, values }));
  expect(decisions(second.store)).toEqual(decisions(whole.store));
});

test("time and score end a study", async () => {
  const byTime = make({ trials: 100, time: 10 });
  expect(await byTime.clock.run(byTime.study.run())).toBe("time");
  expect(byTime.store.history.trials.length).toBeLessThan(5);
  const byScore = make({ trials: 100, score: 0.6 });
  expect(await byScore.clock.run(byScore.study.run())).toBe("score");
  expect(byScore.store.history.trials.at(-1)!.values![0]).toBeLessThanOrEqual(0.6);
});

test("a trial stopped by hand keeps its last score", async () => {
  const { clock, store, study } = make({ trials: 2 });
  clock.after(1_500, () => study.stopTrial(0));
  await clock.run(study.run());
  expect(states(store)).toEqual(["stopped", "complete"]);
  expect(store.history.trials[0]!.values![0]).toBeCloseTo(
    Number(store.history.trials[0]!.configuration.x) + 1,
    12,
  );
  expect(() => study.stopTrial(0)).toThrow(TuningForkError);
});

test("an enqueued configuration runs before the strategy's own", async () => {
  const { clock, store, study } = make({ trials: 3 });
  store.enqueue({ x: 0.125 });
  await clock.run(study.run());
  expect(store.history.trials[0]).toMatchObject({ state: "complete", configuration: { x: 0.125 } });
});

test("says once what its strategy wants people to know", async () => {
  const texts: string[] = [];
  const noticed = (text: string) => void texts.push(text);
  const { clock, study } = make({ trials: 4, use: "hypergradient", noticed });
  expect(await clock.run(study.run())).toBe("done");
  expect(texts).toEqual([expect.stringContaining('such as "hypergradient x=-0.12"')]);
});

test.each([
  ["epoch", []],
  ["fold", [expect.stringContaining('has not printed "fold"')]],
])("says that the script does not print how far it is: progress %s", async (progress, wanted) => {
  const texts: string[] = [];
  const noticed = (text: string) => void texts.push(text);
  const { clock, study } = make({ trials: 2, max: 3, mode: "stop", progress, noticed });
  expect(await clock.run(study.run())).toBe("done");
  expect(texts).toEqual(wanted);
});

test("a journal that cannot be written holds new trials back until it can", async () => {
  const { clock, store, study, blocked, executor } = make({ trials: 6 });
  clock.after(4_000, () => {
    store.failing = new TuningForkError("cannot-write", "no space left");
  });
  let startedMeanwhile = 0;
  clock.after(60_000, () => {
    startedMeanwhile = executor.started.length;
    store.failing = undefined;
  });
  expect(await clock.run(study.run())).toBe("done");
  expect(blocked).toEqual(["no space left", undefined]);
  expect(startedMeanwhile).toBeLessThanOrEqual(2);
  expect(states(store)).toEqual(Array.from({ length: 6 }, () => "complete"));
});

test("maximising turns losses, not scores", async () => {
  const { clock, store, study } = make({ trials: 2, objectives: [{ metric: "loss", goal: "maximize" }] });
  await clock.run(study.run());
  for (const event of store.log) if (event.type === "finished") expect(event.losses[0]).toBeLessThan(0);
  for (const trial of store.history.trials) expect(trial.values![0]).toBeGreaterThan(0);
});

test("a script that prints every batch fills the journal with one report an epoch", async () => {
  const script = (x: number): Script => ({
    lines: Array.from(
      { length: 100 },
      (_, i) => [10, `epoch ${Math.floor(i / 50) + 1}/2 ${(i % 50) + 1}/50 loss=${x + 1 / (i + 1)}`] as const,
    ),
  });
  const { clock, store, study } = make({ trials: 1, script });
  await clock.run(study.run());
  expect(store.history.trials[0]!.reports.length).toBeLessThanOrEqual(3);
  expect(store.history.trials[0]!.values![0]).toBeCloseTo(
    Number(store.history.trials[0]!.configuration.x) + 0.01,
    12,
  );
});

describe("several objectives", () => {
  const objectives = [
    { metric: "loss", goal: "minimize" },
    { metric: "accuracy", goal: "maximize" },
  ] as const;
  /** Loss and accuracy an epoch, on two lines. */
  const both = (x: number, epochs: number): Script => ({
    lines: Array.from({ length: epochs }, (_, i) => [
      [500, `epoch ${i + 1}/${epochs} loss=${x + 1 / (i + 1)}`] as const,
      [500, `accuracy=${x - 1 / (i + 1)}`] as const,
    ]).flat(),
  });

  test("every report and result has them all, as losses", async () => {
    const { clock, store, study } = make({ trials: 2, objectives, script: both });
    expect(await clock.run(study.run())).toBe("done");
    for (const { values, configuration, reports } of store.history.trials) {
      const x = Number(configuration.x);
      expect(values).toEqual([x + 1 / 3, x - 1 / 3]);
      expect(reports.map((report) => report.values)).toEqual([1, 2, 3].map((i) => [x + 1 / i, x - 1 / i]));
    }
    const finished = store.log.filter((event) => event.type === "finished");
    expect(finished.map(({ losses }) => losses[1])).toEqual(
      store.history.trials.map(({ values }) => -values![1]!),
    );
  });

  test("a trial that lacks one of them fails and says which", async () => {
    const { clock, store, study } = make({ trials: 1, objectives });
    await clock.run(study.run());
    expect(store.history.trials[0]).toMatchObject({
      state: "failed",
      reason: "the script ended without printing accuracy",
    });
  });

  test("one that is stopped by hand keeps its last values", async () => {
    const { clock, store, study } = make({ trials: 1, objectives, script: both });
    const run = study.run();
    clock.after(2200, () => study.stopTrial(0));
    await clock.run(run);
    const { state, values, configuration } = store.history.trials[0]!;
    const x = Number(configuration.x);
    expect([state, values]).toEqual(["stopped", [x + 1 / 2, x - 1 / 2]]);
  });
});

describe("limits", () => {
  const limits = [{ metric: "memory", max: 0.5 }];
  /** Uses as much memory as x is large. */
  const hungry = (x: number, epochs: number): Script => ({
    lines: [[100, `memory=${x}`] as const, ...training(x, epochs).lines],
  });

  test("are told as shares of their bounds, with every result", async () => {
    const { clock, store, study } = make({ trials: 6, limits, script: hungry });
    expect(await clock.run(study.run())).toBe("done");
    for (const { configuration, constraints } of store.history.trials) {
      expect(constraints).toEqual([(Number(configuration.x) - 0.5) / 0.5]);
    }
    expect(store.history.trials.some(({ constraints }) => constraints![0]! > 0)).toBe(true);
    expect(store.history.trials.some(({ constraints }) => constraints![0]! <= 0)).toBe(true);
  });

  test("of a metric that is not printed make a trial fail", async () => {
    const { clock, store, study } = make({ trials: 1, limits });
    await clock.run(study.run());
    expect(store.history.trials[0]!.reason).toBe("the script ended without printing memory");
  });

  test("must be kept for a score to end the study", async () => {
    const all = { trials: 9, limits: [{ metric: "memory", max: -1 }], score: 5, script: hungry };
    const broken = make(all);
    expect(await broken.clock.run(broken.study.run())).toBe("done");
    const kept = make({ ...all, limits });
    expect(await kept.clock.run(kept.study.run())).toBe("score");
  });

  test("of a trial that is stopped by hand are those of what it printed last", async () => {
    const { clock, store, study } = make({ trials: 1, limits, script: hungry });
    const run = study.run();
    clock.after(2200, () => study.stopTrial(0));
    await clock.run(run);
    const { state, constraints, configuration } = store.history.trials[0]!;
    expect([state, constraints]).toEqual(["stopped", [(Number(configuration.x) - 0.5) / 0.5]]);
  });
});

describe("hypergradients", () => {
  const script = (x: number): Script => ({
    lines: [
      [1000, "hypergradient x=7 y=3"],
      [1000, `epoch 1 loss=${x}`],
      [1000, "hypergradient x=-0.5"],
      [1000, "epoch 2 loss=0.25"],
      [1000, "hypergradients: {'x': 0.125}"],
    ],
  });

  test("are the last that the script has told of its parameters, with the sign of the loss", async () => {
    const objectives = [{ metric: "loss", goal: "maximize" }] as const;
    const { clock, store, study } = make({ trials: 1, script, objectives });
    await clock.run(study.run());
    expect(store.history.trials[0]).toMatchObject({ values: [0.25], hypergradients: { x: 0.125 } });
    expect(store.log.at(-1)).toMatchObject({ losses: [-0.25], hypergradients: { x: -0.125 } });
  });

  test("are kept where a rung is reached, and where a trial is stopped at one", async () => {
    const { clock, store, study } = make({ trials: 3, script, use: "successive-halving", max: 3 });
    await clock.run(study.run());
    const told = store.log.flatMap((event) =>
      "hypergradients" in event ? [[event.type, event.hypergradients]] : [],
    );
    expect(told.slice(0, 3)).toEqual(Array(3).fill(["reached", { x: 7 }]));
    expect(told.filter(([type]) => type === "finished")).toEqual([
      ["finished", { x: 7 }],
      ["finished", { x: 7 }],
      ["finished", { x: 0.125 }],
    ]);
  });

  test("that are no numbers are none", async () => {
    const lines = [[1000, "hypergradient x=nan"] as const, [1000, "loss=0.25"] as const];
    const { clock, store, study } = make({ trials: 1, script: () => ({ lines }) });
    await clock.run(study.run());
    expect(store.log.at(-1)).not.toHaveProperty("hypergradients");
  });
});
