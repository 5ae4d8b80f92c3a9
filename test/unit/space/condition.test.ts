import { describe, expect, it } from "vitest";
import type { Condition, Parameter, Test, Value } from "../../../src/protocol/space.ts";
import { holds, passes } from "../../../src/space/condition.ts";
import { Space } from "../../../src/space/space.ts";

describe("passes", () => {
  it.each<[Test, Value, boolean]>([
    ["adam", "adam", true],
    ["adam", "sgd", false],
    [1, "1", false],
    [null, null, true],
    [["a", 2], 2, true],
    [["a", 2], "2", false],
    [{ "=": 2 }, 2, true],
    [{ "!=": 2 }, 2, false],
    [{ "!=": 2 }, "2", true],
    [{ "<": 2 }, 2, false],
    [{ "<=": 2 }, 2, true],
    [{ ">": 2 }, 2, false],
    [{ ">=": 2 }, 2, true],
    [{ ">": 1, "<": 3 }, 2, true],
    [{ ">": 1, "<": 3 }, 3, false],
    [{ ">": "a" }, "b", false],
  ])("%j on %j: %s", (test, value, result) => {
    expect(passes(test, value)).toBe(result);
  });

  it("compares an ordinal by the order of its choices, not by the values", () => {
    const order = ["small", "medium", "large"];
    const passing = (test: Test): Value[] => order.filter((value) => passes(test, value, order));
    expect(passing({ ">=": "medium" })).toEqual(["medium", "large"]);
    expect(passing({ "<": "medium" })).toEqual(["small"]);
    expect(passes({ "<": 8 }, 16, [64, 16, 8])).toBe(true);
  });
});

describe("holds", () => {
  const given: Record<string, Value> = { a: 1, b: "x" };
  const on = (condition: Condition): boolean =>
    holds(
      condition,
      (name) => given[name],
      () => undefined,
    );

  it("asks for all tests of one alternative", () => {
    expect(on({ a: 1, b: "x" })).toBe(true);
    expect(on({ a: 1, b: "y" })).toBe(false);
    expect(on([{ a: 2 }, { b: "x" }])).toBe(true);
    expect(on([{ a: 2 }, { b: "y" }])).toBe(false);
  });

  it("lets an inactive parent fail every test, also that of being different", () => {
    for (const test of [1, [1, 2], null, { "!=": 1 }, { "<": 9 }] as Test[]) {
      expect(on({ gone: test })).toBe(false);
      expect(on([{ gone: test }, { a: 1 }])).toBe(true);
    }
  });
});

describe("an inactive parent in a space", () => {
  const flag: Parameter = { type: "boolean" };
  const space = new Space({
    parameters: {
      a: flag,
      b: { ...flag, when: { a: true } },
      c: { ...flag, when: { b: { "!=": true } } },
    },
    forbidden: [{ b: { "!=": false } }],
  });

  it("takes its children with it, and forbids nothing", () => {
    expect([...space.all()]).toEqual([
      { a: false },
      { a: true, b: false, c: false },
      { a: true, b: false, c: true },
    ]);
    expect(space.size).toBe(3);
    expect(space.check({ a: false, c: true })).toBe("c must be left out: its condition does not hold.");
    // b stands there although it is inactive: c must not go by it.
    expect(space.isActive("c", { a: false, b: false })).toBe(false);
  });
});
