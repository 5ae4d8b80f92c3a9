import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/setup/process.ts";
import { launchBrowser } from "./harness/browser.ts";
import { vsix } from "./harness/extension.ts";
import { startVscode, type VsCodeServer } from "./harness/server.ts";
import { Workbench } from "./harness/workbench.ts";

// A training under a learned policy, watched while it runs: by a script that speaks the protocol itself, without packages.

let browser: Browser;
let server: VsCodeServer;
let folder: string;

const definition = {
  version: 1,
  script: "train.py",
  objective: { metric: "loss", goal: "minimize" },
  space: {
    lr: { type: "float", low: 1e-6, high: 1e-4, scale: "log", default: 1e-6, bind: { flag: "--lr" } },
  },
  strategy: { name: "step-size-policy", every: 10 },
  args: ["--steps", "400", "--pause", "0.01"],
  stop: { trials: 4 },
  parallel: 2,
};

/** A bowl over two numbers, with its slopes. */
const BOWL = `import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float, default=0.1)
parser.add_argument("--y", type=float, default=0.9)
args = parser.parse_args()
print(f"loss={(args.x - 0.7) ** 2 + 2 * (args.y - 0.3) ** 2}")
print(f"hypergradient x={2 * (args.x - 0.7)} y={4 * (args.y - 0.3)}")
`;
const along = {
  version: 1,
  script: "bowl.py",
  objective: { metric: "loss", goal: "minimize" },
  space: {
    x: { type: "float", low: 0, high: 1, default: 0.1, bind: { flag: "--x" } },
    y: { type: "float", low: 0, high: 1, default: 0.9, bind: { flag: "--y" } },
  },
  strategy: { name: "hypergradient" },
  stop: { trials: 24 },
  parallel: 2,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tuning-fork-trace-"));
  await cp(join(root, "test/fixtures/scripts/speaks_control.py"), join(folder, "train.py"));
  await writeFile(join(folder, "train.tune.json"), JSON.stringify(definition, undefined, 2));
  await writeFile(join(folder, "bowl.py"), BOWL);
  await writeFile(join(folder, "bowl.tune.json"), JSON.stringify(along, undefined, 2));
  browser = await launchBrowser();
  server = await startVscode({ vsix: await vsix() });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the policy trace grows while trainings run, and says in the end whether the policy pays", async () => {
  const window = await Workbench.open(server, browser, folder);
  await window.openFile("train.tune.json");
  const editor = await window.webviewPage("editor");
  await editor.locator("#start:not([disabled])").click();
  await editor.locator("#open-trace").click();
  const panel = await window.webviewPage("trace");
  const rates = panel.locator("#track-0 .lines_pathgroup .mark-line path");
  // A line that is flat has no height: to a browser it is hidden.
  await rates.first().waitFor({ state: "attached" });
  // The pair's own schedule, the policy's, and what the script would have set.
  await expect.poll(() => rates.count(), { timeout: 60_000 }).toBe(3);
  await panel.locator("#facts", { hasText: "finished" }).waitFor({ timeout: 120_000 });
  await panel.locator("#verdict", { hasText: "The policy is better in 2 of 2 pairs" }).waitFor();
  expect(await panel.locator("#readout tr").count()).toBe(3);
  await window.screenshot("trace", () => rates.first().waitFor({ state: "attached" }));
});

test("chains of gradient steps are drawn, and what a strategy costs is said before it starts", async () => {
  const window = await Workbench.open(server, browser, folder);
  await window.openFile("bowl.tune.json");
  const editor = await window.webviewPage("editor");
  await editor.locator("#start:not([disabled])").click();
  await editor.locator("#open-strategy").click();
  const panel = await window.webviewPage("strategy");
  await panel.locator("#facts", { hasText: "finished" }).waitFor({ timeout: 120_000 });
  await panel.locator("#summary", { hasText: /^Chain \d leads with loss/ }).waitFor();
  const up = panel.locator("#chain-1 .up_marks path, #chain-1 .down_marks path");
  await expect.poll(() => up.count()).toBeGreaterThan(4);
  await window.screenshot("chains", () => up.first().waitFor({ state: "attached" }));
  await window.openFile("bowl.tune.json");
  await editor.locator("[data-field=strategy]").click();
  await editor.locator("[data-field=strategy] li.option", { hasText: "Real-time hypergradients" }).click();
  await editor.locator(".strategy-description", { hasText: "times as long" }).waitFor();
});
