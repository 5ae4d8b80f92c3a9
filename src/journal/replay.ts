import type { TrialEvent } from "../protocol/trial.ts";
import {
  CONSTRAINT_PREFIX,
  CONSTRAINTS,
  decodeControl,
  decodeHypergradients,
  decodeMeasurement,
  decodePlacement,
  decodeSource,
  FIXED_PARAMS,
  TrialAttribute,
} from "./attributes.ts";
import { externalValue, readDistribution } from "./distributions.ts";
import type { EventListener, StudyHistory, Trial } from "./history.ts";
import {
  type CreateStudy,
  type CreateTrial,
  type JournalRecord,
  Op,
  type SetTrialIntermediateValue,
  type SetTrialParameter,
  type SetTrialState,
  type SetTrialUserAttribute,
  State,
  type StateCode,
  type TrialRecord,
} from "./records.ts";
import {
  type Entry,
  type MutableTrial,
  NO_ATTRIBUTES,
  NO_REPORTS,
  put,
  StudyFold,
  turned,
  withValue,
} from "./studyFold.ts";
import { parseTime } from "./times.ts";

/** A record that changed nothing, as in Optuna: why. */
export interface Rejection {
  readonly rejected: string;
}

/** A record that shows that records before it are gone: how many trials of its study. It was not applied. */
export interface Gap {
  readonly missingTrials: number;
}

export type Outcome = Rejection | Gap | undefined;

const NO_REASON = "The program that ran this trial recorded no reason.";

const rejected = (reason: string): Rejection => ({ rejected: reason });

/**
 * The fold of a journal's records. Ids, numbers and rejections are exactly those of Optuna's own replay
 * (`JournalStorageReplayResult`), for two readers of one file must name the same trials.
 */
export class Replay {
  readonly #studies: StudyFold[] = [];
  readonly #entries: Entry[] = [];
  readonly #listener: EventListener | undefined;

  constructor(listener?: EventListener) {
    this.#listener = listener;
  }

  /** The studies that have not been deleted, in the file's order. */
  get histories(): StudyHistory[] {
    return this.#studies.filter((study) => !study.deleted);
  }

  get nextStudyId(): number {
    return this.#studies.length;
  }

  get nextTrialId(): number {
    return this.#entries.length;
  }

  /** The study of that id, unless it has been deleted. */
  study(studyId: number): StudyHistory | undefined {
    const study = this.#studies[studyId];
    return study === undefined || study.deleted ? undefined : study;
  }

  /** The trial of that global id. */
  trial(trialId: number): Trial | undefined {
    return this.#entries[trialId]?.trial;
  }

  /** How many starts of this trial's study must be missing, by the id and number that its writer gave it. */
  missingBefore({ study_id, id, number }: CreateTrial): number {
    const trials = this.#studies[study_id]?.trials.length ?? 0;
    return Math.max(0, Math.min((id ?? 0) - this.#entries.length, (number ?? 0) - trials));
  }

  /** Folds one record in. A record that shows a gap is told and not applied. */
  apply(record: JournalRecord): Outcome {
    switch (record.op_code) {
      case Op.createStudy:
        return this.#createStudy(record);
      case Op.createTrial:
        return this.#createTrial(record);
      case Op.deleteStudy:
      case Op.setStudyUserAttribute:
      case Op.setStudySystemAttribute:
        return this.#changeStudy(record);
      case Op.discardTrials:
        return undefined;
      default:
        return this.#changeTrial(record);
    }
  }

  #createStudy(record: CreateStudy): Outcome {
    const name = record.study_name;
    if (this.#studies.some((study) => study.name === name && !study.deleted)) {
      return rejected(`A study "${name}" exists already.`);
    }
    this.#studies.push(new StudyFold(name, this.#studies.length, record.directions));
    return undefined;
  }

  #changeStudy(record: JournalRecord & { readonly study_id: number }): Outcome {
    const study = this.#studies[record.study_id];
    if (study === undefined || study.deleted) return rejected(`There is no study ${record.study_id}.`);
    if (record.op_code === Op.deleteStudy) {
      study.deleted = true;
    } else if (record.op_code === Op.setStudyUserAttribute) {
      for (const name in record.user_attr) put(study.attributes, name, record.user_attr[name]);
    } else if (record.op_code === Op.setStudySystemAttribute) {
      for (const name in record.system_attr) study.setSystemAttribute(name, record.system_attr[name]);
    }
    return undefined;
  }

  #createTrial(record: CreateTrial): Outcome {
    const study = this.#studies[record.study_id];
    if (study === undefined || study.deleted) return rejected(`There is no study ${record.study_id}.`);
    const id = this.#entries.length;
    const number = study.trials.length;
    const missingTrials = this.missingBefore(record);
    if (missingTrials > 0) return { missingTrials };
    const entry = newEntry(study, id, number);
    this.#entries.push(entry);
    study.trials.push(entry.trial);
    fillTrial(entry, record);
    // Optuna's own trials get their parameters one by one after this record: they are announced once they act.
    if (entry.trial.state === "running" && isComplete(record)) this.#announce(entry, entry.trial.started);
    if (record.intermediate_values !== undefined) this.#reportAll(entry, record.intermediate_values);
    if (isFinished(record.state)) {
      const values = record.values ?? (typeof record.value === "number" ? [record.value] : null);
      const time = record.time ?? timeOf(record.datetime_complete) ?? entry.trial.started ?? study.clock;
      this.#finish(entry, record.state, values, undefined, time);
    }
    return undefined;
  }

  #reportAll(entry: Entry, values: Readonly<Record<string, number | null>>): void {
    const steps = Object.keys(values).map(Number);
    steps.sort((left, right) => left - right);
    for (const step of steps) {
      this.#report(entry, step, values[step] ?? Number.NaN, entry.trial.started ?? entry.study.clock);
    }
  }

  #changeTrial(record: TrialRecord): Outcome {
    const entry = this.#entries[record.trial_id];
    if (entry === undefined) return rejected(`There is no trial with the id ${record.trial_id}.`);
    const { state } = entry.trial;
    if (state === "complete" || state === "stopped" || state === "failed") {
      return rejected(`Trial ${entry.trial.number} is finished already.`);
    }
    if (record.time !== undefined && record.time > entry.study.clock) entry.study.clock = record.time;
    switch (record.op_code) {
      case Op.setTrialParameter:
        return setParameter(entry, record);
      case Op.setTrialState:
        return this.#setState(entry, record);
      case Op.setTrialIntermediateValue:
        return this.#setIntermediateValue(entry, record);
      case Op.setTrialUserAttribute:
        return this.#setAttribute(entry, record);
      case Op.setTrialSystemAttribute:
        for (const name in record.system_attr) setConstraint(entry, name, record.system_attr[name]);
        return undefined;
    }
  }

  #setIntermediateValue(entry: Entry, record: SetTrialIntermediateValue): undefined {
    const value = record.intermediate_value ?? Number.NaN;
    this.#report(entry, record.budget ?? record.step, value, record.time ?? entry.study.clock);
  }

  #report(entry: Entry, budget: number, value: number, time: number): void {
    this.#announce(entry, time);
    addReport(entry.trial, { budget, value, time });
    if (this.#listener === undefined || Number.isNaN(value) || entry.study.goals.length !== 1) return;
    const losses = entry.study.losses([value]);
    this.#tell(entry.study, { type: "reported", trial: entry.trial.number, budget, losses, time });
  }

  #setAttribute(entry: Entry, record: SetTrialUserAttribute): undefined {
    const time = record.time ?? entry.study.clock;
    for (const name in record.user_attr) {
      const value = record.user_attr[name];
      switch (name) {
        case TrialAttribute.budget:
          this.#setBudget(entry, value, time);
          break;
        case TrialAttribute.reached:
          this.#reach(entry, value, time);
          break;
        case TrialAttribute.report:
          this.#reportSeveral(entry, value, time);
          break;
        default:
          setPlainAttribute(entry, name, value);
      }
    }
  }

  #setBudget(entry: Entry, budget: unknown, time: number): void {
    if (typeof budget !== "number") return;
    const { trial } = entry;
    trial.budget = budget;
    if (trial.state === "waiting") return;
    this.#announce(entry, time);
    trial.state = "running";
    const { placement } = entry;
    entry.placement = undefined;
    this.#tell(entry.study, {
      type: "promoted",
      trial: trial.number,
      budget,
      ...(placement !== undefined && { placement }),
      time,
    });
  }

  #reach(entry: Entry, value: unknown, time: number): void {
    const measurement = decodeMeasurement(value);
    if (measurement === undefined || entry.trial.state === "waiting") return;
    this.#announce(entry, time);
    entry.trial.state = "paused";
    const losses = entry.study.losses(measurement.values);
    const { budget } = measurement;
    const { number } = entry.trial;
    this.#tell(entry.study, { type: "reached", trial: number, budget, losses, ...besides(entry), time });
  }

  #reportSeveral(entry: Entry, value: unknown, time: number): void {
    const measurement = decodeMeasurement(value);
    if (measurement === undefined) return;
    const { budget, values } = measurement;
    this.#announce(entry, time);
    addReport(entry.trial, { budget, value: values[0] ?? Number.NaN, values, time });
    const losses = entry.study.losses(values);
    this.#tell(entry.study, { type: "reported", trial: entry.trial.number, budget, losses, time });
  }

  #setState(entry: Entry, record: SetTrialState): Outcome {
    const { trial } = entry;
    if (record.state === State.waiting) {
      trial.state = "waiting";
      return undefined;
    }
    if (record.state === State.running) {
      if (trial.state !== "waiting") return rejected(`Trial ${trial.number} runs already.`);
      trial.state = "running";
      trial.started = startTime(record);
      entry.placement = undefined;
      // Our own claims set the parameters first, Optuna's afterwards.
      if (record.time !== undefined) this.#announce(entry, record.time);
      return undefined;
    }
    const time = record.time ?? timeOf(record.datetime_complete) ?? entry.study.clock;
    this.#finish(entry, record.state, record.values, record.budget, time);
    return undefined;
  }

  #finish(
    entry: Entry,
    state: FinishedState,
    recorded: readonly number[] | null,
    budget: number | undefined,
    time: number,
  ): void {
    const { trial, study } = entry;
    const heard = entry.announced || isWorthTelling(trial, state);
    if (heard) this.#announce(entry, time);
    trial.finished = time;
    if (time > study.clock) study.clock = time;
    trial.values = recorded ?? undefined;
    trial.state = FINISHED[state];
    if (heard) this.#tell(study, finishEvent(entry, budget, time));
  }

  #announce(entry: Entry, time: number | undefined): void {
    if (entry.announced) return;
    entry.announced = true;
    const { trial } = entry;
    this.#tell(entry.study, {
      type: "started",
      trial: trial.number,
      configuration: trial.configuration,
      budget: trial.budget,
      ...(trial.from !== undefined && { from: trial.from }),
      ...(trial.control !== undefined && { control: trial.control }),
      ...(trial.placement !== undefined && { placement: trial.placement }),
      ...(trial.note !== undefined && { note: trial.note }),
      time: trial.started ?? time ?? entry.study.clock,
    });
  }

  #tell(study: StudyFold, event: TrialEvent): void {
    if (!study.deleted) this.#listener?.(study.studyId, event);
  }
}

function newEntry(study: StudyFold, id: number, number: number): Entry {
  const trial: MutableTrial = {
    number,
    id,
    state: "running",
    configuration: {},
    budget: 0,
    placement: undefined,
    note: undefined,
    reports: NO_REPORTS,
    values: undefined,
    reason: undefined,
    started: undefined,
    finished: undefined,
    attributes: NO_ATTRIBUTES,
  };
  return { study, trial, announced: false, fixed: false, placement: undefined };
}

function fillTrial(entry: Entry, record: CreateTrial): void {
  const { trial, study } = entry;
  if (record.state === State.waiting) {
    trial.state = "waiting";
    fixConfiguration(entry, record.system_attrs?.[FIXED_PARAMS]);
  } else {
    trial.started = isFinished(record.state) ? timeOf(record.datetime_start) : startTime(record);
    if (trial.started !== undefined && trial.started > study.clock) study.clock = trial.started;
  }
  for (const name in record.params) {
    const distribution = readDistribution(record.distributions![name]!);
    put(trial.configuration, name, externalValue(distribution, record.params[name]!));
    study.see(name, distribution);
  }
  fillAttributes(entry, record);
}

function fillAttributes(entry: Entry, { user_attrs, system_attrs }: CreateTrial): void {
  for (const name in user_attrs) {
    const value = user_attrs[name];
    if (name === TrialAttribute.budget && typeof value === "number") entry.trial.budget = value;
    // In a trial that was copied whole, these have had their say.
    else if (name !== TrialAttribute.reached && name !== TrialAttribute.report)
      setPlainAttribute(entry, name, value);
  }
  for (const name in system_attrs) setConstraint(entry, name, system_attrs[name]);
  entry.placement = undefined;
}

function setConstraint(entry: Entry, name: string, value: unknown): void {
  const { trial } = entry;
  if (name === CONSTRAINTS && Array.isArray(value)) {
    trial.constraints = value.filter((item) => typeof item === "number");
  } else if (name.startsWith(CONSTRAINT_PREFIX) && typeof value === "number") {
    entry.constraintNames ??= [];
    const known = entry.constraintNames.indexOf(name);
    const at = known < 0 ? entry.constraintNames.push(name) - 1 : known;
    trial.constraints = Object.assign([...(trial.constraints ?? [])], { [at]: value });
  }
}

/**
 * Nobody started a waiting trial, and one that failed before it had a parameter, or whose start is lost, says
 * nothing about any configuration: strategies do not hear of either.
 */
function isWorthTelling(trial: Trial, state: FinishedState): boolean {
  if (trial.state === "waiting") return false;
  return state !== State.fail || Object.keys(trial.configuration).length > 0;
}

function fixConfiguration(entry: Entry, fixed: unknown): void {
  if (typeof fixed !== "object" || fixed === null) return;
  entry.trial.configuration = fixed as Trial["configuration"];
  entry.fixed = true;
}

/** What was measured beside the losses. */
function besides({ study, trial: { constraints, hypergradients } }: Entry) {
  return {
    ...(constraints && { constraints }),
    ...(hypergradients && { hypergradients: turned(hypergradients, study.goals) }),
  };
}

function finishEvent(entry: Entry, budget: number | undefined, time: number): TrialEvent {
  const { study, trial } = entry;
  const { state, values } = trial;
  if (state === "stopped" || (state === "complete" && values !== undefined)) {
    const last = trial.reports.at(-1);
    return {
      type: "finished",
      trial: trial.number,
      state,
      budget: budget ?? last?.budget ?? trial.budget,
      losses: study.losses(values ?? (last === undefined ? [] : (last.values ?? [last.value]))),
      ...besides(entry),
      ...(trial.reason !== undefined && { reason: trial.reason }),
      time,
    };
  }
  return { type: "failed", trial: trial.number, reason: trial.reason ?? NO_REASON, time };
}

function setParameter(entry: Entry, record: SetTrialParameter): Outcome {
  const { study, trial } = entry;
  const name = record.param_name;
  const distribution = readDistribution(record.distribution);
  if (!study.accepts(name, distribution)) {
    return rejected(`The distribution of "${name}" does not fit the one that earlier trials have.`);
  }
  study.see(name, distribution);
  const base = entry.fixed ? {} : trial.configuration;
  entry.fixed = false;
  trial.configuration = withValue(base, name, externalValue(distribution, record.param_value_internal));
  return undefined;
}

function setPlainAttribute(entry: Entry, name: string, value: unknown): void {
  const { trial } = entry;
  switch (name) {
    case TrialAttribute.placement: {
      const placement = decodePlacement(value);
      entry.placement = placement;
      trial.placement = placement ?? trial.placement;
      break;
    }
    case TrialAttribute.from:
      trial.from = decodeSource(value);
      break;
    case TrialAttribute.control:
      trial.control = decodeControl(value);
      break;
    case TrialAttribute.note:
      trial.note = value;
      break;
    case TrialAttribute.hypergradients:
      trial.hypergradients = decodeHypergradients(value);
      break;
    case TrialAttribute.reason:
      trial.reason = typeof value === "string" ? value : JSON.stringify(value);
      break;
    default:
      if (trial.attributes === NO_ATTRIBUTES) trial.attributes = {};
      put(trial.attributes, name, value);
  }
}

/** A pushed array has room for sixteen more: too much to carry for the few reports that most trials have. */
function addReport(trial: MutableTrial, report: Trial["reports"][number]): void {
  if (trial.reports.length < 4) trial.reports = [...trial.reports, report];
  else trial.reports.push(report);
}

/** Written in one piece: by us (`time`), or with its parameters. */
function isComplete(record: CreateTrial): boolean {
  if (record.time !== undefined) return true;
  for (const _ in record.params) return true;
  return false;
}

type FinishedState = typeof State.complete | typeof State.pruned | typeof State.fail;

const FINISHED = {
  [State.complete]: "complete",
  [State.pruned]: "stopped",
  [State.fail]: "failed",
} as const;

function isFinished(state: StateCode | undefined): state is FinishedState {
  return state === State.complete || state === State.pruned || state === State.fail;
}

function startTime(record: CreateTrial | SetTrialState): number | undefined {
  return record.time ?? timeOf(record.datetime_start);
}

function timeOf(text: string | null | undefined): number | undefined {
  return typeof text === "string" ? parseTime(text) : undefined;
}
