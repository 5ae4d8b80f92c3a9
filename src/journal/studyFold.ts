import type { Configuration, Parameter, SpaceSpec, Value } from "../protocol/space.ts";
import type { Hypergradients, Placement } from "../protocol/trial.ts";
import { METRIC_NAMES } from "./attributes.ts";
import { areCompatible, type Distribution, union } from "./distributions.ts";
import type { StudyHistory, Trial } from "./history.ts";
import { Direction } from "./records.ts";

export type MutableTrial = { -readonly [K in keyof Trial]: Trial[K] };

/** A trial and what only the fold needs to know of it. */
export interface Entry {
  readonly study: StudyFold;
  readonly trial: MutableTrial;
  /** Its `started` event has been told, or never will be. */
  announced: boolean;
  /** Its configuration is what it was enqueued with; the first parameter set replaces it. */
  fixed: boolean;
  /** Names of its constraints, in their order, where they were recorded one by one. */
  constraintNames?: string[];
  /** The placement that the next promotion gets. */
  placement: Placement | undefined;
}

/** Shared until a trial has a report or attribute: a hundred thousand trials need no empty ones of their own. */
export const NO_REPORTS: Trial["reports"] = [];
export const NO_ATTRIBUTES: Record<string, unknown> = {};
Object.freeze(NO_REPORTS);
Object.freeze(NO_ATTRIBUTES);

/** Sets a key whatever its name: assignment to `__proto__` would be lost. */
export function put(target: object, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (target as Record<string, unknown>)[name] = value;
  }
}

/** A study under replay. */
export class StudyFold implements StudyHistory {
  readonly name: string;
  readonly studyId: number;
  readonly goals: readonly ("minimize" | "maximize")[];
  metricNames: readonly string[] = [];
  readonly attributes: Record<string, unknown> = {};
  readonly trials: MutableTrial[] = [];
  /** Trials are still counted after the study was deleted, but nobody hears of them. */
  deleted = false;
  /** The latest time that a record told: Optuna's reports have none of their own. */
  clock = 0;
  /**
   * For each parameter the first distribution seen. Optuna compares with that of the earliest trial that has
   * the parameter, which is always compatible with this one: whatever was set later has been compared.
   */
  readonly #first = new Map<string, Distribution>();
  readonly #seen = new Map<string, Distribution>();
  #space: SpaceSpec | undefined;

  constructor(name: string, studyId: number, directions: readonly number[]) {
    this.name = name;
    this.studyId = studyId;
    this.goals = directions.map((code) => (code === Direction.maximize ? "maximize" : "minimize"));
  }

  get space(): SpaceSpec {
    this.#space ??= {
      parameters: Object.fromEntries(
        Array.from(this.#seen, ([name, { parameter }]): [string, Parameter] => [name, parameter]),
      ),
    };
    return this.#space;
  }

  setSystemAttribute(name: string, value: unknown): void {
    if (name !== METRIC_NAMES || !Array.isArray(value)) return;
    this.metricNames = value.filter((item) => typeof item === "string");
  }

  /** Optuna's rule for SET_TRIAL_PARAM; CREATE_TRIAL is not checked. */
  accepts(name: string, distribution: Distribution): boolean {
    const first = this.#first.get(name);
    return first === undefined || areCompatible(first, distribution);
  }

  see(name: string, distribution: Distribution): void {
    const seen = this.#seen.get(name);
    if (seen === distribution) return;
    if (seen === undefined) this.#first.set(name, distribution);
    this.#seen.set(name, seen === undefined ? distribution : union(seen, distribution));
    this.#space = undefined;
  }

  /** Values in the user's own direction → losses, never NaN: a missing value is the worst there is. */
  losses(values: readonly number[]): number[] {
    if (this.goals.length === 1) return [toLoss(values[0], this.goals[0]!)];
    return this.goals.map((goal, index) => toLoss(values[index], goal));
  }
}

function toLoss(value: number | undefined, goal: "minimize" | "maximize"): number {
  if (value === undefined || Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  // 0 - 0 is 0 where -0 would be -0.
  return goal === "maximize" ? 0 - value : value;
}

/** Losses → values in the user's own direction, with 0 for -0, which a journal cannot tell apart. */
export function toValues(losses: readonly number[], goals: StudyHistory["goals"]): number[] {
  return losses.map((loss, index) => (goals[index] === "maximize" ? 0 - loss : loss + 0));
}

/** Derivatives of the first score → of the first loss, and the other way round: both turn it over. */
export function turned(hypergradients: Hypergradients, goals: StudyHistory["goals"]): Hypergradients {
  if (goals[0] !== "maximize") return hypergradients;
  const entries = Object.entries(hypergradients).map(([name, derivative]) => [name, 0 - derivative] as const);
  return Object.fromEntries(entries);
}

/** A copy of a configuration with one more value. */
export function withValue(configuration: Configuration, name: string, value: Value): Configuration {
  const copy = { ...configuration };
  put(copy, name, value);
  return copy;
}
