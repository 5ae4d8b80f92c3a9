import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root } from "../../scripts/setup/process.ts";
import { RateDriver } from "../../src/learning/stepsize/driver.ts";
import type { RateControl } from "../../src/protocol/trial.ts";
import { controlTrainings } from "../../src/study/control.ts";
import { readPolicies } from "../../src/study/policies.ts";
import type { ControlSocket } from "../../src/trials/controlSocket.ts";
import { dying, fixedRate, launch, linesOf, numbers, ruinous, statesOf } from "./control.ts";
import { interpreter } from "./tune.ts";

const python = interpreter("TUNING_FORK_TEST_KERAS_PYTHON", "Keras and JAX");
const script = join(root, "test/fixtures/keras/training.py");
const policies = await readPolicies(join(root, "media/learned"), undefined);

let folder: string;
let socket: ControlSocket | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-keras-"));
});
afterEach(async () => {
  await socket?.close();
  socket = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  launch(python, script, args, socket, env);
const trace = () => join(folder, "traces/0.jsonl");

async function control(who: RateControl, looks = { first: 3, every: 5 }): Promise<void> {
  socket = await controlTrainings({ policies, looks, control: () => who, trace, heard: () => {} });
}

describe("a training of Keras that is watched", () => {
  test.each([
    ["batch by batch", ["--optimizer", "SGD", "--momentum", "0.9"], "momentum"],
    ["by fit, with a callback's schedule", ["--gamma", "0.7", "--optimizer", "Adam"], "adam"],
    ["with a schedule inside the optimizer", ["--schedule"], "sgd"],
  ])("prints what it prints alone, to the last digit: %s", async (_, args, rule) => {
    const alone = await run(args);
    expect(alone).toMatchObject({ exitCode: 0, stderr: "" });
    await control("own");
    expect(await run(args)).toEqual(alone);
    const states = statesOf(trace());
    expect(states.map(({ step }) => step)).toEqual([0, 1, 2, 5, 10, 15, 20, 25]);
    for (const { own, rate } of states) expect(rate).toBe(own);
    expect(linesOf(trace())[0]).toMatchObject({ framework: "keras", rule });
    // Of the looks, those at steps 0 to 2, and 5, are of epochs 0 and 1; the others of one each.
    const rates = { momentum: 1, adam: 6, sgd: 8 }[rule];
    expect(new Set(states.map(({ own }) => own)).size).toBe(rates);
  });

  test("has the losses of its batches seen, and their changes as each example's gradient has them", async () => {
    await control("own", { first: 30, every: 1 });
    const { stdout, stderr } = await run(["--plain", "--changes", "--optimizer", "Adam"]);
    expect(stderr).toBe("");
    const states = statesOf(trace());
    expect(states).toHaveLength(30);
    const [losses, s1, s2] = [numbers(stdout, "loss"), numbers(stdout, "s1"), numbers(stdout, "s2")];
    for (const [i, { loss, logVarChange, logVarLoss }] of states.entries()) {
      expect(loss).toBeCloseTo(losses[i]!, 5);
      expect(logVarChange).toBeCloseTo(s1[i]!, 2);
      expect(logVarLoss).toBeCloseTo(s2[i]!, 3);
    }
  });
});

describe("a training of Keras that is driven", () => {
  test.each([
    ["SGD", []],
    ["Adam", []],
    ["RMSprop", []],
  ])("makes the steps of the engine's learning rate from the first on: %s", async (name, more) => {
    const args = ["--optimizer", name, ...more];
    const wanted = await run([...args, "--lr", "0.02"]);
    socket = await fixedRate(0.02);
    const driven = await run([...args, "--lr", "0.000001"]);
    const [losses, own] = [numbers(driven.stdout, "loss"), numbers(wanted.stdout, "loss")];
    expect(losses).toHaveLength(30);
    for (const [step, loss] of losses.entries()) expect(loss).toBeCloseTo(own[step]!, 3);
    // The script never sees another rate than its own.
    for (const rate of numbers(driven.stdout, "rate")) expect(rate / 1e-6).toBeCloseTo(1, 6);
  });

  test("with momentum holds the engine's learning rate from the second step on", async () => {
    const args = ["--momentum", "0.9", "--plain"];
    const wanted = await run([...args, "--lr", "0.02"]);
    const alone = numbers((await run([...args, "--lr", "0.000001"])).stdout, "loss");
    socket = await fixedRate(0.02);
    const driven = await run([...args, "--lr", "0.000001"]);
    const [losses, own] = [numbers(driven.stdout, "loss"), numbers(wanted.stdout, "loss")];
    expect(losses[0]).toBe(own[0]);
    const away = (from: readonly number[]) => Math.max(...from.map((loss, i) => Math.abs(loss - own[i]!)));
    expect(away(losses)).toBeLessThan(away(alone) / 4);
  });

  test("leaves a trace from which every learning rate follows again", async () => {
    await control("policy");
    const { exitCode, stdout, stderr } = await run([
      "--lr",
      "0.000001",
      "--optimizer",
      "Adam",
      "--gamma",
      "0.9",
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const acts = linesOf(trace()).filter(({ type }) => type === "act");
    const driver = new RateDriver(policies.adam!);
    expect(statesOf(trace()).map((state) => driver.next(state))).toEqual(acts);
    expect(new Set(acts.map((act) => ("rate" in act ? act.rate : undefined))).size).toBe(acts.length);
    // The callback goes on from the script's own last rate.
    const rates = numbers(stdout, "rate");
    for (const [epoch, rate] of rates.entries()) expect(rate / (1e-6 * 0.9 ** (epoch + 1))).toBeCloseTo(1, 4);
  });

  test("is put back to where its loss was least when it is given up", async () => {
    socket = await ruinous();
    const { exitCode, stdout, stderr } = await run(["--plain", "--lr", "0.000001"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const losses = numbers(stdout, "loss");
    expect(Math.max(...losses.slice(11, 16))).toBeGreaterThan(100);
    for (const loss of losses.slice(16)) expect(loss).toBeLessThan(3);
  });
});

describe("a training of Keras that cannot be driven goes on by itself", () => {
  test.each([
    ["a schedule inside the optimizer", ["--schedule"], "LearningRateScheduler"],
    ["several steps in one call", ["--together", "4"], "steps_per_execution"],
  ])("%s: the trace says why", async (_, args, why) => {
    const alone = await run(args);
    expect(alone).toMatchObject({ exitCode: 0, stderr: "" });
    await control("policy");
    expect(await run(args)).toEqual(alone);
    expect(linesOf(trace()).at(-1)).toMatchObject({ type: "crash", reason: expect.stringContaining(why) });
  });

  test("its loss is its own: the engine says why", async () => {
    const alone = await run(["--own-loss"]);
    expect(alone).toMatchObject({ exitCode: 0, stderr: "" });
    await control("policy");
    expect(await run(["--own-loss"])).toEqual(alone);
    const acts = linesOf(trace()).filter(({ type }) => type === "act");
    expect(acts[0]).toMatchObject({ fallback: expect.stringContaining("cannot be seen") });
  });

  test("the engine dies", async () => {
    const alone = await run([]);
    const engine = await dying();
    socket = engine.socket;
    const { exitCode, stdout, stderr } = await run([]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(numbers(stdout, "rate")).toEqual(numbers(alone.stdout, "rate"));
    expect(engine.seen()).toBe(4);
  });
});
