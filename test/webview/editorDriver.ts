import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Definition } from "../../src/protocol/definition.ts";
import type { EditorDown, EditorUp } from "../../src/protocol/panel.ts";
import { setAt } from "../../webview/editor/pending.ts";
import { message } from "./editorFixtures.ts";
import { type Bundle, bundleEditor, EditorPage, launchBrowser, type PageOptions } from "./editorHarness.ts";
import { themes } from "./editorThemes.ts";

let browser: Browser;
let bundle: Bundle;
/** The page of the test that runs. */
export let editor: EditorPage;

/** A browser for the tests of a file, a page for each; what went wrong on a page fails its test. */
export function useEditor(): void {
  beforeAll(async () => {
    [bundle, browser] = await Promise.all([bundleEditor(), launchBrowser()]);
  }, 60_000);

  afterAll(() => browser.close());

  afterEach(async () => {
    expect(await editor.wrong()).toEqual([]);
    await editor.close();
  });
}

/** A page that has had its first message; `ready` is taken off what it sent. */
export async function open(
  parts: Partial<EditorDown> = {},
  options: Partial<PageOptions> = {},
): Promise<void> {
  editor = await EditorPage.open(browser, bundle, { theme: themes.dark, ...options });
  expect(await editor.sent()).toEqual([{ type: "ready" }]);
  await editor.receive(message(parts));
}

/** What the host does with edits: writes them into the file and sends what stands there then. */
export async function answer(definition: Definition, edits: readonly EditorUp[]): Promise<Definition> {
  let next: unknown = definition;
  for (const edit of edits) {
    if (edit.type === "set") {
      next = setAt(next, edit.path, edit.value);
    }
  }
  await editor.receive(message({ definition: next as Definition }));
  return next as Definition;
}

export const row = (name: string): Locator => editor.page.locator(`[data-parameter="${name}"]`);
export const input = (scope: Locator, field: string): Locator =>
  scope.locator(`[data-field="${field}"] input`);
export const button = (name: string): Locator => editor.page.getByRole("button", { name, exact: true });

/** Chooses in a select, as a person does. */
export async function choose(scope: Locator, field: string, label: string): Promise<void> {
  const select = scope.locator(`[data-field="${field}"]`);
  await select.click();
  await select.locator("li.option", { hasText: new RegExp(`^\\s*${label}\\s*$`) }).click();
}

export async function type(scope: Locator, field: string, text: string, key = "Enter"): Promise<void> {
  await input(scope, field).fill(text);
  await input(scope, field).press(key);
}

export const set = (
  path: EditorUp & { type: "set" } extends { path: infer P } ? P : never,
  value?: unknown,
) => (value === undefined ? { type: "set", path } : { type: "set", path, value });
