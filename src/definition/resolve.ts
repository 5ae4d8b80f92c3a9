import type { Definition } from "../protocol/definition.ts";
import type { Binding } from "../protocol/space.ts";

export { seconds } from "./duration.ts";
export { spaceOf } from "./fold.ts";

/** η where the definition names none. */
export const DEFAULT_ETA = 3;

/** A definition with everything filled in that has a default of its own. */
export interface CompleteDefinition extends Definition {
  readonly study: string;
  readonly parallel: number;
  readonly seed: number;
  readonly budget?: NonNullable<Definition["budget"]> & { readonly eta: number; readonly unit: string };
}

/** The script's file name without folders and ending. */
export function studyName(script: string): string {
  const file = script.split(/[\\/]/).at(-1) ?? script;
  return file.replace(/\.[^.]+$/, "") || file;
}

/** How the budget reaches the script: its own binding, else that of the parameter of its name, else a flag. */
function budgetBinding({ budget, space }: Definition): Binding | undefined {
  const name = budget?.parameter;
  if (budget?.bind || name === undefined) return budget?.bind;
  const parameter = Object.hasOwn(space, name) ? space[name] : undefined;
  return parameter?.bind ?? { flag: `--${name}` };
}

/** Fills in study, parallel (1), seed (0), and the budget's η (3), unit and binding. */
export function withDefaults(definition: Definition): CompleteDefinition {
  const { budget } = definition;
  const bind = budgetBinding(definition);
  const complete = {
    ...definition,
    study: definition.study ?? studyName(definition.script),
    parallel: definition.parallel ?? 1,
    seed: definition.seed ?? 0,
  };
  if (!budget) return complete as CompleteDefinition;
  const unit = budget.unit ?? budget.parameter ?? budget.progress ?? "steps";
  return { ...complete, budget: { ...budget, ...(bind && { bind }), eta: budget.eta ?? DEFAULT_ETA, unit } };
}
