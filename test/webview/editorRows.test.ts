import { describe, expect, test } from "vitest";
import { answer, button, choose, editor, input, open, row, set, type, useEditor } from "./editorDriver.ts";
import { digits, message, mostlyOff, study } from "./editorFixtures.ts";

useEditor();

describe("a number", () => {
  test("is sent once, when it is done", async () => {
    await open();
    await input(row("hidden"), "default").fill("32");
    expect(await editor.sent()).toEqual([]);
    await input(row("hidden"), "default").press("Enter");
    expect(await editor.sent()).toEqual([set(["space", "hidden", "default"], 32)]);
    await input(row("hidden"), "default").press("Tab");
    expect(await editor.sent()).toEqual([]);
  });

  test("is sent on the way out, in any notation, and shown in the shortest", async () => {
    await open();
    await type(row("lr"), "default", "0.00001", "Tab");
    const sent = await editor.sent();
    expect(sent).toEqual([set(["space", "lr", "default"], 1e-5)]);
    await answer(digits, sent);
    expect(await input(row("lr"), "default").inputValue()).toBe("1e-5");
  });

  test("that is the same as before is not sent", async () => {
    await open();
    await type(row("lr"), "default", "1e-2");
    expect(await editor.sent()).toEqual([]);
    await input(row("lr"), "default").press("Tab");
    expect(await input(row("lr"), "default").inputValue()).toBe("0.01");
  });

  test("of a proposed range takes its source with it, in one edit", async () => {
    await open();
    await type(row("lr"), "low", "1e-5");
    const { source: _source, ...lr } = digits.space.lr as { source: string; low: number };
    const sent = await editor.sent();
    expect(sent).toEqual([set(["space", "lr"], { ...lr, low: 1e-5 })]);
    await answer(digits, sent);
    expect(await row("lr").locator(".proposed").count()).toBe(0);
  });

  test("that is none stays to be corrected, says why, and blocks the start", async () => {
    await open();
    await type(row("lr"), "high", "big", "Tab");
    expect(await editor.sent()).toEqual([]);
    expect(await row("lr").locator('.problem[data-under="range"]').innerText()).toContain("Write a number");
    expect(await editor.page.locator("#start").getAttribute("disabled")).not.toBeNull();
    await editor.receive(message({ study: study("stopped") }));
    expect(await input(row("lr"), "high").inputValue()).toBe("big");
    await input(row("lr"), "high").focus();
    await input(row("lr"), "high").press("Escape");
    await editor.settle();
    expect(await input(row("lr"), "high").inputValue()).toBe("1");
    expect(await row("lr").locator(".problem").count()).toBe(0);
    expect(await editor.page.locator("#start").getAttribute("disabled")).toBeNull();
    expect(await editor.sent()).toEqual([]);
  });

  test("that is none is forgotten with its row", async () => {
    await open();
    await type(row("lr"), "high", "big", "Tab");
    await row("lr").locator('[data-field="enabled"]').click();
    await editor.settle();
    expect(await editor.page.locator("#blocked").count()).toBe(0);
  });

  test("may be taken away where it may be absent", async () => {
    await open();
    await type(editor.page.locator("#stop-conditions"), "trials", "");
    expect(await editor.sent()).toEqual([set(["stop", "trials"])]);
  });
});

describe("a row", () => {
  test("is switched off and on, and stays where it is", async () => {
    await open({ definition: mostlyOff() });
    expect(await editor.page.locator("#off-parameters").innerText()).toContain("42 parameters not tuned");
    await row("solver").locator('[data-field="enabled"]').click();
    const sent = await editor.sent();
    expect(sent).toEqual([set(["space", "solver", "enabled"], false)]);
    const off = await answer(mostlyOff(), sent);
    expect(await row("solver").getAttribute("class")).toContain("off");
    await row("solver").locator('[data-field="enabled"]').click();
    expect(await editor.sent()).toEqual([set(["space", "solver", "enabled"])]);
    await answer(off, [{ type: "set", path: ["space", "solver", "enabled"] }]);
    expect(await row("solver").getAttribute("class")).not.toContain("off");
  });

  test("that is folded away opens with the others, and stays open", async () => {
    await open({ definition: mostlyOff() });
    expect(await row("rho").count()).toBe(0);
    await editor.page.locator("#off-parameters").click();
    await editor.settle();
    expect(await row("rho").count()).toBe(1);
    expect(await editor.kept()).toEqual({ scroll: 0, open: ["off"] });
  });

  test("takes another type in one edit", async () => {
    await open();
    await choose(row("hidden"), "type", "float");
    expect(await editor.sent()).toEqual([
      set(["space", "hidden"], {
        type: "float",
        low: 16,
        high: 128,
        default: 64,
        bind: { constant: "HIDDEN" },
      }),
    ]);
    expect(await input(row("hidden"), "step").count()).toBe(0);
  });

  test("takes another scale in one edit", async () => {
    await open();
    await choose(row("hidden"), "scale", "log");
    const { step: _step, ...hidden } = digits.space.hidden as { step: number };
    expect(await editor.sent()).toEqual([set(["space", "hidden"], { ...hidden, scale: "log" })]);
  });

  test("gets and loses choices", async () => {
    await open();
    await type(row("optimizer"), "add-choice", "lion");
    const sent = await editor.sent();
    expect(sent).toEqual([set(["space", "optimizer", "choices"], ["sgd", "adam", "rmsprop", "lion"])]);
    const next = await answer(digits, sent);
    expect(await input(row("optimizer"), "add-choice").inputValue()).toBe("");
    await row("optimizer").locator('[data-choice="adam"]').hover();
    await row("optimizer").getByRole("button", { name: "Remove adam from optimizer" }).click();
    const removal = await editor.sent();
    expect(removal).toEqual([set(["space", "optimizer", "choices"], ["sgd", "rmsprop", "lion"])]);
    await answer(next, removal);
    await row("optimizer").getByRole("button", { name: "Remove sgd from optimizer" }).press("Delete");
    expect(await editor.sent()).toMatchObject([
      set(["space", "optimizer"], { choices: ["rmsprop", "lion"], default: "rmsprop" }),
    ]);
  });

  test("refuses a choice that it has", async () => {
    await open();
    await type(row("optimizer"), "add-choice", "adam", "Tab");
    expect(await editor.sent()).toEqual([]);
    expect(await row("optimizer").locator(".problem").innerText()).toContain("adam is a choice already");
  });

  test("moves the choices of an ordinal by keyboard", async () => {
    const space = { ...digits.space, width: { type: "ordinal", choices: [16, 32, 64] } as const };
    await open({ definition: { ...digits, space } });
    await row("width").getByRole("button", { name: "Remove 64 from width" }).press("Alt+ArrowLeft");
    expect(await editor.sent()).toEqual([set(["space", "width", "choices"], [16, 64, 32])]);
  });

  test("takes its default from its choices", async () => {
    await open();
    await choose(row("optimizer"), "default", "adam");
    await choose(row("augment"), "default", "true");
    await choose(row("augment"), "default", "–");
    expect(await editor.sent()).toEqual([
      set(["space", "optimizer", "default"], "adam"),
      set(["space", "augment", "default"], true),
      set(["space", "augment", "default"]),
    ]);
  });
});

describe("a condition", () => {
  test("is added, changed and taken away", async () => {
    await open();
    await row("hidden").locator('[data-field="when"]').click();
    const when = ["space", "hidden", "when"];
    let sent = await editor.sent();
    expect(sent).toEqual([set(when, { lr: { ">=": 0.01 } })]);
    let definition = await answer(digits, sent);
    await choose(row("hidden").locator('[data-clause="0-0"]'), "parent", "optimizer");
    sent = await editor.sent();
    expect(sent).toEqual([set(when, { optimizer: "sgd" })]);
    definition = await answer(definition, sent);
    await choose(row("hidden").locator('[data-clause="0-0"]'), "operator", "one of");
    sent = await editor.sent();
    expect(sent).toEqual([set(when, { optimizer: ["sgd"] })]);
    definition = await answer(definition, sent);
    await row("hidden").locator('[data-field="value-adam"]').click();
    sent = await editor.sent();
    expect(sent).toEqual([set(when, { optimizer: ["sgd", "adam"] })]);
    definition = await answer(definition, sent);
    expect(await row("hidden").locator('.cell [data-field="when"]').innerText()).toBe(
      "optimizer in sgd, adam",
    );
    await row("hidden").locator('[data-action="add-and"]').click();
    sent = await editor.sent();
    expect(sent).toEqual([set(when, { optimizer: ["sgd", "adam"], lr: { ">=": 0.01 } })]);
    definition = await answer(definition, sent);
    await type(row("hidden").locator('[data-clause="0-1"]'), "value", "1e-3");
    sent = await editor.sent();
    expect(sent).toEqual([set(when, { optimizer: ["sgd", "adam"], lr: { ">=": 0.001 } })]);
    definition = await answer(definition, sent);
    await row("hidden").locator('[data-clause="0-1"] [data-action="remove-clause"]').click();
    definition = await answer(definition, await editor.sent());
    await row("hidden").locator('[data-clause="0-0"] [data-action="remove-clause"]').click();
    expect(await editor.sent()).toEqual([set(when)]);
  });

  test("has an alternative", async () => {
    await open({}, { state: { scroll: 0, open: ["when:momentum"] } });
    await row("momentum").locator('[data-action="add-or"]').click();
    expect(await editor.sent()).toEqual([
      set(["space", "momentum", "when"], [{ optimizer: "sgd" }, { lr: { ">=": 0.01 } }]),
    ]);
  });
});

describe("constraints", () => {
  test("are added, changed and taken away", async () => {
    await open();
    await button("Forbid a combination").click();
    let sent = await editor.sent();
    expect(sent).toEqual([set(["forbidden", 0], { lr: { ">=": 0.01 } })]);
    let definition = await answer(digits, sent);
    await choose(editor.page.locator('[data-forbidden="0"]'), "operator", "≤");
    sent = await editor.sent();
    expect(sent).toEqual([set(["forbidden", 0], { lr: { "<=": 0.01 } })]);
    definition = await answer(definition, sent);
    await button("Relate two parameters").click();
    sent = await editor.sent();
    expect(sent).toEqual([set(["relations", 0], "lr <= momentum")]);
    definition = await answer(definition, sent);
    await choose(editor.page.locator('[data-relation="0"]'), "right", "hidden");
    sent = await editor.sent();
    expect(sent).toEqual([set(["relations", 0], "lr <= hidden")]);
    await answer(definition, sent);
    await editor.page.locator('[data-relation="0"] [data-action="remove"]').click();
    await editor.page.locator('[data-forbidden="0"] .constraint-line [data-action="remove"]').click();
    expect(await editor.sent()).toEqual([set(["relations"]), set(["forbidden"])]);
  });

  test("among others are removed by their place", async () => {
    await open({ definition: { ...digits, relations: ["lr <= momentum", "hidden <= batch_size"] } });
    await editor.page.locator('[data-relation="0"] [data-action="remove"]').click();
    expect(await editor.sent()).toEqual([set(["relations", 0])]);
    expect(await editor.page.locator("[data-relation]").count()).toBe(1);
  });
});
