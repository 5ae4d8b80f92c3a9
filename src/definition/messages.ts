import type { ErrorObject } from "ajv";
import type { JsonPath } from "../protocol/panel.ts";
import { hint } from "../space/nearest.ts";
import { pathText } from "../space/problems.ts";
import type { Fault } from "./locate.ts";

type Schema = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<string, string>> = {
  number: "a number",
  integer: "a whole number",
  string: "a text in quotes",
  boolean: "true or false",
  array: "a list [ … ]",
  object: "an object { … }",
  null: "null",
};

function kinds(type: unknown): string {
  const names = [type].flat().map((name) => KINDS[String(name)] ?? String(name));
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

/** A value as it stands in the file, cut short. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** The path of an error; list positions become numbers, so that they are written and found as such. */
function pathOf(instancePath: string, root: unknown): JsonPath {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of instancePath.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(value) ? Number(key) : key);
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return path;
}

/** An example of a property, from the schema that asks for it. */
function example(schema: Schema, name: string): string {
  const property = (schema.properties as Record<string, Schema> | undefined)?.[name];
  const [first] = (property?.examples as unknown[] | undefined) ?? [];
  return first === undefined ? "" : `, such as ${JSON.stringify(name)}: ${JSON.stringify(first)}`;
}

function missing(error: ErrorObject, path: JsonPath, root: unknown): Fault {
  const name = error.params.missingProperty as string;
  const where = path.length === 0 ? "The definition" : pathText(path);
  if (error.schemaPath.startsWith("#/allOf/")) {
    const strategy = (root as { strategy?: { name?: unknown } }).strategy?.name;
    const [{ budget }] = (error.parentSchema as { examples: [{ budget: { mode: string } }] }).examples;
    return {
      path: [name],
      message: `${String(strategy)} spends budgets of different sizes: add "budget": { "parameter": "epochs", "min": 1, "max": 81, "mode": "${budget.mode}" }, or take the strategy "random".`,
    };
  }
  const known = error.parentSchema as Schema;
  return { path: [...path, name], message: `${where} has no "${name}": add it${example(known, name)}.` };
}

function unknownKey(error: ErrorObject, path: JsonPath): Fault {
  const name = error.params.additionalProperty as string;
  const known = Object.keys((error.parentSchema as Schema).properties ?? {});
  const at = [...path, name];
  return { path: at, key: true, message: `${pathText(at)} is not known here.${hint(name, known)}` };
}

function badName(error: ErrorObject, path: JsonPath): Fault {
  const name = error.params.propertyName as string;
  const rule = ((error.parentSchema as Schema).propertyNames as Schema).errorMessage as string;
  return { path: [...path, name], key: true, message: `"${name}" ${rule}.` };
}

/** `where` says when this holds, if not always. */
function oneOf(values: readonly unknown[], data: unknown, where = ""): string {
  if (values.length === 1) return `must be ${JSON.stringify(values[0])}${where}, not ${shown(data)}.`;
  const names = values.map((value) => JSON.stringify(value)).join(", ");
  const meant = typeof data === "string" ? hint(data, values.map(String)) : "";
  return `must be one of ${names}${where}, not ${shown(data)}.${meant.startsWith(" Did") ? meant : ""}`;
}

/** The second half of a message, after the path. */
function rule(error: ErrorObject): string {
  const schema = error.parentSchema as Schema;
  const { limit } = error.params as { limit?: number };
  switch (error.keyword) {
    case "type":
      return `must be ${(schema.errorMessage as string | undefined)?.replace(/^must be /, "") ?? kinds(schema.type)}, not ${shown(error.data)}.`;
    case "enum":
      return oneOf(
        schema.enum as readonly unknown[],
        error.data,
        schema.errorMessage === undefined ? "" : ` ${schema.errorMessage}`,
      );
    case "const":
      return schema.errorMessage === undefined
        ? oneOf([schema.const], error.data)
        : `${schema.errorMessage as string}.`;
    case "minimum":
      return `must be at least ${limit}, not ${shown(error.data)}.`;
    case "maximum":
      return `must be at most ${limit}, not ${shown(error.data)}.`;
    case "exclusiveMinimum":
      return `must be above ${limit}, not ${shown(error.data)}.`;
    case "minLength":
      return "must not be empty.";
    case "minItems":
      if ((limit ?? 0) > 1) return `needs at least ${limit} entries, not ${(error.data as []).length}.`;
      return "is empty: add something, or remove it.";
    case "minProperties":
      return "is empty: add something, or remove it.";
    case "dependencies":
      return `needs "${(error.params as { deps: string }).deps}" too.`;
    default:
      return `${(schema.errorMessage as string | undefined) ?? error.message ?? "is not valid"}.`;
  }
}

/** Errors that only repeat, less clearly, what another one says. */
const isEcho = ({ keyword, schemaPath }: ErrorObject): boolean =>
  keyword === "if" ||
  (keyword === "required" && schemaPath.includes("/oneOf/")) ||
  schemaPath.includes("/propertyNames/");

/** The errors of ajv (with `verbose` and `allErrors`) for people: where, what, and what instead. */
export function faultsOf(errors: readonly ErrorObject[], root: unknown): Fault[] {
  return errors
    .filter((error) => !isEcho(error))
    .map((error) => {
      const path = pathOf(error.instancePath, root);
      if (error.keyword === "required") return missing(error, path, root);
      if (error.keyword === "additionalProperties") return unknownKey(error, path);
      if (error.keyword === "propertyNames") return badName(error, path);
      return { path, message: `${path.length === 0 ? "The definition" : pathText(path)} ${rule(error)}` };
    });
}
