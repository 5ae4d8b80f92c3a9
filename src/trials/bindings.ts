import type { Definition } from "../protocol/definition.ts";
import type { Binding, Configuration, Value } from "../protocol/space.ts";
import { argumentText, jsonObject, jsonText, type ValueKind } from "./values.ts";

/** One value on its way to the script. */
export interface Bound {
  readonly name: string;
  readonly value: Value;
  readonly kind: ValueKind;
  readonly bind: Binding;
}

/** The values of one run: parameters that are off at their fixed values, then the configuration, in the space's order. */
export function boundValues(definition: Definition, configuration: Configuration): readonly Bound[] {
  const values: Configuration = { ...definition.fixed, ...configuration };
  const order = [...Object.keys(definition.space), ...Object.keys(values)];
  return [...new Set(order)]
    .filter((name) => Object.hasOwn(values, name))
    .map((name) => {
      const parameter = Object.hasOwn(definition.space, name) ? definition.space[name] : undefined;
      const bind = parameter?.bind ?? { flag: `--${name}` };
      return { name, value: values[name]!, kind: parameter?.type ?? "number", bind };
    });
}

/** The budget as a bound value, where the definition names what sets it. Whole budgets are integers. */
export function boundBudget(definition: Definition, budget: number): Bound | undefined {
  const { parameter, bind } = definition.budget ?? {};
  if (budget === 0 || (parameter === undefined && bind === undefined)) return undefined;
  const name = parameter ?? "budget";
  const known = Object.hasOwn(definition.space, name) ? definition.space[name]?.bind : undefined;
  return { name, value: budget, kind: "number", bind: bind ?? known ?? { flag: `--${name}` } };
}

/**
 * The arguments that hand a value to the script; none where it goes another way. `null` is Python's None, which no
 * flag can carry: the flag is left out.
 */
export function flagArguments({ bind, value, kind }: Bound): readonly string[] {
  if (!("flag" in bind) || value === null) return [];
  const { flag } = bind;
  switch (bind.switch) {
    case "on":
      return value === true ? [flag] : [];
    case "off":
      return value === false ? [flag] : [];
    case "both":
      return [value === true ? flag : flag.replace(/^-+/, "$&no-")];
    default:
      return flagWithText(flag, argumentText(value, kind));
  }
}

/** argparse takes "-1e-05" after a flag for another flag: what begins with a dash must be one argument with it. */
export function flagWithText(flag: string, text: string): readonly string[] {
  if (!text.startsWith("-")) return [flag, text];
  return [/^-[^-]$/.test(flag) ? `${flag}${text}` : `${flag}=${text}`];
}

/** Environment variables that hand values to the script. */
export function environmentOf(values: readonly Bound[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { bind, value, kind } of values) {
    if ("env" in bind && value !== null) env[bind.env] = argumentText(value, kind);
  }
  return env;
}

/** What the launcher is to change in the syntax tree, as JSON; undefined where no constant or literal is bound. */
export function launcherBindings(values: readonly Bound[]): string | undefined {
  const constants: [string, string][] = [];
  const literals: string[] = [];
  for (const { bind, value, kind } of values) {
    const json = jsonText(value, kind);
    if ("constant" in bind) constants.push([bind.constant, json]);
    else if ("literal" in bind) {
      const { text, line, nth, at } = bind.literal;
      literals.push(
        jsonObject([
          ["text", JSON.stringify(text)],
          ["line", JSON.stringify(line)],
          ["nth", String(nth)],
          ["at", String(at)],
          ["value", json],
        ]),
      );
    }
  }
  if (constants.length === 0 && literals.length === 0) return undefined;
  return jsonObject([
    ["constants", jsonObject(constants)],
    ["literals", `[${literals.join(", ")}]`],
  ]);
}
