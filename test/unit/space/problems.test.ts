import { describe, expect, it } from "vitest";
import { TuningForkError } from "../../../src/protocol/errors.ts";
import type { Parameter, SpaceSpec } from "../../../src/protocol/space.ts";
import { pathText, spaceProblems } from "../../../src/space/problems.ts";
import { Space } from "../../../src/space/space.ts";

const x: Parameter = { type: "float", low: 0, high: 1 };
const messages = (spec: SpaceSpec): string[] => spaceProblems(spec).map(({ message }) => message);
const own = (parameter: Parameter): string[] => messages({ parameters: { lr: parameter } });

describe("one parameter", () => {
  it.each<[Parameter, string]>([
    [
      { type: "float", low: 0.5, high: 0.1 },
      "space.lr.low must be smaller than high (0.1): write a number below 0.1.",
    ],
    [{ type: "float", low: 0, high: Number.POSITIVE_INFINITY }, "space.lr.high must be a finite number."],
    [{ type: "int", low: 0.5, high: 4 }, "space.lr.low must be a whole number for an int: write 1."],
    [
      { type: "float", low: 0, high: 1, scale: "log" },
      'space.lr.low must be above 0 on a log scale, not 0: write a small number such as 1e-6, or take scale "linear".',
    ],
    [
      { type: "int", low: 1, high: 9, scale: "log", step: 2 },
      'space.lr.step has no meaning on a log scale: remove step, or take scale "linear".',
    ],
    [{ type: "float", low: 0, high: 1, step: 0 }, "space.lr.step must be above 0, not 0."],
    [
      { type: "int", low: 0, high: 9, step: 1.5 },
      "space.lr.step must be a whole number for an int, not 1.5.",
    ],
    [
      { type: "float", low: 0, high: 1, step: 0.3 },
      "space.lr.step (0.3) does not divide the range from 0 to 1: write 0.9 as high, or another step.",
    ],
    [{ type: "categorical", choices: [] }, "space.lr.choices is empty: write at least one value."],
    [{ type: "ordinal", choices: [1, "1", 1] }, "space.lr.choices[2] (1) is in the list twice: remove one."],
    [
      { ...x, default: 3 },
      "space.lr.default must be between 0 and 1, not 3: change the default, or the values that are tried.",
    ],
    [
      { type: "boolean", default: "yes" },
      'space.lr.default must be one of false, true, not "yes": change the default, or the values that are tried.',
    ],
  ])("%j", (parameter, message) => {
    expect(own(parameter)).toEqual([message]);
  });

  it.each<Parameter>([
    { type: "float", low: 0, high: 0.3, step: 0.1 },
    { type: "float", low: -1, high: 1, step: 0.05 },
    { type: "float", low: 0.1, high: 0.7, step: 0.2 },
    { type: "int", low: 3, high: 3 },
    { ...x, default: 9, enabled: false },
  ])("has nothing against %j", (parameter) => {
    expect(own(parameter)).toEqual([]);
  });

  it("keeps names of JavaScript's own out", () => {
    expect(messages({ parameters: { constructor: x } })).toEqual([
      "space.constructor is a reserved name: call the parameter otherwise.",
    ]);
    expect(messages({ parameters: { a: { ...x, when: { toString: 1 } } } })[0]).toContain(
      "is not a parameter",
    );
  });
});

describe("conditions, forbidden combinations, relations", () => {
  const parameters: Record<string, Parameter> = {
    optimizer: { type: "categorical", choices: ["sgd", "adam"] },
    size: { type: "ordinal", choices: ["s", "m", "l"] },
    flag: { type: "boolean" },
    k1: { type: "int", low: 1, high: 3 },
    k2: { type: "int", low: 5, high: 9 },
  };
  const when = (condition: Parameter["when"]): string[] =>
    messages({ parameters: { ...parameters, m: { ...x, when: condition! } } });

  it.each([
    [
      { optimiser: "sgd" },
      'space.m.when.optimiser names "optimiser", which is not a parameter. Did you mean "optimizer"?',
    ],
    [
      { optimizer: "sgb" },
      'space.m.when.optimizer is "sgb", which is not one of its choices. Did you mean "sgd"?',
    ],
    [[{ flag: true }, { flag: 1 }], "space.m.when[1].flag must be true or false, not 1."],
    [{ k1: ["a", 2] }, 'space.m.when.k1[0] must be a number, not "a".'],
    [{ flag: { ">": false } }, /space\.m\.when\.flag\[">"\] compares by order, but the values of a boolean/],
    [[], "space.m.when is an empty list, which never holds: remove it."],
    [{ k1: [] }, "space.m.when.k1 is empty: write the values that it compares with."],
    [{ m: 1 }, "space.m.when goes in a circle: m → m. Remove one of these conditions."],
  ] as [NonNullable<Parameter["when"]>, string | RegExp][])("when %j", (condition, message) => {
    const found = when(condition);
    expect(found).toHaveLength(1);
    if (typeof message === "string") expect(found[0]).toBe(message);
    else expect(found[0]).toMatch(message);
  });

  it("takes comparisons on ordinals", () => {
    expect(when({ size: { ">=": "m" } })).toEqual([]);
  });

  it("finds circles over several parameters", () => {
    const circle = { a: { ...x, when: { c: 1 } }, b: { ...x, when: { a: 1 } }, c: { ...x, when: { b: 1 } } };
    expect(messages({ parameters: circle })).toEqual([
      "space.a.when goes in a circle: a → c → b → a. Remove one of these conditions.",
    ]);
  });

  it.each([
    ["k1 =< k2", /cannot be read: write two names/],
    ["k1 k2", /cannot be read/],
    ["1 < 2", /names no parameter/],
    ["k1 <= k3", /names "k3", which is not a parameter\. Did you mean "k1"\?/],
    ["k1 < flag", /compares numbers, but "flag" is not numeric/],
    ["k1 > k2", /holds for no values within the ranges/],
    ["k1 = k2", /holds for no values/],
    ["k1 >= 4", /holds for no values/],
  ])("relation %s", (relation, message) => {
    const found = messages({ parameters, relations: [relation] });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it.each(["k1<=k2", "k1 != k2", "k2 >= 9", " 2 < k1 "])("relation %s is sound", (relation) => {
    expect(messages({ parameters, relations: [relation] })).toEqual([]);
  });

  it("reports all faults at once, and a space throws them", () => {
    const spec: SpaceSpec = {
      parameters: { ...parameters, bad: { type: "float", low: 2, high: 1 } },
      forbidden: [{ a: 1 }],
    };
    expect(spaceProblems(spec).map(({ path }) => path)).toEqual([
      ["space", "bad", "low"],
      ["forbidden", 0, "a"],
    ]);
    expect(() => new Space(spec)).toThrow(TuningForkError);
    expect(() => new Space(spec)).toThrow(/space\.bad\.low .* forbidden\[0\]\.a /);
  });
});

it("writes paths for people", () => {
  expect(pathText(["space", "weight-decay", "choices", 2])).toBe("space.weight-decay.choices[2]");
  expect(pathText(["space", "a.b", "low"])).toBe('space["a.b"].low');
});
