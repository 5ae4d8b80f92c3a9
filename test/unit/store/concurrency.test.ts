import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { readHistory } from "../../../src/store/read.ts";
import { useFolders } from "./folders.ts";

const folder = useFolders();

function startWriter(file: string, mark: number, count: number) {
  const writer = path.join(import.meta.dirname, "writer.ts");
  const child = spawn(process.execPath, [writer, file, String(mark), String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  /** The trials that it said are recorded: number → value. The last line may be half printed. */
  const told = () =>
    new Map(
      output
        .split("\n")
        .slice(0, -1)
        .map((line) => line.split(" ").map(Number) as [number, number]),
    );
  return { child, told, ended: once(child, "close") };
}

async function check(file: string, told: ReadonlyMap<number, number>) {
  const { histories, problems, ignored } = await readHistory(file);
  expect({ problems, ignored, studies: histories.length }).toEqual({ problems: [], ignored: [], studies: 1 });
  const { trials } = histories[0]!;
  for (const [trial, x] of told) {
    expect(trials[trial]).toMatchObject({ state: "complete", configuration: { x }, values: [x] });
  }
  for (const { configuration, reports, values } of trials) {
    for (const { value } of reports) expect(value).toBe(configuration.x);
    if (values !== undefined) expect(values).toEqual([configuration.x]);
  }
  return trials;
}

test("three processes write one study at the same time, and every record is where it belongs", async () => {
  const file = path.join(folder(), "journal.log");
  const writers = [1, 2, 3].map((mark) => startWriter(file, mark, 80));
  await Promise.all(writers.map(({ ended }) => ended));
  const told = new Map(writers.flatMap((writer) => [...writer.told()]));
  expect(told.size).toBe(240);
  expect(await check(file, told)).toHaveLength(240);
  expect(fs.readdirSync(path.dirname(file))).toEqual(["journal.log"]);
}, 60_000);

test("writers that are killed at any moment lose nothing that was on the disk, and others go on at once", async () => {
  const file = path.join(folder(), "journal.log");
  const told = new Map<number, number>();
  for (let round = 1; round <= 8; round++) {
    const writer = startWriter(file, round, 100_000);
    const before = performance.now();
    while (writer.told().size < 3) await sleep(5);
    // A stale lock would cost thirty seconds.
    expect(performance.now() - before).toBeLessThan(15_000);
    await sleep(round * 7);
    writer.child.kill("SIGKILL");
    await writer.ended;
    for (const [trial, x] of writer.told()) told.set(trial, x);
  }
  expect(told.size).toBeGreaterThan(24);
  await check(file, told);
}, 60_000);
