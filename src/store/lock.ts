import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type FileLayer, nodeFiles, systemCode } from "./files.ts";
import { isAlive, isProcessToken, thisProcess } from "./processes.ts";

export interface LockOptions {
  /** Milliseconds after which a lock that nobody touched is broken; Optuna's default is 30 s. */
  readonly grace?: number;
}

const LONGEST_WAIT = 1000;

/**
 * Optuna's lock of a journal (`JournalFileOpenLock`): the file `<journal>.lock`, created exclusively, released
 * by renaming it away first. It keeps out Optuna's other kind, the symbolic link, and is kept out by it.
 * Our lock file names its process, so that the lock of a killed engine is broken at once and not after 30 s;
 * Optuna never reads the file.
 */
export class FileLock {
  readonly #file: string;
  readonly #files: FileLayer;
  readonly #grace: number;

  constructor(journalPath: string, files: FileLayer = nodeFiles, options: LockOptions = {}) {
    this.#file = `${journalPath}.lock`;
    this.#files = files;
    this.#grace = options.grace ?? 30_000;
  }

  /** Takes the lock if it is free. Throws the system's error where it could never be taken. */
  tryAcquire(): boolean {
    let descriptor: number;
    try {
      descriptor = this.#files.open(this.#file, "lock");
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
    try {
      this.#files.write(descriptor, ownName());
    } catch {
      // A full disk: the lock is a lock without a name, too.
    } finally {
      this.#files.close(descriptor);
    }
    return true;
  }

  /** Waits until the lock is ours, as Optuna does: 1 ms, doubling to 1 s. Throws like `tryAcquire`. */
  async acquire(): Promise<void> {
    let wait = 1;
    let seen: number | undefined;
    let since = performance.now();
    while (!this.tryAcquire()) {
      const modified = this.#modified();
      if (modified !== seen) {
        seen = modified;
        since = performance.now();
      }
      const stale = performance.now() - since > this.#grace;
      if (modified !== undefined && (stale || this.#isHolderDead())) {
        this.#break();
        wait = 1;
      } else {
        await sleep(wait);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  }

  /** Gives the lock back. One that was broken meanwhile is not ours to give. */
  release(): void {
    const aside = this.#asideName();
    try {
      this.#files.rename(this.#file, aside);
      this.#files.unlink(aside);
    } catch {
      // Gone already, or it will be broken as stale: either way there is nothing more to do.
    }
  }

  #asideName(): string {
    return `${this.#file}${randomUUID()}.rename`;
  }

  /** When the lock was last touched; a link's is its target's, as in Optuna. undefined: there is no lock. */
  #modified(): number | undefined {
    for (const stat of [this.#files.stat, this.#files.linkStat]) {
      try {
        return stat(this.#file).modified;
      } catch {
        // A link to nowhere has no target to ask: ask the link itself.
      }
    }
    return undefined;
  }

  #isHolderDead(): boolean {
    try {
      if (this.#files.linkStat(this.#file).isLink) return false;
      const holder: unknown = JSON.parse(fs.readFileSync(this.#file, "utf8"));
      return isProcessToken(holder) && isAlive(holder) === false;
    } catch {
      // Released meanwhile, or no lock of ours.
      return false;
    }
  }

  /**
   * Removes a stale lock. Two waiters may find the same lock stale, and the slower one must not remove the new
   * lock of the faster: what was renamed away is looked at again and put back if it is another.
   */
  #break(): void {
    const aside = this.#asideName();
    try {
      const before = this.#files.linkStat(this.#file);
      this.#files.rename(this.#file, aside);
      const taken = this.#files.linkStat(aside);
      if (taken.identity !== before.identity || taken.modified !== before.modified) {
        this.#files.link(aside, this.#file);
      }
    } catch {
      // Another waiter was faster.
    }
    try {
      this.#files.unlink(aside);
    } catch {
      // It was never renamed.
    }
  }
}

let name: Buffer | undefined;

function ownName(): Buffer {
  name ??= Buffer.from(JSON.stringify(thisProcess()));
  return name;
}
