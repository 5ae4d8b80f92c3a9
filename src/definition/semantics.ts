import type { Budget, Definition } from "../protocol/definition.ts";
import type { Parameter, Value } from "../protocol/space.ts";
import { hint } from "../space/nearest.ts";
import { spaceProblems } from "../space/problems.ts";
import { foldSpace } from "./fold.ts";
import type { Fault } from "./locate.ts";
import { objectivesOf } from "./objectives.ts";

/** What is wrong with holding a parameter at a value, as the end of a sentence; undefined when nothing is. */
export function fixedFault(parameter: Parameter, value: Value): string | undefined {
  const shown = JSON.stringify(value);
  switch (parameter.type) {
    case "float":
      return Number.isFinite(value) ? undefined : `must be a number, not ${shown}`;
    case "int":
      return Number.isSafeInteger(value) ? undefined : `must be a whole number, not ${shown}`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `must be true or false, not ${shown}`;
    default: {
      if (parameter.choices.includes(value)) return undefined;
      const choices = parameter.choices.map((choice) => JSON.stringify(choice)).join(", ");
      return `must be one of ${choices}, not ${shown}`;
    }
  }
}

function* fixedFaults({ fixed = {}, space, budget }: Definition): Generator<Fault> {
  for (const [name, value] of Object.entries(fixed)) {
    const path = ["fixed", name];
    const parameter = Object.hasOwn(space, name) ? space[name] : undefined;
    if (!parameter) {
      const message = `fixed.${name} is not a parameter of the space.${hint(name, Object.keys(space))}`;
      yield { path, message, key: true };
    } else if (name === budget?.parameter) {
      yield {
        path,
        message: `fixed.${name} is the budget: set budget.min and budget.max instead.`,
        key: true,
      };
    } else {
      const fault = fixedFault(parameter, value);
      if (fault !== undefined) yield { path, message: `fixed.${name} ${fault}.` };
    }
  }
}

const placeholder = (command: readonly string[] | undefined, name: string): boolean =>
  command?.some((part) => part.includes(`{${name}}`)) ?? false;

function* budgetFaults(budget: Budget, { space, command }: Definition): Generator<Fault> {
  const { parameter, min, max, mode } = budget;
  if (min > max) {
    const message = `budget.min must not be larger than max (${max}): write ${max} or less.`;
    yield { path: ["budget", "min"], message };
  }
  const settable = parameter !== undefined || budget.bind !== undefined || placeholder(command, "budget");
  if ((mode === "restart" || mode === "resume") && !settable) {
    yield {
      path: ["budget", "mode"],
      message: `budget.mode "${mode}" runs the script with a budget of its own: name the parameter that sets it (budget.parameter, such as "epochs"), or take mode "pause".`,
    };
  }
  const own = parameter === undefined || !Object.hasOwn(space, parameter) ? undefined : space[parameter];
  if (own && own.enabled !== false) {
    yield {
      path: ["space", parameter!, "enabled"],
      message: `space.${parameter} is the budget and cannot be tuned too: set "enabled": false, or name another budget.parameter.`,
    };
  }
}

function* objectiveFaults(definition: Definition): Generator<Fault> {
  const objectives = objectivesOf(definition);
  if (objectives.length < 2) return;
  for (const [i, { metric }] of objectives.entries()) {
    const first = objectives.findIndex((other) => metricOf(other) === metricOf({ metric }));
    if (first === i) continue;
    const message = `objective[${i}].metric is that of objective[${first}] too: name another, or remove one.`;
    yield { path: ["objective", i, "metric"], message };
  }
  for (const key of ["score", "patience", "improvement"] as const) {
    if (definition.stop?.[key] === undefined) continue;
    const message = `stop.${key} is for one objective: with several no single score ends the study. Remove it, or stop by trials or time.`;
    yield { path: ["stop", key], message };
  }
}

function* limitFaults({ limits = [] }: Definition): Generator<Fault> {
  for (const [i, limit] of limits.entries()) {
    const { metric, min, max } = limit;
    if (min === undefined && max === undefined) {
      yield { path: ["limits", i], message: `limits[${i}] has no bound: add "min", "max", or both.` };
    } else if (min !== undefined && max !== undefined && min > max) {
      const message = `limits[${i}].min must not be larger than max (${max}): write ${max} or less.`;
      yield { path: ["limits", i, "min"], message };
    }
    const first = limits.findIndex((other) => metricOf(other) === metricOf({ metric }));
    if (first === i) continue;
    const message = `limits[${i}].metric is that of limits[${first}] too: put both bounds into one limit.`;
    yield { path: ["limits", i, "metric"], message };
  }
}

/** Two spellings of one name ("Val Loss", "val_loss") are one metric to whoever reads the output. */
const metricOf = ({ metric = "" }: { readonly metric?: string | undefined }): string =>
  metric.toLowerCase().replaceAll(/\s+/g, "_");

/** Faults that no schema can express. The definition's types are sound already. */
export function semanticFaults(definition: Definition): Fault[] {
  const { space, forbidden, relations, budget } = definition;
  const spec = { parameters: space, ...(forbidden && { forbidden }), ...(relations && { relations }) };
  const faults: Fault[] = [
    ...objectiveFaults(definition),
    ...limitFaults(definition),
    ...spaceProblems(spec),
    ...fixedFaults(definition),
  ];
  if (budget) faults.push(...budgetFaults(budget, definition));
  if (faults.length > 0) return faults;
  const folded = foldSpace(definition);
  faults.push(...folded.faults);
  for (const { message } of folded.faults.length > 0 ? [] : spaceProblems(folded.spec)) {
    faults.push({ path: ["space"], message: `With what is fixed or switched off: ${message}` });
  }
  const tuned = Object.keys(folded.spec.parameters).filter(
    (name) => !Object.hasOwn(definition.fixed ?? {}, name),
  );
  if (tuned.length === 0) {
    faults.push({
      path: ["space"],
      message: "Nothing is left to tune: add a parameter to space, or switch one on.",
    });
  }
  return faults;
}
