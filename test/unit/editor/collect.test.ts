import { describe, expect, test } from "vitest";
import { compileSchema } from "../../../src/definition/compile.ts";
import { createDefinitionReader } from "../../../src/definition/parse.ts";
import { definitionSchema } from "../../../src/definition/schema.ts";
import type { EditorDown } from "../../../src/protocol/panel.ts";
import { strategies } from "../../../src/strategies/registry.ts";
import { bindingHint, collect, formatScore, proposalText } from "../../../webview/editor/collect.ts";
import { isEditorDown, readState } from "../../../webview/editor/message.ts";
import { digits, message, mostlyOff, problem, study, whole } from "../../webview/editorFixtures.ts";

function model(parts: Partial<EditorDown> = {}, kept: readonly string[] = [], errors = 0) {
  const down = message(parts);
  return collect(down, down.definition, new Set(kept), errors);
}

describe("rows", () => {
  test("are the parameters in the order of the file", () => {
    const { rows, folded, tuned } = model();
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(digits.space));
    expect(folded).toEqual([]);
    expect(tuned).toBe(6);
    expect(rows.find(({ name }) => name === "momentum")?.when).toBe("optimizer = sgd");
    expect(rows.find(({ name }) => name === "seed")?.on).toBe(false);
  });

  test("say how a value reaches the script", () => {
    expect(bindingHint("lr", undefined)).toBe("--lr");
    expect(bindingHint("lr", { flag: "--learning-rate" })).toBe("--learning-rate");
    expect(bindingHint("lr", { constant: "LR" })).toBe("LR =");
    expect(bindingHint("lr", { env: "LR" })).toBe("$LR");
    expect(bindingHint("lr", { literal: { text: "0.1", line: "x = 0.1", nth: 0, at: 12 } })).toBe("line 12");
    expect(bindingHint("lr", { params: true })).toBe("params");
  });

  test("say where a proposed range comes from", () => {
    expect(proposalText("prior: learning rate")).toBe("Proposed range: what is usual for learning rate.");
    expect(proposalText("around the script's value")).toBe("Proposed range: around the script's value.");
    expect(proposalText("type")).toBe("Proposed range: from its type.");
    expect(proposalText("the script's choices")).toBeUndefined();
    expect(proposalText(undefined)).toBeUndefined();
  });

  test("that are off fold away when they are many", () => {
    const { rows, folded, tuned } = model({ definition: mostlyOff() });
    expect(rows.map(({ name }) => name)).toEqual(["learning_rate", "solver", "momentum"]);
    expect(folded).toHaveLength(42);
    expect(tuned).toBe(3);
  });

  test("that are off stay in place after a click, and with a problem", () => {
    const { rows } = model({ definition: mostlyOff(), problems: [problem("space.beta1.low", "Wrong.")] }, [
      "batch_size",
    ]);
    expect(rows.map(({ name }) => name)).toEqual([
      "batch_size",
      "learning_rate",
      "solver",
      "beta1",
      "momentum",
    ]);
  });

  test("of the whole table have a condition for each layer", () => {
    const { rows } = model({ definition: whole });
    expect(rows).toHaveLength(45);
    expect(rows.at(-1)).toMatchObject({
      name: "std_normal_6",
      when: "number_of_layers ≥ 6 and weight_init_6 = Normal",
    });
  });

  test("mark the parameter that sets the budget", () => {
    const space = { ...digits.space, epochs: { type: "int", low: 1, high: 81, enabled: false } as const };
    const { rows } = model({ definition: { ...digits, space } });
    expect(rows.filter(({ budget }) => budget).map(({ name }) => name)).toEqual(["epochs"]);
  });

  test("are drawn from a file that is wrong in every place", () => {
    const odd = {
      version: 1,
      script: 3,
      space: { a: 1, b: { when: 3, low: {} }, c: null },
      budget: [],
      forbidden: {},
    };
    const { rows, script } = collect(message(), odd, new Set(), 0);
    expect(rows.map(({ name, when }) => [name, when])).toEqual([
      ["a", ""],
      ["b", undefined],
      ["c", ""],
    ]);
    expect(script).toBe("train.tune.json");
  });
});

describe("the button", () => {
  test.each([
    [undefined, "Not started", "Start study", "start"],
    ["running", "Running", "Stop", "stop"],
    ["stopped", "Stopped", "Resume study", "start"],
    ["finished", "Finished", "Resume study", "start"],
  ] as const)("of a study that is %s", (status, label, button, intent) => {
    const state = model({ study: status && study(status) }).study;
    expect(state).toMatchObject({ label, button: { label: button, intent }, blocked: undefined });
  });

  test("says how far the study is", () => {
    expect(model({ study: study("running") }).study.detail).toBe("37 of 206 · best 0.0712");
    expect(model({ study: { ...study("running"), planned: undefined, best: undefined } }).study.detail).toBe(
      "37 runs",
    );
  });

  test("is blocked, with the reason", () => {
    const wrong = [problem("space.lr.low", "Wrong."), problem("seed", "Wrong.")];
    expect(model({ problems: wrong }).study.blocked).toBe("2 problems to solve first");
    expect(model({}, [], 1).study.blocked).toBe("1 problem to solve first");
    expect(model({ trusted: false }).study.blocked).toBe("This folder is not trusted");
    expect(model({ definition: undefined }).study.blocked).toBe("train.tune.json cannot be read");
    expect(model({ study: study("damaged") }).study.blocked).toBe("Its journal cannot be read");
  });

  test("stops a study whatever is wrong with the file", () => {
    const parts = { study: study("running"), problems: [problem("seed", "Wrong.")], trusted: false };
    expect(model(parts).study.blocked).toBeUndefined();
  });
});

test("problems of a strategy's options are placed at their controls", () => {
  const found = problem("strategy.iterations", "Wrong.");
  expect(model({ problems: [found] }).problems.get("strategy.iterations")).toEqual([found]);
});

test("scores have three significant digits", () => {
  expect([0.0712345, 123_456, 0.97, 1e-7].map(formatScore)).toEqual(["0.0712", "123000", "0.97", "1e-7"]);
});

describe("messages", () => {
  test("are checked on arrival", () => {
    expect(isEditorDown(message())).toBe(true);
    expect(isEditorDown(message({ definition: undefined }))).toBe(true);
    expect(isEditorDown({ type: "definition" })).toBe(false);
    expect(isEditorDown({ ...message(), definition: 3 })).toBe(false);
    expect(isEditorDown({ ...message(), type: "snapshot" })).toBe(false);
    expect(isEditorDown(null)).toBe(false);
  });

  test("of an earlier page are read as far as they can be", () => {
    expect(readState(undefined)).toEqual({ scroll: 0, open: [] });
    expect(readState({ scroll: 12, open: ["off", 3] })).toEqual({ scroll: 12, open: ["off"] });
    expect(readState({ scroll: "x", open: "y" })).toEqual({ scroll: 0, open: [] });
  });
});

test("the definitions of these tests are ones that a study can be started from", () => {
  const read = createDefinitionReader(compileSchema(definitionSchema(strategies)));
  for (const definition of [digits, whole, mostlyOff()]) {
    expect(read(JSON.stringify(definition)).problems).toEqual([]);
  }
});
