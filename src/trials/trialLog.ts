import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * The log file of one run: raw output, appended. Opened with the first output, so that silent runs cost no
 * file. Written at once, not queued: a killed engine loses nothing, and a slow disk slows the reading
 * of the pipe down instead of filling memory. A write that fails is told once and never thrown: the trial
 * matters more than its log. Later output is tried again, so a log goes on when the disk has room again.
 */
export class TrialLog {
  readonly #path: string;
  readonly #failed: (message: string) => void;
  #file: number | undefined;
  #told = false;

  constructor(path: string, failed: (message: string) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  write(chunk: Buffer): void {
    try {
      this.#file ??= open(this.#path);
      let written = 0;
      while (written < chunk.length) written += writeSync(this.#file, chunk, written);
    } catch (error) {
      this.#tell(error);
    }
  }

  close(): void {
    if (this.#file === undefined) return;
    try {
      closeSync(this.#file);
    } catch (error) {
      // Some file systems report a failed write only here.
      this.#tell(error);
    }
    this.#file = undefined;
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

function open(path: string): number {
  try {
    return openSync(path, "a");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "a");
  }
}
