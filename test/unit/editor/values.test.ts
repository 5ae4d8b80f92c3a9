import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatDuration,
  formatNumber,
  formatValue,
  parseDuration,
  parseNumber,
  parseValue,
  sameJson,
} from "../../../webview/editor/values.ts";

describe("numbers", () => {
  test.each([
    [1e-6, "1e-6"],
    [0.00005, "5e-5"],
    [0.001, "0.001"],
    [0.0123, "0.0123"],
    [0, "0"],
    [-0.5, "-0.5"],
    [999_999, "999999"],
    [1_000_000, "1e6"],
    [1_234_567, "1234567"],
    [1.5e-7, "1.5e-7"],
  ])("%d is shown as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test("what is shown reads back as the same number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(formatNumber(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test.each([
    ["1e-5", 1e-5],
    ["1E-5", 1e-5],
    [" .5 ", 0.5],
    ["+3.", 3],
    ["10_000", 10_000],
  ])("%s is a number", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  test.each(["", " ", "big", "1,5", "1e", "0x10", "1e999", "--3", "Infinity", "1_", "_1"])(
    "%j is no number",
    (text) => {
      expect(parseNumber(text)).toBeUndefined();
    },
  );
});

describe("choices", () => {
  test("are what they look like", () => {
    expect(
      ["3", "1e-3", "True", "none", "None", "adam", " adam "].map((text) => parseValue(text, [])),
    ).toEqual([3, 0.001, true, "none", null, "adam", "adam"]);
  });

  test("are text among text, and in quotes", () => {
    expect(parseValue("3", ["1", "2"])).toBe("3");
    expect(parseValue("3", [1, "2"])).toBe(3);
    expect(parseValue('"3"', [1])).toBe("3");
    expect(parseValue("''", [1])).toBe("");
  });

  test("are shown as they are written", () => {
    expect([3, 1e-6, "a", true, null, undefined, [1]].map(formatValue)).toEqual([
      "3",
      "1e-6",
      "a",
      "true",
      "null",
      "",
      "[1]",
    ]);
  });
});

describe("times", () => {
  test.each([
    ["30m", "30m"],
    ["30 min", "30m"],
    ["2 Hours", "2h"],
    ["1.5h", "1.5h"],
    ["1h30m", "1h 30m"],
    ["90", 90],
    ["8d", "8d"],
    ["10 s", "10s"],
  ])("%j is %j", (text, value) => {
    expect(parseDuration(text)).toBe(value);
  });

  test.each(["", "soon", "0", "-3m", "3 weeks", "0m", "m", "30x"])("%j is no time", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("seconds are shown in the largest whole unit", () => {
    expect([90, 1800, 7200, 86_400, 2.5, "30m", undefined].map(formatDuration)).toEqual([
      "90s",
      "30m",
      "2h",
      "1d",
      "2.5s",
      "30m",
      "",
    ]);
  });
});

test("JSON is the same in any order of its keys, and absent is undefined", () => {
  expect(sameJson({ a: [1, { b: 2 }], c: undefined }, { a: [1, { b: 2 }] })).toBe(true);
  expect(sameJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  expect(sameJson({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
  expect(sameJson([], {})).toBe(false);
  expect(sameJson(1, "1")).toBe(false);
});
