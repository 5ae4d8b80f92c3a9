import { inheritedEnvironment } from "./environment.ts";
import type { Executor } from "./executor.ts";
import { endOrphans } from "./family.ts";
import { LocalRun } from "./localRun.ts";

export interface LocalExecutorOptions {
  /** What trials inherit; this process's environment when absent. `RunSpec.env` is laid over it. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds between SIGTERM and SIGKILL; 5,000 when absent. */
  readonly grace?: number;
}

/** Runs trials as processes of this machine, each in a session and process group of its own. */
export function createLocalExecutor(options: LocalExecutorOptions = {}): Executor {
  // Copied once: enumerating `process.env` costs more than all else that is done per trial.
  const inherited = inheritedEnvironment(options.env ?? process.env);
  const grace = options.grace ?? 5_000;
  const living = new Set<string>();
  return {
    canPause: process.platform !== "win32",
    start(spec, handlers) {
      living.add(spec.mark);
      return new LocalRun(spec, handlers, {
        inherited,
        grace,
        ended: () => living.delete(spec.mark),
      });
    },
    endOrphans: (studyId) => endOrphans(studyId, living),
  };
}
