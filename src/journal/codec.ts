import { distributionProblem } from "./distributions.ts";
import { encodePythonJson, parsePythonJson } from "./pythonJson.ts";
import { type JournalRecord, Op, State } from "./records.ts";
import { isTime } from "./times.ts";

/** A line's record, or why it has none. `operation` is set where the line is sound but its operation unknown. */
export type Decoded =
  | { readonly record: JournalRecord; readonly problem?: undefined }
  | { readonly record?: undefined; readonly problem: string; readonly operation?: number };

/** One line, with its "\n". */
export function encodeRecord(record: JournalRecord): string {
  return `${encodePythonJson(record)}\n`;
}

/**
 * Reads one line, with or without its end. A record is handed out only if Optuna could apply it: a line that
 * would make Optuna give up the file is a problem here too, whatever state the file is in.
 */
export function decodeLine(line: string): Decoded {
  let value: unknown;
  try {
    value = parsePythonJson(line.charCodeAt(0) === 0xfeff ? line.slice(1) : line);
  } catch (error) {
    return { problem: line.trim() === "" ? "The line is blank." : unparsable(error) };
  }
  if (!isObject(value)) return { problem: "The line holds no JSON object." };
  const code = value.op_code;
  if (typeof code !== "number") return { problem: "The record has no `op_code`." };
  const check = CHECKS[code];
  if (check === undefined) {
    return { problem: `Operation ${code} is unknown: a newer program wrote this record.`, operation: code };
  }
  const problem = check(value);
  return problem === undefined ? { record: value as unknown as JournalRecord } : { problem };
}

function unparsable(error: unknown): string {
  return `The line is no JSON: ${error instanceof Error ? error.message : String(error)}.`;
}

type Fields = Record<string, unknown>;
type Check = (record: Fields) => string | undefined;

const CHECKS: Record<number, Check> = {
  [Op.createStudy]: (record) => {
    if (typeof record.study_name !== "string") return lacks("study_name", "a text");
    const directions = record.directions;
    const known =
      Array.isArray(directions) && directions.every((code) => code === 0 || code === 1 || code === 2);
    return known ? undefined : lacks("directions", "a list of 0, 1 or 2");
  },
  [Op.deleteStudy]: (record) => idProblem(record, "study_id"),
  [Op.setStudyUserAttribute]: (record) =>
    idProblem(record, "study_id") ?? oneAttributeProblem(record, "user_attr"),
  [Op.setStudySystemAttribute]: (record) =>
    idProblem(record, "study_id") ?? oneAttributeProblem(record, "system_attr"),
  [Op.createTrial]: (record) => idProblem(record, "study_id") ?? createTrialProblem(record),
  [Op.setTrialParameter]: (record) => {
    if (typeof record.param_name !== "string") return lacks("param_name", "a text");
    return (
      idProblem(record, "trial_id") ??
      parameterProblem(record.param_name, record.param_value_internal, record.distribution)
    );
  },
  [Op.setTrialState]: (record) => idProblem(record, "trial_id") ?? stateProblem(record),
  [Op.setTrialIntermediateValue]: (record) => {
    if (typeof record.step !== "number") return lacks("step", "a number");
    const value = record.intermediate_value;
    if (typeof value !== "number" && value !== null) return lacks("intermediate_value", "a number");
    return idProblem(record, "trial_id");
  },
  [Op.setTrialUserAttribute]: (record) =>
    idProblem(record, "trial_id") ?? oneAttributeProblem(record, "user_attr"),
  [Op.setTrialSystemAttribute]: (record) =>
    idProblem(record, "trial_id") ?? oneAttributeProblem(record, "system_attr"),
  [Op.discardTrials]: () => undefined,
};

function idProblem(record: Fields, key: string): string | undefined {
  return typeof record[key] === "number" ? undefined : lacks(key, "a number");
}

function oneAttributeProblem(record: Fields, key: string): string | undefined {
  const attribute = record[key];
  return isObject(attribute) && Object.keys(attribute).length === 1
    ? undefined
    : lacks(key, "an object with one key");
}

function createTrialProblem(record: Fields): string | undefined {
  if (typeof record.worker_id !== "string") return lacks("worker_id", "a text");
  if (record.state !== undefined && !isState(record.state)) return lacks("state", "a number from 0 to 4");
  return (
    datesProblem(record) ?? valuesProblem(record) ?? paramsProblem(record) ?? optionalObjectsProblem(record)
  );
}

function datesProblem(record: Fields): string | undefined {
  const start = record.datetime_start === null ? undefined : dateProblem(record, "datetime_start");
  // Optuna reads this date whenever the key is there, null included.
  return (
    start ?? (record.datetime_complete === undefined ? undefined : dateProblem(record, "datetime_complete"))
  );
}

function valuesProblem({ value, values }: Fields): string | undefined {
  if (isSet(value) && isSet(values)) return "The record has both `value` and `values`.";
  if (isSet(value) && typeof value !== "number") return lacks("value", "a number");
  return isSet(values) && !isNumbers(values) ? lacks("values", "a list of numbers") : undefined;
}

function paramsProblem(record: Fields): string | undefined {
  const { params = {}, distributions = {} } = record;
  if (!isObject(params)) return lacks("params", "an object");
  if (!isObject(distributions)) return lacks("distributions", "an object");
  for (const name in distributions) {
    const problem = parameterProblem(
      name,
      Object.hasOwn(params, name) ? params[name] : 0,
      distributions[name],
    );
    if (problem !== undefined) return problem;
  }
  for (const name in params) {
    if (!Object.hasOwn(distributions, name)) return `Parameter "${name}" has no distribution.`;
  }
  return undefined;
}

const OPTIONAL_OBJECTS = ["user_attrs", "system_attrs", "intermediate_values"] as const;

function optionalObjectsProblem(record: Fields): string | undefined {
  for (const key of OPTIONAL_OBJECTS) {
    if (record[key] !== undefined && !isObject(record[key])) return lacks(key, "an object");
  }
  const steps = record.intermediate_values as Fields | undefined;
  for (const step in steps) {
    if (!/^-?\d+$/.test(step)) return lacks("intermediate_values", "an object with whole numbers as keys");
    if (typeof steps[step] !== "number" && steps[step] !== null)
      return lacks("intermediate_values", "numbers");
  }
  return undefined;
}

function parameterProblem(name: string, value: unknown, distribution: unknown): string | undefined {
  if (typeof distribution !== "string") return `Parameter "${name}" has no distribution in a string.`;
  if (typeof value !== "number") return `Parameter "${name}" has no number for its internal value.`;
  const problem = distributionProblem(distribution, value);
  return problem === undefined ? undefined : `Parameter "${name}": ${problem}`;
}

function stateProblem(record: Fields): string | undefined {
  const { state, values } = record;
  if (!isState(state)) return lacks("state", "a number from 0 to 4");
  if (values !== null && !isNumbers(values)) return lacks("values", "a list of numbers or null");
  if (state === State.running) return dateProblem(record, "datetime_start");
  return state === State.waiting ? undefined : dateProblem(record, "datetime_complete");
}

function dateProblem(record: Fields, key: string): string | undefined {
  const text = record[key];
  return typeof text === "string" && isTime(text) ? undefined : lacks(key, "a date");
}

function lacks(key: string, wanted: string): string {
  return `The record's \`${key}\` is not ${wanted}.`;
}

function isState(value: unknown): boolean {
  return value === 0 || value === 1 || value === 2 || value === 3 || value === 4;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
