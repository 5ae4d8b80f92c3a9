import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/setup/process.ts";
import type { ControlDown, ControlState, ControlUp } from "../../src/protocol/control.ts";
import { type ControlSocket, listenForTrainings } from "../../src/trials/controlSocket.ts";

// What the tests of watched trainings share.

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script by the launcher, watched where there is a socket. */
export function launch(
  python: string,
  script: string,
  args: readonly string[],
  socket: ControlSocket | undefined,
  env: Record<string, string> = {},
): Promise<Ran> {
  const attach = socket && { TUNING_FORK_ATTACH: JSON.stringify({ address: socket.address, trial: 0 }) };
  const child = spawn(python, [join(root, "python/tuning_fork/launch.py"), script, ...args], {
    env: { ...process.env, ...attach, ...env },
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on("data", (part) => out.push(String(part)));
  child.stderr.on("data", (part) => err.push(String(part)));
  return new Promise((resolve) =>
    child.once("close", (exitCode) => resolve({ exitCode, stdout: out.join(""), stderr: err.join("") })),
  );
}

export const linesOf = (file: string): (ControlUp | ControlDown)[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ControlUp | ControlDown);

export const statesOf = (file: string): ControlState[] =>
  linesOf(file).filter((line): line is ControlState => line.type === "state");

/** The numbers that a script has printed as `name=…`. */
export const numbers = (stdout: string, name: string): number[] =>
  [...stdout.matchAll(new RegExp(`${name}=(\\S+)`, "g"))].map(([, value]) => Number(value));

/** An engine that wants the same rate at every look. */
export function fixedRate(rate: number, first = 1, every = 4): Promise<ControlSocket> {
  const config = { type: "config", mode: "policy", first, every, timeoutMs: 5000, changes: true } as const;
  return listenForTrainings(() => ({
    heard: (message) => (message.type === "state" ? { type: "act", step: message.step, rate } : config),
    closed: () => {},
  }));
}

/** Ruins a training from step 10 on, and gives it up at step 15. */
export const ruinous = (): Promise<ControlSocket> =>
  listenForTrainings(() => ({
    heard: (message) => {
      if (message.type !== "state")
        return { type: "config", mode: "policy", first: 30, every: 1, timeoutMs: 5000, changes: false };
      const { step } = message;
      if (step === 15) return { type: "act", step, fallback: "it has gone astray" };
      return step > 15 ? { type: "act", step } : { type: "act", step, rate: step < 10 ? 0.05 : 1e4 };
    },
    closed: () => {},
  }));

/** An engine that dies in the middle of a training; says how many states it has heard. */
export async function dying(): Promise<{ readonly socket: ControlSocket; seen(): number }> {
  let seen = 0;
  const socket = await listenForTrainings(() => ({
    heard: (message) => {
      if (message.type === "hello")
        return { type: "config", mode: "policy", first: 1, every: 4, timeoutMs: 5000, changes: true };
      if (message.type !== "state" || seen++ > 2) {
        void socket.close();
        return undefined;
      }
      return { type: "act", step: message.step, rate: 0.5 };
    },
    closed: () => {},
  }));
  return { socket, seen: () => seen };
}
