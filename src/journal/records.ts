/**
 * The records of an Optuna journal file, one a line. Ids are positions: a study is the n-th accepted
 * CREATE_STUDY of the file, a trial the n-th accepted CREATE_TRIAL over all studies. Optuna ignores keys that
 * it does not know, so ours (`time`, `budget`, `id`, `number`) ride along.
 */

/** Optuna's TrialState. */
export const State = { running: 0, complete: 1, pruned: 2, fail: 3, waiting: 4 } as const;
export type StateCode = (typeof State)[keyof typeof State];

/** Optuna's StudyDirection; 0 is "not set". */
export const Direction = { notSet: 0, minimize: 1, maximize: 2 } as const;

export const Op = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  setStudySystemAttribute: 3,
  createTrial: 4,
  setTrialParameter: 5,
  setTrialState: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttribute: 8,
  setTrialSystemAttribute: 9,
  /** Written by one Optuna port alone; Optuna itself skips it. Never written here. */
  discardTrials: 10,
} as const;

interface Common {
  /** Who wrote it: any text that differs between writers. */
  readonly worker_id: string;
  /** Ours: epoch milliseconds. */
  readonly time?: number;
}

/** An object with exactly one key. */
export type OneAttribute = Readonly<Record<string, unknown>>;

export interface CreateStudy extends Common {
  readonly op_code: typeof Op.createStudy;
  readonly study_name: string;
  readonly directions: readonly number[];
}

export interface DeleteStudy extends Common {
  readonly op_code: typeof Op.deleteStudy;
  readonly study_id: number;
}

export interface SetStudyUserAttribute extends Common {
  readonly op_code: typeof Op.setStudyUserAttribute;
  readonly study_id: number;
  readonly user_attr: OneAttribute;
}

export interface SetStudySystemAttribute extends Common {
  readonly op_code: typeof Op.setStudySystemAttribute;
  readonly study_id: number;
  readonly system_attr: OneAttribute;
}

export interface CreateTrial extends Common {
  readonly op_code: typeof Op.createTrial;
  readonly study_id: number;
  readonly datetime_start: string | null;
  /** RUNNING when absent. */
  readonly state?: StateCode;
  readonly value?: number | null;
  readonly values?: readonly number[] | null;
  /** Optuna gives up on null here. */
  readonly datetime_complete?: string;
  /** Internal values: the index for a categorical. */
  readonly params?: Readonly<Record<string, number>>;
  /** Each a JSON document in a string. */
  readonly distributions?: Readonly<Record<string, string>>;
  readonly user_attrs?: Readonly<Record<string, unknown>>;
  readonly system_attrs?: Readonly<Record<string, unknown>>;
  readonly intermediate_values?: Readonly<Record<string, number | null>>;
  /** Ours: the id and number that the writer knew it to have, so that lost lines are noticed. */
  readonly id?: number;
  readonly number?: number;
}

export interface SetTrialParameter extends Common {
  readonly op_code: typeof Op.setTrialParameter;
  readonly trial_id: number;
  readonly param_name: string;
  readonly param_value_internal: number;
  readonly distribution: string;
}

export interface SetTrialState extends Common {
  readonly op_code: typeof Op.setTrialState;
  readonly trial_id: number;
  readonly state: StateCode;
  readonly values: readonly number[] | null;
  readonly datetime_start?: string | null;
  readonly datetime_complete?: string | null;
  /** Ours: the budget at which it finished. */
  readonly budget?: number;
}

export interface SetTrialIntermediateValue extends Common {
  readonly op_code: typeof Op.setTrialIntermediateValue;
  readonly trial_id: number;
  readonly step: number;
  /** null: some writers put it where Python has NaN. */
  readonly intermediate_value: number | null;
  /** Ours: the exact budget where it is no whole number. */
  readonly budget?: number;
}

export interface SetTrialUserAttribute extends Common {
  readonly op_code: typeof Op.setTrialUserAttribute;
  readonly trial_id: number;
  readonly user_attr: OneAttribute;
}

export interface SetTrialSystemAttribute extends Common {
  readonly op_code: typeof Op.setTrialSystemAttribute;
  readonly trial_id: number;
  readonly system_attr: OneAttribute;
}

export interface DiscardTrials extends Common {
  readonly op_code: typeof Op.discardTrials;
}

export type TrialRecord =
  | SetTrialParameter
  | SetTrialState
  | SetTrialIntermediateValue
  | SetTrialUserAttribute
  | SetTrialSystemAttribute;

export type JournalRecord =
  | CreateStudy
  | DeleteStudy
  | SetStudyUserAttribute
  | SetStudySystemAttribute
  | CreateTrial
  | TrialRecord
  | DiscardTrials;
