import { TuningForkError } from "../protocol/errors.ts";
import { confirmReport } from "../script/confirm.ts";
import { readScript } from "../script/readScript.ts";

import { loadDefinition } from "../study/definitions.ts";
import { inspectWithInterpreter } from "../trials/python.ts";
import { learn } from "./learning.ts";
import { probe } from "./probe.ts";
import type { EngineServer, Handlers } from "./server.ts";
import type { Studies } from "./studies.ts";

export interface HandlerOptions {
  readonly pythonFolder: string;
  /** Ends this process. */
  shutdown(): Promise<void>;
  readonly notify: EngineServer["notify"];
}

/** What each call does, in one line where that is possible. */
export function handlersOf(studies: Studies, { pythonFolder, shutdown, notify }: HandlerOptions): Handlers {
  return {
    studies: ({ folders }) => studies.views.list(folders),
    study: ({ study }) => studies.views.summary(study),
    inspect: async ({ text, interpreter }) =>
      confirmReport(readScript(text), await inspectWithInterpreter(interpreter, { text }, pythonFolder)),
    probe: async ({ definitionPath, interpreter }, signal) =>
      probe({ loaded: await loadDefinition(definitionPath), interpreter, pythonFolder, signal }),
    start: ({ definitionPath, interpreter }) => studies.start(definitionPath, interpreter),
    stop: ({ study }) => studies.stop(study),
    stopTrial: ({ study, trial }) => studies.stopTrial(study, trial),
    trials: (query) => studies.views.trials(query),
    trial: ({ study, trial }) => studies.views.trial(study, trial),
    insight: ({ study, kind, query }) => studies.views.insight(study, kind, query),
    enqueue: ({ study, configuration }) => studies.enqueue(study, configuration),
    learn: (request, signal) => learn(request, signal, (step) => notify("learning", step)),
    repair: ({ study }) => studies.repair(study),
    shutdown: async ({ force }) => {
      if (!force && studies.runningCount > 0) {
        throw new TuningForkError(
          "study-running",
          "The engine still runs a study.",
          "Stop it first, or end the engine with force.",
        );
      }
      // After the answer is on its way.
      setImmediate(() => void shutdown());
      return null;
    },
  };
}
