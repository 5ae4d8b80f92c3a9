// Stands for an engine: starts the trials it is told, suspends the last one, says their process ids, and waits to
// be killed. Arguments: study id, then one shell script per trial.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalExecutor } from "../../../src/trials/localExecutor.ts";

const [studyId, ...scripts] = process.argv.slice(2);
const executor = createLocalExecutor();
for (const [i, script] of scripts.entries()) {
  const run = executor.start(
    {
      mark: `${studyId}#${i}`,
      command: ["sh", "-c", script],
      cwd: tmpdir(),
      env: {},
      timeout: undefined,
      logPath: join(tmpdir(), `tuning-fork-orphans-${process.pid}`, `${i}.log`),
    },
    {
      line: (text) => {
        console.log(text);
        if (i === scripts.length - 1) run.pause();
      },
      exit: () => {},
    },
  );
}
setInterval(() => {}, 1_000);
