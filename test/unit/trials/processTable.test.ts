import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { familyOf } from "../../../src/trials/family.ts";
import { listProcesses, type ProcessInfo, parsePs } from "../../../src/trials/processTable.ts";
import { until } from "../../contract/executorHarness.ts";

describe("the process table", () => {
  test("shows a process with its parent, group and mark", async () => {
    const mark = "/höme/me (x)/study.log#7";
    const child = spawn("sleep", ["300"], {
      detached: true,
      env: { ...process.env, A: "1", TUNING_FORK_TRIAL: mark },
    });
    const find = async () => (await listProcesses()).find(({ pid }) => pid === child.pid);
    await until("the mark", async () => (await find())?.mark !== undefined);
    expect(await find()).toMatchObject({ pid: child.pid, parent: process.pid, group: child.pid, mark });
    child.kill("SIGKILL");
    await until("the end", async () => (await find()) === undefined);
  });

  test("a variable that only ends like the mark is none", async () => {
    const child = spawn("sleep", ["300"], {
      env: { PATH: process.env.PATH, MY_TUNING_FORK_TRIAL: "a#1", Z: "TUNING_FORK_TRIAL=b#2" },
    });
    await until("the start", async () => (await listProcesses()).some(({ pid }) => pid === child.pid));
    expect((await listProcesses()).find(({ pid }) => pid === child.pid)?.mark).toBeUndefined();
    child.kill("SIGKILL");
  });
});

describe("the output of ps", () => {
  const text = [
    "    1     0     1 Ss   Mon Nov  3 09:00:00 2025     /sbin/launchd",
    "  501   400   501 T    Sat Nov 21 05:06:06 2026     python train.py --lr 0.1 HOME=/Users/me TUNING_FORK_TRIAL=/Users/me/my studies/a.log#12 SHELL=/bin/zsh",
    "  502   501   501 Z    Sat Nov 21 05:06:07 2026     (python) TUNING_FORK_TRIAL=/a.log#1",
    "  503   501   503 S+   Sat Nov 21 05:06:08 2026     sleep 3 TUNING_FORK_TRIAL=/Users/me/#1 b/a.log#3",
    "garbage",
    "",
  ].join("\n");

  test("is read with marks that hold spaces, without zombies", () => {
    expect(parsePs(text)).toEqual([
      { pid: 1, parent: 0, group: 1, started: "Mon Nov  3 09:00:00 2025", mark: undefined },
      {
        pid: 501,
        parent: 400,
        group: 501,
        started: "Sat Nov 21 05:06:06 2026",
        mark: "/Users/me/my studies/a.log#12",
      },
      {
        pid: 503,
        parent: 501,
        group: 503,
        started: "Sat Nov 21 05:06:08 2026",
        mark: "/Users/me/#1 b/a.log#3",
      },
    ]);
  });
});

describe("a family", () => {
  const info = (pid: number, parent: number, group: number, mark?: string): ProcessInfo => ({
    pid,
    parent,
    group,
    started: "0",
    mark,
  });
  const table = [
    info(process.pid, 1, process.pid),
    info(10, process.pid, 10, "s#1"),
    info(11, 10, 10),
    info(12, 11, 12),
    info(13, 1, 13, "s#1"),
    info(14, 1, 13),
    info(20, process.pid, 20, "s#2"),
    info(21, 20, 20),
  ];
  const pids = (family: readonly ProcessInfo[]) => family.map(({ pid }) => pid).sort((a, b) => a - b);

  test("is what is marked, descends from it or shares a group with it", () => {
    expect(pids(familyOf(table, ({ mark }) => mark === "s#1"))).toEqual([10, 11, 12, 13, 14]);
  });

  test("never holds this process or the rest of its group", () => {
    const own = [...table, info(30, 1, process.pid), info(31, process.pid, process.pid, "s#3")];
    expect(pids(familyOf(own, ({ mark, pid }) => mark === "s#3" || pid === process.pid))).toEqual([31]);
  });
});
