import { describe, expect, test } from "vitest";
import { answer, button, choose, editor, input, open, row, set, type, useEditor } from "./editorDriver.ts";
import { digits, message, problem, study, whole } from "./editorFixtures.ts";

useEditor();

describe("objective and budget", () => {
  const metric = () => editor.page.locator("#metric input");

  test("a metric that was seen brings its goal along", async () => {
    await open();
    await metric().click();
    await editor.page.locator("#metric .suggestion", { hasText: "val_accuracy" }).click();
    expect(await editor.sent()).toEqual([set(["objective"], { metric: "val_accuracy", goal: "maximize" })]);
    expect(await metric().inputValue()).toBe("val_accuracy");
  });

  test("a metric is chosen by keyboard", async () => {
    await open();
    await metric().focus();
    await metric().press("ArrowDown");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "Enter"]) {
      await metric().press(key);
    }
    expect(await editor.sent()).toEqual([set(["objective", "metric"], "loss")]);
    await metric().press("Tab");
    expect(await editor.sent()).toEqual([]);
  });

  test("any metric may be typed", async () => {
    await open();
    await metric().fill("f1");
    await metric().press("Tab");
    expect(await editor.sent()).toEqual([set(["objective", "metric"], "f1")]);
  });

  test("half a name filters what was seen, and Escape takes it back", async () => {
    await open();
    await metric().fill("acc");
    await editor.settle();
    expect(await editor.page.locator("#metric .suggestion").allInnerTexts()).toHaveLength(1);
    await metric().press("Escape");
    await metric().press("Escape");
    expect(await metric().inputValue()).toBe("val_loss");
    expect(await editor.sent()).toEqual([]);
  });

  test("objectives are added, changed and removed; the last one left stands alone", async () => {
    await open();
    await button("Add an objective").click();
    const [first, second] = [digits.objective, { metric: "", goal: "minimize" }];
    expect(await editor.sent()).toEqual([set(["objective"], [first, second])]);
    await answer(digits, [{ type: "set", path: ["objective"], value: [first, second] }]);
    const several = { ...digits, objective: [first, { metric: "size", goal: "minimize" }] as never };
    await editor.receive(
      message({
        definition: several,
        problems: [problem("objective[1].metric", "objective[1].metric is odd.")],
      }),
    );
    expect(await editor.page.locator("#metric-2 input").inputValue()).toBe("size");
    expect(await editor.page.locator("#objective .problem").innerText()).toContain("Is odd.");
    await editor.page.locator("#metric-2 input").fill("val_accuracy");
    await editor.page.locator("#metric-2 input").press("Tab");
    await editor.page.locator('#objective [data-action="remove-objective"]').first().click();
    const sent = await editor.sent();
    expect(sent[0]).toEqual(set(["objective", 1], { metric: "val_accuracy", goal: "maximize" }));
    expect(sent[1]).toEqual(set(["objective"], { metric: "val_accuracy", goal: "maximize" }));
  });

  test("limits are added, changed and removed", async () => {
    await open();
    await button("Add a limit").click();
    expect(await editor.sent()).toEqual([set(["limits"], [{ metric: "" }])]);
    await answer(digits, [{ type: "set", path: ["limits"], value: [{ metric: "" }] }]);
    await editor.receive(message({ definition: { ...digits, limits: [{ metric: "memory", max: 4000 }] } }));
    const limits = editor.page.locator("#limits");
    await type(limits, "max", "5000");
    await type(limits, "min", "1", "Tab");
    await type(limits, "max", "", "Tab");
    await limits.locator('[data-action="remove-limit"]').click();
    expect(await editor.sent()).toEqual([
      set(["limits", 0, "max"], 5000),
      set(["limits", 0, "min"], 1),
      set(["limits", 0, "max"], undefined),
      set(["limits"], undefined),
    ]);
  });

  test("goal, budget and the first run", async () => {
    await open();
    await choose(editor.page.locator("#objective"), "goal", "maximize");
    await button("Pick from a first run").click();
    await type(editor.page.locator("#budget"), "max", "27");
    await choose(editor.page.locator("#budget"), "mode", "by restarting");
    await type(editor.page.locator("#budget"), "unit", "", "Tab");
    await type(editor.page.locator("#budget"), "eta", "4", "Tab");
    expect(await editor.sent()).toEqual([
      set(["objective", "goal"], "maximize"),
      { type: "pickMetric" },
      set(["budget", "max"], 27),
      set(["budget", "mode"], "restart"),
      set(["budget", "unit"]),
      set(["budget", "eta"], 4),
    ]);
  });

  test("a budget is taken away and added", async () => {
    await open();
    await button("Remove the budget").click();
    await button("Add a budget").click();
    expect(await editor.sent()).toEqual([
      set(["budget"]),
      set(["budget"], { min: 1, max: 81, mode: "pause", eta: 3 }),
    ]);
  });

  test("a budget's parameter brings along how it reaches the script", async () => {
    await open();
    const parameter = editor.page.locator("#budget-parameter input");
    await parameter.fill("hidden");
    await parameter.press("Enter");
    const { parameter: _parameter, bind: _bind, ...budget } = digits.budget ?? {};
    expect(await editor.sent()).toEqual([
      set(["budget"], { parameter: "hidden", bind: { constant: "HIDDEN" }, ...budget }),
    ]);
  });
});

describe("the strategy", () => {
  test("is chosen, with its options in a form from its schema", async () => {
    await open();
    const section = editor.page.locator("#strategy");
    expect(await section.locator("[data-option]").count()).toBe(0);
    await editor.page.locator("#options-toggle").click();
    await type(section, "iterations", "2");
    await choose(section, "rounding", "up");
    await section.locator('[data-field="reverse"]').click();
    await type(section, "iterations", "0", "Tab");
    expect(await section.locator('[data-option="iterations"] .problem').innerText()).toContain("1 or more");
    expect(await editor.sent()).toEqual([
      set(["strategy", "iterations"], 2),
      set(["strategy", "rounding"], "up"),
      set(["strategy", "reverse"], true),
    ]);
    await choose(section, "strategy", "ASHA");
    expect(await editor.sent()).toEqual([set(["strategy"], { name: "asha" })]);
  });

  test("stops, runs and times out", async () => {
    await open();
    const stop = editor.page.locator("#stop-conditions");
    const run = editor.page.locator("#run");
    await type(stop, "time", "8 hours", "Tab");
    await type(stop, "score", "0.05", "Tab");
    await type(run, "parallel", "4", "Tab");
    await type(run, "seed", "7", "Tab");
    await type(run, "timeout", "600", "Tab");
    expect(await editor.sent()).toEqual([
      set(["stop", "time"], "8h"),
      set(["stop", "score"], 0.05),
      set(["parallel"], 4),
      set(["seed"], 7),
      set(["timeout"], 600),
    ]);
    expect(await input(run, "timeout").inputValue()).toBe("10m");
    await type(stop, "time", "soon", "Tab");
    expect(await stop.locator(".problem").innerText()).toContain("Write a time");
  });
});

describe("the header", () => {
  test("starts, opens the script, the text and the panels", async () => {
    await open({ study: study("stopped"), missing: ["dropout", "warmup"] });
    await editor.page.locator("#start").click();
    await editor.page.locator("#open-script").click();
    await editor.page.locator("#open-text").click();
    await editor.page.locator("#open-brackets").click();
    await editor.page.locator("#open-incumbent").click();
    await editor.page.locator("#open-surface").click();
    await editor.page.locator("#open-importance").click();
    await editor.page.locator("#open-strategy").click();
    await button("Add 2 parameters found in the script").click();
    expect(await editor.sent()).toEqual([
      { type: "start" },
      { type: "openScript" },
      { type: "openText" },
      { type: "openPanel", panel: "brackets" },
      { type: "openPanel", panel: "incumbent" },
      { type: "openPanel", panel: "surface" },
      { type: "openPanel", panel: "importance" },
      { type: "openPanel", panel: "strategy" },
      { type: "addMissing" },
    ]);
  });

  test("opens the schedules of a strategy that copies trials, and gives it a budget that resumes", async () => {
    const { budget: _, ...rest } = digits;
    await open({ study: study("stopped"), definition: { ...rest, strategy: { name: "pbt" } } });
    await editor.page.locator("#open-schedules").click();
    await editor.page.locator("#add-budget").click();
    expect(await editor.sent()).toEqual([
      { type: "openPanel", panel: "schedules" },
      set(["budget"], { min: 1, max: 81, mode: "resume", eta: 3 }),
    ]);
    await open({ study: study("stopped") });
    expect(await editor.page.locator("#open-schedules").count()).toBe(0);
  });

  test("stops a running study", async () => {
    await open({ study: study("running") });
    expect(await editor.page.locator("#study-state").innerText()).toContain("37 of 206 · best 0.0712");
    await editor.page.locator("#stop").press("Enter");
    expect(await editor.sent()).toEqual([{ type: "stop" }]);
  });

  test("has no panels before the first study", async () => {
    await open();
    expect(await editor.page.locator("#open-brackets").count()).toBe(0);
  });

  test("leads to the first problem", async () => {
    await open({ definition: whole, problems: [problem("space.std_normal_6.high", "Must be larger.")] });
    await button("1 problem to solve first").click();
    const focused = await editor.page.evaluate(() => document.activeElement?.getAttribute("data-field"));
    expect(focused).toBe("high");
    await editor.page.locator("#start").click({ force: true });
    expect(await editor.sent()).toEqual([]);
  });

  test("does not start in a folder that is not trusted", async () => {
    await open({ trusted: false });
    await editor.page.locator("#start").press("Enter");
    await editor.page.locator("#start").click({ force: true });
    expect(await editor.sent()).toEqual([]);
    expect(await editor.page.locator("#untrusted").innerText()).toContain("restricted mode");
  });
});

describe("a file that cannot be read", () => {
  test("shows its error, and offers its text alone", async () => {
    await open({ definition: undefined, problems: [problem("", "Expected a comma.", 7)] });
    expect(await editor.page.locator("#editor").innerText()).toContain("Expected a comma.");
    expect(
      await editor.page.locator("vscode-textfield, vscode-single-select, vscode-checkbox, #start").count(),
    ).toBe(0);
    await button("Open as JSON at line 7").click();
    expect(await editor.sent()).toEqual([{ type: "openText", offset: 210 }]);
  });

  test("comes back with the file", async () => {
    await open({ definition: undefined, problems: [problem("", "Expected a comma.", 7)] });
    await editor.receive(message());
    expect(await row("lr").count()).toBe(1);
  });

  test("sends nothing of what was being typed when it broke", async () => {
    await open();
    await input(row("lr"), "low").fill("1e-4");
    await editor.receive(message({ definition: undefined, problems: [problem("", "Expected a comma.")] }));
    expect(await editor.sent()).toEqual([]);
  });
});
