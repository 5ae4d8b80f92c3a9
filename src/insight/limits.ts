import { brokenLimits } from "../definition/limits.ts";
import { StudyAttribute } from "../journal/attributes.ts";
import type { StudyHistory, Trial } from "../journal/history.ts";
import type { Definition, Limit } from "../protocol/definition.ts";
import { violationOf } from "../protocol/feasibility.ts";
import { isDriven } from "../protocol/trial.ts";

/** Whether a trial breaks a limit: it is shown, and never the best. */
export function breaksLimits({ constraints }: Trial): boolean {
  return violationOf(constraints) > 0;
}

/**
 * Whether a trial may be the best: within all limits, and with its learning rate set by the script. What a policy has made of
 * a training does not follow from the configuration, so the script would not have it with these values.
 */
export function mayBeBest(trial: Trial): boolean {
  return !breaksLimits(trial) && !isDriven(trial.control);
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
