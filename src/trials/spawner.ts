import { spawn } from "node:child_process";

/** What is to be started: the leader of a new session and process group, with nothing to read. */
export interface Start {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** Laid over what all processes of the spawner inherit. */
  readonly env: Readonly<Record<string, string>>;
}

/** What becomes of it. Either `refused` alone, or `started` and then the others. */
export interface ProcessHandlers {
  /** Its process id, which is also that of its group. Perhaps within `start`. */
  started(pid: number): void;
  /** The system's error. */
  refused(error: unknown): void;
  data(chunk: Buffer, stream: "stdout" | "stderr"): void;
  exited(code: number | null, signal: string | null): void;
  /** Nothing can come out of it any more: all that held its output have closed it. */
  closed(): void;
  /** Whoever started it is gone, and nothing more will be told of it. */
  lost(): void;
}

export interface SpawnedProcess {
  /** Lets its output go, whoever still holds it; `closed` may follow or not. */
  release(): void;
}

/** Starts processes. There are two: this process itself, and a small one that does it faster (`spawnerProcess.ts`). */
export interface Spawner {
  start(what: Start, handlers: ProcessHandlers): SpawnedProcess;
}

const onWindows = process.platform === "win32";

/**
 * Starts processes as Node does, by a copy of this process, which takes the longer the more memory it has.
 * `inherited` is their environment under their own.
 */
export const directSpawner = (inherited: Readonly<Record<string, string>>): Spawner => ({
  start({ command: [file, ...args], cwd, env }, handlers) {
    let child: ReturnType<typeof spawn>;
    try {
      child = spawn(file, args, {
        cwd,
        env: { ...inherited, ...env },
        stdio: ["ignore", "pipe", "pipe"],
        // On Windows this would open a console window for every trial.
        detached: !onWindows,
        windowsHide: true,
      });
    } catch (error) {
      // Some faults are thrown (an argument list that is too long), others come as an event: told alike.
      setImmediate(() => handlers.refused(error));
      return { release: () => {} };
    }
    child.on("error", (error) => {
      if (child.pid === undefined) handlers.refused(error);
    });
    child.stdout?.on("data", (chunk: Buffer) => handlers.data(chunk, "stdout"));
    child.stderr?.on("data", (chunk: Buffer) => handlers.data(chunk, "stderr"));
    child.on("exit", (code, signal) => {
      if (child.pid !== undefined) handlers.exited(code, signal);
    });
    child.on("close", () => {
      if (child.pid !== undefined) handlers.closed();
    });
    if (child.pid !== undefined) handlers.started(child.pid);
    return {
      release() {
        child.stdout?.destroy();
        child.stderr?.destroy();
      },
    };
  },
});
