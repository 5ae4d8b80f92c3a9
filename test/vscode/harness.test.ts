import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageExtension } from "../../scripts/package.ts";
import { out } from "../../scripts/setup/process.ts";
import { launchBrowser } from "./harness/browser.ts";
import { runInHost } from "./harness/inHost.ts";
import { startVscode, type VsCodeServer } from "./harness/server.ts";
import { until } from "./harness/until.ts";
import { screenshots, Workbench } from "./harness/workbench.ts";

// What the other tests in VS Code stand on, proved with an extension small enough to see through.

let folder: string;
let workspace: string;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tuning-fork-harness-"));
  workspace = await mkdtemp(join(folder, "workspace-"));
  await writeFile(join(workspace, "note.txt"), "lr is 0.01\nsecond line\n");
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("the workbench", () => {
  let server: VsCodeServer;

  beforeAll(async () => {
    const vsix = join(folder, "probe.vsix");
    await packageExtension(
      join(import.meta.dirname, "fixtures/probe-extension"),
      vsix,
      join(out, "logs/probe.log"),
    );
    server = await startVscode({ vsix });
  });

  afterAll(() => server?.stop());

  test("shows a person all that an extension contributes", async () => {
    const window = await Workbench.open(server, browser, workspace);
    await window.openFile("note.txt");
    await window.codeLens("Tune").waitFor();
    await until(
      "the decoration",
      () => window.decorations(),
      (texts) => texts.includes("best 3.2e-3"),
    );
    expect(await (await window.hover("lr is")).textContent()).toContain("54 trials");

    await window.openView("Probe");
    await until(
      "two rows",
      () => window.treeTexts("Rows"),
      (rows) => rows.length === 2,
    );
    expect(await window.treeTexts("Rows")).toEqual(["row 0 0.07", "row 1 0.07"]);

    await window.runCommand("Probe: Open Panel");
    await window.webview().getByRole("button", { name: "Add" }).click();
    await until(
      "a third row",
      () => window.treeTexts("Rows"),
      (rows) => rows.length === 3,
    );

    await window.line("lr is").click();
    await window.quickFix("lr is", "Write 3.2e-3");
    await until(
      "the value",
      () => window.editorText(),
      (text) => text.startsWith("lr is 3.2e-3\n"),
    );
    await window.page.keyboard.press("Control+z");
    await until(
      "the undo",
      () => window.editorText(),
      (text) => text.startsWith("lr is 0.01\n"),
    );
    await window.close();
  });

  test("reloads, with another extension host", async () => {
    const window = await Workbench.open(server, browser, workspace);
    await window.openFile("note.txt");
    await window.codeLens("Tune").waitFor();
    const hosts = async () => {
      const processes = await server.processes();
      return processes.filter(({ command }) => command.includes("extensionHost")).map(({ pid }) => pid);
    };
    const before = await hosts(); // with those of windows just closed
    await window.reload();
    await window.codeLens("Tune").waitFor();
    expect((await hosts()).filter((pid) => !before.includes(pid))).toHaveLength(1);
    await window.close();
  });

  test("is shot in three themes, which differ", async () => {
    const window = await Workbench.open(server, browser, workspace);
    await window.screenshot("probe");
    const shots = (await readdir(screenshots)).filter((name) => name.endsWith("-probe.png"));
    expect(shots.sort()).toEqual(["dark-01-probe.png", "high-contrast-01-probe.png", "light-01-probe.png"]);
    await window.close();
  });

  test("fails with what it waited for", async () => {
    await expect(
      until(
        "snow",
        () => "rain",
        (value) => value === "snow",
        300,
      ),
    ).rejects.toThrow('waited 0.3 s for snow; last value: "rain"');
  });
});

describe("workspace trust", () => {
  test("is asked for, refused and granted", async () => {
    const vsix = join(folder, "probe.vsix");
    const server = await startVscode({
      vsix,
      settings: {
        "security.workspace.trust.enabled": true,
        "security.workspace.trust.startupPrompt": "always",
      },
    });
    const window = await Workbench.open(server, browser, workspace);
    await window.answerDialog("No, I don't trust the authors");
    await window.runCommand("Probe: Say Whether Trusted");
    await window.notification("It is not trusted").waitFor();
    await window.grantTrust();
    await window.runCommand("Probe: Say Whether Trusted");
    await window.notification("It is trusted").waitFor();
    await server.stop();
    expect(await server.processes()).toEqual([]);
  });
});

describe("tests in the extension host", () => {
  let server: VsCodeServer;

  beforeAll(async () => {
    server = await startVscode({ testDriver: true });
  });

  afterAll(() => server?.stop());

  const runText = async (name: string, text: string, timeout?: number) => {
    const file = join(folder, `${name}.js`);
    await writeFile(file, text);
    return runInHost({ server, browser, workspace, files: [file], timeout });
  };

  test("are green when all pass", async () => {
    const result = await runText(
      "green",
      `const vscode = require("vscode");
       it("has the API", () => { if (!vscode.version) throw new Error("none"); });
       it.skip("is left out", () => {});`,
    );
    expect(result).toEqual({
      passed: ["has the API"],
      skipped: ["is left out"],
      failed: [],
      fault: undefined,
    });
  });

  test("are red when one fails", async () => {
    const result = await runText("red", `it("a", () => {}); it("b", () => { throw new Error("broken"); });`);
    expect(result.fault).toBe("a test failed");
    expect(result.failed).toMatchObject([{ title: "b", error: expect.stringContaining("broken") }]);
  });

  test.each([
    [
      "the host is killed",
      `it("a", () => {}); it("b", () => process.kill(process.pid, "SIGKILL"));`,
      "ended before its tests did",
    ],
    ["a file throws while it loads", `throw new Error("cannot load");`, "cannot load"],
    ["there is no test", "", "no test ran"],
    ["one is left alone", `it.only("a", () => {});`, "forbidden by --forbid-only"],
    [
      "it hangs",
      `it("a", function () { this.timeout(0); return new Promise(() => {}); });`,
      "did not end in time",
    ],
  ])("are red when %s", async (name, text, fault) => {
    const result = await runText(name.replaceAll(" ", "-"), text, name === "it hangs" ? 15_000 : undefined);
    expect(result.fault).toContain(fault);
  });
});
