import { type Budget, DEFINITION_VERSION, type Definition } from "../protocol/definition.ts";
import type { FoundParameter, ScriptReport } from "../protocol/script.ts";
import type { Binding, Condition, Parameter, Value } from "../protocol/space.ts";
import { snakeCase } from "../space/priors.ts";
import { bindingOf } from "./locate.ts";

export interface ProposeOptions {
  /** Whether processes can be suspended here (everywhere but on Windows). Default true. */
  readonly canPause?: boolean;
}

/** Largest number of epochs that is rounded up to a power of eta = 3. */
const LARGEST_POWER = 81;

/** A study definition for a script, ready to be started: every known hyperparameter is on, the rest is off. */
export function proposeDefinition(
  report: ScriptReport,
  scriptFileName: string,
  options: ProposeOptions = {},
): Definition {
  const subcommand = chosenSubcommand(report);
  const budget = proposedBudget(report, options.canPause ?? true);
  return {
    version: DEFINITION_VERSION,
    script: scriptFileName,
    ...(subcommand === undefined ? {} : { args: [subcommand] }),
    objective: { goal: "minimize" },
    ...(budget === undefined ? {} : { budget }),
    space: proposedSpace(report),
    strategy: { name: "auto" },
    parallel: 2,
    seed: 0,
  };
}

/** The script's parameters that a definition neither searches nor uses as its budget, by name or by binding. */
export function missingParameters(definition: Definition, report: ScriptReport): readonly FoundParameter[] {
  const bindings = new Set(
    Object.entries(definition.space).map(([name, parameter]) => key(bindingOf(name, parameter))),
  );
  const budget = definition.budget;
  if (budget?.parameter !== undefined) bindings.add(key(budget.bind ?? { flag: `--${budget.parameter}` }));
  return listed(report).filter(
    (found) =>
      !(found.name in definition.space) && found.name !== budget?.parameter && !bindings.has(key(found.bind)),
  );
}

/** The definition with what the script has and it has not, as `proposeDefinition` would write it. */
export function mergeMissing(definition: Definition, report: ScriptReport): Definition {
  const missing = new Set(missingParameters(definition, report).map((found) => found.name));
  const proposed = proposedSpace(report);
  const added = Object.entries(proposed).filter(([name]) => missing.has(name));
  return { ...definition, space: { ...definition.space, ...Object.fromEntries(added) } };
}

/** `fit` of `cli.py fit --lr …`: the subcommand that trains, else the one with most hyperparameters. */
function chosenSubcommand(report: ScriptReport): string | undefined {
  const counts = new Map<string, number>();
  for (const { subcommand, suggested } of report.parameters)
    if (subcommand !== undefined) counts.set(subcommand, (counts.get(subcommand) ?? 0) + (suggested ? 1 : 0));
  const names = [...counts.keys()];
  const training = names.find((name) => /^(?:train|fit|run|tune)/i.test(name));
  return training ?? names.sort((a, b) => (counts.get(b) as number) - (counts.get(a) as number))[0];
}

/** What goes into a definition: text that has neither a value nor choices cannot be written down. */
function listed(report: ScriptReport): readonly FoundParameter[] {
  const subcommand = chosenSubcommand(report);
  return report.parameters.filter(
    (found) =>
      found.name !== report.budget?.name &&
      (found.subcommand === undefined || found.subcommand === subcommand) &&
      !("choices" in found.proposal && found.proposal.choices.every((choice) => choice === null)),
  );
}

function proposedSpace(report: ScriptReport): Record<string, Parameter> {
  const subcommand = chosenSubcommand(report);
  const space: Record<string, Parameter> = {};
  for (const found of listed(report)) {
    // Flags come after the subcommand, where the main parser's are not understood.
    const reachable =
      subcommand === undefined || found.subcommand !== undefined || found.origin !== "argparse";
    space[found.name] = proposed(found, found.suggested && reachable);
  }
  return withConditions(space);
}

function proposed(found: FoundParameter, enabled: boolean): Parameter {
  const usual = key(found.bind) === key({ flag: `--${found.name}` });
  return {
    ...found.proposal,
    ...(usual ? {} : { bind: found.bind }),
    ...(enabled ? {} : { enabled: false }),
  };
}

/** Which solvers have which hyperparameters, by what is in their names; of several patterns the first that any fits. */
const SOLVER_OPTIONS: readonly { readonly names: RegExp; readonly solvers: readonly RegExp[] }[] = [
  { names: /^(?:sgd_)?(?:momentum|mom)$/, solvers: [/momentum|nesterov/, /sgd/] },
  { names: /^nesterov$/, solvers: [/momentum/, /sgd/] },
  { names: /^(?:adam_)?beta_?[12]$/, solvers: [/adam(?!ax)|lamb|lion/] },
  { names: /^(?:adadelta_)?rho$/, solvers: [/adadelta/] },
];

function solversOf(name: string, choices: readonly Value[]): readonly Value[] {
  const patterns = SOLVER_OPTIONS.find(({ names }) => names.test(name))?.solvers ?? [];
  const fitting = patterns.map((pattern) =>
    choices.filter((choice) => pattern.test(String(choice).toLowerCase())),
  );
  return fitting.find((some) => some.length > 0) ?? [];
}

function withConditions(space: Record<string, Parameter>): Record<string, Parameter> {
  const solver = Object.entries(space).find(
    ([name, parameter]) =>
      /^(?:solver|optimi[sz]er|optim|opt)(?:_(?:name|type))?$/.test(snakeCase(name)) &&
      parameter.type === "categorical" &&
      parameter.enabled !== false,
  );
  if (solver === undefined || solver[1].type !== "categorical") return space;
  const { choices } = solver[1];
  const result: Record<string, Parameter> = {};
  for (const [name, parameter] of Object.entries(space)) {
    const has = solversOf(snakeCase(name), choices);
    const when: Condition = { [solver[0]]: has.length === 1 ? (has[0] ?? null) : has };
    const conditional = has.length > 0 && has.length < choices.length && parameter.enabled !== false;
    result[name] = conditional ? { ...parameter, when } : parameter;
  }
  return result;
}

/** Budgets from 1 to a power of 3; long trainings in units of a whole share of it. */
function proposedBudget(report: ScriptReport, canPause: boolean): Budget | undefined {
  if (report.budget === undefined) return undefined;
  const found = report.parameters.find((one) => one.name === report.budget?.name);
  const { name, max: own } = report.budget;
  const usual = found === undefined || key(found.bind) === key({ flag: `--${name}` });
  return {
    parameter: name,
    ...(usual ? {} : { bind: found.bind }),
    ...lengths(own),
    mode: canPause ? "pause" : "restart",
    eta: 3,
    unit: /epoch/i.test(name)
      ? "epochs"
      : /iter/i.test(name)
        ? "iterations"
        : /update/i.test(name)
          ? "updates"
          : "steps",
  };
}

function lengths(own: number): { min: number; max: number } {
  if (own <= LARGEST_POWER) {
    let max = 9;
    while (max < own) max *= 3;
    return { min: 1, max };
  }
  const few = 27 * Math.ceil(own / 27);
  const many = 81 * Math.ceil(own / 81);
  const shares = few < 0.9 * many ? 27 : 81;
  return { min: Math.ceil(own / shares), max: shares * Math.ceil(own / shares) };
}

/** A binding as text, to compare; a literal's line number may have changed since. */
function key(binding: Binding): string {
  return "literal" in binding ? JSON.stringify({ ...binding.literal, at: 0 }) : JSON.stringify(binding);
}
