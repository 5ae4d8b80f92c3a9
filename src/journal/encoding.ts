import { TuningForkError } from "../protocol/errors.ts";
import type {
  Configuration,
  FloatParameter,
  IntParameter,
  Parameter,
  SpaceSpec,
  Value,
} from "../protocol/space.ts";
import { encodePythonJson } from "./pythonJson.ts";

const written = new WeakMap<Parameter, string>();

/** A parameter as Optuna's distribution, in Optuna's own JSON text. */
export function distributionText(parameter: Parameter): string {
  let text = written.get(parameter);
  if (text === undefined) {
    text = encodePythonJson(toDistribution(parameter));
    written.set(parameter, text);
  }
  return text;
}

/** A value as Optuna stores it: itself for a number, its index for a choice. */
export function internalValue(name: string, parameter: Parameter, value: Value): number {
  if (parameter.type === "float" || parameter.type === "int") {
    if (typeof value === "number" && Number.isFinite(value)) return value;
  } else {
    const index = choicesOf(parameter).indexOf(value);
    if (index >= 0) return index;
  }
  throw new TuningForkError(
    "bad-input",
    `${JSON.stringify(value)} is no value of the parameter "${name}" (${parameter.type}).`,
    "Give a value from the search space.",
  );
}

/** A configuration as the `params` and `distributions` of a CREATE_TRIAL record. */
export function encodeConfiguration(
  configuration: Configuration,
  space: SpaceSpec,
): { params: Record<string, number>; distributions: Record<string, string> } {
  const params: [string, number][] = [];
  const distributions: [string, string][] = [];
  for (const name of Object.keys(configuration)) {
    const parameter = Object.hasOwn(space.parameters, name) ? space.parameters[name] : undefined;
    if (parameter === undefined) {
      throw new TuningForkError(
        "bad-input",
        `The configuration has a parameter "${name}" that the search space lacks.`,
        "Leave it out or add it to the space.",
      );
    }
    params.push([name, internalValue(name, parameter, configuration[name]!)]);
    distributions.push([name, distributionText(parameter)]);
  }
  return { params: Object.fromEntries(params), distributions: Object.fromEntries(distributions) };
}

function choicesOf(parameter: Exclude<Parameter, FloatParameter | IntParameter>): readonly Value[] {
  return parameter.type === "boolean" ? [false, true] : parameter.choices;
}

function toDistribution(parameter: Parameter): unknown {
  const log = "scale" in parameter && parameter.scale === "log";
  if (parameter.type === "float") {
    const step = log ? null : (parameter.step ?? null);
    const high = step === null ? parameter.high : lastOnGrid(parameter.low, parameter.high, step);
    return { name: "FloatDistribution", attributes: { step, low: parameter.low, high, log } };
  }
  if (parameter.type === "int") {
    const step = log ? 1 : (parameter.step ?? 1);
    const high = lastOnGrid(parameter.low, parameter.high, step);
    return { name: "IntDistribution", attributes: { log, step, low: parameter.low, high } };
  }
  return { name: "CategoricalDistribution", attributes: { choices: choicesOf(parameter) } };
}

/**
 * The largest low + k × step that is ≤ high, in decimal arithmetic on the numbers as they are written, as
 * Optuna computes it: it would otherwise lower `high` itself, with a warning for each trial.
 */
export function lastOnGrid(low: number, high: number, step: number): number {
  const [l, h, s] = [decimal(low), decimal(high), decimal(step)];
  const exponent = Math.min(l.exponent, h.exponent, s.exponent);
  const scaled = ({ digits, exponent: own }: Decimal) => digits * 10n ** BigInt(own - exponent);
  const [from, to, width] = [scaled(l), scaled(h), scaled(s)];
  return Number(`${from + ((to - from) / width) * width}e${exponent}`);
}

/** digits × 10^exponent */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

function decimal(value: number): Decimal {
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}
