import { describe, expect, test } from "vitest";
import type { Definition } from "../../src/protocol/definition.ts";
import { choose, editor, input, open, row, type, useEditor } from "./editorDriver.ts";
import { digits, message, study, whole } from "./editorFixtures.ts";
import { themes } from "./editorThemes.ts";

useEditor();

describe("while messages come in", () => {
  test("focus, caret and half-typed text stay", async () => {
    await open();
    await input(row("lr"), "low").fill("1e-");
    await editor.receive(message({ study: study("running"), metrics: [] }));
    expect(await input(row("lr"), "low").inputValue()).toBe("1e-");
    await editor.page.keyboard.type("4");
    await editor.page.keyboard.press("Enter");
    expect(await editor.sent()).toMatchObject([{ type: "set", value: { low: 1e-4 } }]);
  });

  test("a select that is open stays open", async () => {
    await open();
    await row("lr").locator('[data-field="scale"]').click();
    await editor.receive(message({ study: study("running") }));
    expect(await row("lr").locator('[data-field="scale"]').getAttribute("open")).not.toBeNull();
    await row("lr").locator('[data-field="scale"] li.option', { hasText: "linear" }).click();
    expect(await editor.sent()).toHaveLength(1);
  });

  test("a row above that goes away takes no focus with it", async () => {
    await open();
    await input(row("hidden"), "default").focus();
    const { lr: _lr, ...space } = digits.space;
    await editor.receive(message({ definition: { ...digits, space } }));
    const focused = await editor.page.evaluate(() =>
      document.activeElement?.closest("[data-parameter]")?.getAttribute("data-parameter"),
    );
    expect(focused).toBe("hidden");
  });

  test("an edit that the host refuses is taken back", async () => {
    await open();
    await type(row("hidden"), "default", "32", "Tab");
    await choose(row("lr"), "scale", "linear");
    await row("augment").locator('[data-field="enabled"]').click();
    await expect.poll(() => input(row("hidden"), "default").inputValue(), { timeout: 4000 }).toBe("64");
    const scale = row("lr").locator('[data-field="scale"] .select-face');
    await expect.poll(() => scale.innerText(), { timeout: 4000 }).toBe("log");
    const enabled = row("augment").locator('[data-field="enabled"]');
    await expect.poll(() => enabled.getAttribute("checked"), { timeout: 4000 }).not.toBeNull();
  });

  test("an edit shows before the file has it, also over an older message", async () => {
    await open();
    await type(row("hidden"), "default", "32", "Tab");
    await editor.receive(message());
    expect(await input(row("hidden"), "default").inputValue()).toBe("32");
  });

  test("a running study tells of changes that it has not", async () => {
    await open({ study: { ...study("running"), definition: digits } });
    expect(await editor.page.locator("#ahead").count()).toBe(0);
    await type(row("hidden"), "default", "32");
    await editor.settle();
    expect(await editor.page.locator("#ahead").count()).toBe(1);
  });

  test("a change from outside shows at once", async () => {
    await open();
    await editor.receive(message({ definition: { ...digits, seed: 42 } }));
    expect(await input(editor.page.locator("#run"), "seed").inputValue()).toBe("42");
  });
});

test("scroll and open parts are kept over a tab switch", async () => {
  await open({ definition: whole });
  await editor.page.mouse.wheel(0, 600);
  await expect.poll(() => editor.kept()).toEqual({ scroll: 600, open: [] });
  const state = await editor.kept();
  await editor.close();
  await open({ definition: whole }, { state });
  await expect.poll(() => editor.page.evaluate(() => window.scrollY)).toBe(600);
});

test.each(Object.values(themes))("nothing is wider than the window in $name at any width", async (theme) => {
  await open(
    {
      definition: whole,
      missing: ["a_long_name_of_a_parameter", "another_long_name"],
      study: study("running"),
    },
    {
      theme,
      state: { scroll: 0, open: ["when:momentum", "options", "forbidden:0"] },
    },
  );
  for (const width of [400, 560, 680, 900, 960, 1100, 1400]) {
    await editor.page.setViewportSize({ width, height: 700 });
    await editor.settle();
    const sizes = await editor.page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(sizes, `at ${width}`).toEqual([width, width]);
  }
});

test("every control has a name that says whose it is", async () => {
  await open(
    { definition: { ...whole, budget: digits.budget } as Definition },
    {
      state: { scroll: 0, open: ["when:momentum", "options"] },
    },
  );
  const nameless = await editor.page.evaluate(() => {
    const inside = (element: Element) =>
      element.shadowRoot?.querySelector("input, [role=combobox]") ?? element;
    return [...document.querySelectorAll("vscode-textfield, vscode-single-select, button, [role=img]")]
      .filter((element) => !inside(element).getAttribute("aria-label") && !element.textContent?.trim())
      .map((element) => element.outerHTML.slice(0, 120));
  });
  expect(nameless).toEqual([]);
  expect(await row("momentum").getByRole("checkbox", { name: "Tune momentum" }).count()).toBe(1);
});

test("a large space draws at once", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 4 }, (_, copy) =>
      Object.entries(whole.space).map(([name, parameter]) => [`${name}_${copy}`, parameter] as const),
    ).flat(),
  );
  await open({ definition: { ...whole, space: many } as Definition });
  expect(await editor.page.locator("[data-parameter]").count()).toBe(180);
});
