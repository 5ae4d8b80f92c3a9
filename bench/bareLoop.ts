/**
 * Only spawns processes, with the pipes that any caller who reads output needs: what `scheduling.ts` compares a study
 * with. `fork("bareLoop.ts", [program, …])`; answers `{count, parallel}` with processes a second.
 */
import { spawn } from "node:child_process";

const [file, ...args] = process.argv.slice(2);

function run(): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(file!, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", () => {});
    child.stderr.on("data", () => {});
    child.on("close", () => resolve());
  });
}

process.on("message", async ({ count, parallel }: { count: number; parallel: number }) => {
  const begin = performance.now();
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  process.send?.(count / ((performance.now() - begin) / 1000));
});
