import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readHistory } from "../../../src/store/read.ts";
import { repairJournal } from "../../../src/store/repair.ts";
import { openStore } from "../../../src/store/studyStore.ts";
import { startOf } from "../../contract/store.ts";
import { useFolders } from "./folders.ts";

const folder = useFolders();
const create = { name: "study", goals: ["minimize"], metricNames: ["loss"] } as const;

async function threeTrials() {
  const file = path.join(folder(), "journal.log");
  const store = await openStore(file, { create });
  for (const index of [0, 1, 2]) {
    const trial = await store.startTrial(startOf(index));
    store.record({ type: "finished", state: "complete", trial, budget: 1, losses: [index], time: 5 });
  }
  await store.close();
  return { file, bytes: fs.readFileSync(file), names: () => fs.readdirSync(path.dirname(file)).sort() };
}

const damageLine = (bytes: Buffer, line: number, replacement: string | Buffer) => {
  const lines = bytes.toString("latin1").split("\n");
  lines[line - 1] = Buffer.from(replacement).toString("latin1");
  return Buffer.from(lines.join("\n"), "latin1");
};

test("a sound journal is not touched", async () => {
  const { file, bytes, names } = await threeTrials();
  const { ino } = fs.statSync(file);
  expect(await repairJournal(file)).toEqual({ kept: 9, aside: undefined, problems: [] });
  expect(fs.readFileSync(file)).toEqual(bytes);
  expect(fs.statSync(file).ino).toBe(ino);
  expect(names()).toEqual(["journal.log"]);
});

test("a missing journal is an error", async () => {
  await expect(repairJournal(path.join(folder(), "no.log"))).rejects.toMatchObject({ code: "unknown-study" });
});

test("what cannot be read stands byte for byte in the file beside, and the study goes on", async () => {
  const { file, bytes, names } = await threeTrials();
  const odd = Buffer.from([0xff, 0xfe, 0x00, 0x7b]);
  fs.writeFileSync(file, damageLine(bytes, 6, odd));
  fs.chmodSync(file, 0o640);
  const reading = await readHistory(file);
  await expect(openStore(file)).rejects.toMatchObject({ code: "journal-damaged" });
  const { kept, aside, problems } = await repairJournal(file);
  expect({ kept, aside }).toEqual({ kept: 8, aside: `${file}.damaged-1` });
  expect(problems).toEqual(reading.problems);
  expect(fs.readFileSync(`${file}.damaged-1`)).toEqual(Buffer.concat([odd, Buffer.from("\n")]));
  expect(names()).toEqual(["journal.log", "journal.log.damaged-1"]);
  expect(fs.statSync(file).mode & 0o777).toBe(0o640);
  const store = await openStore(file);
  expect(store.history.trials).toEqual(reading.histories[0]!.trials);
  expect(store.history.trials.map(({ state, values }) => [state, values])).toEqual([
    ["complete", [0]],
    ["failed", undefined],
    ["complete", [2]],
  ]);
  expect(await store.startTrial(startOf(3))).toBe(3);
  await store.close();
});

test("a second repair gets a file of its own; blank lines need none", async () => {
  const { file, bytes } = await threeTrials();
  fs.writeFileSync(file, damageLine(bytes, 5, "{"));
  await repairJournal(file);
  fs.appendFileSync(file, '{"op_code":12}\n');
  expect(await repairJournal(file)).toMatchObject({ aside: `${file}.damaged-2` });
  fs.appendFileSync(file, "\n\r\n");
  expect(await repairJournal(file)).toMatchObject({ aside: undefined });
  expect((await readHistory(file)).problems).toEqual([]);
});

test("a torn end goes aside, a record without its end stays", async () => {
  const { file, bytes } = await threeTrials();
  const torn = '{"op_code":7,"worker_id":"W","tri';
  fs.appendFileSync(file, torn);
  const { aside } = await repairJournal(file);
  expect(fs.readFileSync(aside!, "utf8")).toBe(`${torn}\n`);
  expect(fs.readFileSync(file)).toEqual(bytes);
  fs.truncateSync(file, bytes.length - 1);
  expect(await repairJournal(file)).toMatchObject({ kept: 9, aside: undefined });
  expect(fs.readFileSync(file)).toEqual(bytes);
});

test("it waits for the lock", async () => {
  const { file, bytes } = await threeTrials();
  fs.writeFileSync(file, damageLine(bytes, 5, "{"));
  fs.writeFileSync(`${file}.lock`, "");
  const repairing = repairJournal(file);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fs.existsSync(`${file}.damaged-1`)).toBe(false);
  fs.unlinkSync(`${file}.lock`);
  expect(await repairing).toMatchObject({ kept: 8 });
});

test("random bytes: reading never throws, repair makes a sound journal and keeps every byte of what it took out", async () => {
  const { file, bytes } = await threeTrials();
  const spoil = fc.record({
    at: fc.nat(bytes.length - 1),
    junk: fc.uint8Array({ maxLength: 12 }),
    cut: fc.nat(40),
  });
  const random = fc.uint8Array({ maxLength: 300 }).map((junk) => Buffer.from(junk));
  const damaged = fc.oneof(
    random,
    fc
      .array(spoil, { minLength: 1, maxLength: 4 })
      .map((list) =>
        list.reduce(
          (now, { at, junk, cut }) => Buffer.concat([now.subarray(0, at), junk, now.subarray(at + cut)]),
          bytes,
        ),
      ),
  );
  await fc.assert(
    fc.asyncProperty(damaged, async (content) => {
      fs.writeFileSync(file, content);
      const before = await readHistory(file);
      const { aside } = await repairJournal(file);
      const out = aside === undefined ? "" : fs.readFileSync(aside, "latin1");
      const after = await readHistory(file);
      expect(after).toMatchObject({ problems: [], torn: false });
      if (!before.torn) expect(after.histories).toEqual(before.histories);
      const mended = fs.readFileSync(file, "latin1");
      for (const line of content.toString("latin1").split("\n")) {
        // A blank line is nothing to keep; Unicode blanks only look like text in this encoding.
        if (Buffer.from(line, "latin1").toString().trim() === "") continue;
        expect(mended.includes(`${line}\n`) || out.includes(`${line}\n`) || /"id":\d/.test(line)).toBe(true);
      }
      if (aside !== undefined) fs.unlinkSync(aside);
    }),
    { numRuns: 150 },
  );
});
