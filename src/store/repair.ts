import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { decodeLine, encodeRecord } from "../journal/codec.ts";
import { type MendedLine, mend, type Problem } from "../journal/mend.ts";
import { TuningForkError } from "../protocol/errors.ts";
import { folderOf, nodeFiles, systemCode } from "./files.ts";
import { cannotWrite } from "./journalLog.ts";
import { type RawLine, splitLines } from "./lines.ts";
import { FileLock, type LockOptions } from "./lock.ts";

export interface Repair {
  /** Records of the damaged file that the mended one has. */
  readonly kept: number;
  /** The file beside the journal that has what could not be kept, byte for byte; undefined if all was kept. */
  readonly aside: string | undefined;
  /** What was wrong and what became of it. */
  readonly problems: readonly Problem[];
}

/**
 * Mends a damaged journal so that Optuna and we can read and continue it. Each line that is not whole goes,
 * byte for byte, into `<journal>.damaged-<n>`; sound records stay as they are, also those found inside a
 * damaged line. Ids are positions in the file: where a lost line began a trial, a failed trial without
 * parameters takes its place, so that every other trial keeps its id, number and results. What else is
 * recorded of the lost trial stays in the file and is ignored by every reader. Where the only trace of such a
 * line is gone (it was the last start, and nothing refers to it), no trial takes its place.
 *
 * Under the journal's lock; the mended file replaces the old one in one step. No engine may have the study
 * open. A sound journal is left untouched.
 */
export async function repairJournal(journalPath: string, options: LockOptions = {}): Promise<Repair> {
  const file = path.resolve(journalPath);
  if (!fs.existsSync(file)) {
    throw new TuningForkError(
      "unknown-study",
      `There is no journal at ${file}.`,
      "Give the path of a journal file.",
    );
  }
  const lock = new FileLock(file, nodeFiles, options);
  try {
    await lock.acquire();
  } catch (error) {
    lock.dispose();
    throw cannotWrite(file, error);
  }
  try {
    return repairLocked(file);
  } catch (error) {
    throw cannotWrite(file, error);
  } finally {
    lock.release();
    lock.dispose();
  }
}

function repairLocked(file: string): Repair {
  const source = splitLines(fs.readFileSync(file)).map(withoutTornEnd);
  const { lines, problems } = mend(source);
  const kept = lines.reduce((count, line) => count + keptRecords(line), 0);
  if (problems.length === 0 && source.every((line) => line.bytes.at(-1) === NEWLINE)) {
    return { kept, aside: undefined, problems };
  }
  const damaged = lines.flatMap(({ aside, line }) => (aside ? [source[line - 1]!] : []));
  const aside = writeAside(file, damaged);
  const mended = lines.map((line) => mendedBytes(line, source[line.line - 1]!));
  replaceFile(file, Buffer.concat(mended));
  return { kept, aside, problems };
}

const NEWLINE = 10;

/** A last line without its end counts as damaged unless it is a whole record. */
function withoutTornEnd(line: RawLine): RawLine {
  return line.bytes.at(-1) === NEWLINE || decodeLine(line.text).record !== undefined
    ? line
    : { ...line, bytes: Buffer.concat([line.bytes, Buffer.from("\n")]) };
}

function keptRecords({ records, intact, inserted }: MendedLine): number {
  return intact ? 1 : records.length - inserted;
}

function mendedBytes({ intact, records }: MendedLine, { bytes }: RawLine): Buffer {
  if (!intact) return Buffer.from(records.map(encodeRecord).join(""), "latin1");
  return bytes.at(-1) === NEWLINE ? bytes : Buffer.concat([bytes, Buffer.from("\n")]);
}

/** The first free `<journal>.damaged-<n>`; blank lines are not worth a file. */
function writeAside(file: string, damaged: readonly RawLine[]): string | undefined {
  const worth = damaged.filter((line) => line.text.trim() !== "");
  if (worth.length === 0) return undefined;
  const bytes = Buffer.concat(worth.map((line) => line.bytes));
  for (let count = 1; ; count++) {
    const aside = `${file}.damaged-${count}`;
    try {
      writeDurably(aside, bytes);
      return aside;
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    }
  }
}

function replaceFile(file: string, bytes: Buffer): void {
  const temporary = `${file}.${randomUUID()}.mended`;
  try {
    writeDurably(temporary, bytes);
    fs.chmodSync(temporary, fs.statSync(file).mode);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  nodeFiles.syncFolder(folderOf(file));
}

function writeDurably(file: string, bytes: Buffer): void {
  fs.writeFileSync(file, bytes, { flag: "wx", flush: true });
}
