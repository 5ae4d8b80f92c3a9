/**
 * The journal's figures: opening 100,000 finished trials against Optuna on the same file, and what one trial
 * costs to record. Usage: node bench/journal.ts [trials] [rounds]. Optuna is taken from the Python in
 * TUNING_FORK_TEST_PYTHON, else python3.
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { encodeRecord } from "../src/journal/codec.ts";
import { eventRecords, startRecord, studyRecords } from "../src/journal/compose.ts";
import type { Trial } from "../src/journal/history.ts";
import type { SpaceSpec } from "../src/protocol/space.ts";
import { openStore } from "../src/store/studyStore.ts";

const trials = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 5);
const pairs = 2000;
const python = process.env.TUNING_FORK_TEST_PYTHON ?? "python3";

const space: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-6, high: 1, scale: "log" },
    batch_size: { type: "int", low: 32, high: 4096, scale: "log" },
    optimizer: { type: "categorical", choices: ["sgd", "adam", "rmsprop"] },
  },
};
const optimizers = ["sgd", "adam", "rmsprop"];
const begin = Date.UTC(2026, 0, 1);

/** A configuration that differs from trial to trial, without a random number. */
function configuration(index: number) {
  const spread = (index * 0.618033988749895) % 1;
  return { lr: 10 ** (-6 * spread), batch_size: 32 + (index % 4065), optimizer: optimizers[index % 3]! };
}

function start(index: number, time: number) {
  return {
    configuration: configuration(index),
    space,
    budget: 81,
    placement: undefined,
    note: undefined,
    time,
  };
}

function writeJournal(file: string): void {
  const plan = { name: "bench", goals: ["minimize"], metricNames: ["val_loss"] } as const;
  const descriptor = fs.openSync(file, "w");
  fs.writeSync(descriptor, studyRecords(plan, 0, "bench", begin).map(encodeRecord).join(""));
  let lines: string[] = [];
  for (let index = 0; index < trials; index++) {
    const time = begin + index * 1000;
    const position = { worker: "bench", studyId: 0, trialId: index, trialNumber: index };
    lines.push(encodeRecord(startRecord(start(index, time), position)));
    const trial = { ...EMPTY, number: index, id: index, started: time };
    for (const budget of [9, 27, 81]) {
      const losses = [1 / budget + ((index * 0.7548776662466927) % 1)];
      const report = { type: "reported", trial: index, budget, losses, time: time + budget } as const;
      for (const record of eventRecords(report, trial, plan.goals, "bench")) lines.push(encodeRecord(record));
    }
    const losses = [1 / 81 + ((index * 0.7548776662466927) % 1)];
    const end = {
      type: "finished",
      state: "complete",
      trial: index,
      budget: 81,
      losses,
      time: time + 99,
    } as const;
    for (const record of eventRecords(end, trial, plan.goals, "bench")) lines.push(encodeRecord(record));
    if (lines.length > 10_000) {
      fs.writeSync(descriptor, lines.join(""));
      lines = [];
    }
  }
  fs.writeSync(descriptor, lines.join(""));
  fs.closeSync(descriptor);
}

const EMPTY = {
  state: "running" as const,
  configuration: {},
  budget: 81,
  placement: undefined,
  note: undefined,
  reports: [],
  values: undefined,
  reason: undefined,
  finished: undefined,
  attributes: {},
} satisfies Omit<Trial, "number" | "id" | "started">;

/** Seconds on the clock, and of processors: the latter are the same on a busy machine. */
interface Seconds {
  readonly wall: number;
  readonly cpu: number;
}

/** Opens the study for writing, in a process of its own as Optuna has it: nothing is compiled yet. */
function timeOurs(file: string): Seconds {
  const opener = path.join(import.meta.dirname, "journalOpen.ts");
  const output = execFileSync(process.execPath, [opener, file, String(trials)], { encoding: "utf8" });
  const [wall, cpu] = output.trim().split(" ").map(Number);
  return { wall: wall!, cpu: cpu! };
}

const OPTUNA = `
import sys, time
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
before, cpu = time.perf_counter(), time.process_time()
study = optuna.load_study(study_name="bench", storage=JournalStorage(JournalFileBackend(sys.argv[1])))
trials = study.get_trials(deepcopy=False)
opened = time.perf_counter() - before
cpu = time.process_time() - cpu
copies = study.get_trials()
copied = time.perf_counter() - before
assert sum(t.state == optuna.trial.TrialState.COMPLETE for t in trials) == int(sys.argv[2])
print(optuna.__version__, opened, cpu, copied)
`;

/** `load_study` and `get_trials`, without and with the copies that `get_trials` makes unless told not to. */
function timeOptuna(file: string): { version: string; opened: Seconds; copied: number } {
  const output = execFileSync(python, ["-c", OPTUNA, file, String(trials)], { encoding: "utf8" });
  const [version = "", opened, cpu, copied] = output.trim().split(" ");
  return { version, opened: { wall: Number(opened), cpu: Number(cpu) }, copied: Number(copied) };
}

/**
 * Microseconds a trial: "apart", finishing and starting in turns of their own (two holds of the lock);
 * "together", one trial finishing and the next starting in the same turn, as in a study (one hold).
 */
async function timeTrials(file: string, count: number, wait: boolean, together: boolean): Promise<number> {
  const store = await openStore(file);
  const before = performance.now();
  for (let index = 0; index < count; index++) {
    const time = begin + index;
    const trial = await store.startTrial(start(index, time));
    if (!together) await new Promise((resolve) => setImmediate(resolve));
    store.record({ type: "finished", state: "complete", trial, budget: 81, losses: [index], time });
    if (wait) await store.synced();
    else if (!together) await new Promise((resolve) => setImmediate(resolve));
  }
  const total = performance.now() - before;
  await store.close();
  return (total / count) * 1000;
}

async function timeRecording(file: string) {
  return {
    together: await timeTrials(file, pairs, false, true),
    apart: await timeTrials(file, pairs, false, false),
    waitingForDisk: await timeTrials(file, pairs / 10, true, false),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1]!;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "journal-bench-"));
try {
  const file = path.join(folder, "journal.log");
  writeJournal(file);
  const ours: Seconds[] = [];
  const optuna: Seconds[] = [];
  const copied: number[] = [];
  let version = "";
  for (let round = 0; round < rounds; round++) {
    ours.push(timeOurs(file));
    const timed = timeOptuna(file);
    version = timed.version;
    optuna.push(timed.opened);
    copied.push(timed.copied);
  }
  const emptyFile = path.join(folder, "empty.log");
  const create = { name: "bench", goals: ["minimize"], metricNames: ["val_loss"] } as const;
  await (await openStore(emptyFile, { create })).close();
  const wall = ours.map((seconds, round) => optuna[round]!.wall / seconds.wall);
  const cpu = ours.map((seconds, round) => optuna[round]!.cpu / seconds.cpu);
  const figures = {
    trials,
    megabytes: Number((fs.statSync(file).size / 1e6).toFixed(1)),
    optunaVersion: version,
    openSeconds: { ours, optuna, optunaWithCopies: copied },
    ratio: {
      wall: { median: median(wall), worst: Math.min(...wall) },
      cpu: { median: median(cpu), worst: Math.min(...cpu) },
    },
    microsecondsPerTrial: { empty: await timeRecording(emptyFile), full: await timeRecording(file) },
  };
  console.log(JSON.stringify(figures));
  const { empty, full } = figures.microsecondsPerTrial;
  console.table({
    "open, ours (s)": median(ours.map((seconds) => seconds.wall)).toFixed(3),
    [`open, Optuna ${version} (s)`]: median(optuna.map((seconds) => seconds.wall)).toFixed(3),
    [`open and copy, Optuna ${version} (s)`]: median(copied).toFixed(3),
    "Optuna / ours, on the clock: median, worst": `${median(wall).toFixed(1)}, ${Math.min(...wall).toFixed(1)}`,
    "Optuna / ours, processor time: median, worst": `${median(cpu).toFixed(1)}, ${Math.min(...cpu).toFixed(1)}`,
    "finish one and start the next, empty journal (µs)": empty.together.toFixed(0),
    "start, then finish, empty journal (µs)": empty.apart.toFixed(0),
    "finish one and start the next, full journal (µs)": full.together.toFixed(0),
    "start, then finish, full journal (µs)": full.apart.toFixed(0),
    "start, then finish, waiting for the disk (µs)": full.waitingForDisk.toFixed(0),
  });
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
