import { TuningForkError } from "../../protocol/errors.ts";
import type { Learned } from "../learner.ts";
import type { RateBounds, StepSizeTheta } from "./controller.ts";
import { DIRECTIONS, type DirectionName } from "./directions.ts";

/** A learned step-size policy, as its JSON file has it. */
export interface StepSizePolicy extends Learned {
  readonly system: "step-size";
  readonly version: 1;
  readonly direction: DirectionName;
  readonly theta: StepSizeTheta;
  readonly bounds: RateBounds;
}

/** Whether a policy looks at how the losses will change; else it looks at the losses alone. */
export const looksAtChanges = ({ theta }: StepSizePolicy): boolean => theta[0] !== 0 || theta[2] !== 0;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** What is wrong with a policy, for people; undefined when nothing is. */
function faultOf(policy: unknown): string | undefined {
  if (!isRecord(policy) || policy.system !== "step-size") return 'it has no "system": "step-size"';
  if (policy.version !== 1) return `its version is ${String(policy.version)}; this program reads version 1`;
  if (!(DIRECTIONS as readonly unknown[]).includes(policy.direction))
    return `its direction is ${JSON.stringify(policy.direction)}, not one of ${DIRECTIONS.join(", ")}`;
  const { theta, bounds } = policy;
  if (!Array.isArray(theta) || theta.length !== 5 || !theta.every(isNumber))
    return "its theta is not a list of five numbers";
  if (!isRecord(bounds) || !isNumber(bounds.low) || !isNumber(bounds.high) || !(bounds.low > 0))
    return "its bounds have no positive low and high";
  if (bounds.high < bounds.low) return `its bounds end (${bounds.high}) before they begin (${bounds.low})`;
  return undefined;
}

/**
 * Reads a policy from its file's text.
 * @param name What the file is called, for the error.
 * @throws TuningForkError `bad-input` that says what is wrong with it
 */
export function parsePolicy(text: string, name: string): StepSizePolicy {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    throw new TuningForkError("bad-input", `${name} is not JSON: ${(error as Error).message}.`);
  }
  const fault = faultOf(policy);
  if (fault === undefined) return policy as StepSizePolicy;
  throw new TuningForkError(
    "bad-input",
    `${name} is no step-size policy: ${fault}.`,
    "Make one with: tuning-fork learn step-size",
  );
}
