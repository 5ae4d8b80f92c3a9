import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { definitionSchema } from "../../../src/definition/schema.ts";
import { strategies } from "../../../src/strategies/registry.ts";

type Schema = { [key: string]: unknown };
const schema = definitionSchema(strategies) as Schema;

/** Keywords whose values are no schemas of what people write. */
const PASSED = new Set(["defaultSnippets", "examples", "default", "if", "oneOf", "propertyNames"]);

/** The schema of every key that can be written, with its path. */
function* propertiesOf(node: unknown, path = ""): Generator<[path: string, schema: Schema]> {
  if (typeof node !== "object" || node === null) return;
  const { properties = {} } = node as { properties?: Record<string, Schema> };
  for (const [name, property] of Object.entries(properties)) yield [`${path}/${name}`, property];
  for (const [key, value] of Object.entries(node)) {
    if (!PASSED.has(key)) yield* propertiesOf(value, `${path}/${key}`);
  }
}

describe("the schema", () => {
  it("is a valid draft-07 schema and plain JSON", () => {
    expect(new Ajv({ strict: false }).validateSchema(schema)).toBe(true);
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  });

  it("describes everything that can be written, for hovers", () => {
    const silent = [...propertiesOf(schema)].filter(
      ([, property]) => !("description" in property || "$ref" in property || "const" in property),
    );
    expect(silent).toEqual([]);
    expect([...propertiesOf(schema)].length).toBeGreaterThan(60);
  });

  it("has a description for each value of a list, and every strategy of the registry", () => {
    const { strategy } = schema.properties as Record<string, Schema>;
    const name = (strategy!.properties as Record<string, Schema>).name!;
    expect(name.enum).toEqual(strategies.map((kind) => kind.name));
    expect(name.enumDescriptions).toHaveLength(strategies.length);
    expect(strategy!.allOf).toHaveLength(strategies.length);
  });

  it("proposes snippets that are sound once filled in", () => {
    const validate = new Ajv({ strict: false }).compile(schema);
    const filled = (body: unknown): unknown =>
      JSON.parse(
        JSON.stringify(body)
          .replaceAll(/"\^\$\{\d:([^}]*)\}"/g, "$1")
          .replaceAll(/\$\{\d:([^}]*)\}/g, "$1")
          .replaceAll(/\$\{\d\|([^,|]*)[^}]*\}/g, "$1"),
      );
    const [whole] = schema.defaultSnippets as { body: unknown }[];
    const definition = filled(whole!.body) as Schema;
    expect(validate(definition)).toBe(true);
    const { parameter } = schema.definitions as Record<string, Schema>;
    const { budget } = schema.properties as Record<string, Schema>;
    for (const { body } of parameter!.defaultSnippets as { body: unknown }[]) {
      expect(validate({ ...definition, space: { x: filled(body) } })).toBe(true);
    }
    for (const { body } of budget!.defaultSnippets as { body: unknown }[]) {
      expect(validate({ ...definition, budget: filled(body) })).toBe(true);
    }
  });
});
