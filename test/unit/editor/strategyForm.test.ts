import { describe, expect, test } from "vitest";
import type { StrategyForm } from "../../../src/protocol/panel.ts";
import { optionFields, readOption, withStrategy } from "../../../webview/editor/strategyForm.ts";

const form: StrategyForm = {
  name: "tpe",
  title: "TPE",
  description: "",
  multiFidelity: false,
  options: {
    type: "object",
    properties: {
      startup: {
        type: "integer",
        title: "Random start",
        description: "Trials before the model.",
        default: 10,
        minimum: 1,
      },
      gamma: { type: "number", default: 0.25, exclusiveMinimum: 0, maximum: 1 },
      multivariate: { type: "boolean", default: true },
      kernel: { enum: ["gauss", "box"], default: "gauss" },
      prior: {
        oneOf: [
          { const: 1, title: "Weak" },
          { const: 5, title: "Strong", description: "Five points." },
        ],
      },
      lieStrategy: { type: ["string", "null"] },
      counts: { type: "object", default: {} },
      broken: true,
    },
  },
};

function field(key: string) {
  const found = optionFields(form, { name: "tpe", gamma: 0.1 }).find((candidate) => candidate.key === key);
  if (!found) {
    throw new Error(`no field ${key}`);
  }
  return found;
}

describe("the form of a strategy", () => {
  test("has a control for each option, in the schema's order", () => {
    expect(optionFields(form, {}).map(({ key, kind }) => [key, kind])).toEqual([
      ["startup", "integer"],
      ["gamma", "number"],
      ["multivariate", "boolean"],
      ["kernel", "choice"],
      ["prior", "choice"],
      ["lieStrategy", "text"],
      ["counts", "json"],
    ]);
  });

  test("shows the default where the file says nothing", () => {
    expect(field("startup")).toMatchObject({ value: 10, set: false, fallback: "10", minimum: 1 });
    expect(field("gamma")).toMatchObject({ value: 0.1, set: true, fallback: "0.25", minimum: 0, maximum: 1 });
  });

  test("names an option after its key when it has no title", () => {
    expect(field("lieStrategy").title).toBe("Lie strategy");
    expect(field("startup").title).toBe("Random start");
  });

  test("has the choices of an enum and of constants", () => {
    expect(field("kernel").choices.map(({ label }) => label)).toEqual(["gauss", "box"]);
    expect(field("prior").choices[1]).toEqual({ value: 5, label: "Strong", description: "Five points." });
  });

  test("is empty for a strategy without options", () => {
    expect(optionFields({ ...form, options: {} }, {})).toEqual([]);
  });
});

describe("what is typed for an option", () => {
  test.each([
    ["startup", "20", { value: 20 }],
    ["startup", " ", { value: undefined }],
    ["startup", "2.5", { error: "Write a whole number." }],
    ["gamma", "1e-2", { value: 0.01 }],
    ["gamma", "much", { error: "Write a number, such as 0.01 or 1e-5." }],
    ["gamma", "0", { error: "Write more than 0." }],
    ["gamma", "1.5", { error: "Write 1 or less." }],
    ["startup", "0", { error: "Write 1 or more." }],
    ["lieStrategy", " max ", { value: "max" }],
    ["counts", '{ "lr": 9 }', { value: { lr: 9 } }],
    ["counts", "lr: 9", { error: 'Write JSON, such as { "lr": 9 }.' }],
  ])("%s: %j", (key, text, result) => {
    expect(readOption(field(key), text)).toEqual(result);
  });
});

test("another strategy takes along the options that it has too", () => {
  const strategy = { name: "gp", startup: 5, length: 3 };
  expect(withStrategy(strategy, form)).toEqual({ name: "tpe", startup: 5 });
  expect(withStrategy(undefined, form)).toEqual({ name: "tpe" });
});
