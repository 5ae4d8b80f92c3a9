import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { TuningForkError } from "../protocol/errors.ts";
import type { StudyId } from "../protocol/study.ts";
import { describeFailure, systemCode } from "./files.ts";
import { isAlive, isProcessToken, type ProcessToken, thisProcess } from "./processes.ts";

/** The engine that works on a study. */
export interface OwnerInfo extends ProcessToken {
  /** Where it listens, for whoever wants to attach; undefined for one that does not. */
  readonly address: string | undefined;
}

/** The right to write a study, held by one engine at a time. */
export interface Ownership {
  readonly info: OwnerInfo;
  /** Gives the study up. Safe to call twice. */
  release(): void;
}

/** An owner that cannot be looked at (another machine, another container) shows that it lives by touching its file. */
const HEARTBEAT = 15_000;
const SILENCE = 60_000;

/**
 * Claims a study for this process, atomically; the claim of a process that is gone is taken over, also where
 * its pid is in use again. Rejects with `study-running` (data: the OwnerInfo) while another engine has it.
 */
export function claimStudy(study: StudyId, address?: string): Ownership {
  const file = ownerPath(study);
  const info: OwnerInfo = { ...thisProcess(), address };
  const claim = `${file}.${randomUUID()}`;
  try {
    fs.writeFileSync(claim, JSON.stringify(info));
    try {
      take(claim, file);
    } finally {
      fs.rmSync(claim, { force: true });
    }
  } catch (error) {
    if (error instanceof TuningForkError) throw error;
    throw new TuningForkError(
      "cannot-write",
      `The study's folder ${path.dirname(file)} cannot be written: ${describeFailure(error)}.`,
      "Make the folder writable, or move the definition.",
    );
  }
  return ownership(file, info);
}

/** The engine that works on a study now; undefined if none does. */
export function ownerOf(study: StudyId): OwnerInfo | undefined {
  const found = read(ownerPath(study));
  return found !== undefined && lives(found) ? found.info : undefined;
}

function ownerPath(study: StudyId): string {
  return path.join(path.dirname(path.resolve(study)), "owner.json");
}

function ownership(file: string, info: OwnerInfo): Ownership {
  const isOurs = () => {
    const found = read(file)?.info;
    return found?.pid === info.pid && found.started === info.started && found.host === info.host;
  };
  const heartbeat = setInterval(() => {
    const now = new Date();
    fs.utimes(file, now, now, () => {});
  }, HEARTBEAT).unref();
  let released = false;
  return {
    info,
    release() {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      if (isOurs()) fs.rmSync(file, { force: true });
    },
  };
}

/** Puts the written claim in place: a link appears whole or not at all, and never over another. */
function take(claim: string, file: string): void {
  while (!tryLink(claim, file)) {
    const found = read(file);
    if (found !== undefined && lives(found)) throw inUse(file, found.info);
    if (found !== undefined || fs.existsSync(file)) removeStale(file, found);
  }
}

function tryLink(claim: string, file: string): boolean {
  try {
    fs.linkSync(claim, file);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    if (systemCode(error) === "ENOENT") throw error;
  }
  // A file system without links: created exclusively and then filled.
  try {
    fs.copyFileSync(claim, file, fs.constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

interface Found {
  readonly info: OwnerInfo;
  readonly touched: number;
}

function read(file: string): Found | undefined {
  try {
    const info: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    if (!isProcessToken(info)) return undefined;
    return { info: info as OwnerInfo, touched: fs.statSync(file).mtimeMs };
  } catch {
    return undefined;
  }
}

function lives({ info, touched }: Found): boolean {
  return isAlive(info) ?? Date.now() - touched < SILENCE;
}

/** Removes a dead claim; if another engine has replaced it meanwhile, what was taken is put back. */
function removeStale(file: string, stale: Found | undefined): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
  } catch {
    return;
  }
  try {
    const taken = read(aside);
    if (taken !== undefined && JSON.stringify(taken.info) !== JSON.stringify(stale?.info) && lives(taken)) {
      fs.linkSync(aside, file);
    }
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

function inUse(file: string, info: OwnerInfo): TuningForkError {
  const where = info.host === thisProcess().host ? "" : ` on ${info.host}`;
  return new TuningForkError(
    "study-running",
    `The study in ${path.dirname(file)} is worked on by process ${info.pid}${where}.`,
    "Attach to it, stop it there, or wait until it has ended.",
    info,
  );
}
