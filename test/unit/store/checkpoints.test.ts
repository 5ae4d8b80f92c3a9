import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openCheckpoints } from "../../../src/store/checkpoints.ts";
import { checkpointFolder } from "../../../src/store/folder.ts";
import { useFolders } from "./folders.ts";

const folder = useFolders();

/** A study whose trial 3 has a checkpoint of some files. */
function study() {
  const id = path.join(folder(), "journal.log");
  const own = checkpointFolder(id, 3);
  write(own, "one");
  return { id, own, root: path.dirname(own) };
}

function write(own: string, text: string): void {
  fs.mkdirSync(path.join(own, "deep"), { recursive: true });
  fs.writeFileSync(path.join(own, "model.bin"), text);
  fs.writeFileSync(path.join(own, "deep", "optimizer.bin"), text);
}

const read = (of: string): string[] =>
  ["model.bin", path.join("deep", "optimizer.bin")].map((name) =>
    fs.readFileSync(path.join(of, name), "utf8"),
  );

test("a copy is of what was kept, whatever the original has become", async () => {
  const { id, own, root } = study();
  const checkpoints = await openCheckpoints(id);
  await checkpoints.keep({ trial: 3, budget: 4 });
  write(own, "two");
  expect(await checkpoints.give(5, { trial: 3, budget: 4 }, false)).toBeUndefined();
  expect(read(checkpointFolder(id, 5))).toEqual(["one", "one"]);
  // The original rests at a later budget: its own folder is that checkpoint.
  expect(await checkpoints.give(6, { trial: 3, budget: 6 }, true)).toBeUndefined();
  expect(read(checkpointFolder(id, 6))).toEqual(["two", "two"]);
  expect(fs.readdirSync(root).sort()).toEqual(["3", "3@4", "5", "6"]);
});

test("keeping again, or giving to one that has a folder, changes nothing", async () => {
  const { id, own } = study();
  const checkpoints = await openCheckpoints(id);
  await checkpoints.keep({ trial: 3, budget: 4 });
  write(own, "two");
  await checkpoints.keep({ trial: 3, budget: 4 });
  expect(read(`${own}@4`)).toEqual(["one", "one"]);
  write(checkpointFolder(id, 5), "its own");
  expect(await checkpoints.give(5, { trial: 3, budget: 4 }, true)).toBeUndefined();
  expect(read(checkpointFolder(id, 5))).toEqual(["its own", "its own"]);
});

test("only what is wanted stays, and the rest of a killed process goes", async () => {
  const { id, own, root } = study();
  const first = await openCheckpoints(id);
  for (const budget of [0.5, 4, 1e-7]) await first.keep({ trial: 3, budget });
  write(path.join(root, ".7.abcd.partial"), "half");
  const second = await openCheckpoints(id);
  expect(fs.readdirSync(root).sort()).toEqual(["3", "3@0.5", "3@1e-7", "3@4"]);
  await second.keepOnly([{ trial: 3, budget: 4 }]);
  expect(fs.readdirSync(root).sort()).toEqual(["3", "3@4"]);
  fs.rmSync(own, { recursive: true });
  expect(await second.give(8, { trial: 3, budget: 4 }, true)).toBeUndefined();
  expect(read(checkpointFolder(id, 8))).toEqual(["one", "one"]);
});

test.each(["missing", "empty"])("a source that is %s is told, and nothing is made", async (how) => {
  const { id, own, root } = study();
  fs.rmSync(own, { recursive: true });
  if (how === "empty") fs.mkdirSync(own);
  const checkpoints = await openCheckpoints(id);
  await checkpoints.keep({ trial: 3, budget: 4 });
  expect(await checkpoints.give(5, { trial: 3, budget: 4 }, true)).toMatch(
    /^There is no checkpoint of #3 at 4 to go on from: .*checkpoints.3 is missing or empty/,
  );
  // Not resting there, the folder is of another budget.
  write(own, "later");
  expect(await checkpoints.give(5, { trial: 3, budget: 4 }, false)).toMatch(/3@4 is missing or empty/);
  expect(fs.readdirSync(root)).toEqual(["3"]);
});

test("links into the original lead into the copy, others stay as they are", async () => {
  const { id, own } = study();
  fs.symlinkSync(path.join(own, "model.bin"), path.join(own, "latest"));
  fs.symlinkSync("model.bin", path.join(own, "relative"));
  fs.symlinkSync("/dev/null", path.join(own, "elsewhere"));
  const checkpoints = await openCheckpoints(id);
  expect(await checkpoints.give(5, { trial: 3, budget: 4 }, true)).toBeUndefined();
  const copy = checkpointFolder(id, 5);
  const link = (name: string): string => fs.readlinkSync(path.join(copy, name));
  expect(["latest", "relative", "elsewhere"].map(link)).toEqual([
    path.join(copy, "model.bin"),
    "model.bin",
    "/dev/null",
  ]);
});

test("a copy that cannot be finished leaves nothing behind", async () => {
  const { id, own, root } = study();
  // A pipe has no content that could be copied.
  expect(spawnSync("mkfifo", [path.join(own, "zz-pipe")]).status).toBe(0);
  const checkpoints = await openCheckpoints(id);
  const source = { trial: 3, budget: 4 };
  await expect(checkpoints.keep(source)).rejects.toMatchObject({ code: "cannot-write" });
  await expect(checkpoints.give(5, source, true)).rejects.toMatchObject({ code: "cannot-write" });
  expect(fs.readdirSync(root)).toEqual(["3"]);
});

test("it is known whether any trial has left anything", async () => {
  const { id, own } = study();
  const checkpoints = await openCheckpoints(id);
  expect(await checkpoints.isUnused()).toBe(false);
  fs.rmSync(own, { recursive: true });
  fs.mkdirSync(own);
  expect(await checkpoints.isUnused()).toBe(true);
  fs.rmSync(path.dirname(own), { recursive: true });
  expect(await checkpoints.isUnused()).toBe(true);
});
