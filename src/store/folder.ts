import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { TuningForkError } from "../protocol/errors.ts";
import type { StudyId } from "../protocol/study.ts";
import type { TrialNumber } from "../protocol/trial.ts";
import { describeFailure } from "./files.ts";

/**
 * Where a study lives, beside its definition:
 *
 *     .tuning-fork/.gitignore                       "*": none of it belongs into version control
 *     .tuning-fork/<study>/journal.log              its path is the study's id
 *     .tuning-fork/<study>/owner.json               the engine that works on it
 *     .tuning-fork/<study>/trials/<number>.log      what a trial printed
 *     .tuning-fork/<study>/checkpoints/<number>/    what a trial keeps between two rungs
 *     .tuning-fork/<study>/checkpoints/<number>@<budget>/   what it had there, where others may go on from it
 */
const ROOT = ".tuning-fork";
const JOURNAL = "journal.log";

/** The folder of a study, whether it exists or not. */
export function studyFolder(definitionDir: string, study: string): string {
  return path.join(path.resolve(definitionDir), ROOT, safeStudyName(study));
}

export function journalPath(definitionDir: string, study: string): StudyId {
  return path.join(studyFolder(definitionDir, study), JOURNAL);
}

/** The folder of the definition that a study belongs to; undefined for a journal that lies elsewhere. */
export function definitionFolder(study: StudyId): string | undefined {
  const root = path.dirname(path.dirname(study));
  return path.basename(root) === ROOT && path.basename(study) === JOURNAL ? path.dirname(root) : undefined;
}

export function trialLogPath(study: StudyId, trial: TrialNumber): string {
  return path.join(path.dirname(study), "trials", `${trial}.log`);
}

/** What was seen of a trial's training step by step, and answered: one message of `protocol/control.ts` a line. */
export function tracePath(study: StudyId, trial: TrialNumber): string {
  return path.join(path.dirname(study), "traces", `${trial}.jsonl`);
}

export function checkpointFolder(study: StudyId, trial: TrialNumber): string {
  return path.join(path.dirname(study), "checkpoints", String(trial));
}

/** Makes a study's folders; rejects with `cannot-write`. Gives the path of its journal, which is not made. */
export async function prepareStudyFolder(definitionDir: string, study: string): Promise<StudyId> {
  const folder = studyFolder(definitionDir, study);
  try {
    await fs.mkdir(path.join(folder, "trials"), { recursive: true });
    const ignore = path.join(path.dirname(folder), ".gitignore");
    await fs.writeFile(ignore, "*\n", { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } catch (error) {
    throw new TuningForkError(
      "cannot-write",
      `The study's folder ${folder} cannot be made: ${describeFailure(error)}.`,
      "Make the folder of the definition writable, or move the definition.",
    );
  }
  return path.join(folder, JOURNAL);
}

const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
const UNSAFE = /[^\p{L}\p{N}_.-]+/gu;
/** Windows gives these names to devices, whatever ending follows. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const LONGEST = 80;

/** A folder's name for a study: the study's own where every system takes that, else made safe and told apart by a hash. */
export function safeStudyName(study: string): string {
  const name = study.normalize("NFC");
  if (PLAIN.test(name) && name.length <= LONGEST && !name.endsWith(".") && !DEVICE.test(name)) return name;
  const hash = createHash("sha256").update(study).digest("hex").slice(0, 8);
  const readable = name
    .replace(UNSAFE, "-")
    .replace(/^[.-]+/, "")
    .slice(0, LONGEST - 9)
    .replace(/[.-]+$/, "");
  return readable === "" || DEVICE.test(readable) ? `study-${hash}` : `${readable}-${hash}`;
}

const SKIPPED = new Set(["node_modules", "venv", "env", "site-packages", "__pycache__"]);
const DEEPEST = 6;

/** The journals in these folders and below them, six levels deep, sorted; folders that cannot be read are passed over. */
export async function findStudies(folders: readonly string[]): Promise<StudyId[]> {
  const found = new Set<StudyId>();
  for (const folder of folders) await search(path.resolve(folder), 0, found);
  return [...found].sort();
}

async function search(folder: string, depth: number, found: Set<StudyId>): Promise<void> {
  for (const entry of await entries(folder)) {
    if (!entry.isDirectory()) continue;
    const inner = path.join(folder, entry.name);
    if (entry.name === ROOT) await collect(inner, found);
    else if (depth < DEEPEST && !entry.name.startsWith(".") && !SKIPPED.has(entry.name)) {
      await search(inner, depth + 1, found);
    }
  }
}

async function collect(root: string, found: Set<StudyId>): Promise<void> {
  for (const entry of await entries(root)) {
    if (!entry.isDirectory()) continue;
    const journal = path.join(root, entry.name, JOURNAL);
    const stat = await fs.stat(journal).catch(() => undefined);
    if (stat?.isFile()) found.add(journal);
  }
}

async function entries(folder: string): Promise<Dirent[]> {
  return fs.readdir(folder, { withFileTypes: true }).catch(() => []);
}
