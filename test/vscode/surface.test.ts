import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Configuration } from "../../src/protocol/space.ts";
import { journalPath } from "../../src/store/folder.ts";
import { readHistory } from "../../src/store/read.ts";
import { formatConfiguration } from "../../webview/shared/format.ts";
import { studyFolder } from "../fixtures/studyFolder.ts";
import { launchBrowser } from "./harness/browser.ts";
import { vsix } from "./harness/extension.ts";
import { startVscode, type VsCodeServer } from "./harness/server.ts";
import { until } from "./harness/until.ts";
import { Workbench } from "./harness/workbench.ts";

// The acquisition surface while a study runs: what is chosen on it is tried next.

let browser: Browser;
let server: VsCodeServer;
let made: Awaited<ReturnType<typeof studyFolder>>;

beforeAll(async () => {
  made = await studyFolder(
    {
      space: { x: { type: "float", low: 0, high: 1 }, epochs: { type: "int", low: 1, high: 4 } },
      stop: { trials: 400 },
    },
    0.1,
  );
  browser = await launchBrowser();
  server = await startVscode({ vsix: await vsix() });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await made?.remove();
});

const trials = async () => (await readHistory(journalPath(made.folder, "train"))).histories[0]?.trials ?? [];

describe("the acquisition surface of a study that runs", () => {
  test("evaluates where it was clicked", async () => {
    const window = await Workbench.open(server, browser, made.folder);
    await window.openFile("train.py");
    await window.runCommand("Tuning Fork: Tune Hyperparameters");
    const editor = await window.webviewPage("editor");
    await editor.locator("#start:not([disabled])").click();
    await editor.locator("#study-state", { hasText: "Running" }).waitFor();
    await window.runCommand("Tuning Fork: Open Acquisition Surface");
    const panel = await window.webviewPage("surface");
    // The panel follows the study: a cell may be drawn anew under the mouse, so it is pressed until it is chosen.
    const cells = panel.locator("#map-mean svg .cells_marks path");
    await cells.first().waitFor();
    const where = panel.locator("#where");
    await until(
      "a chosen cell",
      async () => {
        await cells.nth(3).dispatchEvent("click");
        return where.textContent();
      },
      (text) => text?.startsWith("✚ chosen") === true,
    );
    const chosen = await where.textContent();
    await panel.locator("#evaluate").click();
    await until(
      "the trial that was asked for by hand",
      async () => (await trials()).filter(({ note }) => note === "enqueued by hand"),
      (found) =>
        found.some(({ state, configuration }) => state === "complete" && said(configuration) === chosen),
    );
  });
});

const said = (configuration: Configuration) => `✚ chosen: ${formatConfiguration(configuration)}`;
