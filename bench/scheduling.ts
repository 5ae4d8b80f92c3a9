/**
 * No-op trials a second, against a bare loop that only spawns the same processes; at 1, 2 and 8 in parallel, in a
 * fresh study and in one whose journal holds 100,000 finished trials. Rounds alternate, so that other load hits both;
 * the bare loop runs in a process of its own.
 *
 *   node bench/scheduling.ts [--rounds 5] [--trials 400] [--full 100000]
 */
import { fork } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pythonFolder } from "../src/engine/installation.ts";
import type { Definition } from "../src/protocol/definition.ts";
import { prepareStudyFolder } from "../src/store/folder.ts";
import { openStore } from "../src/store/studyStore.ts";
import { systemClock } from "../src/study/clock.ts";
import { checkDefinition } from "../src/study/definitions.ts";
import { startStudy } from "../src/study/runner.ts";
import { createLocalExecutor } from "../src/trials/localExecutor.ts";
import { findInterpreter } from "../src/trials/python.ts";
import { startSpawnerProcess } from "../src/trials/spawnerProcess.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    trials: { type: "string", default: "400" },
    full: { type: "string", default: "100000" },
  },
});
const rounds = Number(values.rounds);
const trials = Number(values.trials);
const full = Number(values.full);
const command = ["/bin/echo", "loss=1"] as const;

/** Trials a second of the bare loop, which has a process of its own: nothing of the study slows it down. */
const loop = fork(join(import.meta.dirname, "bareLoop.ts"), [...command]);
function bare(count: number, parallel: number): Promise<number> {
  return new Promise((resolve) => {
    loop.once("message", (rate) => resolve(rate as number));
    loop.send({ count, parallel });
  });
}

const interpreter = await findInterpreter();

const space = { x: { type: "float", low: 0, high: 1 } } as const;

/** The same number of trials by a study: strategy, journal with its lock and fsync, executor, metrics. */
async function study(folder: string, before: number, parallel: number): Promise<number> {
  const definition: Definition = {
    version: 1,
    script: "noop.py",
    command,
    objective: { metric: "loss", goal: "minimize" },
    space,
    strategy: { name: "random" },
    stop: { trials: before + trials },
    parallel,
  };
  const loaded = checkDefinition(definition, join(folder, "noop.tune.json"));
  const spawner = await startSpawnerProcess(interpreter, pythonFolder);
  const running = await startStudy({
    loaded,
    interpreter,
    pythonFolder,
    executor: createLocalExecutor(spawner && { spawner }),
    clock: systemClock,
    address: undefined,
    heard: () => {
      if (begin === 0) begin = performance.now();
    },
    blocked: () => {},
  });
  await running.ended;
  const seconds = (performance.now() - begin) / 1000;
  spawner?.close();
  return trials / seconds;
}
let begin = 0;

/** A study that holds `count` finished trials, as our own store writes them. */
async function fill(folder: string, count: number): Promise<void> {
  const journal = await prepareStudyFolder(folder, "noop");
  const store = await openStore(journal, {
    create: { name: "noop", goals: ["minimize"], metricNames: ["loss"] },
  });
  for (let i = 0; i < count; i++) {
    const time = 1_700_000_000_000 + i;
    const trial = await store.startTrial({
      configuration: { x: (i % 1000) / 1000 },
      space: { parameters: space },
      budget: 0,
      placement: undefined,
      note: undefined,
      time,
    });
    store.record({ type: "reported", trial, budget: 1, losses: [1], time });
    store.record({ type: "finished", trial, state: "complete", budget: 1, losses: [1], time });
  }
  await store.synced();
  await store.close();
}

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tuning-fork-bench-"));
  await writeFile(join(folder, "noop.py"), "");
  return folder;
}

const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

const results: { parallel: number; journal: number; bare: number; study: number; ratio: number }[] = [];
for (const journal of [0, full]) {
  const folder = journal === 0 ? undefined : await freshFolder();
  if (folder !== undefined) await fill(folder, journal);
  let before = journal;
  for (const parallel of [1, 2, 8]) {
    const rates: { bare: number[]; study: number[]; ratio: number[] } = { bare: [], study: [], ratio: [] };
    for (let round = 0; round < rounds; round++) {
      const own = folder ?? (await freshFolder());
      const b = await bare(trials, parallel);
      begin = 0;
      const s = await study(own, folder === undefined ? 0 : before, parallel);
      if (folder === undefined) await rm(own, { recursive: true, force: true });
      else before += trials;
      rates.bare.push(b);
      rates.study.push(s);
      rates.ratio.push(s / b);
    }
    results.push({
      parallel,
      journal,
      bare: median(rates.bare),
      study: median(rates.study),
      ratio: median(rates.ratio),
    });
  }
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

loop.disconnect();
console.log(
  "| in parallel | trials in the journal | bare loop, 1/s | study, 1/s | ratio (median of rounds) |",
);
console.log("| ---: | ---: | ---: | ---: | ---: |");
for (const r of results)
  console.log(
    `| ${r.parallel} | ${r.journal} | ${r.bare.toFixed(0)} | ${r.study.toFixed(0)} | ${r.ratio.toFixed(2)} |`,
  );
console.log(JSON.stringify({ benchmark: "scheduling", rounds, trials, results }));
