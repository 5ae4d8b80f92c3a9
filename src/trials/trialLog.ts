import fs from "node:fs";
import { dirname } from "node:path";

/**
 * The log file of one run: raw output, appended. Opened with the first output, so that silent runs cost no file,
 * and beside other work: making a file is the dearest call of a short run. Once open, output is written at
 * once, not queued: a killed engine loses nothing, and a slow disk slows the reading of the pipe down instead
 * of filling memory. A write that fails is told once and never thrown: the trial matters more than its log. Later
 * output is tried again, so a log goes on when the disk has room again.
 */
export class TrialLog {
  readonly #path: string;
  readonly #failed: (message: string) => void;
  #file: number | undefined;
  #opening = false;
  /** Output that came while the file was being opened. */
  #held: Buffer[] = [];
  #closed: (() => void) | undefined;
  #told = false;

  constructor(path: string, failed: (message: string) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  write(chunk: Buffer): void {
    if (this.#file !== undefined) {
      this.#append(this.#file, chunk);
      return;
    }
    this.#held.push(chunk);
    if (!this.#opening) this.#open();
  }

  /** Calls back once all output is in the file: at once unless the file is still being opened. */
  close(done: () => void): void {
    this.#closed = done;
    if (!this.#opening) this.#finish();
  }

  #open(): void {
    this.#opening = true;
    open(this.#path, (error, file) => {
      this.#opening = false;
      const held = this.#held;
      this.#held = [];
      this.#file = file;
      if (file === undefined) this.#tell(error);
      else for (const chunk of held) this.#append(file, chunk);
      if (this.#closed !== undefined) this.#finish();
    });
  }

  #append(file: number, chunk: Buffer): void {
    try {
      let written = 0;
      while (written < chunk.length) written += fs.writeSync(file, chunk, written);
    } catch (error) {
      this.#tell(error);
    }
  }

  #finish(): void {
    try {
      if (this.#file !== undefined) fs.closeSync(this.#file);
    } catch (error) {
      // Some file systems report a failed write only here.
      this.#tell(error);
    }
    this.#file = undefined;
    this.#closed?.();
  }

  #tell(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOSPC" ? "the disk is full" : code === "EACCES" ? "no permission" : (code ?? error);
    this.#failed(`Tuning Fork cannot write the log ${this.#path} (${why}). The trial runs on without it.`);
  }
}

type Opened = (error: NodeJS.ErrnoException | null, file: number | undefined) => void;

/** Opens a file for appending, making its folder where that is missing. */
function open(path: string, opened: Opened): void {
  fs.open(path, "a", (error, file) => {
    if (error?.code !== "ENOENT") opened(error, error === null ? file : undefined);
    else {
      fs.mkdir(dirname(path), { recursive: true }, (failure) => {
        if (failure !== null) opened(failure, undefined);
        else fs.open(path, "a", (again, made) => opened(again, again === null ? made : undefined));
      });
    }
  });
}
