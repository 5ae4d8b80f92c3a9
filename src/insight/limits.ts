import { brokenLimits } from "../definition/limits.ts";
import { StudyAttribute } from "../journal/attributes.ts";
import type { StudyHistory, Trial } from "../journal/history.ts";
import type { Definition, Limit } from "../protocol/definition.ts";
import { violationOf } from "../protocol/feasibility.ts";

/** Whether a trial breaks a limit: it is shown, and never the best. */
export function breaksLimits({ constraints }: Trial): boolean {
  return violationOf(constraints) > 0;
}

/** The limits that a trial breaks, in words; empty where it breaks none. */
export function brokenWords(history: StudyHistory, { constraints }: Trial): readonly string[] {
  return constraints === undefined ? [] : brokenLimits(limitsOf(history), constraints);
}

/** Those of the definition that the study was last started with. */
function limitsOf({ attributes }: StudyHistory): readonly Limit[] {
  const definition = attributes[StudyAttribute.definition] as Partial<Definition> | undefined;
  return Array.isArray(definition?.limits) ? definition.limits : [];
}
