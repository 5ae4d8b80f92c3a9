import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { callOwner } from "../../src/engine/client.ts";
import { readAddress } from "../../src/host/engineProcess.ts";
import type { StudyHistory } from "../../src/journal/history.ts";
import { type Random, random } from "../../src/space/random.ts";
import { journalPath } from "../../src/store/folder.ts";
import { readHistory } from "../../src/store/read.ts";
import { studyFolder } from "../fixtures/studyFolder.ts";

/**
 * `kill -9` of engine, host and trial at random moments: counts what was lost. A trial is finished once its end has
 * been told (a line of `--json`); from then on it must be in the journal, with the same value, for ever.
 */
const STUDIES = Number(process.env.FAULT_STUDIES ?? 100);
const AT_ONCE = 2;
const TRIALS = 16;
const CLI = join(import.meta.dirname, "../../src/cli/main.ts");
const HOST = join(import.meta.dirname, "../fixtures/hostProcess.ts");

interface Outcome {
  readonly seed: number;
  readonly victim: "engine" | "host" | "trial";
  /** Finished trials that were told, and those of them that the journal does not have. */
  readonly told: number;
  readonly lost: number;
  /** Trials whose result changed on resume. */
  readonly changed: number;
  /** Processes that survived. */
  readonly orphans: number;
  /** Trials that failed because their process was killed. */
  readonly killed: number;
  readonly end: string;
}

const victims = ["engine", "host", "trial"] as const;

async function history(folder: string): Promise<StudyHistory | undefined> {
  const reading = await readHistory(journalPath(folder, "train")).catch(() => undefined);
  expect(reading?.problems ?? []).toEqual([]);
  return reading?.histories[0];
}

/** Processes that bear the study's mark: trials and what they started. */
async function marked(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.includes(`TUNING_FORK_TRIAL=${folder}`)) found.push(Number(pid));
  }
  return found;
}

interface Started {
  readonly child: ChildProcess;
  /** Complete lines of its output. */
  readonly lines: string[];
  /** Its first line is there, or it has ended. */
  readonly begun: Promise<void>;
  readonly exited: Promise<void>;
}

function start(file: string, folder: string, ...args: string[]): Started {
  const child = spawn(process.execPath, [file, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  let rest = "";
  child.stdout!.on("data", (data) => {
    const parts = (rest + data).split("\n");
    rest = parts.pop()!;
    lines.push(...parts);
    child.emit("line");
  });
  child.stderr!.resume();
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const line = new Promise<void>((resolve) => child.once("line", () => resolve()));
  return { child, lines, begun: Promise.race([line, exited]), exited };
}

/** Trials told as ended, with their values. */
function toldIn(lines: readonly string[]): Map<number, number | undefined> {
  const told = new Map<number, number | undefined>();
  for (const line of lines) {
    const event = JSON.parse(line);
    if (event.type === "finished") told.set(event.trial, event.value);
    if (event.type === "failed") told.set(event.trial, undefined);
  }
  return told;
}

/** Strikes at a random moment: for one study in five while it starts, else while its trials run. */
async function strike(run: Started, victim: Outcome["victim"], folder: string, draw: Random): Promise<void> {
  if (draw.uniform() < 0.2) await sleep(draw.uniform() * 600);
  else {
    await run.begun;
    await sleep(draw.uniform() * 900);
  }
  if (victim !== "trial") {
    run.child.kill("SIGKILL");
    return;
  }
  const running = await marked(folder);
  const pid = running[draw.int(Math.max(1, running.length))];
  // It may have ended since it was listed.
  if (pid !== undefined) spawnSync("kill", ["-9", String(pid)]);
}

/** Of the trials told as ended, how many the journal does not have so. */
function countLost(told: ReadonlyMap<number, number | undefined>, study: StudyHistory | undefined): number {
  let lost = 0;
  for (const [trial, value] of told) {
    const found = study?.trials[trial];
    if (found?.finished === undefined || (value !== undefined && found.values?.[0] !== value)) lost++;
  }
  return lost;
}

/** Of the trials that had ended, how many have another result now. */
function countChanged(before: StudyHistory | undefined, now: StudyHistory | undefined): number {
  const ended = (before?.trials ?? []).filter((trial) => trial.finished !== undefined);
  return ended.filter(({ number, values }) => now?.trials[number]?.values?.[0] !== values?.[0]).length;
}

async function oneStudy(seed: number): Promise<Outcome> {
  const draw = random(seed, 0);
  const victim = victims[seed % 3]!;
  const { folder, remove } = await studyFolder({ stop: { trials: TRIALS }, seed }, 0.03);
  const first =
    victim === "host" ? start(HOST, folder, folder) : start(CLI, folder, "tune", "train.py", "--json");
  await strike(first, victim, folder, draw);
  await first.exited;
  const told = toldIn(first.lines);
  const after = await history(folder);
  // A killed host leaves its engine at work; the study ends by itself. Otherwise `tune` goes on with it.
  if (victim === "host") await untilFinished(folder);
  await start(CLI, folder, "tune", "train.py", "--json").exited;
  const last = await history(folder);
  const outcome = {
    seed,
    victim,
    told: told.size,
    lost: countLost(told, after),
    changed: countChanged(after, last),
    orphans: (await marked(folder)).length,
    killed: last?.trials.filter((trial) => trial.reason === "killed by SIGKILL").length ?? 0,
    end: `${last?.trials.filter((trial) => trial.finished !== undefined).length}/${last?.trials.length}`,
  };
  const engine = await readAddress(join(folder, "runtime"));
  if (engine !== undefined) await callOwner(engine.address, "shutdown", { force: true }).catch(() => {});
  await remove();
  return outcome;
}

async function untilFinished(folder: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    const study = await history(folder);
    if (study?.attributes["tuning_fork:state"] === "done") return;
    // The host was killed before its engine had begun: there is nothing to wait for.
    if (i === 50 && study === undefined) return;
    await sleep(100);
  }
  throw new Error("the engine did not finish the study of a killed host");
}

test(`kill -9 in ${STUDIES} studies loses no finished trial, leaves no process, and every study ends`, {
  timeout: 20 * 60_000,
}, async () => {
  const outcomes: Outcome[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < STUDIES) outcomes.push(await oneStudy(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const sum = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  console.log(
    JSON.stringify({
      faults: "kill -9",
      studies: STUDIES,
      told: sum((o) => o.told),
      lost: sum((o) => o.lost),
      changed: sum((o) => o.changed),
      orphans: sum((o) => o.orphans),
      trialsKilled: sum((o) => o.killed),
      byVictim: Object.fromEntries(victims.map((v) => [v, outcomes.filter((o) => o.victim === v).length])),
    }),
  );
  // Most kills must have hit a study at work, or the test proves nothing.
  expect(
    outcomes.filter((o) => o.victim !== "trial" && o.told > 0 && o.told < TRIALS).length,
  ).toBeGreaterThan(STUDIES / 5);
  expect(sum((o) => o.killed)).toBeGreaterThan(STUDIES / 10);
  expect(outcomes.filter((o) => o.lost + o.changed + o.orphans > 0)).toEqual([]);
  expect(outcomes.filter((o) => o.end !== `${TRIALS}/${TRIALS}`)).toEqual([]);
});
