import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  areCompatible,
  distributionProblem,
  externalValue,
  readDistribution,
  union,
} from "../../../src/journal/distributions.ts";
import {
  distributionText,
  encodeConfiguration,
  internalValue,
  lastOnGrid,
} from "../../../src/journal/encoding.ts";
import type { Parameter, Value } from "../../../src/protocol/space.ts";

const classText = (name: string, attributes: object) => JSON.stringify({ name, attributes });

describe("Optuna's distributions as parameters", () => {
  test.each([
    ["FloatDistribution", { low: 0, high: 1, log: false, step: null }, { type: "float", low: 0, high: 1 }],
    [
      "FloatDistribution",
      { low: 0.1, high: 1, log: true, step: null },
      { type: "float", low: 0.1, high: 1, scale: "log" },
    ],
    [
      "FloatDistribution",
      { low: 0, high: 1, log: false, step: 0.25 },
      { type: "float", low: 0, high: 1, step: 0.25 },
    ],
    ["IntDistribution", { low: 1, high: 9, log: false, step: 1 }, { type: "int", low: 1, high: 9 }],
    ["IntDistribution", { low: 1, high: 9, log: false, step: 2 }, { type: "int", low: 1, high: 9, step: 2 }],
    [
      "IntDistribution",
      { low: 1, high: 9, log: true, step: 1 },
      { type: "int", low: 1, high: 9, scale: "log" },
    ],
    [
      "CategoricalDistribution",
      { choices: ["a", null, 1] },
      { type: "categorical", choices: ["a", null, 1] },
    ],
    ["UniformDistribution", { low: 0, high: 1 }, { type: "float", low: 0, high: 1 }],
    ["LogUniformDistribution", { low: 0.1, high: 1 }, { type: "float", low: 0.1, high: 1, scale: "log" }],
    [
      "DiscreteUniformDistribution",
      { low: 0, high: 1, q: 0.5 },
      { type: "float", low: 0, high: 1, step: 0.5 },
    ],
    ["IntUniformDistribution", { low: 1, high: 4, step: 3 }, { type: "int", low: 1, high: 4, step: 3 }],
    [
      "IntLogUniformDistribution",
      { low: 1, high: 4, step: 1 },
      { type: "int", low: 1, high: 4, scale: "log" },
    ],
  ])("%s %j", (name, attributes, parameter) => {
    expect(readDistribution(classText(name, attributes))).toEqual({ kind: name, parameter });
  });

  test("the abbreviated form", () => {
    expect(readDistribution('{"type":"int","low":1,"high":4}')).toEqual({
      kind: "IntDistribution",
      parameter: { type: "int", low: 1, high: 4 },
    });
  });

  test.each([
    "{",
    "[]",
    classText("NormalDistribution", { low: 0, high: 1 }),
    classText("FloatDistribution", { low: 2, high: 1 }),
    classText("FloatDistribution", { low: 0, high: 1, log: true }),
    classText("FloatDistribution", { low: 1, high: 2, log: true, step: 1 }),
    classText("FloatDistribution", { low: 1, high: 2, step: 0 }),
    classText("IntDistribution", { low: 0, high: 1, log: true }),
    classText("IntDistribution", { low: "0", high: 1 }),
    classText("CategoricalDistribution", { choices: [] }),
  ])("%s is refused, as by Optuna", (text) => {
    expect(distributionProblem(text)).toMatch(/distribution/);
  });

  test("internal values", () => {
    const choice = readDistribution(classText("CategoricalDistribution", { choices: ["a", null, true] }));
    expect([0, 1, 2, -1, 1.9].map((value) => externalValue(choice, value))).toEqual([
      "a",
      null,
      true,
      true,
      null,
    ]);
    const text = classText("CategoricalDistribution", { choices: ["a"] });
    expect(distributionProblem(text, 1)).toBe("There is no choice 1 among 1.");
    expect(distributionProblem(text, Number.NaN)).toMatch(/NaN/);
    const int = readDistribution(classText("IntDistribution", { low: 1, high: 9 }));
    expect(externalValue(int, 4.0)).toBe(4);
  });

  test("compatible is what Optuna's rule says", () => {
    const read = (name: string, attributes: object) => readDistribution(classText(name, attributes));
    const float = read("FloatDistribution", { low: 0.5, high: 1 });
    expect(areCompatible(float, read("FloatDistribution", { low: 3, high: 4, step: 0.5 }))).toBe(true);
    expect(areCompatible(float, read("FloatDistribution", { low: 0.5, high: 1, log: true }))).toBe(false);
    expect(areCompatible(float, read("UniformDistribution", { low: 0.5, high: 1 }))).toBe(false);
    expect(areCompatible(float, read("IntDistribution", { low: 1, high: 2 }))).toBe(false);
    const choices = read("CategoricalDistribution", { choices: [1, "a"] });
    expect(areCompatible(choices, read("CategoricalDistribution", { choices: [true, "a"] }))).toBe(true);
    expect(areCompatible(choices, read("CategoricalDistribution", { choices: ["a", 1] }))).toBe(false);
    expect(areCompatible(choices, read("CategoricalDistribution", { choices: [1, "a", 2] }))).toBe(false);
  });

  test("bounds that change from trial to trial are joined", () => {
    const wide = readDistribution(classText("IntDistribution", { low: 1, high: 9 }));
    const low = readDistribution(classText("IntDistribution", { low: 0, high: 5 }));
    expect(union(wide, low).parameter).toEqual({ type: "int", low: 0, high: 9 });
    expect(union(wide, readDistribution(classText("IntDistribution", { low: 2, high: 3 })))).toBe(wide);
  });
});

describe("parameters as Optuna's distributions", () => {
  test.each<[Parameter, string]>([
    [
      { type: "float", low: 1e-5, high: 0.1, scale: "log" },
      '{"name":"FloatDistribution","attributes":{"step":null,"low":0.00001,"high":0.1,"log":true}}',
    ],
    [
      { type: "float", low: 0, high: 1, step: 0.3 },
      '{"name":"FloatDistribution","attributes":{"step":0.3,"low":0,"high":0.9,"log":false}}',
    ],
    [
      { type: "int", low: 1, high: 10, step: 2 },
      '{"name":"IntDistribution","attributes":{"log":false,"step":2,"low":1,"high":9}}',
    ],
    [
      { type: "int", low: 1, high: 10, scale: "log" },
      '{"name":"IntDistribution","attributes":{"log":true,"step":1,"low":1,"high":10}}',
    ],
    [{ type: "boolean" }, '{"name":"CategoricalDistribution","attributes":{"choices":[false,true]}}'],
    [
      { type: "ordinal", choices: ["s", "ü"] },
      '{"name":"CategoricalDistribution","attributes":{"choices":["s","\\u00fc"]}}',
    ],
  ])("%j", (parameter, text) => {
    expect(distributionText(parameter)).toBe(text);
    expect(distributionText(parameter)).toBe(text);
  });

  test.each([
    [0, 1, 0.1, 1],
    [0.1, 0.7, 0.2, 0.7],
    [0, 1, 0.3, 0.9],
    [-1, 1, 0.7, 0.4],
    [1e-7, 1e-5, 3e-6, 9.1e-6],
    [5, 5, 2, 5],
    [1e21, 1e22, 4e21, 9e21],
  ])("the grid %d … %d by %d ends at %d", (low, high, step, last) => {
    expect(lastOnGrid(low, high, step)).toBe(last);
  });

  test("values and their internal form are inverse", () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(
        fc.uniqueArray(value, { minLength: 1, selector: (item) => item }),
        fc.nat(),
        (choices, pick) => {
          const parameter: Parameter = { type: "categorical", choices };
          const chosen = choices[pick % choices.length] as Value;
          const distribution = readDistribution(distributionText(parameter));
          expect(externalValue(distribution, internalValue("x", parameter, chosen))).toBe(chosen);
        },
      ),
    );
  });

  test("a value or name outside the space is refused with its name", () => {
    const space = { parameters: { lr: { type: "float", low: 0, high: 1 }, b: { type: "boolean" } } } as const;
    expect(() => encodeConfiguration({ lr: "fast" }, space)).toThrow(
      /"fast" is no value of the parameter "lr"/,
    );
    expect(() => encodeConfiguration({ lr: Number.NaN }, space)).toThrow(/"lr"/);
    expect(() => encodeConfiguration({ b: "true" }, space)).toThrow(/"b" \(boolean\)/);
    expect(() => encodeConfiguration({ toString: 1 } as never, space)).toThrow(
      /"toString" that the search space lacks/,
    );
    expect(encodeConfiguration({ b: true }, space).params).toEqual({ b: 1 });
  });
});
