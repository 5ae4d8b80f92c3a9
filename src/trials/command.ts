import { delimiter, dirname, join, resolve } from "node:path";
import { seconds } from "../definition/duration.ts";
import type { ResolvedDefinition } from "../protocol/engine.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { Configuration } from "../protocol/space.ts";
import {
  type Bound,
  boundBudget,
  boundValues,
  environmentOf,
  flagArguments,
  flagWithText,
  launcherBindings,
} from "./bindings.ts";
import { MARK } from "./environment.ts";
import type { RunSpec } from "./executor.ts";
import { argumentText, jsonObject, jsonText } from "./values.ts";

/** One run of a trial, to be turned into a process. */
export interface RunInput {
  readonly definition: ResolvedDefinition;
  readonly configuration: Configuration;
  /** How far this run is to go, in the definition's unit; 0 where there is no budget. */
  readonly budget: number;
  /** Which of the study's slots runs it, from 0; picks the GPU. */
  readonly slot: number;
  readonly studyId: string;
  readonly trial: number;
  readonly logPath: string;
  /** Folder kept between the runs of one trial; handed over in `resume` mode. */
  readonly checkpoint: string;
  /** The folder that holds the `tuning_fork` Python package. */
  readonly pythonFolder: string;
  /** Where the engine can be reached by the training, so that it watches it; absent: it does not. */
  readonly control?: string | undefined;
  /** What the trial inherits; this process's environment when absent. Only PYTHONPATH is read. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A trial's time limit in milliseconds. Throws `bad-definition` for what is no length of time. */
function timeLimit(timeout: number | string): number {
  const limit = seconds(timeout ?? Number.NaN) * 1000;
  if (limit > 0 && Number.isFinite(limit)) return limit;
  throw new TuningForkError(
    "bad-definition",
    `timeout is ${JSON.stringify(timeout)}, which is no length of time.`,
    'Write seconds as a number, or text such as "45s", "10m" or "1h 30m".',
  );
}

/** A run with what a person needs to know to repeat it by hand. */
export interface TrialRunSpec extends RunSpec {
  /** Names of the environment variables without which the run would be another one. */
  readonly essential: readonly string[];
}

/**
 * The process for one run. By default `<interpreter> <script> <args> <flags>`; a small launcher comes before the
 * script where a constant or literal is tuned. `pause` and `stop` runs get the largest budget: they are
 * held or ended on the way. Throws `bad-definition` where a value cannot reach the script.
 */
export function runSpec(input: RunInput): TrialRunSpec {
  const { definition, definitionPath, scriptPath } = input.definition;
  const values = boundValues(definition, input.configuration);
  const budget = grantedBudget(input);
  const budgetValue = boundBudget(definition, budget);
  const all = budgetValue === undefined ? values : [...values, budgetValue];
  const params = all.filter((bound) => bound !== budgetValue || "params" in bound.bind);
  const folder = dirname(definitionPath);

  const needed: Record<string, string> = { ...definition.env, ...environmentOf(all) };
  const bindings = launcherBindings(all);
  if (bindings !== undefined) needed.TUNING_FORK_BIND = bindings;
  if (resumes(input)) needed.TUNING_FORK_CHECKPOINT = input.checkpoint;
  const gpu = definition.gpus?.length ? definition.gpus[input.slot % definition.gpus.length] : undefined;
  if (gpu !== undefined) needed.CUDA_VISIBLE_DEVICES = String(gpu);
  const module: Record<string, string> = {
    PYTHONPATH: pythonPath(input),
    TUNING_FORK_PARAMS: jsonObject(params.map(({ name, value, kind }) => [name, jsonText(value, kind)])),
    ...(budget > 0 && { TUNING_FORK_BUDGET: argumentText(budget, "number") }),
  };
  // Repeated by hand there is no engine to reach: it is no part of the command.
  const attach = input.control !== undefined && {
    TUNING_FORK_ATTACH: JSON.stringify({ address: input.control, trial: input.trial }),
  };
  const usesModule = all.some(({ bind }) => "params" in bind);

  return {
    mark: `${input.studyId}#${input.trial}`,
    command: commandOf(input, all, budgetValue, bindings !== undefined || input.control !== undefined),
    cwd: definition.cwd === undefined ? dirname(scriptPath) : resolve(folder, definition.cwd),
    env: { PYTHONUNBUFFERED: "1", ...needed, ...module, ...attach },
    timeout: definition.timeout === undefined ? undefined : timeLimit(definition.timeout),
    logPath: input.logPath,
    essential: usesModule ? [...Object.keys(needed), ...Object.keys(module)] : Object.keys(needed),
  };
}

/** `pause` and `stop` start with all of the budget; 0 where there is none. */
function grantedBudget({ definition: { definition }, budget }: RunInput): number {
  const mode = definition.budget?.mode;
  return definition.budget && (mode === "pause" || mode === "stop") ? definition.budget.max : budget;
}

function resumes({ definition: { definition } }: RunInput): boolean {
  return definition.budget?.mode === "resume";
}

function pythonPath({ pythonFolder, env, definition: { definition } }: RunInput): string {
  const inherited = definition.env?.PYTHONPATH ?? (env ?? process.env).PYTHONPATH;
  return inherited ? `${pythonFolder}${delimiter}${inherited}` : pythonFolder;
}

function commandOf(
  input: RunInput,
  values: readonly Bound[],
  budget: Bound | undefined,
  launch: boolean,
): readonly [string, ...string[]] {
  const { definition, interpreter, scriptPath } = input.definition;
  const launcher = launch ? [join(input.pythonFolder, "tuning_fork", "launch.py")] : [];
  const template = definition.command ?? ["{python}", "{script}", "{args}"];
  const named = placeholdersOf(template);
  if (launch && !template.includes("{script}")) throw unreachable(values, input.control !== undefined);

  const flags = values
    .filter(({ name }) => !named.has(name))
    .filter((bound) => bound !== budget || !named.has("budget"));
  const checkpointFlag =
    resumes(input) && !named.has("checkpoint") ? definition.budget?.checkpointFlag : undefined;
  const args = [
    ...(definition.args ?? []),
    ...flags.flatMap(flagArguments),
    ...(checkpointFlag === undefined ? [] : flagWithText(checkpointFlag, input.checkpoint)),
  ];
  const texts = new Map(values.map(({ name, value, kind }) => [name, argumentText(value, kind)]));
  const granted = grantedBudget(input);
  texts.set("python", interpreter).set("script", scriptPath).set("checkpoint", input.checkpoint);
  if (granted > 0) texts.set("budget", argumentText(granted, "number"));

  const parameters = new Set(Object.keys(definition.space));
  const [first, ...rest] = template.flatMap((item) => {
    if (item === "{args}") return args;
    if (item === "{script}") return [...launcher, scriptPath];
    return fillIn(item, texts, parameters);
  });
  if (first === undefined) {
    throw new TuningForkError(
      "bad-definition",
      "command is empty.",
      'Write at least ["{python}", "{script}", "{args}"].',
    );
  }
  return [first, ...rest];
}

const PLACEHOLDER = /\{([^{}\s]+)\}/g;

function placeholdersOf(template: readonly string[]): ReadonlySet<string> {
  return new Set(template.flatMap((item) => [...item.matchAll(PLACEHOLDER)].map((match) => match[1]!)));
}

/**
 * Fills the placeholders of one argument in. An argument that names a parameter without a value in this
 * configuration is left out; braces that name nothing of ours stay as they are.
 */
function fillIn(
  item: string,
  texts: ReadonlyMap<string, string>,
  parameters: ReadonlySet<string>,
): readonly string[] {
  const missing = [...item.matchAll(PLACEHOLDER)].some(
    ([, name]) => !texts.has(name!) && parameters.has(name!),
  );
  if (missing) return [];
  return [item.replaceAll(PLACEHOLDER, (whole, name: string) => texts.get(name) ?? whole)];
}

function unreachable(values: readonly Bound[], isWatched: boolean): TuningForkError {
  const names = values.filter(({ bind }) => "constant" in bind || "literal" in bind).map(({ name }) => name);
  return new TuningForkError(
    "bad-definition",
    names.length === 0 && isWatched
      ? "command has no {script}, so the script's training cannot be watched."
      : `command has no {script}, so the value of ${names.join(", ")} cannot be put into the script.`,
    'Add "{script}" as an argument of its own after the interpreter.',
  );
}

/** The run as a line for a POSIX shell, with the variables that matter and nothing of our own book-keeping. */
export function shellCommand(spec: TrialRunSpec): string {
  const variables = [...new Set(spec.essential)]
    .filter((name) => name !== MARK && spec.env[name] !== undefined)
    .map((name) => `${name}=${quote(spec.env[name]!)}`);
  return `cd ${quote(spec.cwd)} && ${[...variables, ...spec.command.map(quote)].join(" ")}`;
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
