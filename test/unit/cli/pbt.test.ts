import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Definition } from "../../../src/protocol/definition.ts";
import { journalPath, trialLogPath } from "../../../src/store/folder.ts";
import { readHistory } from "../../../src/store/read.ts";

const ROOT = join(import.meta.dirname, "../../..");
const run = promisify(execFile);

test("the example's population trains on from each other's checkpoints, by the command line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tuning-fork-pbt-"));
  await cp(join(ROOT, "examples/pbt/train.py"), join(folder, "train.py"));
  const definition = JSON.parse(
    await readFile(join(ROOT, "examples/pbt/train.tune.json"), "utf8"),
  ) as Definition;
  const short = {
    ...definition,
    budget: { ...definition.budget, max: 8 },
    strategy: { name: "pbt", population: 4, interval: 2, quantile: 0.25 },
  };
  await writeFile(join(folder, "train.tune.json"), JSON.stringify(short));
  const cli = join(ROOT, "src/cli/main.ts");
  const { stdout } = await run(process.execPath, [cli, "tune", "train.py", "--json"], { cwd: folder });
  expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toMatchObject({ type: "result", end: "done" });
  const study = journalPath(folder, "train");
  const { trials } = (await readHistory(study)).histories[0]!;
  const copies = trials.filter(({ from }) => from !== undefined);
  expect(copies.length).toBeGreaterThanOrEqual(1);
  for (const { number, from, note } of copies) {
    const printed = await readFile(trialLogPath(study, number), "utf8");
    // It goes on with the epoch after the one that was copied, and not with the first.
    expect(printed).toMatch(new RegExp(`^epoch ${from!.budget + 1}/`));
    expect((note as { why: string }).why).toMatch(/^Copy of #\d+ at \d+, in place of #\d+: lr .* → /);
  }
  expect(trials.filter(({ state }) => state === "complete")).toHaveLength(4);
  const stopped = trials.filter(({ state }) => state === "stopped");
  expect(stopped.map(({ reason }) => reason)).toEqual(
    stopped.map(() => expect.stringMatching(/^replaced by a copy of #\d+$/)),
  );
  // Nothing but the trials' own folders is left.
  const folders = await readdir(join(study, "../checkpoints"));
  expect(folders.every((name) => /^\d+$/.test(name))).toBe(true);
  await rm(folder, { recursive: true });
});
