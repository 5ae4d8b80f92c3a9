import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { commands, extensions, Uri, window, workspace } from "vscode";

/** Runs inside the extension host: see bench/host.ts. */
describe("explorer", () => {
  it("with many trials", async function () {
    this.timeout(120_000);
    const root = workspace.workspaceFolders![0]!.uri;
    const extension = extensions.getExtension("tuning-fork.tuning-fork")!;
    const report: Record<string, unknown> = {};
    const before = performance.now();
    await extension.activate();
    report.activate = Math.round((performance.now() - before) * 10) / 10;
    const watch = watchLoop();
    const measure = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      watch.reset();
      await work();
      await sleep(1500);
      report[name] = watch.longest();
    };
    await measure("idle", () => sleep(1000));
    await measure("open", async () => {
      await commands.executeCommand("tuningFork.trials.focus");
      await window.showTextDocument(Uri.joinPath(root, "train.py"));
    });
    await measure("update", async () => {
      await commands.executeCommand("tuningFork.start", Uri.joinPath(root, "train.tune.json"));
      await sleep(8000);
    });
    await measure(
      "filter",
      () => commands.executeCommand("tuningFork.filter", { filter: "adam" }) as Promise<unknown>,
    );
    await measure("panels", async () => {
      await commands.executeCommand("tuningFork.openBrackets");
      await commands.executeCommand("tuningFork.openIncumbent");
      await sleep(3000);
    });
    report.trials = countTrials(root);
    writeFileSync(process.env.BENCH_REPORT!, JSON.stringify(report));
  });
});

/** Longest turn of the event loop since `reset`: wall-clock, and this process's CPU time in that turn. */
function watchLoop() {
  let turns: { ms: number; cpu: number }[] = [];
  let last = performance.now();
  let cpu = process.cpuUsage();
  const tick = (): void => {
    const now = performance.now();
    const used = process.cpuUsage(cpu);
    turns.push({ ms: now - last, cpu: (used.user + used.system) / 1000 });
    last = now;
    cpu = process.cpuUsage();
    setTimeout(tick, 1);
  };
  tick();
  return {
    reset: () => {
      turns = [];
    },
    longest: () => {
      const most = (of: "ms" | "cpu"): number =>
        Math.round(turns.reduce((max, turn) => Math.max(max, turn[of]), 0));
      return { wallMs: most("ms"), cpuMs: most("cpu") };
    },
  };
}

function countTrials(root: Uri): number {
  const text = readFileSync(Uri.joinPath(root, ".tuning-fork/train/journal.log").fsPath, "utf8");
  return text.split('"op_code":4').length - 1;
}
