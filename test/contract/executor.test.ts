import { afterAll } from "vitest";
import { pythonFolder } from "../../src/engine/installation.ts";
import { startLauncher } from "../../src/trials/launcher.ts";
import { createLocalExecutor } from "../../src/trials/localExecutor.ts";
import { findInterpreter } from "../../src/trials/python.ts";
import { executorContract } from "./executor.ts";

executorContract("the local executor", (grace) => createLocalExecutor({ grace }));

const launcher = await startLauncher(
  await findInterpreter(process.env.TUNING_FORK_TEST_PYTHON),
  pythonFolder,
);
if (launcher === undefined) throw new Error("the launcher did not start");
afterAll(() => launcher.close());
executorContract("the local executor with a launcher", (grace) =>
  createLocalExecutor({ grace, spawner: launcher }),
);
