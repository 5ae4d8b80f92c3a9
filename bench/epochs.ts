/**
 * What `pause` saves: epochs trained and wall-clock time of Hyperband R = 27, η = 3 in `pause` and in `restart` mode,
 * with a script whose epoch takes a fixed time. Same seed, so both try the same configurations.
 *
 *   node bench/epochs.ts [--epoch 20] [--parallel 2]
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pythonFolder } from "../src/engine/installation.ts";
import type { BudgetMode, Definition } from "../src/protocol/definition.ts";
import { studyFolder } from "../src/store/folder.ts";
import { systemClock } from "../src/study/clock.ts";
import { checkDefinition } from "../src/study/definitions.ts";
import { startStudy } from "../src/study/runner.ts";
import { createLocalExecutor } from "../src/trials/localExecutor.ts";
import { findInterpreter } from "../src/trials/python.ts";

const { values } = parseArgs({
  options: { epoch: { type: "string", default: "50" }, parallel: { type: "string", default: "2" } },
});

const SCRIPT = `
import argparse, time
parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float, default=0.5)
parser.add_argument("--epochs", type=int, default=27)
args = parser.parse_args()
for epoch in range(1, args.epochs + 1):
    time.sleep(${Number(values.epoch) / 1000})
    print(f"epoch {epoch}/{args.epochs} loss={args.x + 1 / epoch}", flush=True)
`;

async function run(mode: BudgetMode, interpreter: string) {
  const folder = await mkdtemp(join(tmpdir(), "tuning-fork-bench-"));
  try {
    await writeFile(join(folder, "train.py"), SCRIPT);
    const definition: Definition = {
      version: 1,
      script: "train.py",
      objective: { metric: "loss", goal: "minimize" },
      space: { x: { type: "float", low: 0, high: 1 } },
      budget: { parameter: "epochs", min: 1, max: 27, eta: 3, mode },
      strategy: { name: "hyperband" },
      parallel: Number(values.parallel),
    };
    const begin = performance.now();
    const running = await startStudy({
      loaded: checkDefinition(definition, join(folder, "train.tune.json")),
      interpreter,
      pythonFolder,
      executor: createLocalExecutor(),
      clock: systemClock,
      address: undefined,
      heard: () => {},
      blocked: () => {},
    });
    const { trials } = running.store.history;
    await running.ended;
    const seconds = (performance.now() - begin) / 1000;
    // What the scripts really did, not what we believe: one line of output is one epoch trained.
    const logs = join(studyFolder(folder, "train"), "trials");
    let trained = 0;
    for (const log of await readdir(logs))
      trained += (await readFile(join(logs, log), "utf8"))
        .split("\n")
        .filter((line) => line.startsWith("epoch ")).length;
    const needed = trials.reduce((sum, trial) => sum + trial.budget, 0);
    return { mode, trials: trials.length, needed, trained, twice: trained - needed, seconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const interpreter = await findInterpreter(undefined);
const results = [await run("pause", interpreter), await run("restart", interpreter)];
console.log("| mode | trials | epochs needed | epochs trained | trained twice or too much | seconds |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
for (const r of results)
  console.log(
    `| ${r.mode} | ${r.trials} | ${r.needed} | ${r.trained} | ${r.twice} | ${r.seconds.toFixed(1)} |`,
  );
const ratio = results[1]!.seconds / results[0]!.seconds;
console.log(`wall-clock, restart ÷ pause: ${ratio.toFixed(2)}`);
console.log(
  JSON.stringify({
    benchmark: "epochs",
    epochMilliseconds: Number(values.epoch),
    parallel: Number(values.parallel),
    results,
    ratio,
  }),
);
