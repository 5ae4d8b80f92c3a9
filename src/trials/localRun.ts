import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import treeKill from "tree-kill";
import { MARK } from "./environment.ts";
import type { Exit, Run, RunHandlers, RunSpec } from "./executor.ts";
import { familyOf, groupAlive, keyOf, killFamily, signal } from "./family.ts";
import { LineSplitter } from "./lines.ts";
import { listProcesses, type ProcessInfo } from "./processTable.ts";
import { RunningTimer } from "./runningTimer.ts";
import { TrialLog } from "./trialLog.ts";
import { explainUnstartable } from "./unstartable.ts";

const onWindows = process.platform === "win32";

/** How long the rest of a group may go on writing once its leader has exited (`tee` at the end of a pipe). */
const LINGER_MS = 500;

/** How long output may still come out of a pipe once everything that held it was killed. */
const DRAIN_MS = 200;

export interface LocalRunOptions {
  /** Environment under `RunSpec.env`. */
  readonly inherited: Readonly<Record<string, string>>;
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
  #child: ChildProcess | undefined;
  /** Process id of the leader, and so the id of the group; 0 where nothing was started. */
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
    try {
      this.#spawn();
    } catch (error) {
      // Some faults are thrown (an argument list that is too long), others come as an event: told alike.
      setImmediate(() => this.#unstartable(error));
    }
  }

  pause(): boolean {
    if (onWindows) return false;
    if (this.#isOver || this.#paused) return true;
    this.#paused = true;
    this.#timeout?.pause();
    signal(-this.#group, "SIGSTOP");
    return true;
  }

  resume(): void {
    if (this.#isOver || !this.#paused) return;
    this.#paused = false;
    signal(-this.#group, "SIGCONT");
    this.#timeout?.resume();
  }

  stop(): void {
    this.#end({ type: "stopped" });
  }

  /** Nothing is left to be paused or ended. */
  get #isOver(): boolean {
    return this.#group === 0 || this.#left !== undefined || this.#ending !== undefined || this.#finished;
  }

  #spawn(): void {
    const { command, cwd, env, mark, timeout } = this.#spec;
    const [file, ...args] = command;
    const child = spawn(file, args, {
      cwd,
      env: { ...this.#options.inherited, ...env, [MARK]: mark },
      stdio: ["ignore", "pipe", "pipe"],
      // On Windows this would open a console window for every trial.
      detached: !onWindows,
      windowsHide: true,
    });
    this.#child = child;
    this.#group = child.pid ?? 0;
    child.on("error", (error) => this.#unstartable(error));
    child.stdout?.on("data", (chunk: Buffer) => this.#take(chunk, "stdout"));
    child.stderr?.on("data", (chunk: Buffer) => this.#take(chunk, "stderr"));
    child.on("exit", (code, name) => this.#leaderExited(code, name));
    child.on("close", () => this.#allClosed());
    if (timeout !== undefined && this.#group !== 0) {
      this.#timeout = new RunningTimer(timeout, () => this.#end({ type: "timeout" }));
    }
  }

  #take(chunk: Buffer, stream: "stdout" | "stderr"): void {
    this.#log.write(chunk);
    this.#splitters[stream] ??= new LineSplitter((text) => this.#handlers.line(text, stream));
    this.#splitters[stream].push(chunk);
  }

  #unstartable(error: unknown): void {
    if (this.#group !== 0) return;
    this.#finish({ type: "unstartable", message: explainUnstartable(error, this.#spec) });
  }

  #leaderExited(code: number | null, name: string | null): void {
    if (this.#group === 0) return;
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
    if (onWindows) {
      treeKill(this.#group, "SIGKILL", () => this.#finish(why));
      return;
    }
    // Looked up before the first signal: what loses its parent can no longer be found by descent.
    const family = this.#family();
    signal(-this.#group, "SIGTERM");
    if (this.#paused) signal(-this.#group, "SIGCONT");
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
    signal(-this.#group, "SIGKILL");
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
    info.group === this.#group || info.mark === this.#spec.mark;

  #finish(exit: Exit): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#linger);
    this.#timeout?.cancel();
    // Closes what a process that we may not kill still holds; without effect otherwise.
    this.#child?.stdout?.destroy();
    this.#child?.stderr?.destroy();
    this.#splitters.stdout?.end();
    this.#splitters.stderr?.end();
    this.#log.close();
    this.#options.ended();
    this.#handlers.exit(exit);
  }
}
