import { TuningForkError } from "../protocol/errors.ts";
import type { StudyInput } from "./studyInput.ts";

/** How long to wait before a journal that could not be written is tried again. */
const RETRY_MS = 1_000;

/** Holds a study back while its journal cannot be written: nothing that happened is given up for a full disk. */
export class DiskGuard {
  readonly #input: StudyInput;
  #blocked = false;

  constructor(input: StudyInput) {
    this.#input = input;
  }

  /** Whether new trials must wait. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Blocks until the journal takes what we have, then calls `again`. Throws what is no fault of the disk. */
  block(error: unknown, again: () => void): void {
    if (!isCannotWrite(error)) throw error;
    if (this.#blocked) return;
    this.#blocked = true;
    this.#input.blocked(error);
    void this.untilSynced().finally(() => {
      this.#blocked = false;
      this.#input.blocked(undefined);
      again();
    });
  }

  /** Resolves once all that was recorded is on the disk, however long that takes. */
  async untilSynced(): Promise<void> {
    for (;;) {
      try {
        return await this.#input.store.synced();
      } catch (error) {
        if (!isCannotWrite(error)) throw error;
        if (!this.#blocked) this.#input.blocked(error);
        await new Promise<void>((resolve) => void this.#input.clock.after(RETRY_MS, resolve));
      }
    }
  }
}

function isCannotWrite(error: unknown): error is TuningForkError {
  return error instanceof TuningForkError && error.code === "cannot-write";
}
