import { describe, expect, test } from "vitest";
import {
  PARAMETER_TYPES,
  scaleKind,
  withRange,
  withScale,
  withType,
} from "../../../webview/editor/convert.ts";

const lr = {
  type: "float",
  low: 1e-6,
  high: 1,
  scale: "log",
  default: 0.01,
  source: "prior: learning rate",
  when: { solver: "SGD" },
  bind: { flag: "--lr" },
  description: "Learning rate",
  enabled: false,
};

describe("another type", () => {
  test("keeps what every type has, and forgets where the range came from", () => {
    for (const type of PARAMETER_TYPES) {
      const next = withType(lr, type);
      expect(next).toMatchObject({
        type,
        when: lr.when,
        bind: lr.bind,
        description: lr.description,
        enabled: false,
      });
      expect(next).not.toHaveProperty("source");
      expect(Object.keys(next)[0]).toBe("type");
    }
  });

  test.each([
    ["float to choice", lr, "categorical", { choices: [1e-6, 0.01, 1], default: 0.01 }],
    [
      "a small int to choice",
      { type: "int", low: 1, high: 4, default: 2 },
      "ordinal",
      { choices: [1, 2, 3, 4], default: 2 },
    ],
    ["a wide int to choice", { type: "int", low: 1, high: 400 }, "categorical", { choices: [1, 400] }],
    [
      "boolean to choice",
      { type: "boolean", default: true },
      "categorical",
      { choices: [false, true], default: true },
    ],
    [
      "choices to their order",
      { type: "categorical", choices: ["a", "b"], default: "b" },
      "ordinal",
      { choices: ["a", "b"], default: "b" },
    ],
    [
      "numbers to float",
      { type: "categorical", choices: [16, 64, 32], default: 32 },
      "float",
      { low: 16, high: 64, default: 32 },
    ],
    [
      "wide numbers to float",
      { type: "ordinal", choices: [1e-4, 1] },
      "float",
      { low: 1e-4, high: 1, scale: "log" },
    ],
    [
      "words to float",
      { type: "categorical", choices: ["a", "b"], default: "a" },
      "float",
      { low: 0, high: 1 },
    ],
    [
      "float to int",
      { type: "float", low: 0.5, high: 8.5, default: 2.6 },
      "int",
      { low: 1, high: 8, default: 3 },
    ],
    ["a log float below one to int", lr, "int", { low: 1, high: 1, scale: "log" }],
    ["int to boolean", { type: "int", low: 0, high: 1, default: 1 }, "boolean", { default: true }],
    [
      "a lone default to float",
      { type: "categorical", choices: [], default: 5 },
      "float",
      { low: 0.5, high: 50, default: 5 },
    ],
  ] as const)("%s", (_name, from, type, expected) => {
    const {
      when: _when,
      bind: _bind,
      description: _description,
      enabled: _enabled,
      ...own
    } = withType(from, type) as typeof lr;
    expect(own).toEqual({ type, ...expected });
  });

  test("always gives a range that is one", () => {
    for (const from of [
      lr,
      { type: "float", low: 0, high: 0 },
      { type: "int", low: 5, high: 5 },
      { type: "odd", default: -2 },
    ]) {
      for (const type of ["float", "int"] as const) {
        const { low, high } = withType(from, type) as { low: number; high: number };
        expect(low).toBeLessThanOrEqual(high);
      }
    }
  });
});

describe("another scale", () => {
  test("is read from scale and step", () => {
    expect(scaleKind({})).toBe("linear");
    expect(scaleKind({ scale: "linear" })).toBe("linear");
    expect(scaleKind({ scale: "log", step: 1 })).toBe("log");
    expect(scaleKind({ step: 0.1 })).toBe("step");
  });

  test("replaces the one before", () => {
    const stepped = withScale(lr, "step");
    expect(stepped).toMatchObject({ low: 1e-6, high: 1, step: 0.1 });
    expect(stepped).not.toHaveProperty("scale");
    expect(withScale(stepped, "log")).not.toHaveProperty("step");
    expect(withScale(stepped, "linear")).not.toHaveProperty("step");
    expect(withScale({ type: "int", low: 1, high: 6 }, "step")).toMatchObject({ step: 1 });
    expect(withScale({ type: "int", low: 16, high: 128 }, "step")).toMatchObject({ step: 10 });
  });

  test("that is logarithmic starts above zero", () => {
    expect(withScale({ type: "float", low: 0, high: 0.5 }, "log")).toMatchObject({
      low: 5e-5,
      high: 0.5,
      scale: "log",
    });
    expect(withScale({ type: "int", low: 0, high: 100 }, "log")).toMatchObject({ low: 1, scale: "log" });
    expect(withScale({ type: "float", low: -2, high: -1 }, "log")).toMatchObject({ low: -2, scale: "log" });
  });
});

test("a range changed by hand is not the proposed one any more", () => {
  expect(withRange(lr, { low: 1e-4 })).toEqual({ ...lr, low: 1e-4, source: undefined });
  expect(withRange(lr, { low: 1e-4 })).not.toHaveProperty("source");
});
