import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { PROTOCOL_VERSION } from "../protocol/engine.ts";
import { freshAddress } from "./address.ts";
import { handlersOf } from "./handlers.ts";
import { pythonFolder, VERSION } from "./installation.ts";
import { type EngineServer, serve } from "./server.ts";
import { Studies } from "./studies.ts";

/** How long an engine without connections and studies stays, in milliseconds: long enough for a window to reload. */
const IDLE_LIMIT = 10 * 60_000;

/** The forked process: wiring only. `--runtime DIR` is where it leaves its address. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runtime: { type: "string" } } });
  if (values.runtime === undefined) throw new Error("usage: engine --runtime DIR");
  const runtime = resolve(values.runtime);
  const { address, remove } = await freshAddress();
  const studies: Studies = new Studies({
    pythonFolder,
    address,
    changed: (summary) => server.notify("changed", summary),
    log: (level, text) => server.notify("log", { level, text }),
  });
  const end = async (): Promise<void> => {
    await studies.stopAll();
    await server.close();
    await rm(join(runtime, "engine.json"), { force: true });
    await remove();
    process.exit(0);
  };
  const server: EngineServer = await serve(
    address,
    VERSION,
    handlersOf(studies, {
      pythonFolder,
      shutdown: end,
      notify: (name, value) => server.notify(name, value),
    }),
  );

  await mkdir(runtime, { recursive: true });
  const file = join(runtime, "engine.json");
  await writeFile(
    `${file}.new`,
    JSON.stringify({ pid: process.pid, address, protocol: PROTOCOL_VERSION, version: VERSION }),
  );
  await rename(`${file}.new`, file);

  // The window that forked us may close at any time; a broken pipe to it must not end a study.
  process.on("SIGHUP", () => {});
  process.on("disconnect", () => {});
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void end());
  endWhenIdle(studies, server, end);
}

function endWhenIdle(studies: Studies, server: EngineServer, end: () => Promise<void>): void {
  let idleSince = Date.now();
  setInterval(() => {
    if (studies.runningCount > 0 || server.connections > 0) idleSince = Date.now();
    else if (Date.now() - idleSince > IDLE_LIMIT) void end();
  }, 5_000).unref();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
