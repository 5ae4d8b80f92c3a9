import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePolicy } from "../../../src/learning/stepsize/policy.ts";

const run = promisify(execFile);
const CLI = join(import.meta.dirname, "../../../src/cli/main.ts");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tuning-fork-learn-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const learn = async (...args: string[]) => {
  const small = ["--set", "iterations=2", "--set", "samples=4", "--set", "instances=1"];
  const { stdout } = await run(process.execPath, [CLI, "learn", ...args, ...small, "--json"], {
    cwd: folder,
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

describe("tuning-fork learn", () => {
  test("tells its progress, writes what was learned, and learns the same again", async () => {
    const lines = await learn("step-size", "--seed", "7", "--set", "direction=adam");
    expect(lines.slice(0, -1)).toMatchObject([
      { type: "progress", iteration: 1, of: 2, figures: { reward: expect.any(Number) } },
      { type: "progress", iteration: 2, of: 2 },
    ]);
    const file = join(folder, "step-size.json");
    expect(lines.at(-1)).toMatchObject({ type: "result", system: "step-size", file, seed: 7 });
    const policy = parsePolicy(await readFile(file, "utf8"), file);
    expect(policy).toMatchObject({
      direction: "adam",
      record: { seed: 7, options: { iterations: 2, samples: 4, instances: 1, epsilon: 1 } },
    });
    await learn("step-size", "--seed", "7", "--set", "direction=adam", "--out", "again.json");
    const again = parsePolicy(await readFile(join(folder, "again.json"), "utf8"), "again.json");
    expect(again.theta).toEqual(policy.theta);
  });

  test.each([
    [["step-sise"], /Nothing that can be learned is called "step-sise"\..*step-size/],
    [
      ["step-size", "--set", "direction=lion"],
      /step-size\.direction must be .*: sgd, momentum, rmsprop, adam/,
    ],
    [["step-size", "--set", "speed=3"], /step-size has no option "speed"/],
    [["step-size", "--set", "speed"], /--set needs OPTION=VALUE, not "speed"/],
    [["step-size", "--out", "no/such/folder.json"], /folder\.json cannot be written: ENOENT/],
  ])("%j is refused with what to do instead", async (args, words) => {
    const failed = await learn(...args).then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed?.stderr).toMatch(words);
    expect([2, 5]).toContain(failed?.code);
  });
});
