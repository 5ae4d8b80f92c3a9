import type { Parameter, Value } from "../protocol/space.ts";
import { numberValue, stringValue } from "./pythonText.ts";

/** What a `# tune:` comment asks for. */
export interface TuneRequest {
  /** `# tune lr: …` names the keyword whose value is meant. */
  readonly keyword?: string;
  readonly parameter: Parameter;
}

export const TUNE_FORMS =
  "log(low, high), linear(low, high), int(low, high), logint(low, high), choice(a, b, …), ordinal(a, b, …) or bool";

const COMMENT = /^#[ \t]*tune\b[ \t]*([^\s:]*)[ \t]*:[ \t]*([A-Za-z_]\w*)?[ \t]*(.*)$/;

/** Splits at commas outside of quotes. */
function items(list: string): string[] {
  const found = list.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^,"'])+/g) ?? [];
  return found.map((item) => item.trim()).filter((item) => item !== "");
}

function readValue(item: string): Value {
  if (item === "True" || item === "False") return item === "True";
  if (item === "None") return null;
  const number = numberOf(item);
  if (number !== undefined) return number;
  // A bare word is text: choice(adam, sgd).
  return stringValue(item) ?? item;
}

function numberOf(item: string): number | undefined {
  const parts = /^([+-]?)\s*((?:\d|\.\d)[\w.+-]*)$/.exec(item);
  const value = parts === null ? undefined : numberValue(parts[2] as string)?.value;
  return value === undefined || Number.isNaN(value) ? undefined : parts?.[1] === "-" ? -value : value;
}

interface NumericForm {
  readonly name: string;
  readonly whole: boolean;
  readonly log: boolean;
}

function numericFault(form: NumericForm, numbers: readonly number[]): string | undefined {
  const [low, high, step = 1] = numbers as [number, number, number?];
  if (low >= high) return `the lower bound ${low} must be below the upper bound ${high}`;
  if (form.log && low <= 0) return `a log scale starts above 0, not at ${low}`;
  if (form.whole && !numbers.every(Number.isInteger)) return `${form.name} takes whole numbers`;
  return step > 0 ? undefined : `the step must be above 0, not ${step}`;
}

function numeric(form: NumericForm, list: readonly string[]): Parameter | string {
  const numbers = list.map(numberOf).filter((number) => number !== undefined);
  const most = form.log ? 2 : 3;
  const [low, high, step] = numbers;
  if (numbers.length < list.length || low === undefined || high === undefined || list.length > most)
    return `${form.name} takes two numbers${form.log ? "" : " and perhaps a step"}, such as ${form.name}(1, 8)`;
  const fault = numericFault(form, numbers);
  if (fault !== undefined) return fault;
  return {
    type: form.whole ? "int" : "float",
    low,
    high,
    ...(form.log ? { scale: "log" } : {}),
    ...(step === undefined ? {} : { step }),
  };
}

function build(form: string, list: readonly string[]): Parameter | string {
  switch (form) {
    case "log":
    case "linear":
    case "int":
    case "logint":
      return numeric({ name: form, whole: form.endsWith("int"), log: form.startsWith("log") }, list);
    case "choice":
    case "ordinal": {
      const values = list.map(readValue);
      if (values.length === 0) return `${form} needs at least one value`;
      if (new Set(values).size < values.length) return `${form} names a value twice`;
      return { type: form === "choice" ? "categorical" : "ordinal", choices: values };
    }
    case "bool":
      return list.length === 0 ? { type: "boolean" } : "bool takes no values";
    default:
      return `"${form}" is not known; write ${TUNE_FORMS}`;
  }
}

/** Reads a comment that starts with `# tune`; text says what is wrong with it. */
export function parseTune(comment: string): TuneRequest | string {
  const parts = COMMENT.exec(comment);
  if (parts === null || parts[2] === undefined) return `write ${TUNE_FORMS}`;
  const rest = (parts[3] as string).trim();
  const list = /^\(((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^()"'])*)\)/.exec(rest);
  if (list === null && rest.startsWith("(")) return `the list of ${parts[2]} does not end`;
  const parameter = build(parts[2], items(list?.[1] ?? ""));
  if (typeof parameter === "string") return parameter;
  return { ...(parts[1] === "" ? {} : { keyword: parts[1] as string }), parameter };
}

/** Whether a value lies in a parameter's range or among its choices. */
export function holds(parameter: Parameter, value: Value): boolean {
  switch (parameter.type) {
    case "float":
    case "int":
      return typeof value === "number" && value >= parameter.low && value <= parameter.high;
    case "boolean":
      return typeof value === "boolean";
    default:
      return parameter.choices.includes(value);
  }
}
