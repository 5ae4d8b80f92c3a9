import fs from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeLine } from "../../../src/journal/codec.ts";
import type { StudyHistory, Trial } from "../../../src/journal/history.ts";
import { parsePythonJson } from "../../../src/journal/pythonJson.ts";
import type { JournalRecord } from "../../../src/journal/records.ts";
import { Replay } from "../../../src/journal/replay.ts";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { goals, steps, writeJournal } from "./random.ts";

const FIXTURES = new URL("../../fixtures/journals/", import.meta.url);

function read(lines: readonly string[]) {
  const events: [number, TrialEvent][] = [];
  const replay = new Replay((studyId, event) => events.push([studyId, event]));
  const outcomes = lines.map((line) => replay.apply(decodeLine(line).record as JournalRecord));
  return { replay, events, outcomes, rejected: outcomes.filter((outcome) => outcome !== undefined).length };
}

/** What Optuna itself says is in a fixture: see make.py there. */
interface Expected {
  readonly id: number;
  readonly name: string;
  readonly directions: readonly string[];
  readonly attributes: object;
  readonly system: Record<string, unknown>;
  readonly trials: readonly {
    readonly number: number;
    readonly id: number;
    readonly state: "RUNNING" | "COMPLETE" | "PRUNED" | "FAIL" | "WAITING";
    readonly params: object;
    readonly values: readonly number[] | null;
    readonly intermediate: readonly [number, number][];
    readonly attributes: object;
    readonly start: string | null;
    readonly complete: string | null;
  }[];
}

const STATES = {
  RUNNING: "running",
  COMPLETE: "complete",
  PRUNED: "stopped",
  FAIL: "failed",
  WAITING: "waiting",
};

function describeTrial(trial: Trial) {
  const last = new Map(trial.reports.map(({ budget, value }) => [budget, value]));
  return {
    number: trial.number,
    id: trial.id,
    state: trial.state,
    params: trial.state === "waiting" ? {} : trial.configuration,
    values: trial.values ?? null,
    intermediate: [...last].sort(([left], [right]) => left - right),
    attributes: trial.attributes,
    start: trial.started ?? null,
    complete: trial.finished ?? null,
  };
}

describe.each(["3.6.2", "4.0.0", "4.9.0", "5.0.0"])("a journal of Optuna %s", (version) => {
  const text = fs.readFileSync(new URL(`${version}.log`, FIXTURES), "utf8");
  const expected = parsePythonJson(
    fs.readFileSync(new URL(`${version}.expected`, FIXTURES), "utf8"),
  ) as Expected[];
  const { replay, events, rejected } = read(text.trimEnd().split("\n"));

  test("tells what Optuna tells", () => {
    const time = (stamp: string | null) => (stamp === null ? null : Date.parse(stamp));
    const described = (history: StudyHistory) => ({
      id: history.studyId,
      name: history.name,
      directions: history.goals,
      attributes: history.attributes,
      metricNames: history.metricNames,
      trials: history.trials.map(describeTrial),
    });
    expect(replay.histories.map(described)).toEqual(
      expected.map(({ system, ...study }) => ({
        ...study,
        metricNames: system["study:metric_names"] ?? [],
        trials: study.trials.map((trial) => ({
          ...trial,
          state: STATES[trial.state],
          start: time(trial.start),
          complete: time(trial.complete),
        })),
      })),
    );
  });

  test("has the six records that Optuna ignores", () => {
    expect(rejected).toBe(6);
  });

  test("gives events that a strategy can follow", () => {
    for (const history of replay.histories) {
      const own = events.filter(([studyId]) => studyId === history.studyId).map(([, event]) => event);
      const started = new Set<number>();
      for (const event of own) {
        if (event.type !== "started") expect(started).toContain(event.trial);
        else {
          expect(started).not.toContain(event.trial);
          expect(event.configuration).toEqual(history.trials[event.trial]!.configuration);
          started.add(event.trial);
        }
        if ("losses" in event) {
          expect(event.losses).toHaveLength(history.goals.length);
          expect(event.losses.some(Number.isNaN)).toBe(false);
        }
      }
      const ended = own
        .filter(({ type }) => type === "finished" || type === "failed")
        .map(({ trial }) => trial);
      const done = history.trials.filter(({ state }) => /complete|stopped|failed/.test(state));
      expect(ended.toSorted((a, b) => a - b)).toEqual(done.map(({ number }) => number));
    }
  });

  test("shows its search space", () => {
    expect(replay.histories[0]!.space?.parameters).toEqual({
      lr: { type: "float", low: 1e-5, high: 0.1, scale: "log" },
      layers: { type: "int", low: 1, high: 9, step: 2 },
      width: { type: "int", low: 8, high: 512, scale: "log" },
      dropout: { type: "float", low: 0, high: 0.9, step: 0.1 },
      solver: { type: "categorical", choices: ["sgd", "ädam", null, true, 3, 0.5] },
      momentum: { type: "float", low: 0, high: 1 },
      own: { type: "float", low: 0, high: 1 },
    });
  });
});

test("a random study's events are replayed as they were told", () => {
  fc.assert(
    fc.property(steps, goals, (list, directions) => {
      const plan = { name: "random", goals: directions, metricNames: ["a", "b"].slice(0, directions.length) };
      const { lines, events } = writeJournal(list, plan);
      const again = read(lines);
      expect(again.rejected).toBe(0);
      expect(again.replay.histories).toHaveLength(1);
      expect(again.replay.histories[0]).toMatchObject(plan);
      // -0 has no spelling of its own in a journal.
      const plain = (event: TrialEvent) =>
        "losses" in event ? { ...event, losses: event.losses.map((loss) => loss + 0) } : event;
      expect(again.events.map(([, event]) => plain(event))).toEqual(events.map(plain));
    }),
    { numRuns: 500 },
  );
});

const CREATE = '{"op_code":0,"worker_id":"W","study_name":"a","directions":[1]}';
const START = '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":"2026-11-21T11:00:00"}';
const LINEAR = '{\\"name\\":\\"FloatDistribution\\",\\"attributes\\":{\\"low\\":1,\\"high\\":2}}';
const end = (state: number, values: string) =>
  `{"op_code":6,"worker_id":"W","trial_id":0,"state":${state},"values":${values},"datetime_complete":"2026-11-21T11:00:01"}`;
const report = (step: number, value: string) =>
  `{"op_code":7,"worker_id":"W","trial_id":0,"step":${step},"intermediate_value":${value}}`;
const param = `{"op_code":5,"worker_id":"W","trial_id":0,"param_name":"x","param_value_internal":1.5,"distribution":"${LINEAR}"}`;

describe("Optuna's trials as events", () => {
  test("started is told once the parameters are known, with budget 0", () => {
    const { events } = read([CREATE, START, param, report(2, "0.5"), end(1, "[0.25]")]);
    const time = Date.parse("2026-11-21T11:00:00");
    expect(events.map(([, event]) => event)).toEqual([
      { type: "started", trial: 0, configuration: { x: 1.5 }, budget: 0, time },
      { type: "reported", trial: 0, budget: 2, losses: [0.5], time },
      { type: "finished", trial: 0, state: "complete", budget: 2, losses: [0.25], time: time + 1000 },
    ]);
  });

  test("a NaN is kept in the reports but is no event", () => {
    const { events, replay } = read([CREATE, START, param, report(1, "NaN"), report(2, "1"), end(2, "null")]);
    expect(replay.histories[0]!.trials[0]!.reports.map(({ value }) => value)).toEqual([Number.NaN, 1]);
    expect(events.map(([, event]) => event.type)).toEqual(["started", "reported", "finished"]);
    expect(events.at(-1)?.[1]).toMatchObject({ state: "stopped", losses: [1], budget: 2 });
  });

  test.each([
    ["as one list", ['{"constraints":[0.5,-1]}']],
    [
      "one by one, under names",
      ['{"constraints:memory":0.7}', '{"constraints:time":-1}', '{"constraints:memory":0.5}'],
    ],
  ])("constraints are part of the result, recorded %s", (_, attributes) => {
    const records = attributes.map(
      (text) => `{"op_code":9,"worker_id":"W","trial_id":0,"system_attr":${text}}`,
    );
    const { events, replay } = read([CREATE, START, param, ...records, end(1, "[0.25]")]);
    expect(replay.histories[0]!.trials[0]!.constraints).toEqual([0.5, -1]);
    expect(events.at(-1)?.[1]).toMatchObject({ type: "finished", constraints: [0.5, -1] });
  });

  test("pruned without a value is the worst loss", () => {
    const { events } = read([CREATE, START, param, end(2, "null")]);
    expect(events.at(-1)?.[1]).toMatchObject({ type: "finished", losses: [Number.POSITIVE_INFINITY] });
  });

  test("a failure before the first parameter is not told", () => {
    expect(read([CREATE, START, end(3, "null")]).events).toEqual([]);
    expect(read([CREATE, START, param, end(3, "null")]).events.at(-1)?.[1]).toMatchObject({
      type: "failed",
      reason: "The program that ran this trial recorded no reason.",
    });
  });

  test("a study that was deleted is silent, and its trials keep their ids", () => {
    const { events, replay } = read([
      CREATE,
      START,
      '{"op_code":1,"worker_id":"W","study_id":0}',
      CREATE.replace('"a"', '"b"'),
      START.replace('"study_id":0', '"study_id":1'),
      param,
      end(1, "[1]"),
    ]);
    expect(events).toEqual([]);
    expect(replay.histories.map(({ name, studyId }) => [name, studyId])).toEqual([["b", 1]]);
    expect(replay.histories[0]!.trials[0]).toMatchObject({ id: 1, number: 0, state: "running" });
  });

  test("the first claim of a waiting trial holds", () => {
    const claim = (worker: string, second: number) =>
      `{"op_code":6,"worker_id":"${worker}","trial_id":0,"state":0,"values":null,"datetime_start":"2026-11-21T11:00:0${second}"}`;
    const waiting =
      '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"state":4,"system_attrs":{"fixed_params":{"x":1.25}}}';
    const { replay, rejected, events } = read([
      CREATE,
      waiting,
      claim("A", 1),
      claim("B", 2),
      param,
      report(1, "1"),
    ]);
    expect(rejected).toBe(1);
    expect(replay.histories[0]!.trials[0]).toMatchObject({
      state: "running",
      started: Date.parse("2026-11-21T11:00:01"),
      configuration: { x: 1.5 },
    });
    expect(events.map(([, event]) => event.type)).toEqual(["started", "reported"]);
  });
});

test("a start that carries a later id than its place shows what is missing, and is not applied", () => {
  const { outcomes, replay } = read([CREATE, START.replace("}", ',"id":2,"number":2}'), START]);
  expect(outcomes).toEqual([undefined, { missingTrials: 2 }, undefined]);
  expect(replay.histories[0]!.trials).toHaveLength(1);
});

test("attributes and parameters may have any name", () => {
  const attribute = '{"op_code":8,"worker_id":"W","trial_id":0,"user_attr":{"__proto__":{"a":1}}}';
  const { replay } = read([CREATE, START, attribute, param.replace('"x"', '"__proto__"')]);
  const [trial] = replay.histories[0]!.trials;
  expect(Object.keys(trial!.attributes)).toEqual(["__proto__"]);
  expect(Object.entries(trial!.configuration)).toEqual([["__proto__", 1.5]]);
});
