import type { StrategyForm } from "../../src/protocol/panel.ts";
import type { Value } from "../../src/protocol/space.ts";
import { formatValue, isLoose, isValue, type Loose, parseNumber } from "./values.ts";

/** One option of a strategy, as a control. */
export interface OptionField {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly kind: "number" | "integer" | "boolean" | "choice" | "text" | "json";
  readonly choices: readonly {
    readonly value: Value;
    readonly label: string;
    readonly description: string;
  }[];
  /** Bounds, and whether the bound itself is out. */
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly above: boolean;
  readonly below: boolean;
  /** What holds when nothing is written, as text; "" where the schema has no default. */
  readonly fallback: string;
  /** What stands in the file, or the default. */
  readonly value: unknown;
  /** Whether the file says so itself. */
  readonly set: boolean;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `sampleSize` and `sample_size` as "Sample size". */
function titleFromKey(key: string): string {
  const words = key
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function choicesOf(schema: Loose): OptionField["choices"] {
  const variants = [schema.oneOf, schema.anyOf].find(Array.isArray) as unknown[] | undefined;
  const constants = variants?.filter(isLoose).filter((variant) => isValue(variant.const));
  if (constants && constants.length > 0) {
    return constants.map((variant) => ({
      value: variant.const as Value,
      label: text(variant.title) || formatValue(variant.const),
      description: text(variant.description),
    }));
  }
  const values = Array.isArray(schema.enum) ? schema.enum.filter(isValue) : [];
  return values.map((value) => ({ value, label: formatValue(value), description: "" }));
}

function kindOf(schema: Loose, choices: OptionField["choices"]): OptionField["kind"] {
  if (choices.length > 0) {
    return "choice";
  }
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const known = (["integer", "number", "boolean"] as const).find((name) => types.includes(name));
  return known ?? (types.includes("object") || types.includes("array") ? "json" : "text");
}

function bound(schema: Loose, inclusive: string, exclusive: string): number | undefined {
  return [schema[inclusive], schema[exclusive]].find((value) => typeof value === "number");
}

/** The controls of a strategy's options, from the JSON Schema of its options and what stands in the file. */
export function optionFields(form: StrategyForm, strategy: Loose): readonly OptionField[] {
  const properties = isLoose(form.options.properties) ? form.options.properties : {};
  return Object.entries(properties)
    .filter((entry): entry is [string, Loose] => isLoose(entry[1]) && entry[0] !== "name")
    .map(([key, schema]) => {
      const choices = choicesOf(schema);
      const written = strategy[key];
      return {
        key,
        title: text(schema.title) || titleFromKey(key),
        description: text(schema.description),
        kind: kindOf(schema, choices),
        choices,
        minimum: bound(schema, "minimum", "exclusiveMinimum"),
        maximum: bound(schema, "maximum", "exclusiveMaximum"),
        above: typeof schema.exclusiveMinimum === "number",
        below: typeof schema.exclusiveMaximum === "number",
        fallback: formatValue(schema.default),
        value: written === undefined ? schema.default : written,
        set: written !== undefined,
      };
    });
}

function readJson(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { error: 'Write JSON, such as { "lr": 9 }.' };
  }
}

function outside({ minimum, maximum, above, below }: OptionField, value: number): string | undefined {
  if (minimum !== undefined && (value < minimum || (above && value === minimum))) {
    return above ? `Write more than ${minimum}.` : `Write ${minimum} or more.`;
  }
  if (maximum !== undefined && (value > maximum || (below && value === maximum))) {
    return below ? `Write less than ${maximum}.` : `Write ${maximum} or less.`;
  }
  return undefined;
}

/** What a typed text means for an option: a value, nothing (the default holds again), or why it cannot be. */
export function readOption(
  field: OptionField,
  typed: string,
): { readonly value: unknown } | { readonly error: string } {
  const trimmed = typed.trim();
  if (trimmed === "") {
    return { value: undefined };
  }
  if (field.kind === "text") {
    return { value: trimmed };
  }
  if (field.kind === "json") {
    return readJson(trimmed);
  }
  const number = parseNumber(trimmed);
  if (number === undefined || (field.kind === "integer" && !Number.isInteger(number))) {
    return {
      error: field.kind === "integer" ? "Write a whole number." : "Write a number, such as 0.01 or 1e-5.",
    };
  }
  const error = outside(field, number);
  return error === undefined ? { value: number } : { error };
}

/** The strategy with another name: options that both know stay. */
export function withStrategy(strategy: unknown, form: StrategyForm): Loose {
  const properties = isLoose(form.options.properties) ? form.options.properties : {};
  const kept = Object.entries(isLoose(strategy) ? strategy : {}).filter(
    ([key]) => key !== "name" && Object.hasOwn(properties, key),
  );
  return { name: form.name, ...Object.fromEntries(kept) };
}
