import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root } from "../../scripts/setup/process.ts";
import { replayDescent } from "../../src/learning/hypergradient/descentDriver.ts";
import { replayRealTime } from "../../src/learning/hypergradient/realTimeReplay.ts";
import { RateDriver } from "../../src/learning/stepsize/driver.ts";
import type { ControlAct } from "../../src/protocol/control.ts";
import type { RateControl } from "../../src/protocol/trial.ts";
import { controlTrainings, hypergradientRules } from "../../src/study/control.ts";
import { readPolicies } from "../../src/study/policies.ts";
import { type ControlSocket, listenForTrainings } from "../../src/trials/controlSocket.ts";
import { dying, fixedRate, launch, linesOf, numbers, ruinous, statesOf } from "./control.ts";
import { interpreter, tune } from "./tune.ts";

const python = interpreter("TUNING_FORK_TEST_TORCH_PYTHON", "PyTorch");
const script = join(root, "test/fixtures/torch/training.py");
const policies = await readPolicies(join(root, "media/learned"), undefined);

let folder: string;
let socket: ControlSocket | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-torch-"));
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
  const rules = { ...hypergradientRules({ step: 0.4 }), ...hypergradientRules(realTime) };
  socket = await controlTrainings({
    ...{ policies, looks, ...rules },
    ...{ control: () => who, trace, heard: () => {} },
  });
}

async function fixed(rate: number): Promise<void> {
  socket = await fixedRate(rate);
}

const realTime = { step: 0.05, discount: 0.98, update: 1 };
const rates = (stdout: string) => [...stdout.matchAll(/rates=(.*)/g)].map(([, value]) => value);

describe("a training that is watched", () => {
  test("prints what it prints alone, to the last digit, and saves no part of us", async () => {
    const args = ["--gamma", "0.9", "--momentum", "0.9"];
    const alone = await run(args);
    expect(alone).toMatchObject({ exitCode: 0, stderr: "" });
    await control("own");
    expect(await run(args)).toEqual(alone);
    const states = statesOf(trace());
    expect(states.map(({ step }) => step)).toEqual([0, 1, 2, 5, 10, 15, 20, 25]);
    for (const { own, rate, loss, logVarLoss, logVarChange } of states) {
      expect(rate).toBe(own);
      for (const seen of [loss, logVarLoss, logVarChange]) expect(seen).toEqual(expect.any(Number));
    }
    expect(states.map(({ loss }) => loss)).toEqual(
      states.map(({ step }) => numbers(alone.stdout, "loss")[step]),
    );
    expect(linesOf(trace())[0]).toMatchObject({ type: "hello", rule: "momentum", optimizer: "SGD" });
  });

  test("has the changes of its losses seen as each example's gradient has them", async () => {
    await control("own", { first: 30, every: 1 });
    const { stdout, stderr } = await run(["--plain", "--changes", "--optimizer", "Adam"]);
    expect(stderr).toBe("");
    const own = numbers(stdout, "s1");
    const seen = statesOf(trace()).map(({ logVarChange }) => Number(logVarChange));
    expect(seen).toHaveLength(30);
    for (const [step, value] of seen.entries()) expect(value).toBeCloseTo(own[step]!, 2);
  });
});

describe("a training that is driven", () => {
  test.each([
    ["SGD", []],
    ["SGD", ["--momentum", "0.9"]],
    ["Adam", []],
    ["AdamW", []],
    ["RMSprop", []],
  ])("makes the steps of the engine's learning rate from the first on: %s %j", async (name, more) => {
    const args = ["--optimizer", name, ...more];
    const wanted = await run([...args, "--lr", "0.02"]);
    await fixed(0.02);
    const driven = await run([...args, "--lr", "0.000001"]);
    const [losses, own] = [numbers(driven.stdout, "loss"), numbers(wanted.stdout, "loss")];
    expect(losses).toHaveLength(30);
    for (const [step, loss] of losses.entries()) expect(loss).toBeCloseTo(own[step]!, 3);
  });

  test("keeps the schedule that the script has computed for itself", async () => {
    const args = ["--gamma", "0.8"];
    const alone = await run(args);
    await fixed(0.5);
    const driven = await run(args);
    expect(rates(driven.stdout)).toEqual(rates(alone.stdout));
    expect(numbers(driven.stdout, "loss")).not.toEqual(numbers(alone.stdout, "loss"));
  });

  test("is put back to where its loss was least when it is given up", async () => {
    socket = await ruinous();
    const { exitCode, stdout, stderr } = await run(["--plain", "--lr", "0.000001"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const losses = numbers(stdout, "loss");
    expect(Math.max(...losses.slice(11, 16))).toBeGreaterThan(100);
    for (const loss of losses.slice(16)) expect(loss).toBeLessThan(2);
  });

  test("leaves a trace from which every learning rate follows again", async () => {
    await control("policy");
    const { exitCode, stderr } = await run(["--lr", "0.000001", "--momentum", "0.9"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const lines = linesOf(trace());
    const acts = lines.filter(({ type }) => type === "act");
    const driver = new RateDriver(policies.momentum!);
    expect(statesOf(trace()).map((state) => driver.next(state))).toEqual(acts);
    // What was answered is what the next look was made with.
    const states = statesOf(trace());
    for (const [i, { rate }] of states.slice(1).entries()) expect(acts[i]).toMatchObject({ rate });
    expect(new Set(acts.map((act) => ("rate" in act ? act.rate : undefined))).size).toBe(acts.length);
  });
});

describe("a training under hypergradient descent", () => {
  const rule = { step: 0.4, low: 1e-6, high: 1 };
  const looksOf = () =>
    statesOf(trace()).map((state, i) => ({
      state,
      act: linesOf(trace()).filter((line): line is ControlAct => line.type === "act")[i]!,
    }));
  const close = (values: readonly number[], wanted: readonly number[]) => {
    expect(values).toHaveLength(wanted.length);
    for (const [i, value] of values.entries()) expect(value / wanted[i]!).toBeCloseTo(1, 4);
  };

  test("moves by the hypergradient of each step; every learning rate follows from its trace again", async () => {
    await control("descent");
    const { exitCode, stdout, stderr } = await run(["--lr", "0.001", "--hypergradients"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const seen = statesOf(trace()).flatMap(({ hypergradients }) => (hypergradients?.lr ?? []).map(Number));
    const own = numbers(stdout, "h").slice(0, seen.length);
    expect(seen.length).toBe(25);
    for (const [i, value] of seen.entries()) expect(value).toBeCloseTo(own[i]!, 4);
    const rates = replayDescent(rule, looksOf());
    close(rates, numbers(stdout, "used").slice(0, rates.length));
    for (const { state } of looksOf()) expect(rates[state.step]! / Number(state.rate)).toBeCloseTo(1, 9);
    // It has moved at every step.
    expect(new Set(rates).size).toBe(26);
  });

  test.each([
    ["SGD", ["--momentum", "0.9"]],
    ["Adam", []],
    ["AdamW", []],
    ["RMSprop", []],
  ])("finds a learning rate from 1e-6 on: %s %j", async (name, more) => {
    await control("descent");
    const { exitCode, stderr, stdout } = await run([
      ...["--plain", "--optimizer", name, "--lr", "0.000001", "--steps", "160"],
      ...more,
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const losses = numbers(stdout, "loss");
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
    expect(mean(losses.slice(-10))).toBeLessThan(0.93 * mean(losses.slice(0, 10)));
  });

  test("keeps the schedule that the script has computed for itself", async () => {
    const args = ["--gamma", "0.8"];
    const alone = await run(args);
    await control("descent");
    expect(rates((await run(args)).stdout)).toEqual(rates(alone.stdout));
  });

  test("is put back where its loss was least, and goes on with a smaller learning rate", async () => {
    socket = await listenForTrainings(() => ({
      heard: (message) => {
        if (message.type === "hello")
          return {
            ...{ type: "config", mode: "descent", first: 30, every: 1, timeoutMs: 5000, changes: false },
            // From step 10 on each step doubles the learning rate or nearly.
            descent: { step: -40, low: 1e-6, high: 1e4 },
          };
        if (message.type !== "state") return undefined;
        const { step } = message;
        return step === 15
          ? { type: "act", step, rollback: "it has gone astray", rate: 1e-6 }
          : { type: "act", step };
      },
      closed: () => {},
    }));
    const { exitCode, stdout, stderr } = await run(["--plain", "--lr", "0.01"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const losses = numbers(stdout, "loss");
    expect(losses[16]).toBeLessThan(2);
  });

  test("is given up when the engine says so, and goes on by itself", async () => {
    socket = await listenForTrainings(() => ({
      heard: (message) => {
        if (message.type === "hello")
          return {
            ...{ type: "config", mode: "descent", first: 30, every: 1, timeoutMs: 5000, changes: false },
            descent: { step: 0.4, low: 1e-6, high: 1 },
          };
        if (message.type !== "state") return undefined;
        const { step } = message;
        return step === 5 ? { type: "act", step, fallback: "enough" } : { type: "act", step };
      },
      closed: () => {},
    }));
    const { stdout, stderr } = await run(["--plain", "--lr", "0.01", "--hypergradients"]);
    expect(stderr).toBe("");
    const used = numbers(stdout, "used");
    expect(used.slice(1, 5).some((rate) => Math.abs(rate - 0.01) > 1e-3)).toBe(true);
    for (const rate of used.slice(6)) expect(rate).toBeCloseTo(0.01, 5);
  });
});

describe("a training under real-time hypergradients", () => {
  const rule = hypergradientRules(realTime).realTime!;
  /** What the steps were made with: learning rate, momentum, weight decay. */
  const madeOf = (stdout: string) =>
    [...stdout.matchAll(/made=(\S+)/g)].map(([, values]) => values!.split(",").map(Number));
  const looksOf = () => {
    const acts = linesOf(trace()).filter((line): line is ControlAct => line.type === "act");
    return statesOf(trace()).map((state, i) => ({ state, act: acts[i]! }));
  };

  test("has the derivatives that differences of whole trainings have", () => {
    const { stdout, stderr } = spawnSync(python, [join(root, "test/fixtures/torch/hypergradients.py")], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const rows = stdout.trim().split("\n");
    expect(rows).toHaveLength(30);
    for (const row of rows) {
      const [forward, difference] = row.split(";").slice(-2).map(Number);
      expect(Math.abs(forward! / difference! - 1), row).toBeLessThan(1e-6);
    }
  });

  test("moves learning rate and momentum at every step, gives them back, and all follow from its trace again", async () => {
    const args = ["--lr", "0.001", "--momentum", "0.5", "--gamma", "0.9"];
    const alone = await run(args);
    await control("real-time");
    const { exitCode, stdout, stderr } = await run([...args, "--values"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(rates(stdout)).toEqual(rates(alone.stdout));
    expect([...stdout.matchAll(/after=(.*)/g)].map(([, after]) => after)).toEqual(
      Array.from({ length: 30 }, () => "[0.5, 0.5]"),
    );
    const made = madeOf(stdout);
    expect(made).toHaveLength(30);
    expect(new Set(made.map(([lr]) => lr)).size).toBe(30);
    expect(new Set(made.map(([, momentum]) => momentum)).size).toBeGreaterThan(20);
    // Of what it is trained on, less decay is better at any time: it is not moved.
    expect(made.every(([, , decay]) => decay === 0)).toBe(true);
    const replayed = replayRealTime(rule, looksOf());
    for (const [i, { state }] of looksOf().entries()) {
      const [lr, momentum] = made[state.step]!;
      expect(replayed[i]!.lr! / lr!).toBeCloseTo(1, 9);
      expect(replayed[i]!.momentum! / momentum!).toBeCloseTo(1, 9);
    }
    expect(looksOf().at(-1)!.state).toMatchObject({ step: 25, hypergradients: { lr: expect.any(Array) } });
  });

  test("moves by the gradient of a validation loss that the script tells of, and weight decay too", async () => {
    const path = { PYTHONPATH: join(root, "python") };
    await control("real-time");
    const { exitCode, stdout, stderr } = await run(["--validation", "--values", "--optimizer", "Adam"], path);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const made = madeOf(stdout);
    expect(made[0]![2]).toBe(1e-8);
    // The least there is, and up from there where that is better.
    expect(new Set(made.map(([, , decay]) => decay)).size).toBeGreaterThan(3);
    for (const { validation } of statesOf(trace()).slice(1)) expect(validation).toEqual(expect.any(Number));
    const replayed = replayRealTime(rule, looksOf());
    for (const [i, { state }] of looksOf().entries())
      expect(replayed[i]!.weight_decay! / made[state.step]![2]!).toBeCloseTo(1, 9);
  });

  test.each([
    ["SGD", ["--momentum", "0.9"]],
    ["SGD", []],
    ["Adam", []],
    ["AdamW", []],
  ])("finds a learning rate from 1e-6 on: %s %j", async (name, more) => {
    await control("real-time", { first: 3, every: 5 });
    const args = ["--plain", "--optimizer", name, "--lr", "0.000001", "--steps", "400", ...more];
    const { exitCode, stderr, stdout } = await run(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const losses = numbers(stdout, "loss");
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
    expect(mean(losses.slice(-10))).toBeLessThan(0.93 * mean(losses.slice(0, 10)));
  });

  test("takes a step back that led to a gradient that is no number", async () => {
    await control("real-time");
    const { exitCode, stdout, stderr } = await run(["--plain", "--values", "--ruin", "12"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const made = madeOf(stdout).map(([lr]) => lr!);
    const returns = statesOf(trace()).flatMap((state) => state.returns ?? []);
    expect(returns).toMatchObject([{ step: 12, why: expect.stringContaining("no number") }]);
    expect(made[12]! / returns[0]!.values.lr!).toBeCloseTo(1, 9);
    expect(made[12]!).toBeLessThan(made[11]!);
    const replayed = replayRealTime(rule, looksOf());
    for (const [i, { state }] of looksOf().entries())
      expect(replayed[i]!.lr! / made[state.step]!).toBeCloseTo(1, 9);
    for (const loss of numbers(stdout, "loss")) expect(loss).toBeLessThan(3);
  });

  test("is restored by the script's own hand where that tells how", async () => {
    const rollback = { rollback: "it has gone astray", rate: 1e-6 };
    socket = await listenForTrainings(() => ({
      heard: (message) => {
        if (message.type === "hello") {
          const config = { type: "config", first: 30, every: 1, timeoutMs: 5000, changes: false } as const;
          return { ...config, mode: "real-time", realTime: rule };
        }
        if (message.type !== "state") return undefined;
        return { type: "act", step: message.step, ...(message.step === 15 && rollback) };
      },
      closed: () => {},
    }));
    const { stdout, stderr } = await run(["--validation"], { PYTHONPATH: join(root, "python") });
    expect(stderr).toBe("");
    expect(stdout.match(/loaded=/g)).toHaveLength(1);
  });

  test("says why it lets a training go that it does not understand, and that goes on by itself", async () => {
    const args = ["--optimizer", "RMSprop"];
    const alone = await run(args);
    await control("real-time");
    expect(await run(args)).toEqual(alone);
    expect(linesOf(trace()).at(-1)).toMatchObject({
      type: "crash",
      reason: expect.stringContaining("know SGD, Adam and AdamW"),
    });
  });

  test("keeps no graph of a step that the script itself holds on to", async () => {
    await control("real-time");
    const { exitCode, stdout, stderr } = await run(["--accumulate", "--plain", "--steps", "40"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(numbers(stdout, "retained").at(-1)).toBe(0);
  });
});

test("a step that led to gradients that are no numbers is taken back", () => {
  const lines = [
    "import math, sys, torch",
    `sys.path.insert(0, ${JSON.stringify(join(root, "python/tuning_fork"))})`,
    "from attach import Control",
    "from attach_descent import Descent",
    'descent = Descent({"step": 0.4, "low": 1e-6, "high": 1.0})',
    "w = torch.tensor([1.0, 2.0], requires_grad=True)",
    "w.grad = torch.tensor([1.0, 1.0])",
    "rates = [descent.next(None, [w], 0.1)]",
    "with torch.no_grad(): w.sub_(5.0)",
    "w.grad = torch.tensor([math.nan, 1.0])",
    "rates.append(descent.next(None, [w], 0.1))",
    "print(rates, w.tolist(), w.grad.tolist(), descent.told(Control.number))",
  ];
  const { stdout, stderr } = spawnSync(python, ["-c", lines.join("\n")], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout.trim()).toBe("[0.1, 0.01] [1.0, 2.0] [0.0, 0.0] {'hypergradients': {'lr': ['nan']}}");
});

describe("a training that cannot be driven goes on by itself", () => {
  test("its loss is its own: the engine says why", async () => {
    const alone = await run(["--own-loss"]);
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
    expect(rates(stdout)).toEqual(rates(alone.stdout));
    expect(engine.seen()).toBe(4);
  });

  test("there is no engine at all, or several processes train together", async () => {
    const alone = await run([]);
    await fixed(0.5);
    expect(await run([], { WORLD_SIZE: "2" })).toEqual(alone);
    await socket!.close();
    expect(await run([])).toEqual(alone);
  });
});

test("step-size-policy: a script shipped with a learning rate of 1e-6 learns under the policy, and only there", () => {
  const held = { train_size: 1000, channels: 4, hidden: 32, batch_size: 64, lr: 1e-6, optimizer: "sgd" };
  const set = Object.entries(held).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const budget = ["--budget-min", "1", "--budget-max", "4"];
  const args = ["--strategy", "step-size-policy", "--trials", "2", "--seed", "1", "--metric", "val_loss"];
  const { exitCode, lines, stderr } = tune("torch/train.py", python, [...args, ...budget, ...set]);
  expect(exitCode, stderr).toBe(0);
  const finished = lines.filter(({ type }) => type === "finished");
  const ends = [0, 1].map((number) => Number(finished.find(({ trial }) => trial === number)?.value));
  expect(ends[0]).toBeGreaterThan(2.2);
  expect(ends[1]).toBeLessThan(1.5);
});
