import { afterAll } from "vitest";
import { pythonFolder } from "../../src/engine/installation.ts";
import { createLocalExecutor } from "../../src/trials/localExecutor.ts";
import { findInterpreter } from "../../src/trials/python.ts";
import { startSpawnerProcess } from "../../src/trials/spawnerProcess.ts";
import { executorContract } from "./executor.ts";

executorContract("the local executor", (grace) => createLocalExecutor({ grace }));

const spawner = await startSpawnerProcess(
  await findInterpreter(process.env.TUNING_FORK_TEST_PYTHON),
  pythonFolder,
);
if (spawner === undefined) throw new Error("the spawner did not start");
afterAll(() => spawner.close());
executorContract("the local executor with a spawner process", (grace) =>
  createLocalExecutor({ grace, spawner }),
);
