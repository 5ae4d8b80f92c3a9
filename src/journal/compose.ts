import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration, SpaceSpec } from "../protocol/space.ts";
import type {
  CheckpointSource,
  Hypergradients,
  Placement,
  RateControl,
  TrialEvent,
} from "../protocol/trial.ts";
import {
  ATTRIBUTES_VERSION,
  CONSTRAINTS,
  encodePlacement,
  FIXED_PARAMS,
  METRIC_NAMES,
  type Measurement,
  StudyAttribute,
  TrialAttribute,
} from "./attributes.ts";
import { encodeConfiguration } from "./encoding.ts";
import type { StudyHistory, Trial } from "./history.ts";
import {
  type CreateTrial,
  Direction,
  type JournalRecord,
  Op,
  type SetTrialSystemAttribute,
  type SetTrialUserAttribute,
  State,
  type TrialRecord,
} from "./records.ts";
import { toValues, turned } from "./studyFold.ts";
import { toNaiveLocal } from "./times.ts";

/** What there is to know about a trial that starts. */
export interface Start {
  readonly configuration: Configuration;
  readonly space: SpaceSpec;
  readonly budget: number;
  readonly from?: CheckpointSource | undefined;
  readonly control?: RateControl | undefined;
  readonly placement: Placement | undefined;
  readonly note: unknown;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** Where a record is about to stand: who writes it, and the ids that it will have. */
export interface Position {
  readonly worker: string;
  readonly studyId: number;
  readonly trialId: number;
  readonly trialNumber: number;
}

export interface StudyPlan {
  readonly name: string;
  readonly goals: readonly ("minimize" | "maximize")[];
  readonly metricNames: readonly string[];
}

/** The records that begin a study. Optuna's TypeScript reader forgets the metric names at any later op 3: they are last. */
export function studyRecords(
  plan: StudyPlan,
  studyId: number,
  worker: string,
  time: number,
): JournalRecord[] {
  const directions = plan.goals.map((goal) => Direction[goal]);
  return [
    { op_code: Op.createStudy, worker_id: worker, study_name: plan.name, directions, time },
    studyAttribute(StudyAttribute.version, ATTRIBUTES_VERSION, studyId, worker, time),
    {
      op_code: Op.setStudySystemAttribute,
      worker_id: worker,
      study_id: studyId,
      system_attr: { [METRIC_NAMES]: plan.metricNames },
      time,
    },
  ];
}

export function studyAttribute(
  name: string,
  value: unknown,
  studyId: number,
  worker: string,
  time: number,
): JournalRecord {
  const record = { worker_id: worker, study_id: studyId, user_attr: attribute(name, value), time };
  return { op_code: Op.setStudyUserAttribute, ...record };
}

/** A new running trial. Parameters stand in this record, where every reader shows them as values. */
export function startRecord(start: Start, at: Position): CreateTrial {
  return {
    op_code: Op.createTrial,
    worker_id: at.worker,
    study_id: at.studyId,
    datetime_start: toNaiveLocal(start.time),
    state: State.running,
    ...encodeConfiguration(start.configuration, start.space),
    user_attrs: startAttributes(start),
    id: at.trialId,
    number: at.trialNumber,
    time: start.time,
  };
}

/** A waiting trial, as Optuna's `enqueue_trial` writes it. */
export function waitingRecord(configuration: Configuration, at: Position, time: number): CreateTrial {
  return {
    op_code: Op.createTrial,
    worker_id: at.worker,
    study_id: at.studyId,
    datetime_start: null,
    state: State.waiting,
    system_attrs: { [FIXED_PARAMS]: configuration },
    id: at.trialId,
    number: at.trialNumber,
    time,
  };
}

/** A waiting trial begins to run: all that is known of it first, so that it is whole once it runs. */
export function claimRecords(start: Start, at: Position): TrialRecord[] {
  const common = { worker_id: at.worker, trial_id: at.trialId, time: start.time };
  const { params, distributions } = encodeConfiguration(start.configuration, start.space);
  const attributes = startAttributes(start);
  return [
    ...Object.keys(params).map(
      (name): TrialRecord => ({
        op_code: Op.setTrialParameter,
        ...common,
        param_name: name,
        param_value_internal: params[name]!,
        distribution: distributions[name]!,
      }),
    ),
    ...Object.keys(attributes).map(
      (name): TrialRecord => ({
        op_code: Op.setTrialUserAttribute,
        ...common,
        user_attr: { [name]: attributes[name] },
      }),
    ),
    {
      op_code: Op.setTrialState,
      ...common,
      state: State.running,
      values: null,
      datetime_start: toNaiveLocal(start.time),
    },
  ];
}

function startAttributes({ budget, from, control, placement, note }: Start): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  if (budget !== 0) attributes[TrialAttribute.budget] = checkBudget(budget);
  if (from !== undefined) attributes[TrialAttribute.from] = { trial: from.trial, budget: from.budget };
  if (control !== undefined) attributes[TrialAttribute.control] = control;
  if (placement !== undefined) attributes[TrialAttribute.placement] = encodePlacement(placement);
  if (note !== undefined && note !== null) attributes[TrialAttribute.note] = note;
  return attributes;
}

/** What happened to a running trial, as records; the last of them is the one that matters. */
export function eventRecords(
  event: Exclude<TrialEvent, { type: "started" }>,
  trial: Trial,
  goals: StudyHistory["goals"],
  worker: string,
): TrialRecord[] {
  const common = { worker_id: worker, trial_id: trial.id, time: event.time };
  const attach = (name: string, value: unknown): SetTrialUserAttribute => ({
    op_code: Op.setTrialUserAttribute,
    ...common,
    user_attr: attribute(name, value),
  });
  const measurement = (losses: readonly number[], budget: number): Measurement => ({
    budget: checkBudget(budget),
    values: checkedValues(losses, goals),
  });
  const derived = ({ hypergradients }: { readonly hypergradients?: Hypergradients }) => {
    // Where there are none any more, that is written too: an attribute stays as it was set last.
    const told = hypergradients ?? (trial.hypergradients && {});
    return told === undefined ? [] : [attach(TrialAttribute.hypergradients, turned(told, goals))];
  };
  // The start is repeated because Optuna's TypeScript reader takes it from the last state that was set.
  const ended = {
    op_code: Op.setTrialState,
    ...common,
    ...(trial.started !== undefined && { datetime_start: toNaiveLocal(trial.started) }),
    datetime_complete: toNaiveLocal(event.time),
  };
  switch (event.type) {
    case "promoted": {
      const promotion = attach(TrialAttribute.budget, checkBudget(event.budget));
      if (event.placement === undefined) return [promotion];
      return [attach(TrialAttribute.placement, encodePlacement(event.placement)), promotion];
    }
    case "reported": {
      const { budget, values } = measurement(event.losses, event.budget);
      if (goals.length !== 1) return [attach(TrialAttribute.report, { budget, values })];
      const step = Math.floor(budget);
      return [
        {
          op_code: Op.setTrialIntermediateValue,
          ...common,
          step,
          intermediate_value: values[0]!,
          ...(step !== budget && { budget }),
        },
      ];
    }
    case "reached":
      return [
        ...constraintRecords(event, common),
        ...derived(event),
        attach(TrialAttribute.reached, measurement(event.losses, event.budget)),
      ];
    case "finished": {
      const { budget, values } = measurement(event.losses, event.budget);
      const state = event.state === "complete" ? State.complete : State.pruned;
      const end: TrialRecord = { ...ended, state, values, budget };
      const why = event.reason === undefined ? [] : [attach(TrialAttribute.reason, event.reason)];
      return [...constraintRecords(event, common), ...derived(event), ...why, end];
    }
    case "failed":
      return [attach(TrialAttribute.reason, event.reason), { ...ended, state: State.fail, values: null }];
  }
}

function constraintRecords(
  { constraints }: { readonly constraints?: readonly number[] },
  common: Pick<SetTrialSystemAttribute, "worker_id" | "trial_id" | "time">,
): SetTrialSystemAttribute[] {
  if (constraints === undefined) return [];
  return [{ op_code: Op.setTrialSystemAttribute, ...common, system_attr: { [CONSTRAINTS]: constraints } }];
}

/** Exactly one key, never null: Optuna's TypeScript reader gives up a whole file over a null. */
function attribute(name: string, value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) {
    throw new TuningForkError(
      "bad-input",
      `The attribute "${name}" has no value.`,
      "Leave it out or give it one.",
    );
  }
  return Object.fromEntries([[name, value]]);
}

function checkBudget(budget: number): number {
  if (budget >= 0 && budget <= Number.MAX_SAFE_INTEGER) return budget;
  throw new TuningForkError(
    "bad-input",
    `A budget of ${budget} cannot be recorded: it must be a number ≥ 0.`,
  );
}

function checkedValues(losses: readonly number[], goals: StudyHistory["goals"]): number[] {
  if (losses.length !== goals.length || losses.some(Number.isNaN)) {
    throw new TuningForkError(
      "bad-input",
      `A study with ${goals.length} objectives cannot record the values [${losses.join(", ")}].`,
      "Give one number for each objective; record NaN as a failure.",
    );
  }
  return toValues(losses, goals);
}
