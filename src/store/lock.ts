import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type FileLayer, nodeFiles, systemCode } from "./files.ts";
import { isAlive, isProcessToken, thisProcess } from "./processes.ts";

export interface LockOptions {
  /** Milliseconds after which a lock that nobody touched is broken; Optuna's default is 30 s. */
  readonly grace?: number;
}

const LONGEST_WAIT = 1000;
const HOLDER = ".holder";
const ASIDE = ".rename";
/** What a file system without hard links answers. */
const NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EXDEV"]);

/**
 * Optuna's lock of a journal: whoever creates `<journal>.lock` has it, and gives it back by removing it. It keeps
 * out both of Optuna's kinds, the exclusive file and the symbolic link, and is kept out by them.
 *
 * Ours is a hard link to a file that names its process. A link appears whole or not at all, so a lock never
 * stands there without its name, and that of a killed engine is broken at once and not after 30 s. Optuna never
 * reads the file, but watches its time, which is therefore renewed each time.
 */
export class FileLock {
  readonly #file: string;
  /** The file that names this process; it exists once `#named`. */
  readonly #name: string;
  readonly #files: FileLayer;
  readonly #grace: number;
  #named = false;
  #linkless = false;

  constructor(journalPath: string, files: FileLayer = nodeFiles, options: LockOptions = {}) {
    this.#file = `${journalPath}.lock`;
    this.#name = `${this.#file}.${randomUUID()}${HOLDER}`;
    this.#files = files;
    this.#grace = options.grace ?? 30_000;
  }

  /** Takes the lock if it is free. Throws the system's error where it could never be taken. */
  tryAcquire(): boolean {
    try {
      if (this.#linkless) this.#create(this.#file);
      else this.#link();
      return true;
    } catch (error) {
      const code = systemCode(error) ?? "";
      if (code === "EEXIST") return false;
      if (!this.#linkless && NO_LINKS.has(code)) this.#linkless = true;
      // Somebody tidied our name away.
      else if (this.#named && code === "ENOENT") this.#named = false;
      else throw error;
      return this.tryAcquire();
    }
  }

  /** Removes the file that names this process. The lock can still be used. */
  dispose(): void {
    if (!this.#named) return;
    this.#named = false;
    this.#tryUnlink(this.#name);
  }

  #link(): void {
    if (this.#named) this.#files.touch(this.#name);
    else {
      this.#create(this.#name);
      this.#named = true;
      removeDeadNames(this.#file, this.#files);
    }
    this.#files.link(this.#name, this.#file);
  }

  #create(file: string): void {
    const descriptor = this.#files.open(file, "lock");
    try {
      this.#files.write(descriptor, ownName());
    } catch {
      // A full disk: the lock is a lock without a name, too.
    } finally {
      this.#files.close(descriptor);
    }
  }

  #tryUnlink(file: string): void {
    try {
      this.#files.unlink(file);
    } catch {
      // Gone already.
    }
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
    // If it cannot be removed it will be broken as stale: either way there is nothing more to do.
    this.#tryUnlink(this.#file);
  }

  #asideName(): string {
    return `${this.#file}${randomUUID()}${ASIDE}`;
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
      return !this.#files.linkStat(this.#file).isLink && isDead(this.#file);
    } catch {
      // Released meanwhile.
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
    this.#tryUnlink(aside);
  }
}

/** Whether the file names a process that is gone. */
function isDead(file: string): boolean {
  try {
    const holder: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    return isProcessToken(holder) && isAlive(holder) === false;
  } catch {
    return false;
  }
}

/** Tidies away what killed processes have left beside the lock: their names, and locks half given back. */
function removeDeadNames(lock: string, files: FileLayer): void {
  const folder = path.dirname(lock);
  for (const entry of fs.readdirSync(folder)) {
    const file = path.join(folder, entry);
    const left = file.startsWith(lock) && (entry.endsWith(HOLDER) || entry.endsWith(ASIDE));
    if (!left || !isDead(file)) continue;
    try {
      files.unlink(file);
    } catch {
      // Another was faster.
    }
  }
}

let name: Buffer | undefined;

function ownName(): Buffer {
  name ??= Buffer.from(JSON.stringify(thisProcess()));
  return name;
}
