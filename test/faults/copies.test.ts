import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Definition } from "../../src/protocol/definition.ts";
import { random } from "../../src/space/random.ts";
import { journalPath, trialLogPath } from "../../src/store/folder.ts";
import { readHistory } from "../../src/store/read.ts";

/**
 * `kill -9` of the engine while a population trains, again and again, until it is through: a copied checkpoint is whole
 * and of the budget that was ranked, or not there at all, and every study ends.
 */
const STUDIES = Number(process.env.FAULT_STUDIES ?? 100) / 10;
const CLI = join(import.meta.dirname, "../../src/cli/main.ts");

/**
 * Keeps each epoch in a folder of its own with many files and one that names the last, and refuses to go on from one
 * that is not whole.
 */
const SCRIPT = `import argparse, os, shutil, sys
parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float, default=0.5)
parser.add_argument("--epochs", type=int, default=3)
args = parser.parse_args()
folder = os.environ["TUNING_FORK_CHECKPOINT"]
last = os.path.join(folder, "last")
begun = int(open(last).read()) if os.path.exists(last) else 0
if begun:
    parts = sorted(os.listdir(os.path.join(folder, str(begun))))
    texts = {open(os.path.join(folder, str(begun), part)).read() for part in parts}
    if len(parts) != 40 or texts != {str(begun) * 20000}:
        print("TORN:", len(parts), "parts")
        sys.exit(3)
# Beside the checkpoints, since what is printed when the engine is killed may never be read.
with open(os.path.join(os.path.dirname(os.path.dirname(folder)), "begins-" + os.path.basename(folder)), "a") as file:
    file.write(f"{begun}\\n")
# What was printed when the engine was killed may never have been read.
if begun >= args.epochs:
    print(f"epoch {begun} val_loss={args.x + 1 / begun}", flush=True)
for epoch in range(begun + 1, args.epochs + 1):
    inner = os.path.join(folder, str(epoch))
    shutil.rmtree(inner, ignore_errors=True)
    os.makedirs(inner)
    for part in range(40):
        with open(os.path.join(inner, str(part)), "w") as file:
            file.write(str(epoch) * 20000)
    print(f"epoch {epoch} val_loss={args.x + 1 / epoch}", flush=True)
    with open(last + ".new", "w") as file:
        file.write(str(epoch))
    os.replace(last + ".new", last)
    shutil.rmtree(os.path.join(folder, str(epoch - 1)), ignore_errors=True)
`;

const definition = (seed: number): Definition => ({
  version: 1,
  script: "train.py",
  objective: { metric: "val_loss", goal: "minimize" },
  budget: { parameter: "epochs", min: 1, max: 8, mode: "resume", progress: "epoch" },
  space: { x: { type: "float", low: 0, high: 1 } },
  strategy: { name: "pbt", population: 4, interval: 1, quantile: 0.5 },
  parallel: 2,
  seed,
});

function tune(folder: string): { child: ChildProcess; exited: Promise<number | null> } {
  const child = spawn(process.execPath, [CLI, "tune", "train.py", "--json"], {
    cwd: folder,
    stdio: "ignore",
  });
  return { child, exited: new Promise((resolve) => child.once("close", (code) => resolve(code))) };
}

/** A study with a killed engine every second or so; how often, and what its scripts said. */
async function oneStudy(seed: number) {
  const draw = random(seed, 1);
  const folder = await mkdtemp(join(tmpdir(), "tuning-fork-copies-"));
  await writeFile(join(folder, "train.py"), SCRIPT);
  await writeFile(join(folder, "train.tune.json"), JSON.stringify(definition(seed)));
  let kills = 0;
  for (let i = 0; i < 6; i++) {
    const { child, exited } = tune(folder);
    const code = await Promise.race([exited, sleep(600 + 900 * draw.uniform()).then(() => "at work")]);
    if (code !== "at work") break;
    child.kill("SIGKILL");
    kills++;
    await exited;
  }
  const code = await tune(folder).exited;
  const study = journalPath(folder, "train");
  const { trials } = (await readHistory(study)).histories[0]!;
  const wrong: string[] = [];
  for (const { number, from, state, reason } of trials) {
    const printed = await readFile(trialLogPath(study, number), "utf8").catch(() => "");
    if (printed.includes("TORN")) wrong.push(`#${number}: ${printed}`);
    if (state !== "complete" && state !== "stopped") wrong.push(`#${number} ${state}: ${reason}`);
    // Killed and resumed, it begins again, where it had come to.
    const begun = await readFile(join(study, "..", `begins-${number}`), "utf8").catch(() => "");
    if (from && begun !== "" && !begun.split("\n").includes(String(from.budget)))
      wrong.push(`#${number} began at ${begun.trim().split("\n").join(", ")} instead of ${from.budget}`);
  }
  const left = (await readdir(join(study, "../checkpoints"))).filter((name) => !/^\d+$/.test(name));
  const copies = trials.filter(({ from }) => from !== undefined).length;
  await rm(folder, { recursive: true, maxRetries: 5 });
  return { seed, kills, code, copies, wrong, left };
}

test(`kill -9 of the engine in ${STUDIES} populations: a copy is whole or absent, and each ends`, {
  timeout: 20 * 60_000,
}, async () => {
  const outcomes: Awaited<ReturnType<typeof oneStudy>>[] = [];
  for (let seed = 0; seed < STUDIES; seed++) outcomes.push(await oneStudy(seed));
  const sum = (of: (outcome: (typeof outcomes)[number]) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  console.log(
    JSON.stringify({
      faults: "kill -9 while checkpoints are copied",
      studies: STUDIES,
      kills: sum(({ kills }) => kills),
      copies: sum(({ copies }) => copies),
    }),
  );
  expect(
    outcomes.filter(({ wrong, left, code }) => wrong.length > 0 || left.length > 0 || code !== 0),
  ).toEqual([]);
  expect(sum(({ kills }) => kills)).toBeGreaterThan(STUDIES);
  expect(sum(({ copies }) => copies)).toBeGreaterThan(4 * STUDIES);
});
