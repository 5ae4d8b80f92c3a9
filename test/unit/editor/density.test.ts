import { describe, expect, test } from "vitest";
import { density, densityText } from "../../../webview/editor/density.ts";

describe("a preview", () => {
  test("of a continuous range is one area, with a ruler on a log scale", () => {
    expect(density({ type: "float", low: 0, high: 1, default: 0.25 })).toEqual({
      blocks: [{ from: 0, to: 1, height: 1 }],
      discrete: false,
      ticks: [],
      mark: 0.25,
    });
    const log = density({ type: "float", low: 1e-6, high: 1, scale: "log", default: 1e-3 });
    expect(log?.ticks.filter(({ major }) => major).map(({ at }) => at.toFixed(4))).toEqual([
      "0.1667",
      "0.3333",
      "0.5000",
      "0.6667",
      "0.8333",
    ]);
    expect(log?.mark).toBeCloseTo(0.5);
  });

  test("of whole numbers is a block each, side by side", () => {
    const shape = density({ type: "int", low: 1, high: 4, default: 4 });
    expect(shape?.blocks.map(({ from, to }) => [from, to])).toEqual([
      [0, 0.25],
      [0.25, 0.5],
      [0.5, 0.75],
      [0.75, 1],
    ]);
    expect(shape?.mark).toBe(0.875);
  });

  test("of whole numbers on a log scale has narrower and narrower blocks that fill it", () => {
    const blocks = density({ type: "int", low: 1, high: 8, scale: "log" })?.blocks ?? [];
    const widths = blocks.map(({ from, to }) => to - from);
    expect(widths).toHaveLength(8);
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(widths.reduce((sum, width) => sum + width)).toBeCloseTo(1);
  });

  test("of steps ends at the last one that fits", () => {
    expect(density({ type: "float", low: 0, high: 1, step: 0.3 })?.blocks).toHaveLength(4);
    expect(density({ type: "int", low: 16, high: 128, step: 16 })?.blocks).toHaveLength(8);
  });

  test("of more values than can be told apart is one area", () => {
    expect(density({ type: "int", low: 0, high: 24 })?.blocks).toHaveLength(1);
    expect(density({ type: "int", low: 1, high: 24 })?.blocks).toHaveLength(24);
  });

  test("of choices is a block each, with the default marked", () => {
    expect(density({ type: "categorical", choices: ["a", "b"], default: "b" })).toMatchObject({ mark: 0.75 });
    expect(density({ type: "boolean", default: false })).toMatchObject({ mark: 0.25 });
    expect(density({ type: "ordinal", choices: [1, 2, 3] })?.mark).toBeUndefined();
  });

  test("of the default outside its range has no mark", () => {
    expect(density({ type: "float", low: 0, high: 1, default: 2 })?.mark).toBeUndefined();
  });

  test.each([
    undefined,
    {},
    { type: "float", low: 0, high: 1, scale: "log" },
    { type: "float", low: 2, high: 1 },
    { type: "float", low: "a", high: 1 },
    { type: "categorical", choices: [] },
  ])("of %j is none", (parameter) => {
    expect(density(parameter)).toBeUndefined();
    expect(densityText(parameter)).toBe("");
  });
});

test.each([
  [
    { type: "float", low: 1e-6, high: 1, scale: "log" },
    "Every factor of ten from 1e-6 to 1 is as likely; half of the values are below 0.001",
  ],
  [{ type: "float", low: 0, high: 0.99 }, "All values from 0 to 0.99 are as likely"],
  [{ type: "int", low: 1, high: 6 }, "Every whole number from 1 to 6 is as likely"],
  [{ type: "int", low: 16, high: 128, step: 16 }, "Every step of 16 from 16 to 128 is as likely"],
  [{ type: "categorical", choices: ["a", "b", "c"] }, "3 values, each as likely as the others"],
  [{ type: "categorical", choices: ["a"] }, "One value"],
])("%j in words", (parameter, text) => {
  expect(densityText(parameter)).toBe(text);
});
