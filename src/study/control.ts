import fs from "node:fs";
import path from "node:path";
import { DescentDriver } from "../learning/hypergradient/descentDriver.ts";
import type { DirectionName } from "../learning/stepsize/directions.ts";
import { type Policies, RateDriver } from "../learning/stepsize/driver.ts";
import type {
  ControlConfig,
  ControlDown,
  ControlHello,
  ControlMessage,
  ControlUp,
} from "../protocol/control.ts";
import type { RateControl, TrialNumber } from "../protocol/trial.ts";
import { type ControlSession, type ControlSocket, listenForTrainings } from "../trials/controlSocket.ts";
import type { PolicyBook } from "./policies.ts";

/** How often a training is looked at. */
export interface Looks {
  readonly first: number;
  readonly every: number;
}

export interface ControlInput {
  readonly policies: PolicyBook;
  readonly looks: Looks;
  /** How far learning rates move in a step of hypergradient descent; absent where no training is under it. */
  readonly step?: number;
  /** Who sets a trial's learning rate, as the journal has it. */
  control(trial: TrialNumber): RateControl | undefined;
  /** Where a trial's trace is kept. */
  trace(trial: TrialNumber): string;
  /** There is something new in a trace. */
  heard(): void;
}

/** An engine that is busy for longer is waited for no more: the training goes on with its own schedule. */
const TIMEOUT_MS = 10_000;
/** Of the learning rate under hypergradient descent. */
const BOUNDS = { low: 1e-6, high: 1 };

/** Watches the trainings of one study, drives those that are to be driven, and keeps their traces. */
export async function controlTrainings(input: ControlInput): Promise<ControlSocket> {
  const watched = new Set<TrialNumber>();
  return listenForTrainings((trial) => {
    const control = input.control(trial);
    if (control === undefined) return `trial #${trial} is not one to be watched`;
    if (watched.has(trial)) return `another process of trial #${trial} is watched already`;
    watched.add(trial);
    return session(input, trial, control, () => watched.delete(trial));
  });
}

function session(
  { policies, looks, step, trace, heard }: ControlInput,
  trial: TrialNumber,
  mode: RateControl,
  closed: () => void,
): ControlSession {
  const lines = openTrace(trace(trial));
  const keep = (message: ControlMessage): void => void lines.write(`${JSON.stringify(message)}\n`);
  const descent = mode === "descent" && step !== undefined ? { step, ...BOUNDS } : undefined;
  let driver: RateDriver | DescentDriver | undefined;
  const answer = (message: ControlUp): ControlDown | undefined => {
    if (message.type === "hello") {
      const own = policiesFor(policies, message);
      if (mode === "policy") driver = new RateDriver(own);
      if (descent !== undefined) driver = new DescentDriver(descent);
      return { ...config(mode, looks, own), ...(descent && { descent }) };
    }
    if (message.type === "crash") return undefined;
    return driver?.next(message) ?? { type: "act", step: message.step };
  };
  return {
    heard: (message) => {
      const said = answer(message);
      keep(message);
      if (said !== undefined) keep(said);
      heard();
      return said;
    },
    closed: () => {
      lines.end();
      closed();
    },
  };
}

/** A trace that cannot be written is missing in a panel; the training is worth more. */
function openTrace(file: string): fs.WriteStream {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
  } catch {
    // Then the file cannot be opened either.
  }
  return fs.createWriteStream(file, { flags: "a" }).on("error", () => {});
}

function policiesFor(book: PolicyBook, { rule }: ControlHello): Policies {
  return (rule === null ? undefined : book[rule as DirectionName]) ?? {};
}

function config(mode: RateControl, looks: Looks, policies: Policies): ControlConfig {
  const isWanted = mode === "own" || (mode === "policy" && policies.both !== undefined);
  return { type: "config", mode, ...looks, timeoutMs: TIMEOUT_MS, changes: isWanted };
}
