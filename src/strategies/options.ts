import { Ajv, type ErrorObject } from "ajv";
import { TuningForkError } from "../protocol/errors.ts";

/** What has options: a strategy, or a system that learns. */
export interface Configurable {
  readonly title: string;
  /** JSON Schema (draft-07) of its options. */
  readonly options: Readonly<Record<string, unknown>>;
}

const ajv = new Ajv({ useDefaults: true, allErrors: true, strictTypes: false });

function optionFault(where: string, { instancePath, message, params }: ErrorObject): string {
  const path = `${where}${instancePath.replaceAll("/", ".")}`;
  const extra = params as { additionalProperty?: string; allowedValues?: readonly unknown[] };
  if (extra.additionalProperty !== undefined) return `${path} has no option "${extra.additionalProperty}".`;
  const values = extra.allowedValues ? `: ${extra.allowedValues.join(", ")}` : "";
  return `${path} ${message}${values}.`;
}

/**
 * The options as the strategy takes them: checked, and with defaults filled in (`name` among them does no harm).
 * @param where What the options belong to, for errors.
 * @throws TuningForkError `bad-definition`
 */
export function completeOptions(
  kind: Configurable,
  given: Readonly<Record<string, unknown>>,
  where = "strategy",
): Record<string, unknown> {
  const { name: _, ...rest } = given;
  const options = JSON.parse(JSON.stringify(rest)) as Record<string, unknown>;
  const validate = ajv.compile(kind.options);
  if (validate(options)) return options;
  const faults = (validate.errors ?? []).map((error) => optionFault(where, error)).join(" ");
  const known = Object.keys((kind.options as { properties?: object }).properties ?? {});
  const next =
    known.length > 0 ? `${kind.title} takes: ${known.join(", ")}.` : `${kind.title} takes no options.`;
  throw new TuningForkError("bad-definition", faults, next);
}
