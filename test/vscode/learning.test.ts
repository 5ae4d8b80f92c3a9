import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/setup/process.ts";
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
  // The curve is drawn while it learns, and the file keeps it.
  const panel = await window.webviewPage("learning");
  await panel.locator("#facts", { hasText: /rmsprop · \d+ of 16 iterations · seed 0 · learning/ }).waitFor();
  await panel.locator("#track-1 .mark-line path").first().waitFor({ state: "attached" });
  await progress.locator(".monaco-button", { hasText: "Cancel" }).click();
  await window.page.locator(".tab.active", { hasText: "step-size.json" }).waitFor({ timeout: 120_000 });
  await window.notification("ended early").waitFor();
  await panel.locator("#facts", { hasText: "ended early" }).waitFor();
  const policy = parsePolicy(await readFile(join(folder, "step-size.json"), "utf8"), "step-size.json");
  expect(policy).toMatchObject({ direction: "rmsprop", record: { seed: 0 } });
  expect(policy.record.progress.length).toBeLessThan(16);
});

test("the curve of a policy that comes with the program opens from its file, a bad file says what it is not", async () => {
  await cp(join(root, "media/learned/step-size-adam.json"), join(folder, "adam.json"));
  const window = await Workbench.open(server, browser, folder);
  await window.openFile("adam.json");
  await window.runCommand("Tuning Fork: Show Learning Curve");
  const panel = await window.webviewPage("learning");
  await panel.locator("#facts", { hasText: "16 of 16 iterations" }).waitFor();
  await window.screenshot("learning-curve", () =>
    panel.locator("#track-1 .mark-line path").first().waitFor({ state: "attached" }),
  );
  await writeFile(join(folder, "other.json"), "{}");
  await window.openFile("other.json");
  await window.runCommand("Tuning Fork: Show Learning Curve");
  await panel.locator("#empty-text", { hasText: "other.json has no learning curve" }).waitFor();
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

test("labels are cleaned with progress, and ended from the panel they show what was found", async () => {
  const window = await Workbench.open(server, browser, folder);
  await window.runCommand("Tuning Fork: Clean Labels by Hypergradients");
  const input = window.page.locator(".quick-input-widget input").first();
  await expect.poll(() => input.inputValue(), { timeout: 30_000 }).toBe(join(folder, "cleaning.json"));
  await window.page.keyboard.press("Enter");
  const panel = await window.webviewPage("learning");
  await panel.locator("#facts", { hasText: /[3-9] of 100 iterations/ }).waitFor({ timeout: 120_000 });
  await panel.locator("#stop").click();
  await window.notification("ended early").waitFor({ timeout: 60_000 });
  await panel.locator("#facts", { hasText: "ended early" }).waitFor();
  await panel.locator("#found", { hasText: /Of 500 wrong labels \d+ were found/ }).waitFor();
  await window.screenshot("cleaning", () => panel.locator("#found").scrollIntoViewIfNeeded());
});
