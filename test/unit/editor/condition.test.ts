import { describe, expect, test } from "vitest";
import type { Condition } from "../../../src/protocol/space.ts";
import {
  conditionText,
  operatorsFor,
  parentChoices,
  readCondition,
  startClause,
  withOperator,
  writeCondition,
} from "../../../webview/editor/condition.ts";

const conditions: readonly [Condition, string][] = [
  [{ optimizer: "sgd" }, "optimizer = sgd"],
  [{ solver: ["Momentum", "Nesterov"] }, "solver in Momentum, Nesterov"],
  [{ layers: { ">=": 2 } }, "layers ≥ 2"],
  [{ layers: { ">=": 2, "<": 5 } }, "layers ≥ 2 and layers < 5"],
  [{ layers: { ">=": 3 }, init_3: "Normal" }, "layers ≥ 3 and init_3 = Normal"],
  [
    [{ solver: "Adam" }, { solver: "SGD", nesterov: true }],
    "solver = Adam or solver = SGD and nesterov = true",
  ],
  [{ solver: { "!=": "SGD" } }, "solver ≠ SGD"],
  [{ lr: { "<=": 1e-5 } }, "lr ≤ 1e-5"],
  [{ warmup: null }, "warmup = null"],
];

describe("a condition", () => {
  test.each(conditions)("%j reads %s", (condition, text) => {
    expect(conditionText(condition)).toBe(text);
  });

  test.each(conditions)("%j stands the way through its lines", (condition) => {
    expect(writeCondition(readCondition(condition) ?? [])).toEqual(condition);
  });

  test("that is absent has no lines and no text", () => {
    expect(readCondition(undefined)).toEqual([]);
    expect(conditionText(undefined)).toBe("");
    expect(writeCondition([])).toBeUndefined();
    expect(writeCondition([[]])).toBeUndefined();
  });

  test.each([3, "x", null, { a: { "~": 1 } }, { a: { ">": {} } }, { a: [[1]] }, [1]])(
    "%j is none, and is left alone",
    (json) => {
      expect(readCondition(json)).toBeUndefined();
      expect(conditionText(json)).toBeUndefined();
    },
  );

  test("with two tests of one parent joins them, unless one is a list", () => {
    const at = (operator: "=" | ">=" | "<", value: number) => ({ parent: "n", operator, value });
    expect(writeCondition([[at(">=", 2), at("<", 5)]])).toEqual({ n: { ">=": 2, "<": 5 } });
    expect(writeCondition([[at("=", 2), at("<", 5)]])).toEqual({ n: { "=": 2, "<": 5 } });
    expect(writeCondition([[at(">=", 2), { parent: "n", operator: "in", value: [3] }]])).toEqual({ n: [3] });
    expect(writeCondition([[{ parent: "n", operator: "in", value: [3] }, at(">=", 2)]])).toEqual({
      n: { ">=": 2 },
    });
  });
});

describe("a new line", () => {
  test("is right for its parent's type", () => {
    expect(startClause("solver", { type: "categorical", choices: ["SGD", "Adam"] })).toEqual({
      parent: "solver",
      operator: "=",
      value: "SGD",
    });
    expect(startClause("n", { type: "int", low: 1, high: 6, default: 2 })).toEqual({
      parent: "n",
      operator: ">=",
      value: 2,
    });
    expect(startClause("b", { type: "boolean" })).toEqual({ parent: "b", operator: "=", value: true });
    expect(startClause("gone", undefined)).toEqual({ parent: "gone", operator: "=", value: 0 });
  });

  test("offers the comparisons that its parent has", () => {
    expect(operatorsFor("categorical")).not.toContain("<");
    expect(operatorsFor("ordinal")).toEqual(expect.arrayContaining(["<", "in"]));
    expect(operatorsFor("int")).not.toContain("in");
    expect(parentChoices({ type: "ordinal", choices: [1, 2] })).toEqual([1, 2]);
    expect(parentChoices({ type: "float" })).toBeUndefined();
  });

  test("keeps its value when it becomes a list and back", () => {
    const one = startClause("solver", { type: "categorical", choices: ["SGD", "Adam"] });
    const list = withOperator(one, "in");
    expect(list.value).toEqual(["SGD"]);
    expect(withOperator(list, "!=")).toEqual({ parent: "solver", operator: "!=", value: "SGD" });
  });
});
