import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ensureChromium } from "../../../scripts/setup/chromium.ts";
import { cleanEnvironment, failureLine, onPath } from "../../../scripts/setup/process.ts";
import { findPython } from "../../../scripts/setup/python.ts";
import { SetupError } from "../../../scripts/setup/setupError.ts";

describe("on a machine with nothing installed", () => {
  let bin: string;

  const program = async (name: string, text: string) => {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  };

  beforeEach(async () => {
    bin = await mkdtemp(join(tmpdir(), "tuning-fork-bin-"));
    vi.stubEnv("PATH", bin);
    vi.stubEnv("TUNING_FORK_TEST_CHROMIUM", undefined);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(bin, { recursive: true });
  });

  test("a missing Python is named in one line", () => {
    expect(findPython).toThrow(SetupError);
    expect(findPython).toThrow(/^Python 3\.9 or later is not on the PATH: install it.*$/);
  });

  test("a Python that is too old is none", async () => {
    await program("python3", "echo 3.8.19");
    expect(findPython).toThrow(SetupError);
  });

  test("a Python that is new enough is taken under either name", async () => {
    await program("python3", "echo 3.8.19");
    await program("python", "echo 3.13.1");
    expect(findPython()).toEqual({ path: join(bin, "python"), version: "3.13.1" });
  });

  test("a missing Chromium is named in one line, with what to do", async () => {
    await expect(ensureChromium()).rejects.toThrow(
      /^Chromium for the tests is missing: install chromium, .*$/,
    );
  });

  test("a Chromium that was named but is not there is no other one", async () => {
    vi.stubEnv("TUNING_FORK_TEST_CHROMIUM", "/nowhere/chromium");
    await expect(ensureChromium()).rejects.toThrow(
      "TUNING_FORK_TEST_CHROMIUM is /nowhere/chromium, and no such file is there",
    );
  });

  test.each([
    [
      "npm error gyp ERR! not ok\nnpm error A complete log of this run can be found in: /x\n",
      "npm error gyp ERR! not ok",
    ],
    ["Reading lists\nE: Unable to locate package nosuch\n", "E: Unable to locate package nosuch"],
    ["sh: g++: not found\n\ndone\n", "sh: g++: not found"],
    ["", "no output"],
  ])("a log %j is told by one line", async (text, line) => {
    const log = join(bin, "log");
    await writeFile(log, text);
    expect(failureLine(log)).toBe(line);
  });

  test("files that cannot be run are no programs", async () => {
    await writeFile(join(bin, "tool"), "");
    expect(onPath("tool")).toBeUndefined();
    await program("tool", "");
    expect(onPath("tool")).toBe(join(bin, "tool"));
  });
});

test("an inner npm hears of its own Node and of the user's registry, not of the outer npm's Node", () => {
  vi.stubEnv("npm_config_user_agent", "npm/11.0.0 node/v20.0.0 linux x64");
  vi.stubEnv("npm_config_registry", "https://registry.example/");
  vi.stubEnv("npm_lifecycle_event", "start");
  const environment = cleanEnvironment({ PATH: "/bin" });
  vi.unstubAllEnvs();
  expect(Object.keys(environment).filter((name) => name.startsWith("npm_"))).toContain("npm_config_registry");
  expect(environment).not.toHaveProperty("npm_config_user_agent");
  expect(environment).not.toHaveProperty("npm_lifecycle_event");
  expect(environment.PATH).toBe("/bin");
});
