import { expect, it } from "vitest";
import type { Condition, Parameter, Value } from "../../../src/protocol/space.ts";
import { describeCondition, describeParameter, formatValue } from "../../../src/space/describe.ts";

it.each<[Value, string]>([
  [0.0032, "3.2e-3"],
  [0.00316227766, "3.16e-3"],
  [0.0712, "0.0712"],
  [0.07123, "0.0712"],
  [0.5, "0.5"],
  [0.01, "0.01"],
  [1e-5, "1e-5"],
  [-0.001, "-1e-3"],
  [81, "81"],
  [4096, "4096"],
  [123456, "123456"],
  [1_000_000, "1e6"],
  [2_540_000, "2.54e6"],
  [12.345, "12.3"],
  [1234.5, "1235"],
  [0, "0"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "∞"],
  [true, "true"],
  [null, "none"],
  ["adam", "adam"],
])("formats %s as %s", (value, text) => {
  expect(formatValue(value)).toBe(text);
});

it.each<[Condition, string]>([
  [{ optimizer: "sgd" }, "optimizer = sgd"],
  [
    { solver: ["Momentum", "Nesterov"], layers: { ">=": 2 } },
    "solver is one of Momentum, Nesterov and layers ≥ 2",
  ],
  [[{ a: true }, { b: { "!=": 1e-5, "<": 1 } }], "a = true or b ≠ 1e-5 and b < 1"],
])("describes %j", (condition, text) => {
  expect(describeCondition(condition)).toBe(text);
});

it.each<[Parameter, string]>([
  [{ type: "float", low: 1e-6, high: 1, scale: "log" }, "1e-6 … 1, log"],
  [{ type: "int", low: 16, high: 64, step: 16 }, "16 … 64, step 16"],
  [{ type: "categorical", choices: ["sgd", null] }, "sgd, none"],
  [{ type: "boolean" }, "true, false"],
])("describes %j", (parameter, text) => {
  expect(describeParameter(parameter)).toBe(text);
});
