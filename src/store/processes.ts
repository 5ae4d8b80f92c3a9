import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";

/** A process, told apart from a later one with the same pid. */
export interface ProcessToken {
  readonly pid: number;
  readonly host: string;
  /** Where it runs (boot and pid namespace) and when it started there; "" where the platform does not tell. */
  readonly started: string;
}

let own: ProcessToken | undefined;

export function thisProcess(): ProcessToken {
  own ??= { pid: process.pid, host: os.hostname(), started: startOf(process.pid) ?? "" };
  return own;
}

/** Whether that process still runs; undefined where that cannot be seen from here (another machine or container). */
export function isAlive(token: ProcessToken): boolean | undefined {
  const here = thisProcess();
  if (token.host !== here.host) return undefined;
  const [boot, space] = token.started.split("/");
  const [ownBoot, ownSpace] = here.started.split("/");
  if (boot !== ownBoot) return false;
  if (space !== ownSpace) return undefined;
  if (!exists(token.pid)) return false;
  return token.started === "" || startOf(token.pid) === token.started;
}

export function isProcessToken(value: unknown): value is ProcessToken {
  if (typeof value !== "object" || value === null) return false;
  const { pid, host, started } = value as Record<string, unknown>;
  return Number.isInteger(pid) && typeof host === "string" && typeof started === "string";
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startOf(pid: number): string | undefined {
  if (process.platform === "linux") return linuxStartOf(pid);
  if (process.platform === "win32") return undefined;
  try {
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return text === "" ? undefined : `//${text}`;
  } catch {
    return undefined;
  }
}

/** `<boot id>/<pid namespace>/<ticks since boot>`; undefined for a process that is gone or a zombie. */
function linuxStartOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses, which may hold anything; state is the third.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}/${fs.readlinkSync("/proc/self/ns/pid")}/${fields[19]}`;
  } catch {
    return undefined;
  }
}
