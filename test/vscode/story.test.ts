import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { node, root } from "../../scripts/setup/process.ts";
import { launchBrowser } from "./harness/browser.ts";
import { vsix } from "./harness/extension.ts";
import { startVscode, type VsCodeServer } from "./harness/server.ts";
import { until } from "./harness/until.ts";
import { screenshots, Workbench } from "./harness/workbench.ts";

// What a person does with the packaged extension, from an open script to tuned values in the code. The tests are
// the stations of one story: each goes on where the one before has ended.

let browser: Browser;
let home: string;
let workspace: string;
let script: string;
let text: string;
let window: Workbench;
let stuckAt: string | undefined;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tuning-fork-story-"));
  workspace = join(home, "examples");
  await cp(join(root, "examples"), workspace, {
    recursive: true,
    filter: (path) => !/\.tuning-fork|train\.tune\.json|__pycache__/.test(path),
  });
  script = join(workspace, "digits/train.py");
  text = await readFile(script, "utf8");
  browser = await launchBrowser();
});

beforeEach(() => {
  if (stuckAt) {
    throw new Error(`the story has ended at "${stuckAt}"`);
  }
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail" && !stuckAt) {
    stuckAt = task.name;
    await window?.page.screenshot({
      path: join(screenshots, `failed-${task.name.replace(/\W+/g, "-")}.png`),
    });
    console.log(window?.problems.slice(-10).join("\n"));
  }
});

afterAll(async () => {
  await browser?.close();
  await rm(home, { recursive: true, force: true });
});

const lineOf = (part: string) => text.split("\n").findIndex((line) => line.includes(part)) + 1;
const definition = async () => JSON.parse(await readFile(join(workspace, "digits/train.tune.json"), "utf8"));

/** "48 of 65 runs" on a panel, as numbers. */
async function runs(panel: Frame): Promise<{ done: number; planned: number }> {
  const facts = (await panel.locator("#facts").textContent()) ?? "";
  const [, done, planned] = facts.match(/^(\d+) of (\d+) runs/) ?? [];
  return { done: Number(done ?? -1), planned: Number(planned ?? -1) };
}

/** Presses the node of a stopped trial in the bracket tree, and gives the trial as its tooltip has it: "#12". */
async function pressNode(panel: Frame): Promise<string> {
  const node = panel.locator("#chart svg .faded_marks path[data-trial]").first();
  // Between two drawings an element may be gone.
  const box = await until(
    "a stopped trial in the tree",
    () => node.boundingBox(),
    (found) => found !== null,
  );
  if (!box) {
    return "";
  }
  const { mouse } = window.page;
  await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const title = await panel.locator("#tooltip:not([hidden]) strong").textContent();
  await mouse.down();
  await mouse.up();
  return title?.match(/#\d+/)?.[0] ?? `${title}`;
}

describe("tuning examples/digits", () => {
  let server: VsCodeServer;

  const engines = async () => {
    const processes = await server.processes();
    return processes.filter(({ command }) => command.includes("engine.cjs")).map(({ pid }) => pid);
  };

  beforeAll(async () => {
    server = await startVscode({ vsix: await vsix() });
    window = await Workbench.open(server, browser, workspace);
  });

  afterAll(() => server?.stop());

  test("the script offers it: CodeLens, editor title, context menus", async () => {
    await window.openFile("digits/train.py");
    await window.goToLine(lineOf("parser = argparse.ArgumentParser"));
    await window.codeLens("Tune Hyperparameters").waitFor();
    await window.page.locator('.editor-actions [aria-label*="Tune Hyperparameters"]').first().waitFor();
    expect(await window.contextMenu(window.line("parser = argparse"))).toContain("Tune Hyperparameters");
    const file = window.page.locator(".explorer-viewlet .monaco-list-row", { hasText: "train.py" }).first();
    expect(await window.contextMenu(file)).toContain("Tune Hyperparameters");
    await window.screenshot("script");
  });

  test("the palette's command writes a definition beside it and opens the editor", async () => {
    await window.runCommand("Tuning Fork: Tune Hyperparameters");
    const editor = await window.webviewPage("editor");
    await editor.locator("#start").waitFor();
    expect(await editor.locator("h1").textContent()).toContain("train.py");
    expect(await definition()).toMatchObject({
      script: "train.py",
      budget: { parameter: "epochs", max: 27, mode: "pause" },
      space: { lr: { type: "float", scale: "log" }, momentum: { when: { optimizer: "sgd" } } },
      strategy: { name: "auto" },
    });
    await window.screenshot("editor");
  });

  test("one button starts the study, after the one question of what to tune for", async () => {
    const editor = await window.webviewPage("editor");
    await editor.locator("#start").click();
    await window.quickPickRow("val_loss").waitFor();
    await window.page.screenshot({ path: join(screenshots, "dark-03-objective.png") });
    await window.quickPickRow("val_loss").click();
    await editor.locator("#study-state", { hasText: "Running" }).waitFor();
    expect(await definition()).toMatchObject({ objective: { metric: "val_loss", goal: "minimize" } });
  });

  test("trials fill the side bar, and the status bar counts them", async () => {
    await window.openView("Tuning Fork");
    const [study, ...trials] = await until(
      "six trials and a best one",
      () => window.treeTexts("Trials"),
      (rows) => rows.length > 6 && /^train\.py .*\d+\/65 · best [\d.]+/.test(rows[0] ?? ""),
    );
    expect(study).toContain("auto");
    expect(trials[0]).toMatch(/^#\d+ +[\d.]+ .*ep · /);
    const status = () => window.statusItem("Tuning Fork").textContent();
    await until("the status bar", status, (text) => /\d+\/65 · best [\d.]+/.test(text ?? ""));
    await window.screenshot("trials");
  });

  test("the bracket tree is live, and a click on a node selects the trial everywhere", async () => {
    await window.runCommand("Tuning Fork: Open Brackets");
    const panel = await window.webviewPage("brackets");
    const { done } = await until(
      "runs",
      () => runs(panel),
      (now) => now.done > 0,
    );
    await until(
      "more runs",
      () => runs(panel),
      (now) => now.done > done,
    );
    const number = await pressNode(panel);
    const selected = window.treeRows("Trials").and(window.page.locator(".selected"));
    await until(
      `trial ${number} selected in the tree`,
      () => selected.locator(".label-name").allTextContents(),
      (labels) => labels.length === 1 && labels[0]?.split(" ")[0] === number,
    );
    await window.screenshot("brackets");
  });

  test("the incumbent panel draws the best score so far", async () => {
    await window.runCommand("Tuning Fork: Open Incumbent");
    const panel = await window.webviewPage("incumbent");
    await panel.locator("#charts svg").first().waitFor();
    expect((await runs(panel)).planned).toBe(65);
    await window.screenshot("incumbent");
  });

  test("a window that reloads finds the running study again", async () => {
    const before = await engines();
    expect(before).toHaveLength(1);
    const { done } = await runs(await window.webviewPage("incumbent"));
    await window.reload();
    const panel = await window.webviewPage("incumbent");
    await until(
      "the study to go on",
      () => runs(panel),
      (now) => now.done > done,
      60_000,
    );
    expect(await engines()).toEqual(before);
    await window.openView("Tuning Fork");
    await until(
      "its trials",
      () => window.treeTexts("Trials"),
      (rows) => rows.length > 6,
    );
  });

  test("the study ends with all runs of the plan", async () => {
    const panel = await window.webviewPage("incumbent");
    await until(
      "the end",
      () => runs(panel),
      ({ done, planned }) => done === planned,
      200_000,
    );
    await window.statusItem("Tuning Fork, train, finished").waitFor();
    // The view asks the engine for its rows after the status bar has told the end.
    await until(
      "the view to tell the end",
      () => window.treeTexts("Trials"),
      ([study]) => /65\/65 · best 0\.\d+/.test(study ?? ""),
    );
    const python = (await server.processes()).filter(({ command }) => command.includes("train.py"));
    expect(python).toEqual([]);
    await window.screenshot("finished");
  });

  test("the acquisition surface shows what a model believes, whatever strategy runs", async () => {
    await window.runCommand("Tuning Fork: Open Acquisition Surface");
    const panel = await window.webviewPage("surface");
    await panel.locator("#map-mean svg .cells_marks path").first().waitFor();
    // Both have a value in every configuration, so that the next proposal is on the maps.
    for (const [axis, name] of [
      ["#axis-x", "lr"],
      ["#axis-y", "hidden"],
    ] as const) {
      await panel.locator(axis).selectOption(name);
      await panel.locator("#map-mean svg", { hasText: name }).waitFor();
    }
    await panel.locator("#map-worth svg .next_marks path").waitFor();
    await window.screenshot("surface");
  });

  test("what matters, and what the strategy thinks, have panels of their own", async () => {
    await window.runCommand("Tuning Fork: Open Importance");
    const importance = await window.webviewPage("importance");
    await importance.locator("svg", { hasText: "lr" }).first().waitFor();
    await window.screenshot("importance");
    await window.runCommand("Tuning Fork: Open Strategy View");
    const strategy = await window.webviewPage("strategy");
    // A Gaussian process in brackets has no view of its own here: it is led to those that it has.
    await strategy.locator("#open-brackets").waitFor();
    await window.screenshot("strategy");
  });

  test("the command line tells the same", async () => {
    const show = [join(root, "dist/cli.mjs"), "show", join(workspace, "digits/train.tune.json"), "--json"];
    const lines = execFileSync(node, show, { encoding: "utf8" }).trim().split("\n");
    const { best } = JSON.parse(lines.at(-1) ?? "");
    const rows = await window.treeTexts("Trials");
    expect(rows.some((row) => row.startsWith(`#${best.number} `))).toBe(true);
    expect(rows[0]).toContain(`best ${Number(best.value.toPrecision(3))}`);
  });

  test("the best values stand beside their lines, with the evidence in a hover", async () => {
    await window.runCommand("View: Close All Editors");
    await window.openFile("digits/train.py");
    await window.goToLine(lineOf('"--lr"'));
    const texts = await until(
      "annotations",
      () => window.decorations(),
      (found) => found.some((one) => /^● best .+ · val_loss 0\.\d+ · \d+ trials/.test(one)),
    );
    expect(texts.filter((one) => /^[●○] best /.test(one)).length).toBeGreaterThan(5);
    await window.codeLens("Open study").waitFor();
    await window.screenshot("annotations");
    const hover = await window.hover('"--lr"');
    expect(await hover.textContent()).toContain("val_loss");
    await window.screenshot("hover", () => window.hover('"--lr"'));
  });

  test("a quick fix writes the best value, undo takes it back, and a changed script makes values stale", async () => {
    const line = () => window.line('"--lr"').textContent();
    const before = await line();
    await window.quickFix('"--lr"', "Write ");
    const after = await until("the value", line, (now) => now !== before);
    expect(after?.replaceAll("\u00a0", " ")).toMatch(/"--lr", type=float, default=[\d.e-]+,/);
    const stale = async () => (await window.decorations()).some((one) => one.includes("stale"));
    expect(await stale(), "what was written itself makes nothing stale").toBe(false);
    await window.page.keyboard.press("Control+z");
    await until("the undo", line, (now) => now === before);

    await window.goToLine(lineOf("PIXELS = 64"));
    await window.page.keyboard.press("End");
    await window.page.keyboard.type("  # pixels of an image");
    await window.goToLine(lineOf('"--lr"'));
    await until("stale values", stale, Boolean);
    await window.page.keyboard.press("Control+z");
    await until("fresh values", stale, (now) => !now);
    expect(await readFile(script, "utf8")).toBe(text);
  });

  test("a second run asks nothing", async () => {
    await window.runCommand("Tuning Fork: Tune Hyperparameters");
    const editor = await window.webviewPage("editor");
    await editor.locator("#study-state", { hasText: "Finished" }).waitFor();
    expect(await window.page.locator(".quick-input-widget").isVisible()).toBe(false);
  });
});

describe("an untrusted workspace", () => {
  let server: VsCodeServer;

  beforeAll(async () => {
    server = await startVscode({
      vsix: await vsix(),
      settings: {
        "security.workspace.trust.enabled": true,
        "security.workspace.trust.startupPrompt": "always",
      },
    });
    window = await Workbench.open(server, browser, workspace);
    await window.answerDialog("No, I don't trust the authors");
  });

  afterAll(() => server?.stop());

  const scripts = async () => {
    const processes = await server.processes();
    return processes.map(({ command }) => command).filter((command) => /python|\.py\b/.test(command));
  };

  test("can be read", async () => {
    await window.openFile("digits/train.py");
    await window.goToLine(lineOf("parser = argparse.ArgumentParser"));
    await window.codeLens("Tune Hyperparameters").waitFor();
    await window.runCommand("Tuning Fork: Tune Hyperparameters");
    const editor = await window.webviewPage("editor");
    await editor.locator("#blocked").waitFor();
    await window.screenshot("untrusted");
  });

  test("runs nothing, whatever is pressed", async () => {
    const editor = await window.webviewPage("editor");
    expect(await editor.locator("#start[disabled]").count()).toBe(1);
    await editor.locator("#start").click({ force: true });
    await window.runCommand("Tuning Fork: Start Study");
    await window.notification("this workspace is not trusted").waitFor();
    expect(await scripts()).toEqual([]);
  });

  test("runs once it is trusted", async () => {
    await window.grantTrust();
    await window.runCommand("Tuning Fork: Open Definition");
    const editor = await window.webviewPage("editor");
    await editor.locator("#start:not([disabled])").click();
    await editor.locator("#study-state", { hasText: "Finished" }).waitFor();
  });
});
