import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LstmOptimizer } from "../../../src/learning/optimizer/inference.ts";
import type { LearnedOptimizer } from "../../../src/learning/optimizer/weights.ts";
import { parsePolicy } from "../../../src/learning/stepsize/policy.ts";

const run = promisify(execFile);
const CLI = join(import.meta.dirname, "../../../src/cli/main.ts");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tuning-fork-learn-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SMALL: Readonly<Record<string, readonly string[]>> = {
  "step-size": ["iterations=2", "samples=4", "instances=1"],
  optimizer: ["epochs=2", "steps=6", "unroll=3", "units=3", "problems=2"],
  cleaning: ["iterations=4", "steps=10", "step=0.2"],
};

const learn = async (system: string, ...args: string[]) => {
  const small = (SMALL[system] ?? []).flatMap((option) => ["--set", option]);
  const { stdout } = await run(process.execPath, [CLI, "learn", system, ...args, ...small, "--json"], {
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

  test("cleans labels, tells how many are found, and keeps a weight for each picture", async () => {
    const lines = await learn("cleaning", "--seed", "3");
    expect(lines[3]).toMatchObject({ iteration: 4, of: 4, figures: { F1: expect.any(Number) } });
    const cleaned = JSON.parse(await readFile(join(folder, "cleaning.json"), "utf8"));
    expect(cleaned.weights).toHaveLength(1000);
    expect(cleaned.isWrong.filter(Boolean)).toHaveLength(500);
    const found = cleaned.weights.flatMap((weight: number, i: number) =>
      weight === 0 ? [cleaned.isWrong[i]] : [],
    );
    // By chance it would be half of them.
    expect(found.filter(Boolean).length).toBeGreaterThan(0.8 * found.length);
    for (const { label, truth, weight, pixels } of cleaned.missed) {
      expect(label).not.toBe(truth);
      expect(weight).toBeGreaterThan(0);
      expect(pixels).toHaveLength(64);
    }
  });

  test("learns an optimizer, beside those designed by hand, and learns the same again", async () => {
    const lines = await learn("optimizer", "--seed", "3");
    const of = ["SGD", "momentum", "Nesterov", "RMSprop", "Adam", "Prodigy", "Schedule-Free"];
    const figures = Object.fromEntries(
      ["training", "validation", "best", ...of].map((name) => [name, expect.any(Number)]),
    );
    expect(lines[0]).toMatchObject({ type: "progress", iteration: 2, of: 2, figures });
    const file = join(folder, "optimizer.json");
    const learned = JSON.parse(await readFile(file, "utf8")) as LearnedOptimizer;
    expect(learned).toMatchObject({
      system: "optimizer",
      units: 3,
      preprocessing: "none",
      record: { seed: 3 },
    });
    expect(LstmOptimizer.of(learned, 2).step(Float32Array.of(1, -1))).toHaveLength(2);
    await learn("optimizer", "--seed", "3", "--set", "baselines=false", "--out", "again.json");
    const again = JSON.parse(await readFile(join(folder, "again.json"), "utf8")) as LearnedOptimizer;
    expect(again.weights).toEqual(learned.weights);
    expect(again.record.progress[0]!.figures).not.toHaveProperty("Adam");
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
  ])("%j is refused with what to do instead", async ([system, ...args], words) => {
    const failed = await learn(system!, ...args).then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed?.stderr).toMatch(words);
    expect([2, 5]).toContain(failed?.code);
  });
});
