import { describe, expect, test } from "vitest";
import {
  eventChecks,
  isEditorUp,
  isEngineAddress,
  isInsight,
  isPanelUp,
  isStudySummary,
  resultChecks,
} from "../../../src/host/checks.ts";
import { paretoInsight } from "../../../src/insight/pareto.ts";
import { parameters, row, summary } from "../../fixtures/fakeEngine/data.ts";
import { severalStudy } from "../insight/fixture.ts";

/** As it arrives: undefined does not survive JSON. */
const arrived = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe("what the engine says", () => {
  test("a summary, with and without what is optional", () => {
    expect(isStudySummary(arrived(summary()))).toBe(true);
    expect(isStudySummary(arrived(summary({ best: undefined, planned: undefined })))).toBe(true);
  });
  test.each([
    ["no id", { ...summary(), id: undefined }],
    ["an unknown status", { ...summary(), status: "asleep" }],
    ["text for a number", { ...summary(), done: "37" }],
    ["a best without parameters", { ...summary(), best: { number: 1, value: 2 } }],
    ["text for a count", { ...summary(), counts: { running: "2" } }],
    ["a list", []],
    ["null", null],
  ])("not a summary: %s", (_, value) => {
    expect(isStudySummary(arrived(value))).toBe(false);
  });
  test("rows and insights", () => {
    expect(resultChecks.trials(arrived({ rows: [row()], total: 1 }))).toBe(true);
    expect(resultChecks.trials(arrived({ rows: [{ ...row(), state: "lost" }], total: 1 }))).toBe(false);
    expect(resultChecks.trials(arrived({ rows: [row({ score: undefined })], total: 1 }))).toBe(true);
    expect(isInsight(arrived(parameters))).toBe(true);
    expect(isInsight(arrived(paretoInsight(severalStudy(9))))).toBe(true);
    expect(resultChecks.trials(arrived({ rows: [row({ scores: [1, 2], front: true })], total: 1 }))).toBe(
      true,
    );
    expect(resultChecks.trials(arrived({ rows: [{ ...row(), scores: "1, 2" }], total: 1 }))).toBe(false);
    expect(isInsight(arrived({ ...parameters, kind: "toString" }))).toBe(false);
    expect(isInsight(arrived({ ...parameters, parameters: {} }))).toBe(false);
    const strategy = { kind: "strategy", metric: "loss", view: "bandit", arms: [], pulls: [] };
    expect(isInsight(arrived(strategy))).toBe(true);
    expect(isInsight(arrived({ ...strategy, view: "population" }))).toBe(false);
    expect(isInsight(arrived({ ...strategy, view: "toString" }))).toBe(false);
    expect(isInsight(arrived({ ...strategy, view: undefined }))).toBe(false);
  });
  test("log lines have a level that there is", () => {
    expect(eventChecks.log({ level: "warn", text: "x" })).toBe(true);
    expect(eventChecks.log({ level: "dispose", text: "x" })).toBe(false);
  });
  test("an address", () => {
    expect(isEngineAddress({ pid: 1, address: "/x" })).toBe(true);
    expect(isEngineAddress({ pid: 1 })).toBe(false);
  });
});

describe("what a page says", () => {
  test("panels", () => {
    expect(isPanelUp({ type: "ready" })).toBe(true);
    expect(isPanelUp({ type: "select", trial: 3 })).toBe(true);
    expect(isPanelUp({ type: "select", trial: "3" })).toBe(false);
    expect(isPanelUp({ type: "use", trial: 3 })).toBe(true);
    expect(isPanelUp({ type: "use" })).toBe(false);
    expect(isPanelUp({ type: "save", format: "svg", content: "<svg/>", name: "x" })).toBe(true);
    expect(isPanelUp({ type: "save", format: "exe", content: "", name: "x" })).toBe(false);
    expect(isPanelUp({ type: "openPanel", panel: "surface" })).toBe(true);
    expect(isPanelUp({ type: "openPanel", panel: "shell" })).toBe(false);
    expect(isPanelUp({ type: "eval" })).toBe(false);
    expect(isPanelUp("ready")).toBe(false);
  });
  test("the configuration-space editor", () => {
    expect(isEditorUp({ type: "set", path: ["space", "lr", "choices", 0], value: 1 })).toBe(true);
    expect(isEditorUp({ type: "set", path: ["space", {}] })).toBe(false);
    expect(isEditorUp({ type: "openPanel", panel: "brackets" })).toBe(true);
    expect(isEditorUp({ type: "openPanel", panel: "pareto" })).toBe(true);
    expect(isEditorUp({ type: "openPanel", panel: "shell" })).toBe(false);
    expect(isEditorUp({ type: "openText" })).toBe(true);
    expect(isEditorUp(null)).toBe(false);
  });
});
