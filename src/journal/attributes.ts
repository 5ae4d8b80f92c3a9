import {
  type CheckpointSource,
  type Hypergradients,
  type Placement,
  RATE_CONTROLS,
  type RateControl,
} from "../protocol/trial.ts";

/**
 * What Optuna has no word for stands in user attributes with this prefix: Optuna shows them, keeps them and
 * copies them with the study.
 */
export const PREFIX = "tuning_fork:";

/** The version of these attributes; a study with a larger one is left alone. */
export const ATTRIBUTES_VERSION = 1;

/** User attributes of a study. */
export const StudyAttribute = {
  /** ATTRIBUTES_VERSION of the writer. */
  version: `${PREFIX}version`,
  /** The definition, as in `<script>.tune.json`. */
  definition: `${PREFIX}definition`,
  /** Name of the definition's file, in the folder that holds `.tuning-fork`. */
  file: `${PREFIX}file`,
  /** SHA-256 (hex) of the script's text when the last trial started. */
  scriptHash: `${PREFIX}script_hash`,
  /** How its last run ended ("done", "converged", "time", "score", "stopped"); "running" is also what a killed engine leaves. */
  state: `${PREFIX}state`,
} as const;

/** User attributes of a trial. */
export const TrialAttribute = {
  /** The budget that the trial is to run to; set again it is a promotion. */
  budget: `${PREFIX}budget`,
  /** {trial, budget}: the checkpoint that the trial went on from. */
  from: `${PREFIX}from`,
  /** "policy", "descent", "real-time" or "own": who sets the learning rate of a training that is watched. */
  control: `${PREFIX}control`,
  /** [bracket, rung]; before a promotion's budget it is the promotion's place. */
  placement: `${PREFIX}placement`,
  /** The strategy's own words. */
  note: `${PREFIX}note`,
  /** {budget, values}: the trial has got to its budget and waits there. */
  reached: `${PREFIX}reached`,
  /** {budget, values}: a report of a study with several objectives, for which Optuna has no record. */
  report: `${PREFIX}report`,
  /** {parameter: derivative of the first objective}, in the user's own direction. */
  hypergradients: `${PREFIX}hypergradients`,
  /** Why the trial failed, or was stopped. */
  reason: `${PREFIX}reason`,
} as const;

/** System attribute of a study that names its objectives. */
export const METRIC_NAMES = "study:metric_names";
/** System attribute of a waiting trial: its parameters, as external values. */
export const FIXED_PARAMS = "fixed_params";

/** System attribute of a trial: numbers, each at most 0 where its constraint is kept. */
export const CONSTRAINTS = "constraints";
/** Newer Optunas write each under a name of its own. */
export const CONSTRAINT_PREFIX = "constraints:";

export interface Measurement {
  readonly budget: number;
  /** In the user's own direction, one for each objective. */
  readonly values: readonly number[];
}

export function encodePlacement(placement: Placement): readonly [number, number] {
  return [placement.bracket, placement.rung];
}

export function decodePlacement(value: unknown): Placement | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [bracket, rung] = value as unknown[];
  return typeof bracket === "number" && typeof rung === "number" ? { bracket, rung } : undefined;
}

export function decodeSource(value: unknown): CheckpointSource | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { trial, budget } = value as Record<string, unknown>;
  return typeof trial === "number" && typeof budget === "number" ? { trial, budget } : undefined;
}

export function decodeControl(value: unknown): RateControl | undefined {
  return RATE_CONTROLS.find((control) => control === value);
}

export function decodeHypergradients(value: unknown): Hypergradients | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const derivatives = Object.values(value);
  return derivatives.length > 0 && derivatives.every(Number.isFinite) ? (value as Hypergradients) : undefined;
}

export function decodeMeasurement(value: unknown): Measurement | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { budget, values } = value as Record<string, unknown>;
  const valid =
    typeof budget === "number" && Array.isArray(values) && values.every((v) => typeof v === "number");
  return valid ? { budget, values } : undefined;
}
