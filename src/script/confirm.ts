import { TuningForkError } from "../protocol/errors.ts";
import type { ScriptReport } from "../protocol/script.ts";
import type { InspectAnswer } from "./facts.ts";
import { reportOf } from "./report.ts";

const LISTS = ["calls", "assignments", "comments", "literals"];

/**
 * The report of the user's own Python, from what `python/tuning_fork/inspect.py` printed (parsed JSON). What only the
 * screen's reader saw is dropped; what it missed is added. A script that this Python cannot parse keeps what
 * the screen shows, with a warning that says where the fault is.
 *
 * @throws TuningForkError "internal" when the JSON is not an answer of inspect.py.
 */
export function confirmReport(screen: ScriptReport, astJson: unknown): ScriptReport {
  const answer = checked(astJson);
  if ("error" in answer) {
    const { message, line } = answer.error;
    const warning = `Line ${line}: Python ${answer.python} cannot parse the script: ${message}.`;
    return { ...screen, warnings: [...screen.warnings, warning] };
  }
  return reportOf(answer, "interpreter");
}

function checked(json: unknown): InspectAnswer {
  if (isRecord(json) && typeof json.python === "string") {
    if (isRecord(json.error) && typeof json.error.message === "string" && typeof json.error.line === "number")
      return json as unknown as InspectAnswer;
    if (isRecord(json.imports) && LISTS.every((list) => Array.isArray(json[list])))
      return json as unknown as InspectAnswer;
  }
  throw new TuningForkError("internal", "The answer of python/tuning_fork/inspect.py cannot be read.");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
