import fc from "fast-check";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { applyDefinitionEdits, definitionText, editDefinition } from "../../../src/definition/edit.ts";
import type { JsonPath } from "../../../src/protocol/panel.ts";

const edited = (text: string, path: JsonPath, value: unknown): string =>
  applyDefinitionEdits(text, editDefinition(text, path, value));

const text = `{
  // what is tuned
  "space": {
    "lr": { "type": "float", "low": 1, "high": 2 },
    "b": { "type": "boolean" } // the last
  },
  "relations": []
}
`;

describe("editDefinition", () => {
  it.each<[string, JsonPath, unknown, string, string]>([
    ["a value", ["space", "lr", "low"], 0.5, '"low": 1', '"low": 0.5'],
    ["a key of a row", ["space", "lr", "enabled"], false, '"high": 2 }', '"high": 2, "enabled": false }'],
    [
      "a new row, behind the comment of the last",
      ["space", "x"],
      { type: "int", low: 1, high: 2 },
      "} // the last",
      '}, // the last\n    "x": { "type": "int", "low": 1, "high": 2 }',
    ],
    ["an entry of an empty list", ["relations", 0], "lr < 2", "[]", '["lr < 2"]'],
    ["parents that are missing", ["stop", "trials"], 10, "[]", '[],\n  "stop": { "trials": 10 }'],
    ["a key to remove", ["space", "lr", "high"], undefined, ', "high": 2', ""],
    ["a row to remove", ["space", "b"], undefined, ',\n    "b": { "type": "boolean" }', ""],
    ["the only key to remove", ["space", "b", "type"], undefined, '{ "type": "boolean" }', "{}"],
    ["nothing", ["space", "c"], undefined, "", ""],
  ])("sets %s and touches nothing else", (_, path, value, before, after) => {
    expect(edited(text, path, value)).toBe(text.replace(before, after));
  });

  it("follows the file's tabs and line ends", () => {
    const tabs = '{\r\n\t"a": 1\r\n}\r\n';
    expect(edited(tabs, ["b"], 2)).toBe('{\r\n\t"a": 1,\r\n\t"b": 2\r\n}\r\n');
  });

  it("bears a trailing comma", () => {
    expect(edited('{\n  "a": [1,],\n}', ["b"], 2)).toBe('{\n  "a": [1,],\n  "b": 2,\n}');
    expect(edited('{\n  "a": [\n    1,\n  ]\n}', ["a", 1], 2)).toBe('{\n  "a": [\n    1,\n    2,\n  ]\n}');
  });

  it("breaks what is too long for one line", () => {
    const choices = Array.from({ length: 20 }, (_, i) => `choice-${i}`);
    const result = edited("{}", ["space", "c"], { type: "categorical", choices });
    expect(Math.max(...result.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
    expect(parse(result)).toEqual({ space: { c: { type: "categorical", choices } } });
  });

  it("leaves a broken file untouched", () => {
    expect(() => editDefinition('{ "a": ', ["a"], 1)).toThrow(/cannot be read/);
    expect(() => editDefinition("", ["a"], 1)).toThrow(/cannot be read/);
  });

  it("gives what setting the value in the data gives, whatever is set", () => {
    const key = fc.constantFrom("a", "b", "space", "lr", "odd key");
    const value = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.string(),
      fc.dictionary(key, fc.integer(), { maxKeys: 3 }),
    );
    const tree = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value)));
    fc.assert(
      fc.property(
        tree,
        fc.array(key, { minLength: 1, maxLength: 3 }),
        value,
        fc.nat(4),
        (data, path, put, spaces) => {
          const result = parse(edited(JSON.stringify(data, null, spaces), path, put)) as unknown;
          expect(result).toEqual(withValue(data, path, put));
          expect(parse(edited(JSON.stringify(result, null, spaces), path, undefined))).toEqual(
            without(result, path),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

type Data = Record<string, unknown>;
const isObject = (value: unknown): value is Data => typeof value === "object" && value !== null;

function withValue(data: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const object = isObject(data) ? data : {};
  return { ...object, [key]: withValue(object[key], rest, value) };
}

function without(data: unknown, [key, ...rest]: readonly string[]): unknown {
  if (!isObject(data) || key === undefined || !(key in data)) return data;
  if (rest.length > 0) return { ...data, [key]: without(data[key], rest) };
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== key));
}

describe("definitionText", () => {
  it("writes one line for each parameter", () => {
    const definition = {
      version: 1,
      objective: { goal: "minimize" },
      space: { lr: { type: "float", low: 1e-5, high: 0.1 }, b: { type: "boolean", default: undefined } },
      stop: undefined,
    };
    expect(definitionText(definition)).toBe(`{
  "version": 1,
  "objective": { "goal": "minimize" },
  "space": {
    "lr": { "type": "float", "low": 0.00001, "high": 0.1 },
    "b": { "type": "boolean" }
  }
}
`);
  });
});
