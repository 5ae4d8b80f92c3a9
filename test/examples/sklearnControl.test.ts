import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../../scripts/setup/process.ts";
import type { RateControl } from "../../src/protocol/trial.ts";
import { controlTrainings } from "../../src/study/control.ts";
import { readPolicies } from "../../src/study/policies.ts";
import type { ControlSocket } from "../../src/trials/controlSocket.ts";
import { fixedRate, launch, linesOf, numbers, statesOf } from "./control.ts";
import { interpreter } from "./tune.ts";

const python = interpreter("TUNING_FORK_TEST_PYTHON", "scikit-learn");
const script = join(root, "test/fixtures/sklearn/training.py");
const policies = await readPolicies(join(root, "media/learned"), undefined);

let folder: string;
let socket: ControlSocket | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-sklearn-"));
});
afterEach(async () => {
  await socket?.close();
  socket = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const run = (args: readonly string[]) => launch(python, script, args, socket);
const trace = () => join(folder, "traces/0.jsonl");

async function control(who: RateControl, looks = { first: 30, every: 1 }): Promise<void> {
  socket = await controlTrainings({ policies, looks, control: () => who, trace, heard: () => {} });
}

test("a perceptron that is watched prints what it prints alone", async () => {
  const args = ["--solver", "sgd", "--momentum", "0.9"];
  const alone = await run(args);
  expect(alone).toMatchObject({ exitCode: 0, stderr: "" });
  await control("own", { first: 3, every: 5 });
  expect(await run(args)).toEqual(alone);
  expect(statesOf(trace()).map(({ step }) => step)).toEqual([0, 1, 2, 5, 10, 15, 20, 25]);
  expect(linesOf(trace())[0]).toMatchObject({ framework: "scikit-learn", rule: "momentum" });
});

test.each([
  ["softmax", []],
  ["logistic", ["--classes", "2"]],
  ["identity", ["--regress", "--activation", "relu"]],
  ["logistic units", ["--activation", "logistic", "--solver", "sgd"]],
])("the changes of its losses are those of differences: %s", async (_, args) => {
  await control("own");
  const { stdout, stderr } = await run(["--changes", ...args]);
  expect(stderr).toBe("");
  const own = numbers(stdout, "s1");
  const seen = statesOf(trace()).map(({ logVarChange }) => Number(logVarChange));
  expect(own).toHaveLength(29);
  // The first step is before the script has parameters to look at.
  for (const [i, value] of own.entries()) expect(seen[i + 1]).toBeCloseTo(value, 2);
});

test.each(["adam", "sgd"])(
  "%s makes the steps of the engine's learning rate from the first on",
  async (solver) => {
    const wanted = await run(["--solver", solver, "--lr", "0.02"]);
    socket = await fixedRate(0.02);
    const driven = await run(["--solver", solver, "--lr", "0.000001"]);
    const [losses, own] = [numbers(driven.stdout, "loss"), numbers(wanted.stdout, "loss")];
    expect(losses).toHaveLength(30);
    for (const [step, loss] of losses.entries()) expect(loss).toBeCloseTo(own[step]!, 6);
    // The script never sees another rate than its own.
    expect(new Set(numbers(driven.stdout, "own"))).toEqual(new Set([1e-6]));
  },
);

test("a learning rate of 1e-6 learns under the policy, and only there", async () => {
  const args = ["--lr", "0.000001"];
  const alone = await run(args);
  await control("policy");
  const driven = await run(args);
  expect(driven).toMatchObject({ exitCode: 0, stderr: "" });
  const last = (stdout: string) => numbers(stdout, "loss").at(-1)!;
  expect(last(alone.stdout)).toBeGreaterThan(0.9);
  expect(last(driven.stdout)).toBeLessThan(0.6);
});
