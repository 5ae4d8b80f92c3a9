/**
 * What Tuning Fork costs the extension host: its own work at activation, and the longest task while the Trials view
 * shows 10,000 trials and a study goes on adding to them. Runs the packaged extension in a real VS Code with the
 * real engine; a task is the time between two turns of the host's event loop, its own CPU time counted.
 *
 *   node bench/host.ts [--trials 10000] [--runs 3]
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildPackage } from "../scripts/package.ts";
import { ensureCodeServer } from "../scripts/setup/codeServer.ts";
import type { Definition } from "../src/protocol/definition.ts";
import type { Parameter } from "../src/protocol/space.ts";
import { random } from "../src/space/random.ts";
import { Space } from "../src/space/space.ts";
import { prepareStudyFolder } from "../src/store/folder.ts";
import { openStore } from "../src/store/studyStore.ts";
import { launchBrowser } from "../test/vscode/harness/browser.ts";
import { runInHost } from "../test/vscode/harness/inHost.ts";
import { startVscode } from "../test/vscode/harness/server.ts";

const { values } = parseArgs({
  options: { trials: { type: "string", default: "10000" }, runs: { type: "string", default: "3" } },
});
const trials = Number(values.trials);

const SCRIPT = `import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--momentum", type=float, default=0.9)
parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
args = parser.parse_args()
print(f"val_loss={args.lr}")
`;

const space: Record<string, Parameter> = {
  lr: { type: "float", low: 1e-6, high: 1, scale: "log" },
  momentum: { type: "float", low: 0.3, high: 0.99 },
  optimizer: { type: "categorical", choices: ["sgd", "adam"] },
};

/** A study with all but the last hundred of its trials done; the rest run while it is looked at. */
async function writeStudy(folder: string): Promise<void> {
  const definition: Definition = {
    version: 1,
    script: "train.py",
    objective: { metric: "val_loss", goal: "minimize" },
    space,
    strategy: { name: "random" },
    stop: { trials: trials + 200 },
    parallel: 1,
  };
  await writeFile(join(folder, "train.py"), SCRIPT);
  await writeFile(join(folder, "train.tune.json"), JSON.stringify(definition));
  const journal = await prepareStudyFolder(folder, "train");
  const store = await openStore(journal, {
    create: { name: "train", goals: ["minimize"], metricNames: ["val_loss"] },
  });
  store.setAttribute("tuning_fork:definition", definition);
  store.setAttribute("tuning_fork:file", "train.tune.json");
  const sampler = new Space({ parameters: space });
  const draw = random(1, 0);
  for (let i = 0; i < trials; i++) {
    const time = 1_700_000_000_000 + i * 1000;
    const start = { budget: 0, placement: undefined, note: undefined, time };
    const trial = await store.startTrial({
      configuration: sampler.sample(draw),
      space: { parameters: space },
      ...start,
    });
    for (let epoch = 1; epoch <= 5; epoch++)
      store.record({ type: "reported", trial, budget: epoch, losses: [draw.uniform() + 1 / epoch], time });
    store.record({
      type: "finished",
      trial,
      state: "complete",
      budget: 5,
      losses: [draw.uniform()],
      time: time + 900,
    });
  }
  await store.close();
}

process.env.TUNING_FORK_TEST_CODE_SERVER ??= (await ensureCodeServer(() => {})).entry;
const vsix = await buildPackage();
const results: Record<string, unknown>[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  const workspace = await mkdtemp(join(tmpdir(), "tuning-fork-bench-"));
  const report = join(workspace, "report.json");
  await writeStudy(workspace);
  const server = await startVscode({ testDriver: true, vsix, env: { BENCH_REPORT: report } });
  const browser = await launchBrowser();
  try {
    const result = await runInHost({
      server,
      browser,
      workspace,
      files: [join(import.meta.dirname, "inHost/explorer.ts")],
    });
    if (result.fault !== undefined)
      throw new Error(`${result.fault}: ${result.failed.map((test) => test.error).join("\n")}`);
    results.push(JSON.parse(await readFile(report, "utf8")));
  } finally {
    await browser.close();
    await server.stop();
    await rm(workspace, { recursive: true, force: true });
  }
}
console.log(JSON.stringify({ benchmark: "host", trials, results }, undefined, 1));
