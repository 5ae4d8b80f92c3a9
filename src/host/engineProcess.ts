import { fork } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TuningForkError } from "../protocol/errors.ts";
import { type EngineAddress, isEngineAddress } from "./checks.ts";

/** How the engine's process is found and forked. */
export interface EngineProcessOptions {
  /** The engine's bundle. */
  readonly modulePath: string;
  /** Folder of `engine.json` and `engine.log`: one engine a folder. */
  readonly runtimeDir: string;
  /** Longest wait for a fresh engine to listen, in milliseconds. */
  readonly startTimeout?: number;
}

const START_TIMEOUT = 20_000;
const POLL = 25;

/** The address that a running (or dead) engine left in its runtime folder. */
export async function readAddress(runtimeDir: string): Promise<EngineAddress | undefined> {
  const text = await readFile(join(runtimeDir, "engine.json"), "utf8").catch(() => undefined);
  if (text === undefined) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isEngineAddress(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A socket to the engine that listens there; undefined where nobody does. */
export function connectTo(address: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const refused = () => resolve(undefined);
    socket.once("error", refused);
    socket.once("connect", () => {
      socket.off("error", refused);
      resolve(socket);
    });
  });
}

/** A socket to the engine of this runtime folder, if one is alive. */
export async function attach(runtimeDir: string): Promise<Socket | undefined> {
  const address = await readAddress(runtimeDir);
  return address === undefined ? undefined : connectTo(address.address);
}

/**
 * Forks an engine in a process group of its own, so that it outlives the window, and waits until it listens.
 * Throws `engine-died` where it ends first or takes too long; its output is in `engine.log`.
 */
export async function forkEngine(options: EngineProcessOptions): Promise<Socket> {
  const { modulePath, runtimeDir } = options;
  await mkdir(runtimeDir, { recursive: true });
  const log = await open(join(runtimeDir, "engine.log"), "w");
  const child = fork(modulePath, ["--runtime", runtimeDir], {
    detached: true,
    stdio: ["ignore", log.fd, log.fd, "ipc"],
    env: engineEnvironment(process.env),
    // A debugged extension host has --inspect among its own arguments: not for the engine.
    execArgv: [],
  });
  let ended: string | undefined;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code, signal) => {
    ended = signal === null ? `exit code ${code}` : `signal ${signal}`;
  });
  await log.close();
  try {
    const deadline = performance.now() + (options.startTimeout ?? START_TIMEOUT);
    for (;;) {
      const address = await readAddress(runtimeDir);
      // An address of before may still take a connection while its engine dies; another window's engine may have won.
      const isOurs = address?.pid === child.pid || ended !== undefined;
      const socket = address !== undefined && isOurs ? await connectTo(address.address) : undefined;
      if (socket !== undefined) {
        return socket;
      }
      if (ended !== undefined || performance.now() > deadline) {
        child.kill();
        throw await notStarted(runtimeDir, ended);
      }
      await sleep(POLL);
    }
  } finally {
    // From here on the socket is the only tie: neither process waits for the other.
    if (child.connected) {
      child.disconnect();
    }
    child.unref();
  }
}

async function notStarted(runtimeDir: string, ended: string | undefined): Promise<TuningForkError> {
  const path = join(runtimeDir, "engine.log");
  const text = (await readFile(path, "utf8").catch(() => "")).trim();
  const why = ended === undefined ? "it did not answer in time" : `it ended with ${ended}`;
  return new TuningForkError(
    "engine-died",
    `The engine could not be started: ${why}.`,
    "The log tells more; run the command again to try once more.",
    text === "" ? undefined : text.slice(-2000),
  );
}

/** The window's environment without what VS Code set for its own processes. */
function engineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("VSCODE_")));
}
