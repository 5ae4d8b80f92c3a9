import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { readHistory } from "../../../src/store/read.ts";
import { openStore } from "../../../src/store/studyStore.ts";
import { startOf } from "../../contract/store.ts";
import { faultyFiles, Switchboard, systemError } from "./faults.ts";
import { useFolders } from "./folders.ts";

const folder = useFolders();
const create = { name: "study", goals: ["minimize"], metricNames: ["loss"] } as const;
const newPath = () => path.join(folder(), "journal.log");
const finished = (trial: number, loss = trial): Exclude<TrialEvent, { type: "started" }> => ({
  type: "finished",
  state: "complete",
  trial,
  budget: 1,
  losses: [loss],
  time: 9,
});

describe("opening", () => {
  test("a missing journal without leave to create it", async () => {
    await expect(openStore(newPath())).rejects.toMatchObject({ code: "unknown-study" });
  });

  test("the format that Optuna and its TypeScript reader want", async () => {
    const file = newPath();
    const store = await openStore(file, { create, now: () => 1000 });
    await store.startTrial(startOf(0));
    store.record({ type: "reported", trial: 0, budget: 2.5, losses: [0.5], time: 1 });
    await store.close();
    const lines = fs.readFileSync(file, "utf8").split("\n");
    expect(lines.pop()).toBe("");
    const records = lines.map((line) => JSON.parse(line));
    expect(records.map(({ op_code }) => op_code)).toEqual([0, 2, 3, 4, 7]);
    expect(records[3]).toMatchObject({
      state: 0,
      params: { lr: 0.001, solver: 1, nesterov: 1 },
      id: 0,
      number: 0,
    });
    expect(records[3].datetime_start).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    expect(records[4]).toMatchObject({ step: 2, budget: 2.5, intermediate_value: 0.5, time: 1 });
    expect(fs.readdirSync(path.dirname(file))).toEqual(["journal.log"]);
  });

  test("a study with other goals, or of a newer version", async () => {
    const file = newPath();
    await (await openStore(file, { create })).close();
    await expect(openStore(file, { create: { ...create, goals: ["maximize"] } })).rejects.toMatchObject({
      code: "journal-foreign",
    });
    fs.appendFileSync(
      file,
      '{"op_code":2,"worker_id":"W","study_id":0,"user_attr":{"tuning_fork:version":99}}\n',
    );
    await expect(openStore(file)).rejects.toMatchObject({ code: "version-mismatch" });
  });

  test("several studies in one file", async () => {
    const file = newPath();
    const first = await openStore(file, { create });
    await first.startTrial(startOf(0));
    const heard: TrialEvent[] = [];
    const second = await openStore(file, {
      create: { ...create, name: "other" },
      listener: (event) => heard.push(event),
    });
    expect(heard).toEqual([]);
    expect(await second.startTrial(startOf(0))).toBe(0);
    expect(second.history.trials[0]!.id).toBe(1);
    await first.refresh();
    expect(await first.startTrial(startOf(1))).toBe(1);
    await Promise.all([first.close(), second.close()]);
    await expect(openStore(file)).rejects.toThrow(/it holds: "study", "other"/);
    await expect(openStore(file, { study: "third" })).rejects.toThrow(/the study "third"/);
    const again = await openStore(file, { study: "other" });
    expect(again.history.trials).toHaveLength(1);
    await again.close();
  });

  test.each([
    ["damaged", "{broken}\n", "journal-damaged", /Line 4 of .* cannot be read/],
    ["blank", "\n", "journal-damaged", /The line is blank/],
    ["not UTF-8", Buffer.from([0x22, 0xff, 10]), "journal-damaged", /not UTF-8/],
    ["newer", '{"op_code":12,"worker_id":"W"}\n', "journal-foreign", /Operation 12 is unknown/],
  ])("a %s line is named and nothing is changed", async (_, line, code, message) => {
    const file = newPath();
    await (await openStore(file, { create })).close();
    fs.appendFileSync(file, line);
    fs.appendFileSync(file, '{"op_code":10,"worker_id":"W"}\n');
    const before = fs.readFileSync(file);
    const error = await openStore(file).catch((caught) => caught);
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(message),
      next: expect.stringMatching(/repair/),
    });
    expect(fs.readFileSync(file)).toEqual(before);
    const { histories, problems } = await readHistory(file);
    expect(histories).toHaveLength(1);
    expect(problems).toMatchObject([{ line: 4 }]);
  });

  test("a byte order mark and CRLF are no damage", async () => {
    const file = newPath();
    await (await openStore(file, { create })).close();
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, `\ufeff${text.replaceAll("\n", "\r\n")}`);
    const store = await openStore(file);
    await store.startTrial(startOf(0));
    await store.close();
    expect((await readHistory(file)).histories[0]!.trials).toHaveLength(1);
  });
});

describe("the end of the file", () => {
  const withTail = async (tail: string | Buffer) => {
    const file = newPath();
    const store = await openStore(file, { create });
    await store.startTrial(startOf(0));
    await store.close();
    fs.appendFileSync(file, tail);
    return file;
  };

  test("half a record is cut off before anything is written, and told", async () => {
    const file = await withTail('{"op_code":7,"worker_id":"W","tri');
    expect(await readHistory(file)).toMatchObject({ problems: [], torn: true });
    const store = await openStore(file);
    expect(store.problems).toEqual([{ line: 5, message: expect.stringMatching(/cut off/) }]);
    store.record(finished(0));
    await store.close();
    expect(await readHistory(file)).toMatchObject({
      histories: [{ trials: [{ state: "complete" }] }],
      problems: [],
      torn: false,
    });
  });

  test("a record that lacks only its end is kept", async () => {
    const file = await withTail(
      '{"op_code":7,"worker_id":"W","trial_id":0,"step":3,"intermediate_value":0.5}',
    );
    const store = await openStore(file);
    expect(store.problems).toEqual([]);
    expect(store.history.trials[0]!.reports).toMatchObject([{ budget: 3, value: 0.5 }]);
    await store.startTrial(startOf(1));
    await store.close();
    expect((await readHistory(file)).problems).toEqual([]);
  });

  const twoTrials = async (file: string) => {
    const store = await openStore(file, { create });
    for (const index of [0, 1]) {
      await store.startTrial(startOf(index));
      store.record(finished(index));
    }
    await store.close();
    return fs.readFileSync(file);
  };

  test("cut at any byte, what is whole before the cut is read", async () => {
    const file = newPath();
    const bytes = await twoTrials(file);
    for (let size = bytes.length; size >= 0; size--) {
      fs.truncateSync(file, size);
      const whole = bytes.subarray(0, size).toString().split("\n").length - 1;
      const { histories, problems, torn } = await readHistory(file);
      const read = { problems, torn, trials: histories[0]?.trials.length };
      const trials = [undefined, 0, 0, 0, 1, 1, 2, 2][whole];
      expect(read).toEqual({ problems: [], torn: size > 0 && bytes[size - 1] !== 10, trials });
    }
  });

  test("cut at any byte, the study goes on", async () => {
    const file = newPath();
    const bytes = await twoTrials(file);
    for (let size = 0; size <= bytes.length; size += 13) {
      fs.writeFileSync(file, bytes.subarray(0, size));
      const store = await openStore(file, { create });
      const trial = await store.startTrial(startOf(7));
      await store.close();
      const { histories, problems } = await readHistory(file);
      expect(problems).toEqual([]);
      expect(histories[0]!.trials[trial]!.configuration).toEqual(startOf(7).configuration);
    }
  });
});

describe("other writers", () => {
  test("their trials come first, are told, and shift ours", async () => {
    const file = newPath();
    const heard: TrialEvent[] = [];
    const ours = await openStore(file, { create, listener: (event) => heard.push(event) });
    const theirs = await openStore(file);
    await theirs.startTrial(startOf(5));
    theirs.record(finished(0));
    await theirs.synced();
    expect(await ours.startTrial(startOf(6))).toBe(1);
    expect(heard.map(({ type, trial }) => [type, trial])).toEqual([
      ["started", 0],
      ["finished", 0],
    ]);
    expect(await theirs.refresh()).toBe(true);
    expect(await theirs.refresh()).toBe(false);
    expect(theirs.history.trials).toEqual(ours.history.trials);
    await Promise.all([ours.close(), theirs.close()]);
  });

  test("where both write of one trial, all end with what the file says", async () => {
    const file = newPath();
    const ours = await openStore(file, { create });
    await ours.startTrial(startOf(0));
    const theirs = await openStore(file);
    theirs.record({ type: "failed", trial: 0, reason: "ended elsewhere", time: 3 });
    await theirs.synced();
    ours.record(finished(0));
    expect(ours.history.trials[0]!.state).toBe("complete");
    await ours.synced();
    expect(ours.history.trials[0]).toMatchObject({ state: "failed", reason: "ended elsewhere" });
    expect((await readHistory(file)).histories[0]!.trials).toEqual(ours.history.trials);
    await Promise.all([ours.close(), theirs.close()]);
  });

  test("their damage is told, and the study goes on with the right ids", async () => {
    const file = newPath();
    const store = await openStore(file, { create });
    await store.startTrial(startOf(0));
    await store.synced();
    fs.appendFileSync(file, '{"op_code":4,"worker_id":"W","study_id":0,"date\n');
    store.record(finished(0));
    expect(await store.startTrial(startOf(1))).toBe(2);
    expect(store.problems.map(({ line }) => line)).toEqual([5, 5]);
    await store.close();
    const { histories } = await readHistory(file);
    expect(histories[0]!.trials.map(({ state }) => state)).toEqual(["complete", "failed", "running"]);
    expect(histories[0]!.trials).toEqual(store.history.trials);
  });

  test("a study that they deleted takes no more trials", async () => {
    const file = newPath();
    const store = await openStore(file, { create });
    fs.appendFileSync(file, '{"op_code":1,"worker_id":"W","study_id":0}\n');
    await expect(store.startTrial(startOf(0))).rejects.toMatchObject({ code: "unknown-study" });
    await store.close();
  });

  test.each(["deleted", "replaced", "cut short"])("a journal that is %s is not written to", async (fate) => {
    const file = newPath();
    const store = await openStore(file, { create });
    await store.startTrial(startOf(0));
    const bytes = fs.readFileSync(file);
    if (fate === "cut short") fs.truncateSync(file, 10);
    else fs.renameSync(file, `${file}.old`);
    if (fate === "replaced") fs.writeFileSync(file, bytes);
    const before = fate === "deleted" ? undefined : fs.readFileSync(file);
    const error = {
      code: "cannot-write",
      message: expect.stringContaining(`was ${fate} by another program`),
    };
    await expect(store.startTrial(startOf(1))).rejects.toMatchObject(error);
    store.record(finished(0));
    await expect(store.synced()).rejects.toMatchObject(error);
    expect(fs.existsSync(file) ? fs.readFileSync(file) : undefined).toEqual(before);
  });
});

describe("one hold of the lock", () => {
  test("takes what was recorded before and the next start together, in one write", async () => {
    const board = new Switchboard();
    const store = await openStore(newPath(), { create, files: board.files });
    await store.startTrial(startOf(0));
    board.calls.length = 0;
    store.record({ type: "reported", trial: 0, budget: 1, losses: [1], time: 3 });
    store.record(finished(0));
    await store.startTrial(startOf(1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(board.calls.filter((call) => call === "write")).toHaveLength(1);
    expect(board.calls.filter((call) => call === "link")).toHaveLength(1);
    await store.close();
  });

  test("what was recorded is in the file at the end of the turn", async () => {
    const file = newPath();
    const store = await openStore(file, { create });
    await store.startTrial(startOf(0));
    store.record(finished(0));
    store.setAttribute("a", 1);
    await new Promise((resolve) => setImmediate(resolve));
    const { histories } = await readHistory(file);
    expect(histories).toMatchObject([{ attributes: { a: 1 }, trials: [{ state: "complete" }] }]);
    await store.close();
  });

  test("who is to hear of it hears once it is in the file, in order, and before the next trial's start is known", async () => {
    const file = newPath();
    const board = new Switchboard();
    const store = await openStore(file, { create, files: board.files });
    const heard: string[] = [];
    const hear = (what: string) => () => {
      const ended = fs.readFileSync(file, "utf8").includes('"state":1');
      heard.push(`${what} ${ended ? "after" : "before"} the end`);
    };
    store.whenWritten(hear("none"));
    await store.startTrial(startOf(0));
    store.whenWritten(hear("started"));
    board.failing.set("write", "ENOSPC");
    store.record(finished(0));
    store.whenWritten(hear("finished"));
    await expect(store.synced()).rejects.toThrow();
    expect(heard).toEqual(["none before the end", "started before the end"]);
    board.failing.clear();
    await store.startTrial(startOf(1)).then(hear("next"));
    store.whenWritten(hear("last"));
    expect(heard.slice(2)).toEqual(["finished after the end", "next after the end", "last after the end"]);
    await store.close();
  });

  test("many who wait for the disk share one fsync", async () => {
    const board = new Switchboard();
    const store = await openStore(newPath(), { create, files: board.files });
    await store.synced();
    board.calls.length = 0;
    await store.startTrial(startOf(0));
    await Promise.all([store.synced(), store.synced(), store.synced()]);
    expect(board.calls.filter((call) => call === "sync")).toHaveLength(1);
    const during = store.synced();
    store.record(finished(0));
    await Promise.all([during, store.synced()]);
    expect(board.calls.filter((call) => call === "sync")).toHaveLength(2);
    await store.close();
  });
});

describe("a disk that fails", () => {
  test.each([
    ["link", "EACCES", /permission is denied \(EACCES\)/],
    ["link", "EROFS", /read-only/],
    ["write", "ENOSPC", /disk is full/],
    ["stat", "EIO", /disk reports a fault/],
    ["sync", "ENOSPC", /disk is full/],
  ] as const)("%s fails with %s: nothing is lost, and it is written later", async (call, code, message) => {
    const file = newPath();
    const board = new Switchboard();
    const store = await openStore(file, { create, files: board.files });
    await store.startTrial(startOf(0));
    await store.synced();
    board.failing.set(call, code);
    store.record(finished(0));
    store.enqueue({ lr: 0.5 });
    await expect(store.synced()).rejects.toMatchObject({
      code: "cannot-write",
      message: expect.stringMatching(message),
    });
    if (call !== "sync")
      await expect(store.startTrial(startOf(1))).rejects.toMatchObject({ code: "cannot-write" });
    await expect(store.close()).rejects.toMatchObject({ code: "cannot-write" });
    board.failing.clear();
    await store.synced();
    expect(await store.startTrial(startOf(2))).toBe(2);
    await store.close();
    const { histories, problems } = await readHistory(file);
    expect(problems).toEqual([]);
    expect(histories[0]!.trials.map(({ state }) => state)).toEqual(["complete", "waiting", "running"]);
  });

  test("it is tried again without being asked", async () => {
    const file = newPath();
    const board = new Switchboard();
    const store = await openStore(file, { create, files: board.files });
    await store.startTrial(startOf(0));
    board.failing.set("write", "ENOSPC");
    store.record(finished(0));
    await new Promise((resolve) => setImmediate(resolve));
    board.failing.clear();
    await expect
      .poll(async () => (await readHistory(file)).histories[0]!.trials[0]!.state, { timeout: 5000 })
      .toBe("complete");
    await store.close();
  });

  test.each([true, false])(
    "a write that stops anywhere is taken back to the last whole line (truncate works: %s)",
    async (truncates) => {
      const file = newPath();
      const board = new Switchboard();
      const store = await openStore(file, { create, files: board.files });
      await store.startTrial(startOf(0));
      await new Promise((resolve) => setImmediate(resolve));
      for (let limit = 1; limit < 500; limit += 23) {
        const before = store.history.trials[0]!.reports.length;
        let writes = 0;
        const failing = faultyFiles((call) => {
          if (call === "write" && ++writes === 1) return limit;
          if ((call === "write" && writes > 1) || (call === "truncate" && !truncates))
            throw systemError("ENOSPC");
          return undefined;
        });
        Object.assign(board.files, failing);
        for (let each = 0; each < 3; each++) {
          store.record({ type: "reported", trial: 0, budget: limit + each, losses: [limit], time: 5 });
        }
        await expect(store.startTrial(startOf(1))).rejects.toMatchObject({ code: "cannot-write" });
        Object.assign(board.files, new Switchboard().files);
        await store.synced();
        const { histories, problems, torn } = await readHistory(file);
        expect({ problems, torn }).toEqual({ problems: [], torn: false });
        expect(histories[0]!.trials).toEqual(store.history.trials);
        expect(histories[0]!.trials[0]!.reports).toHaveLength(before + 3);
      }
      expect(store.history.trials).toHaveLength(1);
      await store.close();
    },
  );

  test("a folder that cannot be written is told at once", async () => {
    const board = new Switchboard();
    board.failing.set("open", "EACCES");
    await expect(openStore(newPath(), { create, files: board.files })).rejects.toMatchObject({
      code: "cannot-write",
    });
    const file = newPath();
    fs.writeFileSync(path.join(path.dirname(file), "file"), "");
    const inside = path.join(path.dirname(file), "file", "journal.log");
    await expect(openStore(inside, { create })).rejects.toMatchObject({ code: "cannot-write" });
  });
});

test("ended between any two calls, an engine loses nothing that it was told was recorded", async () => {
  const lock = { grace: 20 };
  let died = true;
  for (let last = 1; died; last++) {
    const file = newPath();
    let calls = 0;
    died = false;
    const files = faultyFiles((call) => {
      calls += 1;
      if (calls < last || call === "syncFolder") return undefined;
      died = true;
      // Half a write may have come through.
      if (calls === last && call === "write") return 30;
      throw new Error("dead");
    });
    const started: number[] = [];
    let synced = 0;
    const run = async () => {
      const store = await openStore(file, { create, files, lock });
      for (let index = 0; index < 3; index++) {
        started.push(await store.startTrial(startOf(index)));
        store.record({ type: "reported", trial: index, budget: 1, losses: [index], time: 5 });
        store.record(finished(index));
        await store.synced();
        synced = index + 1;
      }
      await store.close();
    };
    await run().catch(() => {});
    const store = await openStore(file, { create, lock });
    const { trials } = store.history;
    expect(trials.length).toBeGreaterThanOrEqual(started.length);
    for (const trial of started) expect(trials[trial]!.configuration).toEqual(startOf(trial).configuration);
    for (let trial = 0; trial < synced; trial++)
      expect(trials[trial]).toMatchObject({ state: "complete", values: [trial] });
    const next = await store.startTrial(startOf(8));
    expect(next).toBe(trials.length - 1);
    await store.close();
    const { problems, histories } = await readHistory(file);
    expect(problems).toEqual([]);
    expect(histories[0]!.trials[next]!.configuration).toEqual(startOf(8).configuration);
  }
});
