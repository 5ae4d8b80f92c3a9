import { describe, expect, it } from "vitest";
import { parseTune } from "../../../src/script/tune.ts";

describe("parseTune", () => {
  it.each([
    ["# tune: log(1e-5, 1e-1)", { type: "float", low: 1e-5, high: 0.1, scale: "log" }],
    ["#tune:log(1,2)", { type: "float", low: 1, high: 2, scale: "log" }],
    ["# tune: linear(-1, 1)", { type: "float", low: -1, high: 1 }],
    ["# tune: linear(0, 1, 0.25)", { type: "float", low: 0, high: 1, step: 0.25 }],
    ["# tune: int(1, 8)", { type: "int", low: 1, high: 8 }],
    ["# tune: int(0, 1_000, 100)", { type: "int", low: 0, high: 1000, step: 100 }],
    ["# tune: logint(1, 1024)", { type: "int", low: 1, high: 1024, scale: "log" }],
    [
      "# tune: choice(adam, 'sgd, plain', \"x\")",
      { type: "categorical", choices: ["adam", "sgd, plain", "x"] },
    ],
    ["# tune: choice(True, None, -1, 0.5)", { type: "categorical", choices: [true, null, -1, 0.5] }],
    ["# tune: ordinal(1, 2, 5.)", { type: "ordinal", choices: [1, 2, 5] }],
    ["# tune: bool", { type: "boolean" }],
    ["# tune: bool  # and a remark", { type: "boolean" }],
    ["# tune: int(1, 3) for now", { type: "int", low: 1, high: 3 }],
  ])("%s", (comment, parameter) => {
    expect(parseTune(comment)).toEqual({ parameter });
  });

  it("names a keyword", () => {
    expect(parseTune("# tune lr: log(1e-5, 1)")).toMatchObject({ keyword: "lr" });
  });

  it.each([
    ["# tune: log(0, 1)", "a log scale starts above 0, not at 0"],
    ["# tune: int(1.5, 3)", "int takes whole numbers"],
    ["# tune: int(1)", "int takes two numbers and perhaps a step, such as int(1, 8)"],
    ["# tune: log(1, 2, 3)", "log takes two numbers, such as log(1, 8)"],
    ["# tune: linear(a, b)", "linear takes two numbers and perhaps a step, such as linear(1, 8)"],
    ["# tune: linear(0, 1, 0)", "the step must be above 0, not 0"],
    ["# tune: choice()", "choice needs at least one value"],
    ["# tune: choice(1, 1)", "choice names a value twice"],
    ["# tune: int(1, 2", "the list of int does not end"],
    ["# tune: bool(1)", "bool takes no values"],
  ])("%s is refused", (comment, message) => {
    expect(parseTune(comment)).toBe(message);
  });

  it("says what can be written", () => {
    expect(parseTune("# tune:")).toMatch(/^write log\(low, high\)/);
    expect(parseTune("# tune: magic(1)")).toMatch(/^"magic" is not known; write log/);
  });
});
