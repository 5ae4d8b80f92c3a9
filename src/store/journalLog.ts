import fs from "node:fs";
import { decodeLine, encodeRecord } from "../journal/codec.ts";
import type { EventListener } from "../journal/history.ts";
import type { Problem } from "../journal/mend.ts";
import type { JournalRecord } from "../journal/records.ts";
import { Replay } from "../journal/replay.ts";
import { TuningForkError } from "../protocol/errors.ts";
import { describeFailure, type FileLayer } from "./files.ts";
import { foldMended } from "./fold.ts";
import { JournalFile } from "./journalFile.ts";
import { splitLines } from "./lines.ts";
import { FileLock, type LockOptions } from "./lock.ts";

/** Records that can only be made once the lock is held and all that others wrote is known. */
export interface Job {
  /** What to write; undefined: nothing after all. What it throws goes to `refused`. */
  compose(): readonly JournalRecord[] | undefined;
  /** Written, or (false) nothing to write. */
  done(written: boolean): void;
  /** It cannot be written. */
  refused(error: unknown): void;
  /** Kept and tried again when the disk fails, instead of being refused. */
  readonly lasting: boolean;
}

export interface LogOptions {
  readonly path: string;
  readonly create: boolean;
  readonly files: FileLayer;
  readonly lock: LockOptions;
  /** Hears the events of what is read from the file, not of what is written here. */
  readonly listener: EventListener;
}

const FIRST_RETRY = 250;
const LONGEST_RETRY = 10_000;
/** Milliseconds until what nobody waits for is put on the disk: one fsync for all that came in meanwhile. */
const COMMIT_DELAY = 100;

/**
 * A journal with its replay and what is still to be written. Records of known trials are folded in at once and
 * written at the end of the turn; whatever is given an id by its place in the file waits for the lock.
 * Nothing recorded is dropped when writing fails: it stays queued, in order, and is tried again.
 */
export class JournalLog {
  replay: Replay;
  readonly #path: string;
  readonly #file: JournalFile;
  readonly #lock: FileLock;
  readonly #listener: EventListener;
  readonly #lines: string[] = [];
  /** Who waits for all lines to be written. */
  readonly #waiters: (() => void)[] = [];
  /** Trials with unwritten lines: where others wrote of the same, the file's order decides. */
  readonly #unwritten = new Set<number>();
  readonly #jobs: Job[] = [];
  /** Of the file, as far as read. */
  #damage: Problem[] = [];
  /** All others, such as a torn line that was cut off. */
  readonly #notes: Problem[] = [];
  #mustReload = false;
  /** A newer program's operation stands in the file. */
  unknownOperation = false;
  #muted = false;
  #waiting: Promise<void> | undefined;
  #scheduled = false;
  #error: TuningForkError | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryDelay = FIRST_RETRY;
  #dirty = false;
  #syncing: Promise<void> = Promise.resolve();
  #nextSync: Promise<void> | undefined;
  #commit: NodeJS.Timeout | undefined;
  #closed = false;

  /** Throws the system's error. */
  constructor({ path, create, files, lock, listener }: LogOptions) {
    this.#path = path;
    this.#listener = listener;
    this.#lock = new FileLock(path, files, lock);
    this.replay = new Replay(this.#hear);
    this.#file = new JournalFile(path, files, create, {
      record: (record, line) => this.#read(record, line),
      damage: (line, message, operation) => {
        this.unknownOperation ||= operation !== undefined;
        this.#addDamage(line, message);
      },
      torn: (line) => this.note("The last line was cut off in the middle of a write; it is removed.", line),
    });
  }

  get problems(): readonly Problem[] {
    return [...this.#damage, ...this.#notes];
  }

  get isDamaged(): boolean {
    return this.#damage.length > 0;
  }

  note(message: string, line: number = this.#file.lines): void {
    this.#notes.push({ line, message });
  }

  /** Reads the file from its start. */
  async readWhole(): Promise<void> {
    await this.#file.readWhole();
  }

  /** Folds a record in and queues it; it is written at the end of this turn, or as soon as it can be. */
  record(record: JournalRecord): void {
    this.#checkOpen();
    this.#lines.push(encodeRecord(record));
    if ("trial_id" in record) this.#unwritten.add(record.trial_id);
    this.#apply(record);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  /** Does a job at once if the lock is free, else as soon as it is. */
  run(job: Job): void {
    this.#checkOpen();
    this.#jobs.push(job);
    this.#pump();
  }

  /** Reads what others have written; true if there was anything. */
  refresh(): boolean {
    this.#checkOpen();
    const foreign = this.#file.catchUp();
    if (this.#mustReload) this.#reload();
    return foreign;
  }

  /** Calls back once no line is unwritten: at once, or at the end of the turn in which the last one is written. */
  whenWritten(tell: () => void): void {
    if (this.#lines.length === 0 && this.#waiters.length === 0) tell();
    else this.#waiters.push(tell);
  }

  /** Resolves when the queue is written and on the disk; rejects with `cannot-write`. */
  async synced(): Promise<void> {
    while (this.#isPending) {
      this.#pump();
      await this.#waiting;
      if (this.#isPending && this.#error !== undefined) throw this.#error;
    }
    await this.#sync();
  }

  /** Writes all and lets the file go; where that fails it stays open, so that it can be tried again. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await this.synced();
    this.abandon();
  }

  /** Lets the file go as it is. */
  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#commit);
    this.#file.close();
    this.#lock.dispose();
  }

  get #isPending(): boolean {
    return this.#lines.length > 0 || this.#jobs.length > 0 || this.#file.isTorn;
  }

  #checkOpen(): void {
    if (this.#closed) throw new TuningForkError("internal", `The journal ${this.#path} is closed already.`);
  }

  #pump(): void {
    if (this.#waiting !== undefined || !this.#isPending || this.#closed) return;
    try {
      if (this.#lock.tryAcquire()) this.#cycle();
      else this.#waiting = this.#cycleLater();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #cycleLater(): Promise<void> {
    try {
      await this.#lock.acquire();
      this.#cycle();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#waiting = undefined;
    }
  }

  /** One hold of the lock: catches up, writes all that is queued, gives the lock back. */
  #cycle(): void {
    try {
      this.#file.prepareAppend();
      if (this.#mustReload) this.#reload();
      let error: unknown;
      for (let job = this.#jobs[0]; job !== undefined && error === undefined; job = this.#jobs[0]) {
        error = this.#doJob(job);
      }
      if (error === undefined && this.#lines.length > 0) error = this.#write([]).error;
      if (error === undefined) this.#succeed();
      else this.#fail(error);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#lock.release();
    }
    // Before those whose jobs are done go on: they wait for a promise.
    if (this.#lines.length === 0) for (const tell of this.#waiters.splice(0)) tell();
  }

  /** Writes a job's records behind the queued lines; returns why that failed. */
  #doJob(job: Job): unknown {
    let records: readonly JournalRecord[] | undefined;
    try {
      records = job.compose();
    } catch (error) {
      this.#jobs.shift();
      job.refused(error);
      return undefined;
    }
    if (records !== undefined) {
      const { written, error } = this.#write(records.map(encodeRecord));
      for (const record of records.slice(0, written)) this.#apply(record);
      if (written < records.length) return error;
    }
    this.#jobs.shift();
    job.done(records !== undefined);
    return undefined;
  }

  /** Writes the queued lines and `more` behind them; says how many of `more` got in. */
  #write(more: readonly string[]): { readonly written: number; readonly error?: unknown } {
    const queued = this.#lines.length;
    const { written, error } = this.#file.append(queued === 0 ? more : [...this.#lines, ...more]);
    if (written > 0) this.#touch();
    this.#lines.splice(0, written);
    if (this.#lines.length === 0) this.#unwritten.clear();
    return { written: Math.max(0, written - queued), error };
  }

  #succeed(): void {
    this.#error = undefined;
    this.#retryDelay = FIRST_RETRY;
  }

  #fail(error: unknown): void {
    this.#error = cannotWrite(this.#path, error);
    const jobs = this.#jobs.splice(0);
    this.#jobs.push(...jobs.filter((job) => job.lasting));
    for (const job of jobs) if (!job.lasting) job.refused(this.#error);
    if (!this.#isPending || this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#pump(), this.#retryDelay).unref();
    this.#retryDelay = Math.min(this.#retryDelay * 2, LONGEST_RETRY);
  }

  #read(record: JournalRecord, line: number): void {
    if ("trial_id" in record && this.#unwritten.has(record.trial_id)) this.#mustReload = true;
    const outcome = this.replay.apply(record);
    if (outcome !== undefined && "missingTrials" in outcome) {
      this.#addDamage(line, `Lines that began ${outcome.missingTrials} trials are missing before this one.`);
    }
  }

  #addDamage(line: number, message: string): void {
    this.#damage.push({ line, message });
    this.#mustReload = true;
  }

  /** Replays the file as it would be mended, then what is still to be written. */
  #reload(): void {
    this.#mustReload = false;
    const bytes = fs.readFileSync(this.#path).subarray(0, this.#file.offset);
    this.#silently(() => {
      const { replay, problems } = foldMended(splitLines(bytes), this.#hear);
      this.replay = replay;
      this.#damage = [...problems];
    });
    for (const line of this.#lines) {
      const { record } = decodeLine(line);
      if (record !== undefined) this.#apply(record);
    }
  }

  #apply(record: JournalRecord): void {
    this.#silently(() => this.replay.apply(record));
  }

  readonly #silently = (action: () => void): void => {
    this.#muted = true;
    try {
      action();
    } finally {
      this.#muted = false;
    }
  };

  readonly #hear: EventListener = (studyId, event) => {
    if (!this.#muted) this.#listener(studyId, event);
  };

  #touch(): void {
    this.#dirty = true;
    this.#commit ??= setTimeout(() => {
      this.#commit = undefined;
      this.#sync().catch(() => this.#touch());
    }, COMMIT_DELAY).unref();
  }

  /** One fsync at a time; all who come while one runs share the next. */
  #sync(): Promise<void> {
    if (!this.#dirty) return this.#syncing;
    if (this.#nextSync === undefined) {
      this.#nextSync = this.#syncing.catch(() => {}).then(() => this.#syncNow());
      this.#syncing = this.#nextSync;
    }
    return this.#nextSync;
  }

  async #syncNow(): Promise<void> {
    this.#nextSync = undefined;
    this.#dirty = false;
    try {
      await this.#file.sync();
    } catch (error) {
      this.#dirty = true;
      throw cannotWrite(this.#path, error);
    }
  }
}

/** The error of a journal that cannot be written now. */
export function cannotWrite(path: string, error: unknown): TuningForkError {
  if (error instanceof TuningForkError) return error;
  return new TuningForkError(
    "cannot-write",
    `The journal ${path} cannot be written: ${describeFailure(error)}.`,
    "Nothing recorded so far is lost: it is written as soon as this is possible again.",
  );
}
