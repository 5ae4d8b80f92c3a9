import type { Budget, BudgetMode, Definition, Objective, StrategyChoice } from "../protocol/definition.ts";
import { TuningForkError } from "../protocol/errors.ts";
import type { Parameter, Value } from "../protocol/space.ts";
import { hint } from "../space/nearest.ts";
import { objectivesOf } from "./objectives.ts";
import { fixedFault } from "./semantics.ts";

/** Command-line flags that change a definition; texts as they were typed, or numbers. */
export interface Overrides {
  readonly strategy?: string | undefined;
  readonly trials?: string | number | undefined;
  readonly patience?: string | number | undefined;
  readonly improvement?: string | number | undefined;
  readonly parallel?: string | number | undefined;
  readonly seed?: string | number | undefined;
  /** Given several times there are several objectives, each `goal` for the `metric` in its place. */
  readonly metric?: string | readonly string[] | undefined;
  readonly goal?: string | readonly string[] | undefined;
  readonly budgetParam?: string | undefined;
  readonly budgetMin?: string | number | undefined;
  readonly budgetMax?: string | number | undefined;
  readonly budgetMode?: string | undefined;
  readonly eta?: string | number | undefined;
  readonly study?: string | undefined;
  /** Earlier studies whose trials the study begins with. */
  readonly warmStart?: readonly string[] | undefined;
  /** `NAME=VALUE`, each holding one parameter of the space at a value. */
  readonly set?: readonly string[] | undefined;
}

const bad = (message: string, next?: string): TuningForkError =>
  new TuningForkError("bad-input", message, next);

interface Range {
  readonly whole?: boolean;
  readonly min?: number;
}

function number(flag: string, text: string | number | undefined, { whole, min }: Range): number | undefined {
  if (text === undefined) return undefined;
  const value = typeof text === "number" ? text : text.trim() === "" ? Number.NaN : Number(text);
  const what = whole ? "a whole number" : "a number";
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) {
    throw bad(`${flag} needs ${what}, not "${text}".`);
  }
  if (min !== undefined && value < min) throw bad(`${flag} needs ${what} of at least ${min}, not ${text}.`);
  return value;
}

function choice<T extends string>(
  flag: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const found = choices.find((name) => name === text);
  if (!found) throw bad(`${flag} needs one of ${choices.join(", ")}, not "${text}".${hint(text, choices)}`);
  return found;
}

const GOALS = ["minimize", "maximize"] as const;
const MODES: readonly BudgetMode[] = ["pause", "restart", "resume", "stop"];

function budgetOf(definition: Definition, flags: Overrides): Budget | undefined {
  const parameter = flags.budgetParam;
  const min = number("--budget-min", flags.budgetMin, {});
  const max = number("--budget-max", flags.budgetMax, {});
  const mode = choice("--budget-mode", flags.budgetMode, MODES);
  const eta = number("--eta", flags.eta, { min: 2 });
  const given = { parameter, min, max, mode, eta };
  if (Object.values(given).every((value) => value === undefined)) return definition.budget;
  const { bind, parameter: before, ...rest } = definition.budget ?? { min: 1, mode: "pause" as const };
  // A binding belongs to its parameter: another parameter has another one.
  const kept =
    parameter === undefined || parameter === before
      ? { ...(before && { parameter: before }), ...(bind && { bind }) }
      : {};
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const budget = { ...rest, ...kept, ...set } as Partial<Budget>;
  if (budget.max === undefined) {
    throw bad("The definition has no budget.", "Give its largest value too: --budget-max N.");
  }
  return budget as Budget;
}

/** A value as it was typed, in the type of its parameter. */
function parseValue(parameter: Parameter, text: string): Value {
  switch (parameter.type) {
    case "float":
    case "int":
      return text.trim() === "" ? text : Number(text);
    case "boolean":
      return (
        { true: true, false: false, yes: true, no: false, "1": true, "0": false }[text.toLowerCase()] ?? text
      );
    default: {
      const found = parameter.choices.find(
        (value) => value === text || String(value) === text || JSON.stringify(value) === text,
      );
      return found === undefined ? text : found;
    }
  }
}

function fixedOf({ space, fixed }: Definition, set: readonly string[]): Readonly<Record<string, Value>> {
  const values: Record<string, Value> = { ...fixed };
  for (const entry of set) {
    const at = entry.indexOf("=");
    if (at <= 0) throw bad(`--set needs NAME=VALUE, not "${entry}".`);
    const name = entry.slice(0, at);
    const parameter = Object.hasOwn(space, name) ? space[name] : undefined;
    if (!parameter) {
      throw bad(
        `--set ${entry}: "${name}" is not a parameter of the space.${hint(name, Object.keys(space))}`,
      );
    }
    const text = entry.slice(at + 1);
    const value = parseValue(parameter, text);
    const fault = fixedFault(parameter, Number.isNaN(value) ? text : value);
    if (fault !== undefined) throw bad(`--set ${entry}: ${name} ${fault}.`);
    values[name] = value;
  }
  return values;
}

/** One goal goes for all metrics; one metric or goal alone changes the definition's own objective. */
function objectiveOf(definition: Definition, flags: Overrides): Definition["objective"] {
  const metrics = [flags.metric ?? []].flat();
  const goals = [flags.goal ?? []].flat().map((goal) => choice("--goal", goal, GOALS)!);
  const before = objectivesOf(definition);
  const count = Math.max(metrics.length, goals.length);
  if (count === 0) return definition.objective;
  const wanted = metrics.length === 0 ? before.length : metrics.length;
  if (goals.length > 1 && goals.length !== wanted) {
    throw bad(
      `There are ${goals.length} goals for ${wanted} metric${wanted === 1 ? "" : "s"}.`,
      "Give --metric and --goal in pairs, such as --metric val_loss --goal minimize --metric auc --goal maximize.",
    );
  }
  const list = Array.from({ length: wanted }, (_, i): Objective => {
    const metric = metrics[i] ?? before[i]?.metric;
    // A metric that the definition has keeps its direction, wherever it stands.
    const known = before.find((one) => one.metric === metric) ?? (wanted === 1 ? before[0] : undefined);
    const goal = goals[goals.length === 1 ? 0 : i] ?? known?.goal ?? "minimize";
    return { ...(metric !== undefined && { metric }), goal };
  });
  return list.length === 1 ? list[0]! : list;
}

/** The options of a strategy belong to it: another strategy starts with its own defaults. */
function strategyOf({ strategy }: Definition, name: string | undefined): StrategyChoice {
  return name === undefined || name === strategy.name ? strategy : { name };
}

/**
 * The definition with command-line flags applied. Whether the result makes sense as a whole is for the reader to
 * say: read `JSON.stringify` of it again.
 * @throws TuningForkError `bad-input` for a flag whose value cannot be used.
 */
export function applyOverrides(definition: Definition, flags: Overrides): Definition {
  const trials = number("--trials", flags.trials, { whole: true, min: 1 });
  const patience = number("--patience", flags.patience, { whole: true, min: 1 });
  const improvement = number("--improvement", flags.improvement, {});
  const parallel = number("--parallel", flags.parallel, { whole: true, min: 1 });
  const seed = number("--seed", flags.seed, { whole: true, min: 0 });
  const budget = budgetOf(definition, flags);
  const stop = {
    ...(trials !== undefined && { trials }),
    ...(patience !== undefined && { patience }),
    ...(improvement !== undefined && { improvement }),
  };
  return {
    ...definition,
    objective: objectiveOf(definition, flags),
    strategy: strategyOf(definition, flags.strategy),
    ...(budget && { budget }),
    ...(Object.keys(stop).length > 0 && { stop: { ...definition.stop, ...stop } }),
    ...(parallel !== undefined && { parallel }),
    ...(seed !== undefined && { seed }),
    ...(flags.study !== undefined && { study: flags.study }),
    ...(flags.warmStart?.length && { warmStart: flags.warmStart }),
    ...(flags.set?.length && { fixed: fixedOf(definition, flags.set) }),
  };
}
