import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lastRun, tracedTrials, traceInsight } from "../../../src/insight/trace.ts";
import { RateDriver } from "../../../src/learning/stepsize/driver.ts";
import type { ControlState } from "../../../src/protocol/control.ts";
import type { Definition } from "../../../src/protocol/definition.ts";
import { journalPath, tracePath } from "../../../src/store/folder.ts";
import { readHistory } from "../../../src/store/read.ts";
import { readTrace } from "../../../src/store/traces.ts";
import { readPolicies } from "../../../src/study/policies.ts";

const ROOT = join(import.meta.dirname, "../../..");
const run = promisify(execFile);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tuning-fork-policy-"));
  await cp(join(ROOT, "test/fixtures/scripts/speaks_control.py"), join(folder, "train.py"));
});
afterEach(() => rm(folder, { recursive: true }));

async function tune(strategy: Definition["strategy"]): Promise<{ stdout: string; stderr: string }> {
  const definition = {
    version: 1,
    script: "train.py",
    objective: { metric: "loss", goal: "minimize" },
    space: {
      lr: { type: "float", low: 1e-6, high: 1e-4, scale: "log", default: 1e-6, bind: { flag: "--lr" } },
    },
    strategy,
    stop: { trials: 4 },
    parallel: 2,
    seed: 3,
  };
  await writeFile(join(folder, "train.tune.json"), JSON.stringify(definition));
  return run(process.execPath, [join(ROOT, "src/cli/main.ts"), "tune", "train.tune.json", "--json"], {
    cwd: folder,
  });
}

test("a program of any kind takes part by the protocol: what the policy makes of it is recorded and replays", async () => {
  const { stdout } = await tune({ name: "step-size-policy", every: 20 });
  expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toMatchObject({ type: "result", end: "done" });
  const study = journalPath(folder, "train");
  const history = (await readHistory(study)).histories[0]!;
  expect(history.trials.map(({ control, state }) => [control, state])).toEqual([
    ["own", "complete"],
    ["policy", "complete"],
    ["own", "complete"],
    ["policy", "complete"],
  ]);
  const traces = new Map(
    await Promise.all(
      tracedTrials(history).map(
        async (trial) => [trial, lastRun(await readTrace(tracePath(study, trial)))] as const,
      ),
    ),
  );
  const { lines, pairs, events } = traceInsight(history, traces);
  expect(events).toEqual([]);
  // Learning rates so small that nothing is learned without the policy.
  for (const { scores } of pairs) expect(scores[1]!).toBeLessThan(scores[0]! / 2);
  for (const { control, steps, values } of lines) {
    expect(steps.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 20, 40]);
    expect(steps.at(-1)).toBe(280);
    if (control === "own") expect(values.rate!).toEqual(values.own);
    else expect(Math.max(...values.rate!.map(Number))).toBeGreaterThan(1e-2);
  }
  const { sgd } = await readPolicies(join(ROOT, "media/learned"), undefined);
  const messages = traces.get(1)!;
  const driver = new RateDriver(sgd!);
  const states = messages.filter((message): message is ControlState => message.type === "state");
  expect(states.map((state) => driver.next(state))).toEqual(messages.filter(({ type }) => type === "act"));
});

test("a policy of the user's takes the place of ours; a file that is none is told before anything runs", async () => {
  const own = JSON.parse(await readFile(join(ROOT, "media/learned/step-size-sgd.json"), "utf8"));
  await writeFile(
    join(folder, "mine.json"),
    JSON.stringify({ ...own, theta: [0, 0, 0, 0, Math.log(0.125)] }),
  );
  await tune({ name: "step-size-policy", policy: "mine.json" });
  const messages = await readTrace(tracePath(journalPath(folder, "train"), 1));
  const rates = messages.flatMap((message) => (message.type === "act" ? [message.rate] : []));
  // From the script's 1e-6, tenfold at each look.
  expect(rates[0]).toBeCloseTo(1e-5, 12);
  for (const rate of rates.slice(6)) expect(rate).toBeCloseTo(0.125, 12);
  await rm(join(folder, ".tuning-fork"), { recursive: true });
  for (const [policy, words] of [
    ["train.py", /train\.py is not JSON/],
    ["none.json", /none\.json cannot be read: ENOENT/],
  ] as const) {
    const failed = await tune({ name: "step-size-policy", policy }).catch((error) => error);
    expect(failed.stderr).toMatch(words);
    expect(await readdir(folder)).not.toContain("traces");
  }
});

test("a program that says nothing of its training runs all the same, and its trace is empty", async () => {
  await writeFile(
    join(folder, "train.py"),
    "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', type=float)\nprint('loss=%r' % p.parse_args().lr)\n",
  );
  const { stdout } = await tune({ name: "step-size-policy" });
  expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toMatchObject({ type: "result", end: "done" });
  expect(await readTrace(tracePath(journalPath(folder, "train"), 0))).toEqual([]);
});
