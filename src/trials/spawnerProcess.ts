import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inheritedEnvironment } from "./environment.ts";
import {
  directSpawner,
  type ProcessHandlers,
  type SpawnedProcess,
  type Spawner,
  type Start,
} from "./spawner.ts";

/** How long the spawner may take to say that it is there, in milliseconds. */
const READY_LIMIT = 10_000;

/** What a path of a Unix socket may have at the most on any system, in bytes. */
const LONGEST_ADDRESS = 103;

/** A process of its own that starts the trials (`tuning_fork/spawn.py`, which describes the messages). */
export interface SpawnerProcess extends Spawner {
  /** Ends it; what it has started goes on, unheard. */
  close(): void;
}

interface Message {
  readonly ready?: number;
  readonly started?: number;
  readonly refused?: number;
  readonly exited?: number;
  readonly pid?: number;
  readonly message?: string;
  readonly code?: unknown;
  readonly signal?: string | null;
}

/**
 * Starts a spawner with a Python interpreter. undefined where that does not work (Windows, no such interpreter):
 * processes are then started directly, which is the same but slower. `env` is laid under that of every process.
 */
export async function startSpawnerProcess(
  interpreter: string,
  pythonFolder: string,
  env: Readonly<Record<string, string>> = inheritedEnvironment(process.env),
): Promise<SpawnerProcess | undefined> {
  if (process.platform === "win32") return undefined;
  // Only its owner may enter the folder, and so the socket.
  const folder = await mkdtemp(join(tmpdir(), "tuning-fork-"));
  const spawner = new PythonSpawner(folder, directSpawner(env));
  try {
    await spawner.open([interpreter, "-I", "-S", join(pythonFolder, "tuning_fork", "spawn.py")], env);
    return spawner;
  } catch {
    spawner.close();
    return undefined;
  }
}

class PythonSpawner implements SpawnerProcess {
  readonly #folder: string;
  readonly #address: string;
  readonly #server: Server;
  /** What goes on starting processes when the spawner is gone. */
  readonly #instead: Spawner;
  readonly #processes = new Map<number, RemoteProcess>();
  #child: ChildProcess | undefined;
  #next = 1;
  #gone = false;

  constructor(folder: string, instead: Spawner) {
    this.#folder = folder;
    this.#instead = instead;
    this.#address = join(folder, "output");
    this.#server = createServer((socket) => this.#connected(socket));
    this.#server.unref();
  }

  async open(command: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
    if (Buffer.byteLength(this.#address) > LONGEST_ADDRESS) throw new Error("the address is too long");
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(this.#address, resolve);
    });
    const [file, ...args] = command;
    // In a session of its own: an interrupt from the terminal is for us, and trials are ended by us.
    const child = spawn(file!, [...args, this.#address], {
      stdio: ["pipe", "pipe", "ignore"],
      detached: true,
    });
    this.#child = child;
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("no answer in time")), READY_LIMIT);
    child.once("error", reject);
    child.once("exit", () => reject(new Error("it ended")));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = JSON.parse(line) as Message;
      if (message.ready === undefined) this.#take(message);
      else resolve();
    });
    child.once("exit", () => this.#ended());
    child.stdin.on("error", () => this.#ended());
    child.stdin.write(`${JSON.stringify({ env })}\n`);
    await ready.finally(() => clearTimeout(timer));
    // It must not keep this process alive; a trial's connections do.
    child.unref();
    for (const stream of [child.stdin, child.stdout]) (stream as Partial<Socket>).unref?.();
  }

  start(what: Start, handlers: ProcessHandlers): SpawnedProcess {
    if (this.#gone) return this.#instead.start(what, handlers);
    const id = this.#next++;
    const remote = new RemoteProcess(handlers, () => this.#processes.delete(id));
    this.#processes.set(id, remote);
    this.#child?.stdin?.write(`${JSON.stringify({ id, ...what })}\n`);
    return remote;
  }

  close(): void {
    this.#ended();
    this.#child?.stdin?.destroy();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #take({ started, refused, exited, pid, code, signal, message }: Message): void {
    if (started !== undefined) this.#processes.get(started)?.started(pid!);
    else if (exited !== undefined) this.#processes.get(exited)?.exited(code as number | null, signal ?? null);
    else if (refused !== undefined)
      this.#processes.get(refused)?.refused(Object.assign(new Error(message), { code }));
  }

  /** The first line of a connection tells whose output it is. */
  #connected(socket: Socket): void {
    let head = Buffer.alloc(0);
    const read = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\n");
      if (end < 0) return;
      socket.off("data", read);
      const [id, stream] = head.toString("latin1", 0, end).split(" ");
      const remote = this.#processes.get(Number(id));
      if (remote === undefined) socket.destroy();
      else remote.connected(socket, stream === "1" ? "stdout" : "stderr", head.subarray(end + 1));
    };
    socket.on("data", read);
    // A process that is killed may reset its connection: the end of its output like any other.
    socket.on("error", () => {});
  }

  #ended(): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const remote of [...this.#processes.values()]) remote.lost();
  }
}

/** One process, whose news comes on three ways: messages of the spawner and its two outputs, in any order. */
class RemoteProcess implements SpawnedProcess {
  readonly #handlers: ProcessHandlers;
  readonly #forget: () => void;
  readonly #sockets: Socket[] = [];
  #open = 2;
  #exited = false;
  #released = false;

  constructor(handlers: ProcessHandlers, forget: () => void) {
    this.#handlers = handlers;
    this.#forget = forget;
  }

  started(pid: number): void {
    this.#handlers.started(pid);
  }

  refused(error: unknown): void {
    this.#forget();
    this.release();
    this.#handlers.refused(error);
  }

  exited(code: number | null, signal: string | null): void {
    this.#exited = true;
    this.#handlers.exited(code, signal);
    this.#settle();
  }

  connected(socket: Socket, stream: "stdout" | "stderr", first: Buffer): void {
    this.#sockets.push(socket);
    if (this.#released) socket.destroy();
    else if (first.length > 0) this.#handlers.data(first, stream);
    socket.on("data", (chunk: Buffer) => this.#handlers.data(chunk, stream));
    socket.on("close", () => {
      this.#open--;
      this.#settle();
    });
  }

  lost(): void {
    this.#forget();
    if (!this.#exited) this.#handlers.lost();
  }

  release(): void {
    this.#released = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #settle(): void {
    if (this.#open > 0 || !this.#exited) return;
    this.#forget();
    this.#handlers.closed();
  }
}
