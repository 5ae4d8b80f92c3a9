/** How a run of the script ended. */
export type Exit =
  | { readonly type: "exited"; readonly code: number }
  | { readonly type: "signalled"; readonly signal: string }
  /** We ended it: `stop()`. */
  | { readonly type: "stopped" }
  /** Longer than its time limit. */
  | { readonly type: "timeout" }
  /** It could not be started at all. */
  | { readonly type: "unstartable"; readonly message: string };

/** One process to run, fully resolved. */
export interface RunSpec {
  /** Marks the process and all it starts: `<study id>#<trial>`, in the environment as TUNING_FORK_TRIAL. */
  readonly mark: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** Laid over the environment that the executor's processes inherit. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds of running time (time suspended does not count). */
  readonly timeout: number | undefined;
  /** Output is appended here; the file is created with the first output. */
  readonly logPath: string;
}

export interface RunHandlers {
  /** A complete line of standard output or error, without its end ("\r" ends a line too: progress bars). */
  line(text: string, stream: "stdout" | "stderr"): void;
  /** Exactly once, after the last line and with the whole process group gone. */
  exit(exit: Exit): void;
}

/** A running process group. All calls are safe at any time, also after its end. */
export interface Run {
  /** Suspends the whole group (SIGSTOP). Returns false where the platform cannot. */
  pause(): boolean;
  resume(): void;
  /** SIGTERM, then SIGKILL after a grace period, to the whole group; `exit` follows. */
  stop(): void;
}

/** Runs trials somewhere: local processes here; Ray and Slurm are others. */
export interface Executor {
  readonly canPause: boolean;
  start(spec: RunSpec, handlers: RunHandlers): Run;
  /** Ends processes that an earlier, killed engine left behind: those whose mark starts with `<study id>#`. Returns how many groups. */
  endOrphans(studyId: string): Promise<number>;
}
