import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { MARK } from "./environment.ts";

/** One living process, as the operating system lists it. Zombies are not listed: they hold nothing. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Tells a process from a later one with the same pid; only to be compared. */
  readonly started: string;
  /** Value of TUNING_FORK_TRIAL in its environment. */
  readonly mark: string | undefined;
}

/**
 * All processes whose marks can be seen: /proc on Linux, `ps` on other Unixes, nothing on Windows (there no
 * program may read another's environment). On Linux the table is read before the call returns.
 */
export async function listProcesses(): Promise<readonly ProcessInfo[]> {
  if (process.platform === "linux") return readProc();
  if (process.platform === "win32") return [];
  const columns = "pid=,ppid=,pgid=,stat=,lstart=,command=";
  const { stdout } = await promisify(execFile)("ps", ["-axEww", "-o", columns], {
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: "C" },
  });
  return parsePs(stdout);
}

function readProc(): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const name of readdirSync("/proc")) {
    const first = name.charCodeAt(0);
    if (first < 0x30 || first > 0x39) continue;
    const info = readProcess(name);
    if (info !== undefined) found.push(info);
  }
  return found;
}

function readProcess(pid: string): ProcessInfo | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field, the command in parentheses, may hold spaces and parentheses of its own.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, parent, group] = fields;
    const kernelThread = parent === "2" || pid === "2";
    if (state === "Z" || state === "X" || kernelThread) return undefined;
    const started = fields[19] ?? "";
    return { pid: Number(pid), parent: Number(parent), group: Number(group), started, mark: readMark(pid) };
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

function readMark(pid: string): string | undefined {
  try {
    return markOf(readFileSync(`/proc/${pid}/environ`));
  } catch {
    return undefined; // Another user's.
  }
}

function markOf(environ: Buffer): string | undefined {
  const key = `${MARK}=`;
  let at = environ.indexOf(key);
  while (at > 0 && environ[at - 1] !== 0) at = environ.indexOf(key, at + 1);
  if (at < 0) return undefined;
  const end = environ.indexOf(0, at);
  return environ.toString("utf8", at + key.length, end < 0 ? undefined : end);
}

const PS_LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w+ +\w+ +\d+ +[\d:]+ +\d+)\s(.*)$/;

/** A mark ends with `#<number>`, which tells where it ends among values that may hold spaces. */
const PS_MARK = new RegExp(`(?:^| )${MARK}=(.*?#\\d+)(?= \\w+=|$)`);

/** Reads the output of `ps` with the columns pid, ppid, pgid, stat, lstart and command with environment. */
export function parsePs(text: string): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const line of text.split("\n")) {
    const match = PS_LINE.exec(line);
    if (match === null || match[4]!.startsWith("Z")) continue;
    const [, pid, parent, group, , started, command] = match;
    found.push({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      started: started!,
      mark: PS_MARK.exec(command!)?.[1],
    });
  }
  return found;
}
