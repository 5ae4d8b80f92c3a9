import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/setup/process.ts";
import { launchBrowser } from "./harness/browser.ts";
import { vsix } from "./harness/extension.ts";
import { type InHostResult, runInHost } from "./harness/inHost.ts";
import { startVscode } from "./harness/server.ts";

// The Mocha tests of test/vscode/inHost, inside the extension host, on the packaged extension. They are run first,
// so that each stands here under its own name.

async function runAll(): Promise<InHostResult> {
  const folder = join(import.meta.dirname, "inHost");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".test.ts"));
  const workspace = await mkdtemp(join(tmpdir(), "tuning-fork-workspace-"));
  await cp(join(root, "examples"), workspace, { recursive: true });
  const server = await startVscode({ testDriver: true, vsix: await vsix() });
  try {
    const browser = await launchBrowser();
    const paths = files.map((name) => join(folder, name));
    const result = await runInHost({ server, browser, workspace, files: paths });
    await browser.close();
    return result;
  } finally {
    await server.stop();
    await rm(workspace, { recursive: true, force: true });
  }
}

const { passed, failed, skipped, fault } = await runAll();

describe("inside the extension host", () => {
  test("the run is complete", () => {
    expect(fault).toSatisfy((text) => text === undefined || text === "a test failed", fault);
  });

  for (const title of passed) {
    test(title, () => {});
  }
  for (const { title, error } of failed) {
    test(title, () => {
      throw new Error(error);
    });
  }
  for (const title of skipped) {
    test.skip(title, () => {});
  }
});
