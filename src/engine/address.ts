import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A place to listen that only this user can reach. Paths of Unix sockets must stay below 108 bytes, so it is under the temporary folder. */
export async function freshAddress(): Promise<{ address: string; remove: () => Promise<void> }> {
  if (process.platform === "win32") {
    return { address: `\\\\.\\pipe\\tuning-fork-${randomUUID()}`, remove: async () => {} };
  }
  const folder = await mkdtemp(join(tmpdir(), "tuning-fork-"));
  return { address: join(folder, "engine.sock"), remove: () => rm(folder, { recursive: true, force: true }) };
}
