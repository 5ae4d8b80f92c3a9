import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failureLine, onPath, out, run } from "./process.ts";
import { SetupError } from "./setupError.ts";

function isDebian(): boolean {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

function isInstalled(name: string): boolean {
  const asked = spawnSync("dpkg-query", ["--status", name], { encoding: "utf8" });
  return /^Status: .* installed$/m.test(asked.stdout);
}

const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
const log = join(out, "logs/apt.log");
let updated: Promise<number> | undefined;
/** apt-get runs once at a time. */
let queue: Promise<unknown> = Promise.resolve();

async function install(names: readonly string[], purpose: string): Promise<void> {
  const lockTimeout = ["-o", "DPkg::Lock::Timeout=300"];
  updated ??= run("apt-get", [...lockTimeout, "update"], {
    env: environment,
    log: join(out, "logs/apt-update.log"),
  });
  await updated;
  const args = [...lockTimeout, "install", "-y", "--no-install-recommends", ...names];
  if ((await run("apt-get", args, { env: environment, log })) !== 0) {
    throw new SetupError(`${purpose}: apt-get could not install ${names.join(", ")} (${failureLine(log)})`);
  }
}

/**
 * Sees to it that Debian packages are there; installs them where this process may.
 * @param purpose what they are for, to begin a sentence with
 * @throws {SetupError} elsewhere
 */
export async function ensureDebianPackages(names: readonly string[], purpose: string): Promise<void> {
  if (!isDebian() || !onPath("apt-get")) {
    const done = "only on Debian, with apt-get, this is done for you";
    throw new SetupError(`${purpose}: install ${names.join(", ")} by hand (${done})`);
  }
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) {
    return;
  }
  if (process.getuid?.() !== 0) {
    throw new SetupError(`${purpose}: run apt-get install ${missing.join(" ")} as root`);
  }
  const turn = queue.then(() => install(missing, purpose));
  queue = turn.catch(() => undefined);
  await turn;
}
