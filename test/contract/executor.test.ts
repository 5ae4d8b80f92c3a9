import { createLocalExecutor } from "../../src/trials/localExecutor.ts";
import { executorContract } from "./executor.ts";

executorContract("the local executor", (grace) => createLocalExecutor({ grace }));
