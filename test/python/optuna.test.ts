/**
 * Journals against Optuna itself. Python is taken from TUNING_FORK_TEST_PYTHON, else python3; without Optuna
 * (and optuna-dashboard) in it these tests fail and say so.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { paretoInsight } from "../../src/insight/pareto.ts";
import { parsePythonJson } from "../../src/journal/pythonJson.ts";
import type { TrialEvent } from "../../src/protocol/trial.ts";
import { random } from "../../src/space/random.ts";
import { readHistory } from "../../src/store/read.ts";
import { repairJournal } from "../../src/store/repair.ts";
import { openStore } from "../../src/store/studyStore.ts";
import { useFolders } from "../unit/store/folders.ts";
import { buildRichStudy, SPACE } from "./richStudy.ts";

const python = process.env.TUNING_FORK_TEST_PYTHON ?? "python3";
const scripts = path.join(import.meta.dirname, "scripts");
const folder = useFolders();
const newPath = () => path.join(folder(), "journal.log");

function run(script: string, ...args: string[]): string {
  // A warning, such as that of a range that its step does not divide, is a failure.
  const command = ["-W", "error::UserWarning", path.join(scripts, script), ...args];
  return execFileSync(python, command, { encoding: "utf8", stdio: "pipe" });
}

interface OptunaTrial {
  readonly number: number;
  readonly id: number;
  readonly state: string;
  readonly params: Record<string, unknown>;
  readonly values: readonly number[] | null;
  readonly intermediate: readonly [number, number][];
  readonly user: Record<string, unknown>;
  readonly system: Record<string, unknown>;
  readonly distributions: Record<string, string>;
  readonly start: string | null;
  readonly complete: string | null;
}

interface OptunaStudy {
  readonly id: number;
  readonly directions: readonly string[];
  readonly metricNames: readonly string[] | null;
  readonly user: Record<string, unknown>;
  readonly best: readonly number[] | null;
  readonly front: readonly number[] | null;
  readonly trials: readonly OptunaTrial[];
}

const describeFile = (file: string) =>
  parsePythonJson(run("describe.py", file)) as Record<string, OptunaStudy>;

beforeAll(() => {
  try {
    execFileSync(python, ["-c", "import optuna, optuna_dashboard"], { stdio: "pipe" });
  } catch (error) {
    throw new Error(
      `${python} lacks optuna or optuna-dashboard: "pip install optuna optuna-dashboard", or set TUNING_FORK_TEST_PYTHON to a Python that has them. ${error}`,
    );
  }
});

const STATES = {
  running: "RUNNING",
  paused: "RUNNING",
  complete: "COMPLETE",
  stopped: "PRUNED",
  failed: "FAIL",
  waiting: "WAITING",
};

describe("a study written here", () => {
  test("is in Optuna what it is here: parameters, states, values, attributes, times", async () => {
    const file = newPath();
    const store = await buildRichStudy(file, "study", ["minimize"]);
    const { history } = store;
    const { study } = describeFile(file);
    expect(study).toMatchObject({
      directions: ["minimize"],
      metricNames: ["metric 0"],
      user: { "tuning_fork:version": 1, "tuning_fork:definition": { lr: Number.NaN, ü: [1, null] } },
    });
    expect(study!.trials.length).toBe(history.trials.length);
    for (const [index, trial] of history.trials.entries()) {
      const theirs = study!.trials[index]!;
      expect(theirs).toMatchObject({
        number: trial.number,
        id: trial.id,
        state: STATES[trial.state],
        params: trial.state === "waiting" ? {} : trial.configuration,
        values: trial.values ?? null,
      });
      const reports = new Map(trial.reports.map(({ budget, value }) => [Math.floor(budget), value]));
      expect(theirs.intermediate).toEqual([...reports].sort(([left], [right]) => left - right));
      const time = (stamp: string | null) => (stamp === null ? undefined : Date.parse(stamp));
      expect(time(theirs.start)).toBe(trial.started);
      expect(time(theirs.complete)).toBe(trial.finished);
    }
    await store.close();
  });

  test("has Optuna's own distributions, attributes and best trial", async () => {
    const file = newPath();
    await (await buildRichStudy(file, "study", ["minimize"])).close();
    const { study } = describeFile(file);
    expect(study!.trials[0]!.distributions).toEqual({
      lr: "FloatDistribution(high=1.0, log=True, low=1e-05, step=None)",
      dropout: "FloatDistribution(high=0.9, log=False, low=0.0, step=0.3)",
      layers: "IntDistribution(high=9, log=False, low=1, step=2)",
      width: "IntDistribution(high=512, log=True, low=8, step=1)",
      solver: "CategoricalDistribution(choices=('sgd', 'ädam', None, True, 3, 0.5))",
      size: "CategoricalDistribution(choices=('s', 'm', 'l'))",
      nesterov: "CategoricalDistribution(choices=(False, True))",
    });
    expect(study!.trials[0]!.user).toEqual({
      "tuning_fork:budget": 9,
      "tuning_fork:placement": [0, 1],
      "tuning_fork:note": { why: "EI NaN", ei: Number.NaN },
      "tuning_fork:reached": { budget: 9, values: [0.25] },
    });
    expect(study!.trials[3]!.user["tuning_fork:reason"]).toBe("CUDA out of memory");
    expect(study!.trials[4]!.system).toEqual({ fixed_params: { lr: 0.5, solver: null } });
    expect(study!.best).toEqual([0.25]);
  });

  test.each([
    ["maximize", ["maximize"]],
    ["two directions", ["minimize", "maximize"]],
    ["three directions", ["maximize", "maximize", "minimize"]],
  ] as const)("%s", async (_, goals) => {
    const file = newPath();
    const store = await buildRichStudy(file, "study", goals);
    const { study } = describeFile(file);
    expect(study!.directions).toEqual(goals);
    expect(study!.trials.map(({ values }) => values)).toEqual(
      store.history.trials.map(({ values }) => values ?? null),
    );
    await store.close();
  });

  test("has its limits in Optuna: what breaks them is not the best trial", async () => {
    const file = newPath();
    const store = await openStore(file, {
      create: { name: "study", goals: ["minimize"], metricNames: ["loss"] },
    });
    const start = { space: SPACE, budget: 0, placement: undefined, note: undefined };
    for (const [trial, loss] of [0.1, 0.5, 0.3].entries()) {
      const time = Date.now();
      await store.startTrial({ ...start, configuration: { lr: 0.1 * (trial + 1) }, time });
      const constraints = [trial === 0 ? 0.28 : -0.5, -1];
      const event = { type: "finished", state: "complete", budget: 0 } as const;
      store.record({ ...event, trial, losses: [loss], constraints, time });
    }
    await store.close();
    const { study } = describeFile(file);
    expect(study!.trials.map(({ system }) => system.constraints)).toEqual([
      [0.28, -1],
      [-0.5, -1],
      [-0.5, -1],
    ]);
    expect(study!.best).toEqual([0.3]);
  });

  test("has the same Pareto front in Optuna, within its limits", async () => {
    const file = newPath();
    const goals = ["minimize", "maximize"] as const;
    const store = await openStore(file, { create: { name: "study", goals, metricNames: ["loss", "speed"] } });
    const start = { space: SPACE, budget: 0, placement: undefined, note: undefined };
    const draws = random(1, 0);
    for (let trial = 0; trial < 40; trial++) {
      const time = Date.now();
      await store.startTrial({ ...start, configuration: { lr: draws.uniform() }, time });
      const losses = [draws.int(20), -draws.int(20)];
      const constraints = [draws.uniform() - 0.7];
      store.record({ type: "finished", state: "complete", budget: 0, trial, losses, constraints, time });
    }
    const { front } = paretoInsight(store.history);
    await store.close();
    expect(front.length).toBeGreaterThan(2);
    expect(describeFile(file).study!.front!.toSorted()).toEqual([...front].sort());
  });

  test("is continued by Optuna, here, and by Optuna again", async () => {
    const file = newPath();
    await (await buildRichStudy(file, "study", ["minimize"])).close();
    run("continue.py", file, "study", "3");
    const heard: TrialEvent[] = [];
    const store = await openStore(file, { listener: (event) => heard.push(event) });
    const before = store.history.trials.length;
    const theirs = store.history.trials.slice(-2);
    for (const trial of theirs) {
      expect(trial.state).toBe("complete");
      expect(trial.configuration).toMatchObject({ lr: expect.any(Number), solver: expect.anything() });
      expect(heard.filter((event) => event.trial === trial.number).map(({ type }) => type)).toEqual([
        "started",
        "reported",
        "finished",
      ]);
    }
    const number = await store.startTrial({
      configuration: { lr: 0.5, solver: "sgd" },
      space: SPACE,
      budget: 3,
      placement: undefined,
      note: undefined,
      time: Date.now(),
    });
    expect(number).toBe(before);
    store.record({
      type: "finished",
      trial: number,
      state: "complete",
      budget: 3,
      losses: [-5],
      time: Date.now(),
    });
    await store.close();
    run("continue.py", file, "study", "2");
    const { study } = describeFile(file);
    expect(study!.trials).toHaveLength(before + 3);
    expect(study!.best).toEqual([-5]);
    expect((await readHistory(file)).problems).toEqual([]);
  });

  test("that was damaged and repaired opens in Optuna with the same trials", async () => {
    const file = newPath();
    await (await buildRichStudy(file, "study", ["minimize"])).close();
    const lines = fs.readFileSync(file, "utf8").split("\n");
    const start = lines.findIndex((line) => line.includes('"number":1'));
    lines[start] = lines[start]!.slice(0, 50);
    fs.writeFileSync(file, lines.join("\n"));
    expect(() => run("describe.py", file)).toThrow(/JSONDecodeError/);
    await repairJournal(file);
    const { study } = describeFile(file);
    const { histories } = await readHistory(file);
    expect(study!.trials.map(({ number, state, params }) => [number, state, params])).toEqual(
      histories[0]!.trials.map(({ number, state, configuration }) => [
        number,
        STATES[state],
        state === "waiting" ? {} : configuration,
      ]),
    );
    expect(study!.trials[1]).toMatchObject({ state: "FAIL", params: {} });
  });
});

test("a journal that Optuna began is continued here with its own space", async () => {
  const file = newPath();
  const make = path.join(import.meta.dirname, "../fixtures/journals/make.py");
  execFileSync(python, [make, path.dirname(file)], { stdio: "pipe" });
  const made = fs.readdirSync(path.dirname(file)).find((name) => name.endsWith(".log"))!;
  const journal = path.join(path.dirname(file), made);
  const before = describeFile(journal).first!;
  const store = await openStore(journal, { study: "first" });
  const configuration = { lr: 0.01, layers: 3, solver: null, dropout: 0.3 };
  const start = {
    configuration,
    space: store.history.space!,
    budget: 0,
    placement: undefined,
    note: undefined,
  };
  const trial = await store.startTrial({ ...start, time: Date.now() });
  store.record({ type: "finished", trial, state: "complete", budget: 0, losses: [-1], time: Date.now() });
  const waiting = store.history.trials.find(({ state }) => state === "waiting")!;
  expect(await store.claim(waiting.number, { ...start, time: Date.now() })).toBe(true);
  await store.close();
  const after = describeFile(journal).first!;
  expect(after.trials).toHaveLength(before.trials.length + 1);
  expect(after.trials.at(-1)).toMatchObject({ params: configuration, values: [-1], state: "COMPLETE" });
  expect(after.trials[waiting.number]).toMatchObject({ params: configuration, state: "RUNNING" });
  for (const [index, old] of before.trials.entries()) {
    if (index !== waiting.number) expect(after.trials[index]).toEqual(old);
  }
  run("continue.py", journal, "first", "1");
});

test("three processes of ours and two of Optuna write one study, and every record is where it belongs", async () => {
  const file = newPath();
  await (
    await openStore(file, { create: { name: "study", goals: ["minimize"], metricNames: ["loss"] } })
  ).close();
  const writer = path.join(import.meta.dirname, "../unit/store/writer.ts");
  const children = [1, 2, 3].map((mark) =>
    spawn(process.execPath, [writer, file, String(mark), "40"], { stdio: "ignore" }),
  );
  for (const mark of [4, 5]) {
    children.push(
      spawn(python, [path.join(scripts, "writer.py"), file, String(mark), "40"], { stdio: "ignore" }),
    );
  }
  const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
  expect(codes).toEqual([0, 0, 0, 0, 0]);
  const { histories, problems, ignored } = await readHistory(file);
  expect({ problems, ignored }).toEqual({ problems: [], ignored: [] });
  const { trials } = histories[0]!;
  const marks = trials
    .map(({ configuration }) => configuration.x as number)
    .sort((left, right) => left - right);
  expect(marks).toEqual(
    [1, 2, 3, 4, 5].flatMap((mark) => Array.from({ length: 40 }, (_, index) => mark * 1e6 + index)),
  );
  for (const { configuration, values, reports, state } of trials) {
    expect({ state, values, reported: reports[0]?.value }).toEqual({
      state: "complete",
      values: [configuration.x],
      reported: configuration.x,
    });
  }
  const { study } = describeFile(file);
  expect(study!.trials.map(({ params }) => params)).toEqual(trials.map(({ configuration }) => configuration));
  expect(fs.readdirSync(path.dirname(file))).toEqual(["journal.log"]);
}, 120_000);

test("optuna-dashboard serves the studies", async () => {
  const file = newPath();
  const store = await buildRichStudy(file, "study", ["minimize"]);
  await store.close();
  await (await buildRichStudy(file, "pair", ["minimize", "maximize"])).close();
  const server = spawn(python, [path.join(scripts, "dashboard.py"), file], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [line] = await once(server.stdout!, "data");
    const get = async (route: string) => {
      const answer = await fetch(`http://127.0.0.1:${String(line).trim()}${route}`);
      expect(answer.status).toBe(200);
      return (await answer.json()) as Record<string, unknown>;
    };
    const { study_summaries: summaries } = await get("/api/studies");
    expect(summaries).toMatchObject([
      { study_name: "study", directions: ["minimize"] },
      { study_name: "pair", directions: ["minimize", "maximize"] },
    ]);
    const detail = await get("/api/studies/0?after=0");
    const trials = detail.trials as { number: number; state: string; values?: number[] }[];
    expect(trials.map(({ state }) => state.toUpperCase())).toEqual(
      store.history.trials.map(({ state }) => STATES[state]),
    );
    expect(trials[1]!.values).toEqual([0.25]);
    expect(detail.has_intermediate_values).toBe(true);
    expect(detail.intersection_search_space).toBeDefined();
    await get("/api/studies/1?after=0");
  } finally {
    server.kill();
  }
});
