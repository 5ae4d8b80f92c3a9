import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CancellationToken,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import {
  type EngineCall,
  type EngineCalls,
  type EngineEvents,
  PROTOCOL_VERSION,
} from "../protocol/engine.ts";
import { fromErrorPayload, TuningForkError } from "../protocol/errors.ts";
import { eventChecks, resultChecks } from "./checks.ts";
import { attach, type EngineProcessOptions, forkEngine, readAddress } from "./engineProcess.ts";

export interface EngineClientOptions extends EngineProcessOptions {
  /** Asked when an engine of another version still runs trials: may it be ended now? Its studies resume later. */
  mayReplace(): Promise<boolean>;
  /** Wraps the wait for a fresh engine, to show progress. */
  starting<T>(work: Promise<T>): Promise<T>;
}

type Events = { [K in keyof EngineEvents]: [EngineEvents[K]] } & {
  /** A connection is there, and its first call may be made. */
  connected: [];
  /** The connection is gone; `expected` when we closed it ourselves. */
  disconnected: [expected: boolean];
};

/** A connection, and the end of it. */
interface Peer {
  readonly connection: MessageConnection;
  /** Fails every pending call and closes the pipe. */
  end(): void;
}

const SHUTDOWN_WAIT = 3_000;

/**
 * Owns the host's end of the boundary to the engine. Nothing is started before the first call; a dead engine
 * fails every pending call with `engine-died`, and the next call starts another.
 */
export class EngineClient {
  readonly events = new EventEmitter<Events>();
  readonly #options: EngineClientOptions;
  #peer: Peer | undefined;
  #opening: Promise<Peer> | undefined;
  #disposed = false;

  constructor(options: EngineClientOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#peer !== undefined;
  }

  /** Calls the engine, starting it if need be. Rejects with a TuningForkError in every case of failure. */
  async call<K extends EngineCall>(
    name: K,
    params: EngineCalls[K]["params"],
    token?: CancellationToken,
  ): Promise<EngineCalls[K]["result"]> {
    const peer = await this.#open();
    try {
      return await request(peer.connection, name, params, token);
    } catch (error) {
      // Writing to a dead engine fails before its connection is closed: the next call must not be written there too.
      if (error instanceof TuningForkError && error.code === "engine-died") {
        this.#lose(peer);
      }
      throw error;
    }
  }

  /** Leaves the engine running. */
  dispose(): void {
    this.#disposed = true;
    this.#close();
    this.events.removeAllListeners();
  }

  #open(): Promise<Peer> {
    if (this.#disposed) {
      return Promise.reject(new TuningForkError("engine-died", "The window is closing."));
    }
    if (this.#peer !== undefined) {
      return Promise.resolve(this.#peer);
    }
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<Peer> {
    const { runtimeDir } = this.#options;
    const running = await attach(runtimeDir);
    if (running !== undefined) {
      const peer = this.#listen(running);
      const version = await greets(peer);
      if (version === "ours") {
        return this.#adopt(peer);
      }
      if (version === "other") {
        await this.#replace(peer);
      }
    }
    const peer = this.#listen(await this.#options.starting(forkEngine(this.#options)));
    const version = await greets(peer);
    if (version === "ours") {
      return this.#adopt(peer);
    }
    peer.end();
    throw version === "none"
      ? new TuningForkError(
          "engine-died",
          "The engine ended as soon as it had started.",
          "Its output may tell why.",
        )
      : new TuningForkError(
          "version-mismatch",
          "The engine is of another version than the extension.",
          "Reload the window, or install the extension again.",
        );
  }

  #listen(socket: Socket): Peer {
    const connection = createMessageConnection(
      new SocketMessageReader(socket),
      new SocketMessageWriter(socket),
    );
    const peer: Peer = {
      connection,
      end() {
        // Only disposal rejects the calls that still wait.
        connection.dispose();
        socket.destroy();
      },
    };
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#lose(peer));
    connection.onNotification("changed", (value: unknown) => this.#notified("changed", value));
    connection.onNotification("learning", (value: unknown) => this.#notified("learning", value));
    connection.onNotification("log", (value: unknown) => this.#notified("log", value));
    connection.listen();
    return peer;
  }

  #notified<K extends keyof EngineEvents>(name: K, value: unknown): void {
    if (eventChecks[name](value)) {
      (this.events as EventEmitter).emit(name, value);
    }
  }

  /** Ends an engine of another version: at once where it is idle, else if the user agrees. */
  async #replace(peer: Peer): Promise<void> {
    const { runtimeDir } = this.#options;
    const address = await readAddress(runtimeDir);
    try {
      // One that ends at once may not get its answer out.
      const idle = await request(peer.connection, "shutdown", { force: false }).then(
        () => true,
        (error: unknown) => error instanceof TuningForkError && error.code === "engine-died",
      );
      if (idle && (await endsWithin(runtimeDir, SHUTDOWN_WAIT))) {
        return;
      }
      if (!(await this.#options.mayReplace())) {
        throw new TuningForkError(
          "version-mismatch",
          "An engine of another version is still running trials.",
          "Wait until it is done, or let it be replaced; its studies resume where they stood.",
        );
      }
      await request(peer.connection, "shutdown", { force: true }).catch(() => undefined);
      if (!(await endsWithin(runtimeDir, SHUTDOWN_WAIT)) && address !== undefined) {
        terminate(address.pid);
        await endsWithin(runtimeDir, SHUTDOWN_WAIT);
      }
    } finally {
      peer.end();
    }
  }

  #adopt(peer: Peer): Peer {
    this.#peer = peer;
    this.events.emit("connected");
    return peer;
  }

  /** The engine has ended, or its connection has: a call opens another. */
  #lose(peer: Peer): void {
    peer.end();
    if (this.#peer === peer) {
      this.#peer = undefined;
      this.events.emit("disconnected", false);
    }
  }

  #close(): void {
    const peer = this.#peer;
    this.#peer = undefined;
    if (peer !== undefined) {
      peer.end();
      this.events.emit("disconnected", true);
    }
  }
}

/** Whose version the engine speaks; "none" where it ended over the question. */
async function greets(peer: Peer): Promise<"ours" | "other" | "none"> {
  try {
    const { protocol } = await request(peer.connection, "hello", { protocol: PROTOCOL_VERSION });
    return protocol === PROTOCOL_VERSION ? "ours" : "other";
  } catch (error) {
    if (error instanceof TuningForkError && error.code === "version-mismatch") {
      return "other";
    }
    peer.end();
    if (error instanceof TuningForkError && error.code === "engine-died") {
      return "none";
    }
    throw error;
  }
}

function terminate(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It ended by itself in the meantime.
  }
}

async function endsWithin(runtimeDir: string, limit: number): Promise<boolean> {
  const deadline = performance.now() + limit;
  while (performance.now() < deadline) {
    const socket = await attach(runtimeDir);
    if (socket === undefined) {
      return true;
    }
    socket.destroy();
    await sleep(100);
  }
  return false;
}

async function request<K extends EngineCall>(
  connection: MessageConnection,
  name: K,
  params: EngineCalls[K]["params"],
  token?: CancellationToken,
): Promise<EngineCalls[K]["result"]> {
  let result: unknown;
  try {
    result =
      token === undefined
        ? await connection.sendRequest(name, params)
        : await connection.sendRequest(name, params, token);
  } catch (error) {
    throw callError(name, error);
  }
  if (!resultChecks[name](result)) {
    throw new TuningForkError("internal", `The engine answered "${name}" in a form that is not understood.`);
  }
  return result;
}

function callError(name: EngineCall, error: unknown): TuningForkError {
  if (error instanceof ResponseError) {
    const known = fromErrorPayload(error.data);
    if (known !== undefined) {
      return known;
    }
    // The engine's own answers carry a payload; -32097 and its like come from our end of a closed pipe.
    if (error.code > -32096 || error.code < -32099) {
      return new TuningForkError("internal", `"${name}" failed: ${error.message}`);
    }
  }
  return new TuningForkError(
    "engine-died",
    "The engine ended while it was being asked.",
    "Finished trials are safe in the journal; resume the study to go on.",
  );
}
