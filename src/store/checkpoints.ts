import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { TuningForkError } from "../protocol/errors.ts";
import type { StudyId } from "../protocol/study.ts";
import type { CheckpointSource, TrialNumber } from "../protocol/trial.ts";
import { describeFailure, systemCode } from "./files.ts";
import { checkpointFolder } from "./folder.ts";

/** Checkpoint folders that trials go on from which are not their own. */
export interface Checkpoints {
  /** Keeps what a trial that rests at a budget has, before it goes on and changes it. Rejects with `cannot-write`. */
  keep(source: CheckpointSource): Promise<void>;
  /**
   * Gives a trial a copy of what another one had at a budget; one that has a folder keeps it. `isResting`: the other
   * one has not gone on from there. Resolves to what is wrong where there is no such checkpoint; rejects with
   * `cannot-write`.
   */
  give(trial: TrialNumber, from: CheckpointSource, isResting: boolean): Promise<string | undefined>;
  /** Whether no trial has ever left anything in its folder. */
  isUnused(): Promise<boolean>;
  /** Removes what is kept, all but these. */
  keepOnly(sources: readonly CheckpointSource[]): Promise<void>;
}

const PARTIAL = ".partial";
const KEPT = /^\d+@[\d.e+-]+$/;

const nameOf = ({ trial, budget }: CheckpointSource): string => `${trial}@${budget}`;

/**
 * Copies of checkpoint folders beside the trials' own, as `checkpoints/<trial>@<budget>/`.
 *
 * A folder under its final name is whole: it is copied under another name, put on the disk and then renamed. So a
 * process that is killed at any moment leaves a copy that is whole, or none, and a rest that the next one removes.
 */
export async function openCheckpoints(study: StudyId): Promise<Checkpoints> {
  const root = path.dirname(checkpointFolder(study, 0));
  const names = await fs.readdir(root).catch(() => []);
  for (const name of names.filter((entry) => entry.endsWith(PARTIAL))) await remove(path.join(root, name));
  return new CheckpointFolders(
    study,
    root,
    names.filter((name) => KEPT.test(name)),
  );
}

class CheckpointFolders implements Checkpoints {
  readonly #study: StudyId;
  readonly #root: string;
  readonly #kept: Set<string>;

  constructor(study: StudyId, root: string, kept: readonly string[]) {
    this.#study = study;
    this.#root = root;
    this.#kept = new Set(kept);
  }

  async keep(source: CheckpointSource): Promise<void> {
    const name = nameOf(source);
    const own = checkpointFolder(this.#study, source.trial);
    if (this.#kept.has(name) || !(await hasContent(own))) return;
    await copyWhole(own, path.join(this.#root, name));
    this.#kept.add(name);
  }

  async give(trial: TrialNumber, from: CheckpointSource, isResting: boolean): Promise<string | undefined> {
    const target = checkpointFolder(this.#study, trial);
    if (await exists(target)) return undefined;
    const kept = path.join(this.#root, nameOf(from));
    const source =
      this.#kept.has(nameOf(from)) || !isResting ? kept : checkpointFolder(this.#study, from.trial);
    if (!(await hasContent(source))) return gone(from, source);
    await copyWhole(source, target);
    return undefined;
  }

  async isUnused(): Promise<boolean> {
    for (const name of await fs.readdir(this.#root).catch(() => [])) {
      if (await hasContent(path.join(this.#root, name))) return false;
    }
    return true;
  }

  async keepOnly(sources: readonly CheckpointSource[]): Promise<void> {
    const wanted = new Set(sources.map(nameOf));
    for (const name of this.#kept) {
      if (wanted.has(name)) continue;
      this.#kept.delete(name);
      // Under another name first: a folder that is half removed must not pass for a whole one.
      const doomed = path.join(this.#root, partialName(name));
      await fs.rename(path.join(this.#root, name), doomed).catch(() => {});
      await remove(doomed);
    }
  }
}

function gone({ trial, budget }: CheckpointSource, folder: string): string {
  return `There is no checkpoint of #${trial} at ${budget} to go on from: ${folder} is missing or empty. The script has to keep one in the folder of TUNING_FORK_CHECKPOINT.`;
}

const partialName = (name: string): string => `.${name}.${randomBytes(4).toString("hex")}${PARTIAL}`;

async function copyWhole(from: string, to: string): Promise<void> {
  const root = path.dirname(to);
  const partial = path.join(root, partialName(path.basename(to)));
  try {
    // On file systems that can, a copy shares its blocks with the original until one of them changes.
    const mode = constants.COPYFILE_FICLONE;
    await fs.cp(from, partial, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, mode });
    await settle(partial, from, to);
    await fs.rename(partial, to);
    await sync(root);
  } catch (error) {
    await remove(partial);
    throw new TuningForkError(
      "cannot-write",
      `The checkpoint ${from} cannot be copied to ${to}: ${describeFailure(error)}.`,
      "Free some space, or make the study's folder writable.",
    );
  }
}

/** Puts a copy's files and folders on the disk. Links into the original, such as "latest", then lead into the copy. */
async function settle(folder: string, from: string, to: string): Promise<void> {
  for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
    const inner = path.join(folder, entry.name);
    if (entry.isDirectory()) await settle(inner, from, to);
    else if (entry.isFile()) await sync(inner);
    else if (entry.isSymbolicLink()) await redirect(inner, from, to);
  }
  await sync(folder);
}

async function redirect(link: string, from: string, to: string): Promise<void> {
  const target = await fs.readlink(link);
  const relative = path.relative(from, target);
  if (!path.isAbsolute(target) || relative.startsWith("..") || path.isAbsolute(relative)) return;
  await fs.unlink(link);
  await fs.symlink(path.join(to, relative), link);
}

async function sync(file: string): Promise<void> {
  try {
    const handle = await fs.open(file, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows opens no folders, and some file systems sync none; what was not written is an error all the same.
    if (systemCode(error) === "ENOSPC" || systemCode(error) === "EIO") throw error;
  }
}

const exists = (file: string): Promise<boolean> =>
  fs.access(file).then(
    () => true,
    () => false,
  );

async function hasContent(folder: string): Promise<boolean> {
  const entries = await fs.readdir(folder).catch(() => []);
  return entries.length > 0;
}

/** What cannot be removed takes up space and does no other harm. */
const remove = (folder: string): Promise<void> =>
  fs.rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
