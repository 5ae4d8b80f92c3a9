import fs from "node:fs";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { decodeLine } from "../journal/codec.ts";
import type { EventListener, StudyHistory } from "../journal/history.ts";
import type { Problem } from "../journal/mend.ts";
import { Replay } from "../journal/replay.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { TrialEvent } from "../protocol/trial.ts";
import { describeFailure, nodeFiles, systemCode } from "./files.ts";
import { type Fold, foldMended } from "./fold.ts";
import { LineReader, splitLines } from "./lines.ts";

export interface JournalReading {
  /** The studies that have not been deleted. */
  readonly histories: readonly StudyHistory[];
  /** What cannot be read, and what that means for the rest. Empty for a sound journal. */
  readonly problems: readonly Problem[];
  /** Sound records that change nothing, in Optuna neither: of finished trials, of unknown ids, … */
  readonly ignored: readonly Problem[];
  /** The last line is half there: a write that is under way, or was cut off. */
  readonly torn: boolean;
}

/**
 * Reads a journal without a lock and without changing it. Damage does not stop it: the sound lines are folded,
 * a trial whose start is lost counts as failed so that the others keep their numbers. `listener` hears the
 * events of all studies, in the file's order, before this resolves. Rejects only if there is no file to read.
 */
export async function readHistory(journalPath: string, listener?: EventListener): Promise<JournalReading> {
  const file = path.resolve(journalPath);
  const descriptor = openForReading(file);
  try {
    const { size } = fs.fstatSync(descriptor);
    const heard: [number, TrialEvent][] = [];
    const hear: EventListener | undefined = listener && ((studyId, event) => heard.push([studyId, event]));
    const reader = new LineReader(nodeFiles);
    let fold = await foldSound(reader, descriptor, size, hear);
    if (fold === undefined) {
      heard.length = 0;
      fold = foldMended(completeLines(descriptor, size), hear);
    }
    for (const [studyId, event] of heard) listener?.(studyId, event);
    const { replay, problems, ignored } = fold;
    return { histories: replay.histories, problems, ignored, torn: endsTorn(descriptor, size) };
  } finally {
    fs.closeSync(descriptor);
  }
}

function openForReading(file: string): number {
  try {
    const descriptor = fs.openSync(file, "r");
    if (fs.fstatSync(descriptor).isFile()) return descriptor;
    fs.closeSync(descriptor);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") {
      const message = `The journal ${file} cannot be read: ${describeFailure(error)}.`;
      throw new TuningForkError("bad-input", message, "See to the file's permissions.");
    }
  }
  throw new TuningForkError(
    "unknown-study",
    `There is no journal at ${file}.`,
    "Give the path of a journal file.",
  );
}

/** Folds line by line; undefined at the first line that is damaged. */
async function foldSound(
  reader: LineReader,
  descriptor: number,
  size: number,
  hear: EventListener | undefined,
): Promise<Fold | undefined> {
  const replay = new Replay(hear);
  const ignored: Problem[] = [];
  let damaged = false;
  const onLine = (text: string, utf8: boolean, line: number): void => {
    const record = damaged || !utf8 ? undefined : decodeLine(text).record;
    const outcome = record && replay.apply(record);
    if (outcome !== undefined && "rejected" in outcome) ignored.push({ line, message: outcome.rejected });
    else damaged ||= record === undefined || outcome !== undefined;
  };
  while (!damaged && reader.readChunk(descriptor, size, onLine)) await nextTurn();
  return damaged ? undefined : { replay, problems: [], ignored };
}

function completeLines(descriptor: number, size: number) {
  const bytes = Buffer.allocUnsafe(size);
  const read = fs.readSync(descriptor, bytes, 0, size, 0);
  return splitLines(bytes.subarray(0, bytes.subarray(0, read).lastIndexOf("\n") + 1));
}

function endsTorn(descriptor: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  fs.readSync(descriptor, last, 0, 1, size - 1);
  return last[0] !== 10;
}
