import { setImmediate as nextTurn } from "node:timers/promises";
import { decodeLine } from "../journal/codec.ts";
import type { JournalRecord } from "../journal/records.ts";
import { TuningForkError } from "../protocol/errors.ts";
import { type FileLayer, folderOf, systemCode } from "./files.ts";
import { LineReader } from "./lines.ts";

/** Hears what the file holds beyond what was read before, in its order. */
export interface JournalListener {
  record(record: JournalRecord, line: number): void;
  /** A line that is no record; `operation` where only its operation is unknown. */
  damage(line: number, message: string, operation: number | undefined): void;
  /** A torn last line was cut off. */
  torn(line: number): void;
}

/**
 * A journal file, open for reading and appending. Whatever lies beyond `read` so far was written by others:
 * `catchUp` hands it over. Appending, and whatever changes the file, is done by the holder of the lock.
 */
export class JournalFile {
  readonly path: string;
  readonly #files: FileLayer;
  readonly #descriptor: number;
  readonly #identity: string;
  readonly #reader: LineReader;
  readonly #listener: JournalListener;
  /** Half a line that we ourselves failed to write and to cut off again begins at the reader's offset. */
  #ownTail = false;

  /** Throws the system's error: ENOENT where there is no file and `create` is false. */
  constructor(path: string, files: FileLayer, create: boolean, listener: JournalListener) {
    this.path = path;
    this.#files = files;
    this.#listener = listener;
    this.#reader = new LineReader(files);
    this.#descriptor = files.open(path, create ? "create" : "append");
    this.#identity = files.stat(path).identity;
    if (create) files.syncFolder(folderOf(path));
  }

  /** Complete lines read and written. */
  get lines(): number {
    return this.#reader.lines;
  }

  /** Half a line of ours still stands at the end. */
  get isTorn(): boolean {
    return this.#ownTail;
  }

  /** Bytes read and written. */
  get offset(): number {
    return this.#reader.offset;
  }

  /** Reads from the start, in turns, so that other work goes on meanwhile. */
  async readWhole(): Promise<void> {
    while (this.#reader.readChunk(this.#descriptor, this.#size(), this.#onLine)) await nextTurn();
  }

  /** Reads what others have appended since; true if there was anything. Needs no lock. */
  catchUp(): boolean {
    const before = this.#reader.offset;
    const size = this.#size();
    if (size > before) this.#reader.readAll(this.#descriptor, size, this.#onLine);
    return this.#reader.offset > before;
  }

  /**
   * Catches up and brings the end of the file in order: an append behind half a line would destroy both, for
   * Optuna as well. A last record that only lacks its "\n" gets it; half a record is cut off. Under the lock.
   */
  prepareAppend(): boolean {
    let foreign = this.catchUp();
    const { offset } = this.#reader;
    const size = this.#size();
    if (size > offset) {
      if (!this.#ownTail && this.#tailIsRecord(size)) {
        this.#files.write(this.#descriptor, Buffer.from("\n"));
        foreign = this.catchUp() || foreign;
      } else {
        this.#files.truncate(this.#descriptor, offset);
        if (!this.#ownTail) this.#listener.torn(this.lines + 1);
      }
    }
    this.#ownTail = false;
    return foreign;
  }

  /**
   * Writes lines (ASCII, each with its "\n") behind all others, in one call where the system takes them in
   * one. Says how many got in whole, and why no more. Under the lock, after `prepareAppend`.
   */
  append(lines: readonly string[]): { readonly written: number; readonly error?: unknown } {
    const bytes = Buffer.from(lines.join(""), "latin1");
    let done = 0;
    try {
      while (done < bytes.length) done += this.#files.write(this.#descriptor, bytes.subarray(done));
      this.#advance(bytes.length, lines.length);
      return { written: lines.length };
    } catch (error) {
      const whole = bytes.subarray(0, done).lastIndexOf("\n") + 1;
      const written = wholeLines(lines, whole);
      this.#advance(whole, written);
      if (done > whole) this.#cutOwnTail();
      return { written, error };
    }
  }

  sync(): Promise<void> {
    return this.#files.sync(this.#descriptor);
  }

  close(): void {
    this.#files.close(this.#descriptor);
  }

  #advance(bytes: number, lines: number): void {
    this.#reader.offset += bytes;
    this.#reader.lines += lines;
  }

  #cutOwnTail(): void {
    this.#ownTail = true;
    try {
      this.#files.truncate(this.#descriptor, this.#reader.offset);
      this.#ownTail = false;
    } catch {
      // prepareAppend tries again before anything else is written.
    }
  }

  #tailIsRecord(size: number): boolean {
    const tail = Buffer.allocUnsafe(size - this.#reader.offset);
    const length = this.#files.read(this.#descriptor, tail, this.#reader.offset);
    return decodeLine(tail.toString("utf8", 0, length)).record !== undefined;
  }

  /** Throws if the file is no longer the one that was opened: its ids would not be ours. */
  #size(): number {
    let found: ReturnType<FileLayer["stat"]> | undefined;
    try {
      found = this.#files.stat(this.path);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
    }
    if (found?.identity === this.#identity && found.size >= this.#reader.offset) return found.size;
    const fate =
      found === undefined ? "deleted" : found.identity === this.#identity ? "cut short" : "replaced";
    throw new TuningForkError(
      "cannot-write",
      `The journal ${this.path} was ${fate} by another program while the study was open.`,
      "Stop the study, see to the file, and resume.",
    );
  }

  readonly #onLine = (text: string, utf8: boolean, line: number): void => {
    const decoded = utf8 ? decodeLine(text) : { problem: "The line is not UTF-8." };
    if (decoded.record !== undefined) this.#listener.record(decoded.record, line);
    else this.#listener.damage(line, decoded.problem, "operation" in decoded ? decoded.operation : undefined);
  };
}

/** How many lines the first `bytes` bytes are. */
function wholeLines(lines: readonly string[], bytes: number): number {
  let count = 0;
  for (let end = 0; count < lines.length && end + lines[count]!.length <= bytes; count++) {
    end += lines[count]!.length;
  }
  return count;
}
