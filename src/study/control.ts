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
  DescentRule,
  RealTimeRule,
} from "../protocol/control.ts";
import type { RateControl, TrialNumber } from "../protocol/trial.ts";
import type { DescentOptions } from "../strategies/hypergradientDescent.ts";
import type { RealTimeOptions } from "../strategies/rtho.ts";
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
  /** How hyperparameters move along their hypergradients; absent where no training is driven so. */
  readonly descent?: DescentRule;
  readonly realTime?: RealTimeRule;
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
/**
 * Under real-time hypergradients: those of `SCALES` (`src/learning/hypergradient/coordinates.ts`). PyTorch keeps no velocity
 * where a momentum is 0, so that it is never quite.
 */
const REAL_TIME_BOUNDS = { lr: [1e-6, 1], momentum: [1e-3, 0.9], weight_decay: [1e-8, 0.1] } as const;

/** The rules by which a strategy's options have trainings driven: one has a discount, the other has none. */
export function hypergradientRules(
  options: Partial<DescentOptions & RealTimeOptions>,
): Pick<ControlInput, "descent" | "realTime"> {
  const { step, discount, update } = options;
  if (step === undefined) return {};
  if (discount === undefined || update === undefined) return { descent: { step, ...BOUNDS } };
  return { realTime: { step, discount, update, bounds: REAL_TIME_BOUNDS } };
}

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
  input: ControlInput,
  trial: TrialNumber,
  mode: RateControl,
  closed: () => void,
): ControlSession {
  const lines = openTrace(input.trace(trial));
  const keep = (message: ControlMessage): void => void lines.write(`${JSON.stringify(message)}\n`);
  let driver: Driving["driver"];
  const answer = (message: ControlUp): ControlDown | undefined => {
    if (message.type === "hello") {
      const own = policiesFor(input.policies, message);
      const driving = drivingOf(input, mode, own);
      driver = driving.driver;
      return { ...config(mode, input.looks, own), ...driving.rule };
    }
    if (message.type === "crash") return undefined;
    return driver?.next(message) ?? { type: "act", step: message.step };
  };
  return {
    heard: (message) => {
      const said = answer(message);
      keep(message);
      if (said !== undefined) keep(said);
      input.heard();
      return said;
    },
    closed: () => {
      lines.end();
      closed();
    },
  };
}

interface Driving {
  /** What answers the states of a training; absent: nobody does anything about them. */
  readonly driver?: RateDriver | DescentDriver;
  /** What the training must know to move its hyperparameters itself. */
  readonly rule?: Pick<ControlConfig, "descent" | "realTime">;
}

function drivingOf({ descent, realTime }: ControlInput, mode: RateControl, policies: Policies): Driving {
  if (mode === "policy") return { driver: new RateDriver(policies) };
  if (mode === "descent" && descent !== undefined)
    return { driver: new DescentDriver(descent.low), rule: { descent } };
  if (mode === "real-time" && realTime !== undefined)
    return { driver: new DescentDriver(realTime.bounds.lr![0]), rule: { realTime } };
  return {};
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
