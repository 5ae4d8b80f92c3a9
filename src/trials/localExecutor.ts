import { inheritedEnvironment } from "./environment.ts";
import type { Executor } from "./executor.ts";
import { endOrphans } from "./family.ts";
import { LocalRun } from "./localRun.ts";
import { directSpawner, type Spawner } from "./spawner.ts";

export interface LocalExecutorOptions {
  /** Milliseconds between SIGTERM and SIGKILL; 5,000 when absent. */
  readonly grace?: number;
  /** What starts the processes; this process itself, with its environment, when absent. */
  readonly spawner?: Spawner;
}

/** Runs trials as processes of this machine, each in a session and process group of its own. */
export function createLocalExecutor(options: LocalExecutorOptions = {}): Executor {
  const grace = options.grace ?? 5_000;
  const spawner = options.spawner ?? directSpawner(inheritedEnvironment(process.env));
  const living = new Set<string>();
  return {
    canPause: process.platform !== "win32",
    start(spec, handlers) {
      living.add(spec.mark);
      return new LocalRun(spec, handlers, {
        grace,
        spawner,
        ended: () => living.delete(spec.mark),
      });
    },
    endOrphans: (studyId) => endOrphans(studyId, living),
  };
}
