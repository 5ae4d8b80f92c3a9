import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import {
  checkpointFolder,
  findStudies,
  journalPath,
  prepareStudyFolder,
  safeStudyName,
  studyFolder,
  trialLogPath,
} from "../../../src/store/folder.ts";
import { useFolders } from "./folders.ts";

const folder = useFolders();

test("everything of a study lies in its folder beside the definition", async () => {
  const root = folder();
  const study = await prepareStudyFolder(root, "train");
  expect(study).toBe(path.join(root, ".tuning-fork", "train", "journal.log"));
  expect(study).toBe(journalPath(root, "train"));
  expect(studyFolder(root, "train")).toBe(path.dirname(study));
  expect(trialLogPath(study, 7)).toBe(path.join(root, ".tuning-fork", "train", "trials", "7.log"));
  expect(checkpointFolder(study, 7)).toBe(path.join(root, ".tuning-fork", "train", "checkpoints", "7"));
  const ignore = path.join(root, ".tuning-fork", ".gitignore");
  expect(fs.readFileSync(ignore, "utf8")).toBe("*\n");
  fs.writeFileSync(ignore, "mine\n");
  await prepareStudyFolder(root, "train");
  expect(fs.readFileSync(ignore, "utf8")).toBe("mine\n");
});

test("a folder that cannot be made is told", async () => {
  const file = path.join(folder(), "file");
  fs.writeFileSync(file, "");
  await expect(prepareStudyFolder(file, "train")).rejects.toMatchObject({ code: "cannot-write" });
});

test.each(["train", "my_study-2.1", "größe", "学習"])("%s is its own folder", (name) => {
  expect(safeStudyName(name)).toBe(name);
});

test.each([
  "",
  ".",
  "..",
  "../../etc",
  "a/b",
  "a\\b",
  "con",
  "NUL.txt",
  "a.",
  ".hidden",
  "a b",
  "a:b",
  "-rf",
  "x".repeat(300),
])("%j gets a safe folder of its own", (name) => {
  const safe = safeStudyName(name);
  expect(safe).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*-[0-9a-f]{8}$/u);
  expect(safe.length).toBeLessThanOrEqual(80);
  expect(safe).not.toBe(safeStudyName(`${name}!`));
});

test("studies are found some levels deep, not where packages live", async () => {
  const root = folder();
  const make = (...parts: string[]) =>
    prepareStudyFolder(path.join(root, ...parts), "s").then((study) => {
      fs.writeFileSync(study, "");
      return study;
    });
  fs.mkdirSync(path.join(root, "a/b/c/d/e/f/g"), { recursive: true });
  const near = await make();
  const deep = await make("a", "b", "c", "d", "e", "f");
  await make("a", "b", "c", "d", "e", "f", "g");
  for (const skipped of ["node_modules", ".git", "venv", ".venv"]) await make(skipped);
  await prepareStudyFolder(root, "without journal");
  fs.symlinkSync(root, path.join(root, "a", "loop"));
  expect(await findStudies([root, root, path.join(root, "missing")])).toEqual([near, deep].sort());
});
