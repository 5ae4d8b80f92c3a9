import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { claimStudy, ownerOf } from "../../../src/store/owner.ts";
import { isAlive, thisProcess } from "../../../src/store/processes.ts";
import { useFolders } from "./folders.ts";

const folder = useFolders();
const newStudy = () => path.join(folder(), "journal.log");
const ownerFile = (study: string) => path.join(path.dirname(study), "owner.json");

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Another process that claims the study and keeps it, or says that it cannot. */
async function claimElsewhere(study: string): Promise<{ child: ChildProcess; answer: string }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "claimer.ts"), study], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const [data] = await once(child.stdout!, "data");
  return { child, answer: String(data).trim() };
}

test("one engine at a time has a study, and gives it back", () => {
  const study = newStudy();
  expect(ownerOf(study)).toBeUndefined();
  const ownership = claimStudy(study, "/run/socket");
  expect(ownerOf(study)).toEqual({ ...thisProcess(), address: "/run/socket" });
  expect(() => claimStudy(study)).toThrow(
    expect.objectContaining({ code: "study-running", data: expect.objectContaining({ pid: process.pid }) }),
  );
  ownership.release();
  ownership.release();
  expect(fs.readdirSync(path.dirname(study))).toEqual([]);
  claimStudy(study).release();
});

test("another process's claim holds while it lives, and is taken over once it was killed", async () => {
  const study = newStudy();
  const { child, answer } = await claimElsewhere(study);
  expect(answer).toBe("claimed");
  expect(() => claimStudy(study)).toThrow(/worked on by process/);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(ownerOf(study)).toBeUndefined();
  const ownership = claimStudy(study);
  expect(ownerOf(study)?.pid).toBe(process.pid);
  ownership.release();
});

test("of several processes that want one study, one gets it", async () => {
  const study = newStudy();
  const claims = await Promise.all(Array.from({ length: 5 }, () => claimElsewhere(study)));
  expect(claims.map(({ answer }) => answer).sort()).toEqual(["claimed", ...Array(4).fill("study-running")]);
});

test("a pid that is in use again is not taken for the owner", () => {
  const study = newStudy();
  const reused = { ...thisProcess(), started: thisProcess().started.replace(/\d+$/, "1") };
  fs.writeFileSync(ownerFile(study), JSON.stringify(reused));
  expect(isAlive(reused)).toBe(false);
  expect(ownerOf(study)).toBeUndefined();
  claimStudy(study).release();
});

test("an owner on another machine lives as long as it touches its file", () => {
  const study = newStudy();
  const far = { ...thisProcess(), host: "elsewhere", address: "10.0.0.1:1" };
  fs.writeFileSync(ownerFile(study), JSON.stringify(far));
  expect(isAlive(far)).toBeUndefined();
  expect(() => claimStudy(study)).toThrow(/on elsewhere/);
  fs.utimesSync(ownerFile(study), 1, 1);
  claimStudy(study).release();
});

test("after a restart of the machine no owner is alive", () => {
  const rebooted = { ...thisProcess(), started: thisProcess().started.replace(/^[^/]+/, "earlier-boot") };
  expect(isAlive(rebooted)).toBe(false);
});

test("a claim that is no claim is replaced", () => {
  const study = newStudy();
  fs.writeFileSync(ownerFile(study), "{");
  expect(ownerOf(study)).toBeUndefined();
  claimStudy(study).release();
});

test("one that was taken over does not remove its successor's claim", () => {
  const study = newStudy();
  const ownership = claimStudy(study);
  const successor = JSON.stringify({ ...thisProcess(), pid: 1 });
  fs.writeFileSync(ownerFile(study), successor);
  ownership.release();
  expect(fs.readFileSync(ownerFile(study), "utf8")).toBe(successor);
});

test("a folder that cannot be written is told", () => {
  expect(() => claimStudy(path.join(folder(), "missing", "journal.log"))).toThrow(
    expect.objectContaining({ code: "cannot-write" }),
  );
});
