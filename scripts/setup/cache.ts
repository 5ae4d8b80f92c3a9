import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where this user keeps what programs can fetch again. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  const home = env.HOME || homedir();
  const caches =
    platform === "darwin" ? join(home, "Library/Caches") : env.XDG_CACHE_HOME || join(home, ".cache");
  return join(caches, "tuning-fork");
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Holds `file` as a lock while `work` runs; waits for another process that holds it, unless that one is dead. */
async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      await writeFile(file, `${process.pid}`, { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw error;
      }
    }
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    if (holder && !isAlive(holder)) {
      await rm(file, { force: true });
    } else {
      await sleep(500);
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * A folder of the cache that is filled once. `ready.json` is written last and holds the fingerprint: a folder
 * without it (an interrupted run), or with another one (another version), is emptied and filled again.
 * @param fill is given the empty folder, and throws where it cannot fill it
 */
export async function installOnce(
  name: string,
  fingerprint: string,
  fill: (folder: string) => Promise<void>,
  cache = cacheRoot(),
): Promise<string> {
  const folder = join(cache, name);
  const mark = join(folder, "ready.json");
  const isReady = async () => {
    const text = await readFile(mark, "utf8").catch(() => "");
    return text === JSON.stringify({ fingerprint });
  };
  if (await isReady()) {
    return folder;
  }
  await mkdir(cache, { recursive: true });
  return locked(`${folder}.lock`, async () => {
    if (!(await isReady())) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await fill(folder);
      await writeFile(mark, JSON.stringify({ fingerprint }));
    }
    return folder;
  });
}
