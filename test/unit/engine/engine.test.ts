import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CancellationTokenSource } from "vscode-jsonrpc";
import { callOwner } from "../../../src/engine/client.ts";
import { EngineClient } from "../../../src/host/engineClient.ts";
import { readAddress } from "../../../src/host/engineProcess.ts";
import { parsePolicy } from "../../../src/learning/stepsize/policy.ts";
import type { LearningStep } from "../../../src/protocol/engine.ts";
import type { StudySummary } from "../../../src/protocol/study.ts";
import { studyFolder } from "../../fixtures/studyFolder.ts";

const python = "python3";
let runtimeDir: string;
const clients: EngineClient[] = [];

function newClient(): EngineClient {
  const client = new EngineClient({
    modulePath: join(import.meta.dirname, "../../../src/engine/main.ts"),
    runtimeDir,
    mayReplace: async () => true,
    starting: (work) => work,
  });
  clients.push(client);
  return client;
}

beforeEach(async () => {
  runtimeDir = await mkdtemp(join(tmpdir(), "tuning-fork-runtime-"));
});

afterEach(async () => {
  const address = await readAddress(runtimeDir);
  if (address !== undefined) await callOwner(address.address, "shutdown", { force: true }).catch(() => {});
  for (const client of clients.splice(0)) client.dispose();
  await rm(runtimeDir, { recursive: true, force: true });
});

/** The study's summary once it is as wanted. */
function until(client: EngineClient, wanted: (summary: StudySummary) => boolean): Promise<StudySummary> {
  return new Promise((resolve) => {
    client.events.on("changed", (summary) => {
      if (wanted(summary)) resolve(summary);
    });
  });
}

test("runs a study for a client and answers what panels ask", async () => {
  const { definitionPath, folder, remove } = await studyFolder();
  const client = newClient();
  const ended = until(client, (summary) => summary.status === "finished");
  const started = await client.call("start", { definitionPath, interpreter: python });
  expect(started).toMatchObject({ name: "train", status: "running", planned: 4, metric: "val_loss" });
  const summary = await ended;
  expect(summary.counts).toMatchObject({ complete: 4, failed: 0, total: 4 });
  expect(summary.definitionPath).toBe(definitionPath);
  expect(summary.scriptPath).toBe(join(folder, "train.py"));

  const study = summary.id;
  const { rows, total } = await client.call("trials", { study, sort: "score", offset: 0, limit: 10 });
  expect(total).toBe(4);
  expect(rows[0]!.number).toBe(summary.best!.number);
  const trial = await client.call("trial", { study, trial: 0 });
  expect(await readFile(trial.log!, "utf8")).toContain("epoch 3/3 val_loss=");
  expect(trial.command).toContain("train.py");
  expect(await client.call("insight", { study, kind: "incumbent" })).toMatchObject({
    kind: "incumbent",
    total: 4,
  });
  expect(await client.call("insight", { study, kind: "parameters" })).toMatchObject({
    kind: "parameters",
    scored: 4,
  });
  expect((await client.call("studies", { folders: [folder] })).map(({ id }) => id)).toEqual([study]);
  await expect(client.call("stop", { study })).rejects.toMatchObject({ code: "study-not-running" });
  await expect(client.call("study", { study: join(folder, "none.log") })).rejects.toMatchObject({
    code: "unknown-study",
  });
  await remove();
});

test("a configuration that is enqueued by hand is tried, settled into the space; a wrong one is refused", async () => {
  const { definitionPath, remove } = await studyFolder(
    {
      space: {
        x: { type: "float", low: 0, high: 1 },
        kind: { type: "categorical", choices: ["a", "b"], enabled: true, bind: { env: "KIND" } },
        rate: { type: "float", low: 1, high: 9, default: 4, when: { kind: "b" }, bind: { env: "RATE" } },
      },
      stop: { trials: 8 },
    },
    0.05,
  );
  const client = newClient();
  const ended = until(client, (summary) => summary.status === "finished");
  const { id: study } = await client.call("start", { definitionPath, interpreter: python });
  await client.call("enqueue", { study, configuration: { x: 0.125, kind: "b" } });
  await client.call("enqueue", { study, configuration: { x: 0.25, kind: "a", rate: 3 } });
  for (const [configuration, words] of [
    [{ x: 2, kind: "a" }, "x must be between 0 and 1"],
    [{ x: 0.5, kind: "a", nothing: 1 }, '"nothing" is not a parameter'],
  ] as const) {
    await expect(client.call("enqueue", { study, configuration })).rejects.toMatchObject({
      code: "bad-input",
      message: expect.stringContaining(words),
    });
  }
  await ended;
  const { rows } = await client.call("trials", { study, sort: "number", offset: 0, limit: 20 });
  const tried = rows.map(({ configuration }) => JSON.stringify(configuration));
  expect(tried).toContain('{"x":0.125,"kind":"b","rate":4}');
  expect(tried).toContain('{"x":0.25,"kind":"a"}');
  expect(rows.every(({ state }) => state === "complete")).toBe(true);
  expect(await client.call("insight", { study, kind: "surface", query: { x: "x", at: 5 } })).toMatchObject({
    kind: "surface",
    at: 5,
    total: 8,
    surface: { x: { name: "x" } },
  });
  expect(await client.call("insight", { study, kind: "strategy", query: { at: 5 } })).toMatchObject({
    kind: "strategy",
    view: "other",
    strategy: "random",
    at: 5,
    total: 8,
    offers: ["incumbent", "surface"],
  });
  expect(await client.call("insight", { study, kind: "importance" })).toMatchObject({
    kind: "importance",
    scored: 8,
    parameters: expect.arrayContaining([expect.objectContaining({ name: "kind" })]),
  });
  await remove();
});

test("outlives its client, and another client finds the study running", async () => {
  const { definitionPath, remove } = await studyFolder({ stop: { trials: 6 } }, 0.1);
  const first = newClient();
  const { id } = await first.call("start", { definitionPath, interpreter: python });
  const before = await first.call("hello", { protocol: 1 });
  first.dispose();

  const second = newClient();
  const ended = until(second, (summary) => summary.status === "finished");
  expect((await second.call("hello", { protocol: 1 })).pid).toBe(before.pid);
  expect((await second.call("study", { study: id })).status).toBe("running");
  expect((await ended).counts.complete).toBe(6);
  await remove();
});

test("a killed engine fails the pending call; the next one resumes the study with nothing lost", async () => {
  const { definitionPath, remove } = await studyFolder({ stop: { trials: 8 } }, 0.05);
  const client = newClient();
  const some = until(client, (summary) => summary.counts.complete >= 2);
  const { id } = await client.call("start", { definitionPath, interpreter: python });
  const before = await some;
  const { pid } = await client.call("hello", { protocol: 1 });
  const pending = client.call("probe", { definitionPath, interpreter: python });
  process.kill(pid, "SIGKILL");
  await expect(pending).rejects.toMatchObject({ code: "engine-died" });

  const after = await client.call("study", { study: id });
  expect(after.status).toBe("stopped");
  expect(after.counts.complete).toBeGreaterThanOrEqual(before.counts.complete);
  const ended = until(client, (summary) => summary.status === "finished");
  await client.call("start", { definitionPath, interpreter: python });
  expect((await ended).counts).toMatchObject({ complete: 8, total: 8 });
  await remove();
});

test("an engine of another version refuses, but may be told to end", async () => {
  const client = newClient();
  await client.call("studies", { folders: [] });
  const { address } = (await readAddress(runtimeDir))!;
  await expect(client.call("hello", { protocol: 99 })).rejects.toMatchObject({ code: "version-mismatch" });
  expect(address).not.toBe("");
});

test("a definition's faults reach the client with their places", async () => {
  const { definitionPath, remove } = await studyFolder({ space: { x: { type: "float", low: 2, high: 1 } } });
  const client = newClient();
  const error = await client.call("start", { definitionPath, interpreter: python }).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: "bad-definition" });
  expect((error as Error).message).toMatch(/train\.tune\.json:\d+:\d+: /);
  await remove();
});

test("learns in a process of its own, tells its progress, and keeps what it has when it is cancelled", async () => {
  const client = newClient();
  const steps: LearningStep[] = [];
  client.events.on("learning", (step) => steps.push(step));
  const file = join(runtimeDir, "policy.json");
  const options = { iterations: 2, samples: 4, instances: 1 };
  const request = { system: "step-size", options, seed: 3, file };
  expect(await client.call("learn", request)).toMatchObject({ file, complete: true });
  expect(steps.map(({ iteration, of }) => [iteration, of])).toEqual([
    [1, 2],
    [2, 2],
  ]);
  expect(parsePolicy(await readFile(file, "utf8"), file).record.seed).toBe(3);

  const source = new CancellationTokenSource();
  client.events.on("learning", () => source.cancel());
  const endless = { ...request, options: { ...options, iterations: 1000 } };
  expect(await client.call("learn", endless, source.token)).toMatchObject({ file, complete: false });
  const { progress } = parsePolicy(await readFile(file, "utf8"), file).record;
  expect(progress.length).toBeGreaterThan(0);
  expect(progress.length).toBeLessThan(1000);
  await expect(client.call("learn", { ...request, system: "steps" })).rejects.toMatchObject({
    code: "bad-input",
    message: expect.stringContaining('Nothing that can be learned is called "steps"'),
  });
});

test("a probe says what the script prints, the likely objective first", async () => {
  const { definitionPath, remove } = await studyFolder({ objective: { goal: "minimize" } });
  const client = newClient();
  const { metrics, exitCode } = await client.call("probe", { definitionPath, interpreter: python });
  expect(exitCode).toBe(0);
  expect(metrics[0]).toMatchObject({ name: "val_loss", known: true, goal: "minimize" });
  await expect(client.call("start", { definitionPath, interpreter: python })).rejects.toMatchObject({
    code: "no-metric",
  });
  await remove();
});

test.each([
  ["a constant that is gone", { bind: { constant: "RATE" } }, "bad-definition", "the constant RATE"],
  [
    "a literal that is gone",
    { bind: { literal: { text: "0.25", line: "rate = 0.25", nth: 1, at: 3 } } },
    "bad-definition",
    "the literal 0.25",
  ],
] as const)("%s stops the start, before any trial fails for it", async (_, bound, code, text) => {
  const { definitionPath, remove } = await studyFolder({
    space: { x: { type: "float", low: 0, high: 1, ...bound } },
  });
  const client = newClient();
  const error = await client.call("start", { definitionPath, interpreter: python }).catch((e: unknown) => e);
  expect(error).toMatchObject({ code });
  expect((error as Error).message).toContain(text);
  await remove();
});

test("a script that Python cannot parse stops the start with its line", async () => {
  const { definitionPath, folder, remove } = await studyFolder();
  await writeFile(join(folder, "train.py"), "import argparse\nparser = argparse.ArgumentParser(\nx = = 1\n");
  const client = newClient();
  const error = await client.call("start", { definitionPath, interpreter: python }).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: "script-unreadable" });
  expect((error as Error).message).toMatch(/Line \d/);
  await remove();
});
