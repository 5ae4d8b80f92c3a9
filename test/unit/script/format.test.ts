import { describe, expect, it } from "vitest";
import { formatValue } from "../../../src/script/format.ts";

describe("formatValue", () => {
  it.each([
    [0.001, "0.01", "0.001"],
    [3.2e-3, "1e-3", "3.2e-3"],
    [3.2e-3, "1e-05", "3.2e-03"],
    [1e-5, "0.1", "1e-05"],
    [1e-5, "1E-3", "1E-5"],
    [2500, "1e+3", "2.5e+3"],
    [2500, "1e3", "2.5e3"],
    [1, "0.5", "1.0"],
    [0, "1e-3", "0.0"],
    [1e16, "0.5", "1e+16"],
    [123456.75, "1.", "123456.75"],
    [-0.5, "0.1", "-0.5"],
    [0.1 + 0.2, "0.1", "0.30000000000000004"],
    [5e-324, "0.1", "5e-324"],
  ])("writes the float %f in the manner of %s", (value, old, expected) => {
    expect(formatValue(value, { old, valueType: "float" })).toBe(expected);
  });

  it.each([
    [64, "32", "int", "64"],
    [20_000, "10_000", "int", "20_000"],
    [255, "0x10", "int", "255"],
    [-3, "1", "int", "-3"],
    [2, "1", "float", "2.0"],
    [0.5, "1", "int", "0.5"],
    [1e21, "1", "int", "1000000000000000000000"],
  ] as const)("writes the number %d for %s of type %s", (value, old, valueType, expected) => {
    expect(formatValue(value, { old, valueType })).toBe(expected);
  });

  it.each([
    ["adam", "'sgd'", "'adam'"],
    ["adam", '"sgd"', '"adam"'],
    ["adam", 'r"sgd"', '"adam"'],
    ["it's", "'x'", "'it\\'s'"],
    ["it's", '"x"', '"it\'s"'],
    ["a\\b\n\t\0", '"x"', '"a\\\\b\\n\\t\\x00"'],
    ["año 😀", undefined, '"año 😀"'],
  ])("writes the text %j for %s", (value, old, expected) => {
    expect(formatValue(value, { ...(old === undefined ? {} : { old }), valueType: "str" })).toBe(expected);
  });

  it("writes Python's constants", () => {
    expect(formatValue(true, { old: "False", valueType: "bool" })).toBe("True");
    expect(formatValue(false, { valueType: "bool" })).toBe("False");
    expect(formatValue(null, { valueType: "float" })).toBe("None");
  });
});
