import fs from "node:fs";
import path from "node:path";

export interface FileStat {
  readonly size: number;
  /** Tells one file from another that has taken its name. */
  readonly identity: string;
  readonly modified: number;
  readonly isLink: boolean;
}

/**
 * The few calls that the journal makes on the file system, so that tests can let each of them fail. All but
 * `sync` block: a lock is held for microseconds and never across a turn of the event loop.
 */
export interface FileLayer {
  /** "lock": create, fail if there; "append": read and append; "create": the same, created if missing. */
  open(file: string, mode: "lock" | "read" | "append" | "create"): number;
  close(descriptor: number): void;
  /** Bytes read into the start of `buffer`. */
  read(descriptor: number, buffer: Buffer, position: number): number;
  /** Bytes written, perhaps fewer than there are. */
  write(descriptor: number, bytes: Buffer): number;
  truncate(descriptor: number, size: number): void;
  stat(file: string): FileStat;
  /** Of a link itself, not of what it points to. */
  linkStat(file: string): FileStat;
  rename(from: string, to: string): void;
  link(existing: string, file: string): void;
  unlink(file: string): void;
  /** Sets a file's time of modification to now. */
  touch(file: string): void;
  /** Resolves when the file's bytes are on the disk. */
  sync(descriptor: number): Promise<void>;
  /** Puts a folder's entries on the disk, where the platform can. */
  syncFolder(folder: string): void;
}

const { O_APPEND, O_CREAT, O_RDWR } = fs.constants;
const FLAGS = {
  lock: "wx",
  read: "r",
  append: O_RDWR | O_APPEND,
  create: O_RDWR | O_APPEND | O_CREAT,
} as const;

export const nodeFiles: FileLayer = {
  open: (file, mode) => fs.openSync(file, FLAGS[mode]),
  close: fs.closeSync,
  read: (descriptor, buffer, position) => fs.readSync(descriptor, buffer, 0, buffer.length, position),
  write: (descriptor, bytes) => fs.writeSync(descriptor, bytes),
  truncate: fs.ftruncateSync,
  stat: (file) => toFileStat(fs.statSync(file)),
  linkStat: (file) => toFileStat(fs.lstatSync(file)),
  rename: fs.renameSync,
  link: fs.linkSync,
  unlink: fs.unlinkSync,
  touch(file) {
    const now = Date.now() / 1000;
    fs.utimesSync(file, now, now);
  },
  sync: (descriptor) =>
    new Promise((resolve, reject) => {
      fs.fsync(descriptor, (error) => (error === null ? resolve() : reject(error)));
    }),
  syncFolder(folder) {
    try {
      const descriptor = fs.openSync(folder, "r");
      try {
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
    } catch {
      // Windows opens no folders, and some file systems sync none.
    }
  },
};

function toFileStat(stat: fs.Stats): FileStat {
  return {
    size: stat.size,
    identity: `${stat.dev}:${stat.ino}`,
    modified: stat.mtimeMs,
    isLink: stat.isSymbolicLink(),
  };
}

/** The system's code of a failed call ("ENOSPC"), undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  EIO: "the disk reports a fault",
  ENOENT: "its folder is gone",
  EMFILE: "too many files are open",
};

/** What a failed call means, for people: "the disk is full (ENOSPC)". */
export function describeFailure(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return `${MEANINGS[code] ?? "the system refuses"} (${code})`;
}

/** The folder of a file. */
export function folderOf(file: string): string {
  return path.dirname(file);
}
