import { setTimeout as sleep } from "node:timers/promises";
import { listProcesses, type ProcessInfo } from "./processTable.ts";

/** How long killed processes may take to vanish (one in an uninterruptible system call takes its time). */
const VANISH_MS = 5_000;

/** Sends a signal; false where there is nobody to hear it. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Whether a process group has members. */
export function groupAlive(group: number): boolean {
  return signal(-group, 0);
}

/**
 * The processes that `isSeed` names, all that descend from them and all in their process groups: what a trial
 * has started, in whatever group or session it went to. Never this process, nor its own group as a whole.
 */
export function familyOf(
  table: readonly ProcessInfo[],
  isSeed: (info: ProcessInfo) => boolean,
): readonly ProcessInfo[] {
  const children = indexBy(table, (info) => info.parent);
  const groups = indexBy(table, (info) => info.group);
  const own = table.find((info) => info.pid === process.pid)?.group;
  if (own !== undefined) groups.delete(own);
  const family = new Map<number, ProcessInfo>();
  const queue = table.filter(isSeed);
  for (let info = queue.pop(); info !== undefined; info = queue.pop()) {
    if (info.pid === process.pid || family.has(info.pid)) continue;
    family.set(info.pid, info);
    queue.push(...(children.get(info.pid) ?? []), ...(groups.get(info.group) ?? []));
    groups.delete(info.group);
  }
  return [...family.values()];
}

function indexBy(
  table: readonly ProcessInfo[],
  key: (info: ProcessInfo) => number,
): Map<number, ProcessInfo[]> {
  const index = new Map<number, ProcessInfo[]>();
  for (const info of table) {
    const same = index.get(key(info));
    if (same === undefined) index.set(key(info), [info]);
    else same.push(info);
  }
  return index;
}

/**
 * Kills (SIGKILL) all of a family, looking again until none is left: a process may start another one
 * between the look and the kill. Resolves with every process that was killed.
 */
export async function killFamily(isSeed: (info: ProcessInfo) => boolean): Promise<readonly ProcessInfo[]> {
  const killed = new Map<string, ProcessInfo>();
  const isKnown = (info: ProcessInfo) => isSeed(info) || killed.has(keyOf(info));
  const deadline = performance.now() + VANISH_MS;
  do {
    // An unreadable process table leaves the group kill, which needs none.
    const family = familyOf(await listProcesses().catch(() => []), isKnown);
    if (family.length === 0) break;
    for (const info of family) {
      signal(info.pid, "SIGKILL");
      killed.set(keyOf(info), info);
    }
    await sleep(10);
  } while (performance.now() < deadline);
  return [...killed.values()];
}

/** Identifies a process for good; a pid alone is used again. */
export function keyOf(info: ProcessInfo): string {
  return `${info.pid}/${info.started}`;
}

/**
 * Ends what an earlier, killed engine left of a study, suspended processes too, but for the trials whose marks
 * are in `living`. Resolves with the number of process groups that were ended.
 */
export async function endOrphans(studyId: string, living: ReadonlySet<string>): Promise<number> {
  const prefix = `${studyId}#`;
  const killed = await killFamily(({ mark }) => {
    if (mark === undefined || living.has(mark)) return false;
    return mark.startsWith(prefix) && /^\d+$/.test(mark.slice(prefix.length));
  });
  return new Set(killed.map((info) => info.group)).size;
}
