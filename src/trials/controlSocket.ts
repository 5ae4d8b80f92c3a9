import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  CONTROL_PROTOCOL,
  type ControlDown,
  type ControlHello,
  type ControlUp,
} from "../protocol/control.ts";
import type { TrialNumber } from "../protocol/trial.ts";

/** One watched training: what it says, and what it is answered. */
export interface ControlSession {
  /** The answer, where there is one. */
  heard(message: ControlUp): ControlDown | undefined;
  closed(): void;
}

export interface ControlSocket {
  readonly address: string;
  close(): Promise<void>;
}

/** Longest line that a training may send: they have some 200 bytes. */
const LONGEST = 10_000;

/**
 * Listens for trainings that let themselves be watched. `open` gives the session of a training that says hello, or the reason
 * why there is none. A training that speaks another protocol, or nonsense, is let go: it runs on by itself.
 */
export async function listenForTrainings(
  open: (trial: TrialNumber) => ControlSession | string,
): Promise<ControlSocket> {
  const folder = await mkdtemp(join(tmpdir(), "tuning-fork-control-"));
  const address = join(folder, "s");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // A training that is killed resets its connection.
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    converse(socket, open);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, resolve);
  });
  return {
    address,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function converse(socket: Socket, open: (trial: TrialNumber) => ControlSession | string): void {
  let session: ControlSession | undefined;
  const say = (message: ControlDown): void => void socket.write(`${JSON.stringify(message)}\n`);
  const release = (reason: string): void => {
    say({ type: "release", reason });
    socket.end();
  };
  const begin = (message: ControlUp): void => {
    const fault = faultOf(message);
    const opened = fault ?? open((message as ControlHello).trial);
    if (typeof opened === "string") release(opened);
    else session = opened;
  };
  const lines = createInterface({ input: socket });
  lines.on("line", (line) => {
    const message = parse(line);
    if (message === undefined) {
      release("this is no message of the protocol");
      return;
    }
    if (session === undefined) begin(message);
    const answer = session?.heard(message);
    if (answer !== undefined) say(answer);
  });
  lines.once("close", () => session?.closed());
}

function faultOf(message: ControlUp): string | undefined {
  if (message.type !== "hello") return "hello comes first";
  if (message.protocol !== CONTROL_PROTOCOL)
    return `the engine speaks version ${CONTROL_PROTOCOL} of the protocol, not ${message.protocol}`;
  return undefined;
}

const isLoose = (value: unknown): boolean => typeof value === "number" || typeof value === "string";

/** As deep as what decides from it relies on it. */
function isMessage(message: ControlUp): boolean {
  if (message.type === "state")
    return Number.isInteger(message.step) && isLoose(message.own) && isLoose(message.rate);
  return message.type === "hello" || message.type === "crash";
}

function parse(line: string): ControlUp | undefined {
  if (line.length > LONGEST) return undefined;
  try {
    const message = JSON.parse(line) as ControlUp | null;
    return message !== null && isMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
