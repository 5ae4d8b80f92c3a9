import { setTimeout as sleep } from "node:timers/promises";
import treeKill from "tree-kill";
import { MARK } from "./environment.ts";
import type { Exit, Run, RunHandlers, RunSpec } from "./executor.ts";
import { familyOf, groupAlive, keyOf, killFamily, signal } from "./family.ts";
import { LineSplitter } from "./lines.ts";
import { listProcesses, type ProcessInfo } from "./processTable.ts";
import { RunningTimer } from "./runningTimer.ts";
import type { SpawnedProcess, Spawner } from "./spawner.ts";
import { TrialLog } from "./trialLog.ts";
import { explainUnstartable } from "./unstartable.ts";

const onWindows = process.platform === "win32";

/** How long the rest of a group may go on writing once its leader has exited (`tee` at the end of a pipe). */
const LINGER_MS = 500;

/** How long output may still come out of a pipe once everything that held it was killed. */
const DRAIN_MS = 200;

export interface LocalRunOptions {
  readonly spawner: Spawner;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly grace: number;
  /** Called right before the exit handler. */
  ended(): void;
}

/**
 * One trial's process, the leader of its process group. Usually its life is: spawn, the leader exits, both pipes
 * close, nobody is left in the group. Only where this is not so, or where we end it ourselves, is the process
 * table read for what the trial has left in other groups and sessions.
 */
export class LocalRun implements Run {
  readonly #spec: RunSpec;
  readonly #handlers: RunHandlers;
  readonly #options: LocalRunOptions;
  readonly #log: TrialLog;
  readonly #splitters: { stdout?: LineSplitter; stderr?: LineSplitter } = {};
  readonly #process: SpawnedProcess;
  /** Process id of the leader, and so the id of the group; 0 before anything is started. */
  #group = 0;
  #timeout: RunningTimer | undefined;
  #paused = false;
  /** How the leader ended by itself. */
  #left: Exit | undefined;
  /** Why we end it. */
  #ending: Exit | undefined;
  #linger: NodeJS.Timeout | undefined;
  #pipesClosed = false;
  /** What is left is being killed; until that is done the run has not ended, whatever else happens. */
  #sweeping = false;
  #finished = false;

  constructor(spec: RunSpec, handlers: RunHandlers, options: LocalRunOptions) {
    this.#spec = spec;
    this.#handlers = handlers;
    this.#options = options;
    this.#log = new TrialLog(spec.logPath, (message) => handlers.line(message, "stderr"));
    const { command, cwd, env, mark } = spec;
    const start = { command, cwd, env: { ...env, [MARK]: mark } };
    this.#process = options.spawner.start(start, {
      started: (pid) => this.#started(pid),
      refused: (error) => this.#finish({ type: "unstartable", message: explainUnstartable(error, spec) }),
      data: (chunk, stream) => this.#take(chunk, stream),
      exited: (code, name) => this.#leaderExited(code, name),
      closed: () => this.#allClosed(),
      lost: () => this.#lost(),
    });
  }

  pause(): boolean {
    if (onWindows) return false;
    if (this.#isOver || this.#paused) return true;
    this.#paused = true;
    this.#timeout?.pause();
    this.#signal("SIGSTOP");
    return true;
  }

  resume(): void {
    if (this.#isOver || !this.#paused) return;
    this.#paused = false;
    this.#signal("SIGCONT");
    this.#timeout?.resume();
  }

  stop(): void {
    this.#end({ type: "stopped" });
  }

  /** Nothing is left to be paused or ended. */
  get #isOver(): boolean {
    return this.#left !== undefined || this.#ending !== undefined || this.#finished;
  }

  /** To the whole group, if there is one yet. */
  #signal(name: NodeJS.Signals): void {
    if (this.#group !== 0) signal(-this.#group, name);
  }

  /** What was asked for before it was there is done now. */
  #started(pid: number): void {
    this.#group = pid;
    const { timeout } = this.#spec;
    if (timeout !== undefined) {
      this.#timeout = new RunningTimer(timeout, () => this.#end({ type: "timeout" }));
    }
    if (this.#paused) {
      this.#timeout?.pause();
      this.#signal("SIGSTOP");
    }
    if (this.#ending !== undefined) this.#endNow(this.#ending);
  }

  #take(chunk: Buffer, stream: "stdout" | "stderr"): void {
    this.#log.write(chunk);
    this.#splitters[stream] ??= new LineSplitter((text) => this.#handlers.line(text, stream));
    this.#splitters[stream].push(chunk);
  }

  #leaderExited(code: number | null, name: string | null): void {
    this.#timeout?.cancel();
    this.#left = name === null ? { type: "exited", code: code ?? 0 } : { type: "signalled", signal: name };
    const left = this.#left;
    this.#settle();
    if (this.#ending !== undefined || this.#sweeping || this.#finished) return;
    this.#linger = setTimeout(() => void this.#sweep(left, this.#isOwn), LINGER_MS);
  }

  #allClosed(): void {
    this.#pipesClosed = true;
    this.#settle();
  }

  /** What started it is gone, so its end would not be heard of: it is ended. */
  #lost(): void {
    const endsAnyway = this.#ending !== undefined && this.#group !== 0;
    if (endsAnyway || this.#sweeping || this.#finished) return;
    const exit = this.#ending ?? this.#left ?? { type: "signalled", signal: "SIGKILL" };
    void this.#sweep(exit, this.#isOwn);
  }

  /** The usual end: nothing is open and nobody is left. Whoever is left in the group can say no more: it is ended. */
  #settle(): void {
    const left = this.#left;
    if (left === undefined || !this.#pipesClosed || this.#ending !== undefined || this.#sweeping) return;
    if (onWindows || !groupAlive(this.#group)) this.#finish(left);
    else void this.#sweep(left, (info) => info.group === this.#group);
  }

  /** Ends the trial ourselves: SIGTERM to all of it, SIGKILL to what is left after the grace period. */
  #end(why: Exit): void {
    if (this.#isOver) return;
    this.#ending = why;
    this.#timeout?.cancel();
    if (this.#group !== 0) this.#endNow(why);
  }

  #endNow(why: Exit): void {
    if (onWindows) {
      treeKill(this.#group, "SIGKILL", () => this.#finish(why));
      return;
    }
    // Looked up before the first signal: what loses its parent can no longer be found by descent.
    const family = this.#family();
    this.#signal("SIGTERM");
    if (this.#paused) this.#signal("SIGCONT");
    void this.#terminate(why, family);
  }

  async #terminate(why: Exit, looked: Promise<readonly ProcessInfo[]>): Promise<void> {
    const family = await looked;
    for (const info of family) if (info.group !== this.#group) signal(info.pid, "SIGTERM");
    await this.#groupGone(performance.now() + this.#options.grace);
    const remembered = new Set(family.map(keyOf));
    await this.#sweep(why, (info) => this.#isOwn(info) || remembered.has(keyOf(info)));
  }

  async #groupGone(deadline: number): Promise<void> {
    let wait = 2;
    while (groupAlive(this.#group) && performance.now() < deadline) {
      await sleep(wait);
      // A signal finds zombies too, and in a container without an init process they stay: the table tells.
      if (wait >= 16 && !(await this.#family()).some((info) => info.group === this.#group)) return;
      wait = Math.min(wait * 2, 128);
    }
  }

  /** Kills what is left of the trial, takes its last output and tells the end. */
  async #sweep(exit: Exit, isLeft: (info: ProcessInfo) => boolean): Promise<void> {
    this.#sweeping = true;
    clearTimeout(this.#linger);
    this.#signal("SIGKILL");
    await killFamily(isLeft);
    const deadline = performance.now() + DRAIN_MS;
    while (!this.#pipesClosed && performance.now() < deadline) await sleep(5);
    this.#finish(exit);
  }

  async #family(): Promise<readonly ProcessInfo[]> {
    const table = await listProcesses().catch(() => []);
    return familyOf(table, (info) => this.#isOwn(info));
  }

  readonly #isOwn = (info: ProcessInfo): boolean =>
    (this.#group !== 0 && info.group === this.#group) || info.mark === this.#spec.mark;

  #finish(exit: Exit): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#linger);
    this.#timeout?.cancel();
    // Closes what a process that we may not kill still holds; without effect otherwise.
    this.#process.release();
    this.#splitters.stdout?.end();
    this.#splitters.stderr?.end();
    this.#log.close(() => {
      this.#options.ended();
      this.#handlers.exit(exit);
    });
  }
}
