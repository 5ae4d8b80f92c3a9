import { describe, expect, test } from "vitest";
import {
  formatBudget,
  formatConfiguration,
  formatDay,
  formatNumber,
  formatValue,
  plural,
  sparkline,
  studyAim,
  studyProgress,
  trialDescription,
  trialLabel,
} from "../../../src/host/format.ts";
import { definition, row, summary } from "../../fixtures/fakeEngine/data.ts";

describe("numbers", () => {
  test.each([
    [0.0032, "3.2e-3"],
    [0.00321435, "3.21e-3"],
    [0.071234, "0.0712"],
    [0.01, "0.01"],
    [12.3456, "12.3"],
    [64, "64"],
    [123456, "123456"],
    [1_500_000, "1.5e6"],
    [-0.0005, "-5e-4"],
    [0, "0"],
    [1e-6, "1e-6"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("%d is %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test("values are as Python writes them", () => {
    expect([true, false, null, "adam", 0.5].map(formatValue)).toEqual([
      "True",
      "False",
      "None",
      "adam",
      "0.5",
    ]);
  });
});

describe("curves", () => {
  test("run from the lowest to the highest bar", () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe("▁▂▃▄▅▆▇█");
  });
  test("are thinned, ends kept", () => {
    const thinned = sparkline(Array.from({ length: 16 }, (_, i) => 16 - i));
    expect(thinned).toHaveLength(5);
    expect(thinned[0]).toBe("█");
    expect(thinned.at(-1)).toBe("▁");
  });
  test("a flat one is flat, and one point is none", () => {
    expect(sparkline([2, 2, 2])).toBe("▁▁▁");
    expect(sparkline([1])).toBe("");
    expect(sparkline([Number.NaN, 1, Number.POSITIVE_INFINITY])).toBe("");
  });
});

describe("rows", () => {
  test("a complete trial", () => {
    expect(trialLabel(row())).toBe("#12  0.0712");
    expect(trialDescription(row(), definition.budget)).toBe("█▅▂▁ 81/81 ep · lr 3.2e-3 · adam");
    expect(trialDescription(row({ driven: true }), definition.budget)).toBe(
      "█▅▂▁ 81/81 ep · under the policy · lr 3.2e-3 · adam",
    );
  });
  test("a stopped one says why, a failed one too", () => {
    const stopped = row({ state: "stopped", reason: "stopped at rung 2", budget: 9, curve: [] });
    expect(trialDescription(stopped, definition.budget)).toBe(
      "9/81 ep · stopped at rung 2 · lr 3.2e-3 · adam",
    );
    const failed = row({ state: "failed", reason: "CUDA out of memory", score: undefined });
    expect(trialLabel(failed)).toBe("#12  –");
    expect(trialDescription(failed, undefined)).toContain("CUDA out of memory");
  });
  test("one of several objectives shows all its scores", () => {
    expect(trialLabel(row({ scores: [0.0712, 340] }))).toBe("#12  0.0712 · 340");
  });
  test("one that breaks limits says which", () => {
    const broken = row({ broken: ["memory 5120 > 4000", "time 9 > 8"] });
    expect(trialDescription(broken, definition.budget)).toBe(
      "█▅▂▁ 81/81 ep · breaks limits: memory 5120 > 4000, time 9 > 8 · lr 3.2e-3 · adam",
    );
  });
  test("a running one says so, without a budget too", () => {
    expect(trialDescription(row({ state: "running", curve: [] }), undefined)).toBe(
      "running · lr 3.2e-3 · adam",
    );
  });
  test("a running one in a study that does not run was interrupted", () => {
    const running = row({ state: "running", curve: [] });
    expect(trialDescription(running, undefined, false)).toBe("interrupted · lr 3.2e-3 · adam");
  });
  test("long configurations are cut", () => {
    expect(formatConfiguration({ a: 1, b: 2, c: true, d: "x", e: 5 })).toBe("a 1 · b 2 · c True · x · …");
  });
});

describe("studies", () => {
  test("done, planned and best", () => {
    expect(studyProgress(summary())).toBe("37/206 · best 0.0712");
    expect(studyProgress(summary({ planned: undefined, best: undefined, done: 1 }))).toBe("1 run");
  });
  test("with several objectives the front and all aims", () => {
    const front = [{ number: 3, values: [1, 2], params: {} }];
    const objectives = [
      { metric: "val_loss", goal: "minimize" },
      { metric: "accuracy", goal: "maximize" },
    ] as const;
    expect(studyProgress(summary({ front, objectives }))).toBe("37/206 · front of 1");
    expect(studyAim(summary({ front, objectives }))).toBe("minimize val_loss and maximize accuracy");
    expect(studyAim(summary())).toBe("minimize val_loss");
  });
  test("the budget's unit falls back to its parameter", () => {
    expect(formatBudget(5, { parameter: "steps", min: 1, max: 10, mode: "stop" })).toBe("5/10 steps");
    expect(formatBudget(5, undefined)).toBe("");
  });
  test("days", () => {
    const now = new Date(2026, 2, 10, 12).getTime();
    expect(formatDay(new Date(2026, 2, 10, 1).getTime(), now)).toBe("today");
    expect(formatDay(new Date(2026, 2, 9, 23).getTime(), now)).toBe("yesterday");
    expect(formatDay(new Date(2026, 1, 1, 12).getTime(), now)).toBe("2026-02-01");
    expect(plural(2, "trial")).toBe("2 trials");
  });
});
