import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type FileLayer, nodeFiles } from "../../../src/store/files.ts";
import { FileLock } from "../../../src/store/lock.ts";
import { type ProcessToken, thisProcess } from "../../../src/store/processes.ts";
import { useFolders } from "./folders.ts";

const folder = useFolders();

function newLock(grace?: number) {
  const journal = path.join(folder(), "journal.log");
  fs.writeFileSync(journal, "");
  const make = () => new FileLock(journal, nodeFiles, grace === undefined ? {} : { grace });
  return { journal, file: `${journal}.lock`, lock: make(), other: make(), make };
}

/** A process that has ended. */
function deadProcess(): ProcessToken {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  return { ...thisProcess(), pid, started: thisProcess().started.replace(/\d+$/, "1") };
}

test("one holder at a time, and no file is left behind", async () => {
  const { journal, lock, other } = newLock();
  expect(lock.tryAcquire()).toBe(true);
  expect(other.tryAcquire()).toBe(false);
  let acquired = false;
  const waiting = other.acquire().then(() => {
    acquired = true;
  });
  await sleep(30);
  expect(acquired).toBe(false);
  lock.release();
  await waiting;
  other.release();
  lock.dispose();
  other.dispose();
  expect(fs.readdirSync(path.dirname(journal))).toEqual(["journal.log"]);
});

test("Optuna's symbolic link keeps us out, and ours keeps it out", () => {
  const { journal, file, lock } = newLock();
  fs.symlinkSync(journal, file);
  expect(lock.tryAcquire()).toBe(false);
  fs.unlinkSync(file);
  expect(lock.tryAcquire()).toBe(true);
  expect(() => fs.symlinkSync(journal, file)).toThrow(/EEXIST/);
});

test.each(["file", "link", "link to nowhere"])(
  "a stale %s is broken after the grace period and not before",
  async (kind) => {
    const { journal, file, lock } = newLock(150);
    if (kind === "file") fs.writeFileSync(file, "");
    else fs.symlinkSync(kind === "link" ? journal : "nowhere", file);
    const before = performance.now();
    await lock.acquire();
    expect(performance.now() - before).toBeGreaterThan(150);
    lock.release();
    lock.dispose();
    expect(fs.readdirSync(path.dirname(journal))).toEqual(["journal.log"]);
  },
);

test("a link's holder that goes on appending keeps its lock", async () => {
  const { journal, file, lock } = newLock(100);
  fs.symlinkSync(journal, file);
  let acquired = false;
  const waiting = lock.acquire().then(() => {
    acquired = true;
  });
  for (let count = 1; count <= 10; count++) {
    fs.utimesSync(journal, count, count);
    await sleep(30);
    expect(acquired).toBe(false);
  }
  fs.unlinkSync(file);
  await waiting;
});

test("the lock of a process that is gone is broken at once, that of a living one is not", async () => {
  const { file, lock, other } = newLock();
  fs.writeFileSync(file, JSON.stringify(deadProcess()));
  const before = performance.now();
  await lock.acquire();
  expect(performance.now() - before).toBeLessThan(5000);
  expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual(thisProcess());
  let acquired = false;
  const waiting = other.acquire().then(() => {
    acquired = true;
  });
  await sleep(100);
  expect(acquired).toBe(false);
  lock.release();
  await waiting;
});

test("a lock never stands there without its holder's name", () => {
  const { journal, file } = newLock();
  const seen: (string | undefined)[] = [];
  const look = () => seen.push(fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined);
  const watched = Object.fromEntries(
    Object.entries(nodeFiles).map(([call, real]) => [
      call,
      (...args: unknown[]) => {
        look();
        try {
          return (real as (...all: unknown[]) => unknown)(...args);
        } finally {
          look();
        }
      },
    ]),
  ) as unknown as FileLayer;
  const lock = new FileLock(journal, watched);
  for (let round = 0; round < 2; round++) {
    expect(lock.tryAcquire()).toBe(true);
    lock.release();
  }
  const held = seen.filter((text) => text !== undefined);
  expect(held.length).toBeGreaterThan(0);
  for (const text of held) expect(JSON.parse(text!)).toEqual(thisProcess());
});

test("each hold renews the lock's time, by which Optuna tells a stale one", async () => {
  const { file, lock } = newLock();
  const times = new Set<number>();
  for (let round = 0; round < 3; round++) {
    lock.tryAcquire();
    times.add(fs.statSync(file).mtimeMs);
    lock.release();
    await sleep(3);
  }
  expect(times.size).toBe(3);
});

test("a file system without links gets an exclusive file", () => {
  const { journal, file } = newLock();
  const linkless: FileLayer = {
    ...nodeFiles,
    link: () => {
      throw Object.assign(new Error("no links"), { code: "EPERM" });
    },
  };
  const lock = new FileLock(journal, linkless);
  expect(lock.tryAcquire()).toBe(true);
  expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual(thisProcess());
  expect(new FileLock(journal, linkless).tryAcquire()).toBe(false);
  lock.release();
  expect(lock.tryAcquire()).toBe(true);
});

test("what killed holders left is tidied away, what living ones need is not", () => {
  const { journal, file, lock, other } = newLock();
  const left = [`${file}.1.holder`, `${file}2.rename`];
  for (const name of left) fs.writeFileSync(name, JSON.stringify(deadProcess()));
  fs.writeFileSync(`${file}3.rename`, "");
  expect(lock.tryAcquire()).toBe(true);
  expect(other.tryAcquire()).toBe(false);
  expect(fs.readdirSync(path.dirname(journal)).filter((name) => /holder|rename/.test(name))).toHaveLength(3);
  for (const name of left) expect(fs.existsSync(name)).toBe(false);
  lock.release();
  expect(other.tryAcquire()).toBe(true);
});

test("a name that was removed is written again", () => {
  const { journal, lock } = newLock();
  lock.tryAcquire();
  lock.release();
  for (const name of fs.readdirSync(path.dirname(journal))) {
    if (name.endsWith(".holder")) fs.unlinkSync(path.join(path.dirname(journal), name));
  }
  expect(lock.tryAcquire()).toBe(true);
});

test("of many who find a stale lock, one at a time gets it", async () => {
  const { file, make } = newLock(60);
  fs.writeFileSync(file, "");
  let holders = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const lock = make();
      await lock.acquire();
      holders += 1;
      most = Math.max(most, holders);
      await sleep(5);
      holders -= 1;
      lock.release();
    }),
  );
  expect(most).toBe(1);
});

test("a lock that can never be had is an error, not a wait", async () => {
  const lock = new FileLock(path.join(folder(), "missing", "journal.log"));
  await expect(lock.acquire()).rejects.toMatchObject({ code: "ENOENT" });
});
