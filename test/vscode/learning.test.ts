import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePolicy } from "../../src/learning/stepsize/policy.ts";
import { launchBrowser } from "./harness/browser.ts";
import { vsix } from "./harness/extension.ts";
import { startVscode, type VsCodeServer } from "./harness/server.ts";
import { Workbench } from "./harness/workbench.ts";

let browser: Browser;
let server: VsCodeServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tuning-fork-learning-"));
  await writeFile(join(folder, "note.txt"), "nothing to tune here\n");
  browser = await launchBrowser();
  server = await startVscode({ vsix: await vsix() });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a step-size policy is learned with progress, and kept when it is ended early", async () => {
  const window = await Workbench.open(server, browser, folder);
  await window.runCommand("Tuning Fork: Train a Step-Size Policy");
  await window.quickPickRow("RMSprop").click();
  const input = window.page.locator(".quick-input-widget input").first();
  await expect.poll(() => input.inputValue(), { timeout: 30_000 }).toBe(join(folder, "step-size.json"));
  await window.page.keyboard.press("Enter");
  const progress = window.page.locator(".notification-toast", { hasText: "learning a step-size policy" });
  await progress.filter({ hasText: /: \d+ of 16 · reward/ }).waitFor({ timeout: 120_000 });
  await progress.locator(".monaco-button", { hasText: "Cancel" }).click();
  await window.page.locator(".tab.active", { hasText: "step-size.json" }).waitFor({ timeout: 120_000 });
  await window.notification("ended early").waitFor();
  const policy = parsePolicy(await readFile(join(folder, "step-size.json"), "utf8"), "step-size.json");
  expect(policy).toMatchObject({ direction: "rmsprop", record: { seed: 0 } });
  expect(policy.record.progress.length).toBeLessThan(16);
});

test("a learned optimizer is trained the same way, and ended before its first epoch is a file too", async () => {
  const window = await Workbench.open(server, browser, folder);
  await window.runCommand("Tuning Fork: Train a Learned Optimizer");
  await window.quickPickRow("Quadratics").click();
  const input = window.page.locator(".quick-input-widget input").first();
  await expect.poll(() => input.inputValue(), { timeout: 30_000 }).toBe(join(folder, "optimizer.json"));
  await window.page.keyboard.press("Enter");
  const progress = window.page.locator(".notification-toast", { hasText: "learning a learned optimizer" });
  await progress.waitFor({ timeout: 120_000 });
  await window.screenshot("learning", () => progress.waitFor());
  await progress.locator(".monaco-button", { hasText: "Cancel" }).click();
  await window.page.locator(".tab.active", { hasText: "optimizer.json" }).waitFor({ timeout: 120_000 });
  await window.notification("ended early").waitFor();
  const learned = JSON.parse(await readFile(join(folder, "optimizer.json"), "utf8"));
  expect(learned).toMatchObject({
    system: "optimizer",
    record: { seed: 0, options: { problem: "quadratic" } },
  });
});
