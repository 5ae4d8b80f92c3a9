import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeLine, encodeRecord } from "../../../src/journal/codec.ts";
import { type Mended, mend } from "../../../src/journal/mend.ts";
import { type JournalRecord, Op } from "../../../src/journal/records.ts";
import { Replay } from "../../../src/journal/replay.ts";
import { lostKind, salvage } from "../../../src/journal/salvage.ts";
import { goals, steps, writeJournal } from "./random.ts";

const source = (lines: readonly string[]) =>
  lines.map((text) => ({ text: text.replace(/\n$/, ""), utf8: true }));

function fold(records: readonly JournalRecord[]): Replay {
  const replay = new Replay();
  for (const record of records) replay.apply(record);
  return replay;
}

const recordsOf = (mended: Mended) => mended.lines.flatMap(({ records }) => records);

/** A journal with three trials, each reported and finished; line 4 starts the first. */
function threeTrials() {
  const journal = writeJournal(
    [0, 1, 2].flatMap((pick) => [
      { type: "start" as const, lr: 0.1 * (pick + 1), pick, note: undefined },
      { type: "reported" as const, pick: 0, loss: pick },
      { type: "finished" as const, pick: 0, loss: pick },
    ]),
    { name: "study", goals: ["maximize"], metricNames: ["acc"] },
  );
  return journal.lines.map((line) => line.trimEnd());
}

const SECOND_START = 6;

/** As Optuna would have written it: without our hints. */
const unhinted = (lines: readonly string[]) =>
  lines.map((line) => line.replace(/,"id":\d+,"number":\d+/, ""));

describe("a lost start leaves every other trial its number and result", () => {
  const whole = fold(threeTrials().map((line) => decodeLine(line).record!));
  const others = (replay: Replay) => [0, 2].map((id) => replay.trial(id));

  const damages: [string, (line: string) => string][] = [
    ["cut off", (line) => line.slice(0, 40)],
    ["with a flipped brace", (line) => line.replace("{", "[")],
    ["in the operation", (line) => line.replace('"op_code":4', '"op_co\0e":4')],
    ["overwritten with zeros", (line) => "\0".repeat(line.length)],
  ];

  test.each(damages)("%s", (_, damage) => {
    const lines = threeTrials();
    lines[SECOND_START] = damage(lines[SECOND_START]!);
    const mended = mend(source(lines));
    const replay = fold(recordsOf(mended));
    expect(others(replay)).toEqual(others(whole));
    expect(replay.trial(1)).toMatchObject({ state: "failed", configuration: {}, number: 1 });
    expect(mended.problems.map(({ line }) => line)).toEqual([7, 7]);
    expect(mended.problems[1]!.message).toMatch(/began a trial/);
    expect(mended.lines[SECOND_START]).toMatchObject({ aside: true, intact: false, inserted: 1 });
  });

  test.each(damages)("%s, where the starts carry no ids", (_, damage) => {
    const lines = unhinted(threeTrials());
    lines[SECOND_START] = damage(lines[SECOND_START]!);
    expect(others(fold(recordsOf(mend(source(lines)))))).toEqual(others(whole));
  });

  test("gone without a trace but for the next start's id", () => {
    const lines = threeTrials();
    lines.splice(SECOND_START, 1);
    const mended = mend(source(lines));
    expect(others(fold(recordsOf(mended)))).toEqual(others(whole));
    expect(mended.problems).toEqual([{ line: 9, message: expect.stringMatching(/missing before this one/) }]);
  });

  test("a zeroed line between two trials that began nothing shifts nothing", () => {
    const lines = threeTrials();
    lines[SECOND_START - 1] = "\0\0\0";
    const replay = fold(recordsOf(mend(source(lines))));
    expect([1, 2].map((id) => replay.trial(id))).toEqual([1, 2].map((id) => whole.trial(id)));
    expect(replay.trial(0)).toMatchObject({ state: "running", reports: [{ value: 0 }] });
  });

  test("an id that cannot be right is not believed", () => {
    const lines = threeTrials();
    lines[SECOND_START] = lines[SECOND_START]!.replace(
      '"id":1,"number":1',
      '"id":12345678,"number":12345678',
    );
    const mended = mend(source(lines));
    expect([0, 1, 2].map((id) => fold(recordsOf(mended)).trial(id))).toEqual(
      [0, 1, 2].map((id) => whole.trial(id)),
    );
    expect(mended.problems).toHaveLength(1);
  });
});

describe("a line that began a study", () => {
  const lost = (first: string, ...more: string[]) => {
    const lines = threeTrials();
    return fold(recordsOf(mend(source([first, ...more, ...lines.slice(1)])))).study(0);
  };

  test("keeps its name and directions where they can be read", () => {
    const study = lost(threeTrials()[0]!.replace('"op_code"', '"op_c'));
    expect(study).toMatchObject({ name: "study", goals: ["maximize"] });
    expect(study!.trials).toHaveLength(3);
  });

  test("takes them from the definition", () => {
    const definition =
      '{"op_code":2,"worker_id":"W","study_id":0,"user_attr":{"tuning_fork:definition":{"study":"mine","objective":{"goal":"maximize"}}}}';
    expect(lost("\0", definition)).toMatchObject({ name: "mine", goals: ["maximize"] });
  });

  test("is minimised under a new name where nothing is known", () => {
    expect(lost("\0")).toMatchObject({ name: "recovered-0", goals: ["minimize"], metricNames: ["acc"] });
  });
});

describe("records inside a damaged line", () => {
  test("a record written on behind half of another is kept, and the half counts for nothing", () => {
    const lines = threeTrials();
    lines[SECOND_START] = lines[SECOND_START]!.slice(0, 60) + lines[SECOND_START]!;
    const mended = mend(source(lines));
    const whole = fold(threeTrials().map((line) => decodeLine(line).record!));
    expect(fold(recordsOf(mended)).histories).toEqual(whole.histories);
    expect(mended.lines[SECOND_START]).toMatchObject({
      aside: true,
      inserted: 0,
      records: [expect.anything()],
    });
  });

  test("two records whose line end was damaged are both kept", () => {
    const lines = threeTrials();
    lines.splice(3, 2, `${lines[3]}\u0001${lines[4]}`);
    expect(recordsOf(mend(source(lines))).map(encodeRecord)).toEqual(
      threeTrials().map((line) => `${line}\n`),
    );
  });

  test("text that is not UTF-8 is in no record", () => {
    const pieces = salvage(
      '{"op_code":1,"worker_id":"\ufffd","study_id":0}{"op_code":1,"worker_id":"W","study_id":1}',
      false,
    );
    expect(pieces).toEqual([
      { lost: '{"op_code":1,"worker_id":"\ufffd","study_id":0}' },
      { record: { op_code: 1, worker_id: "W", study_id: 1 } },
    ]);
  });
});

test.each([
  ['{"op_code": 4, "wor', "trial"],
  ['{"op_code":0', "study"],
  ['{"op_code":7,"trial', "other"],
  ['{"op_code":44', "other"],
  ['_code":4,"study_id":0,"datetime_start":null', "trial"],
  ['dy_name":"a","directions":[1]}', "study"],
  ['"trial_id":4,', "other"],
  ["\0\0", "unclear"],
])("%j was of kind %s", (text, kind) => {
  expect(lostKind(text)).toBe(kind);
});

const damage = fc.record({
  line: fc.nat(1000),
  kind: fc.constantFrom("cut", "flip", "insert", "join", "drop", "random", "blank"),
  at: fc.nat(1000),
  byte: fc.integer({ min: 0, max: 255 }),
  text: fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", "")),
});

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function spoil(lines: string[], { line, kind, at, byte, text }: Damage): void {
  const index = line % lines.length;
  const old = lines[index]!;
  const place = at % (old.length + 1);
  const char = String.fromCharCode(byte === 10 ? 0 : byte);
  if (kind === "cut") lines[index] = old.slice(0, place);
  else if (kind === "flip") lines[index] = old.slice(0, place) + char + old.slice(place + 1);
  else if (kind === "insert") lines[index] = old.slice(0, place) + char + old.slice(place);
  else if (kind === "join") lines.splice(index, 2, old + text.slice(0, 2) + (lines[index + 1] ?? ""));
  else if (kind === "drop") lines.splice(index, 1);
  else lines[index] = kind === "blank" ? "" : text;
}

test("whatever happens to some lines, the others are kept in order, all damage is told, and mending ends it", () => {
  fc.assert(
    fc.property(
      steps,
      goals,
      fc.array(damage, { minLength: 1, maxLength: 4 }),
      (list, directions, damages) => {
        const { lines } = writeJournal(list, { name: "random", goals: directions, metricNames: ["a"] });
        const spoilt = lines.map((line) => line.trimEnd());
        for (const each of damages) if (spoilt.length > 0) spoil(spoilt, each);
        const mended = mend(source(spoilt));
        expect(mended.lines).toHaveLength(spoilt.length);
        for (const [index, line] of mended.lines.entries()) {
          const { record } = decodeLine(spoilt[index]!);
          if (record === undefined)
            expect(mended.problems.map((problem) => problem.line)).toContain(index + 1);
          else if (line.intact) expect(line.records).toEqual([record]);
          expect(line.aside).toBe(record === undefined);
        }
        const all = recordsOf(mended);
        const sound = spoilt.flatMap((text) => decodeLine(text).record ?? []);
        const plain = (record: JournalRecord) =>
          encodeRecord({ ...record, id: 0, number: 0 } as JournalRecord);
        const kept = all.map(plain);
        let from = 0;
        for (const record of sound) {
          from = kept.indexOf(plain(record), from) + 1;
          expect(from).toBeGreaterThan(0);
        }
        const again = mend(source(all.map(encodeRecord)));
        expect(again.problems).toEqual([]);
        expect(recordsOf(again).map(encodeRecord)).toEqual(all.map(encodeRecord));
      },
    ),
    { numRuns: 1500 },
  );
});

test("one damaged line costs one record: all trials but that of a lost start are as they were", () => {
  fc.assert(
    fc.property(steps, fc.nat(1000), fc.nat(1000), (list, pick, at) => {
      const { lines, records } = writeJournal(list, {
        name: "random",
        goals: ["minimize"],
        metricNames: ["a"],
      });
      const spoilt = lines.map((line) => line.trimEnd());
      const index = pick % spoilt.length;
      const hit = records[index]!;
      spoilt[index] = spoilt[index]!.slice(0, at % spoilt[index]!.length);
      const mended = fold(recordsOf(mend(source(spoilt))));
      const whole = fold(records);
      let own = "trial_id" in hit ? hit.trial_id : -1;
      if (hit.op_code === Op.createTrial) own = hit.id!;
      // Nothing follows the last start that is lost without a trace: it leaves no gap either.
      const traceless = hit.op_code === Op.createTrial && mended.nextTrialId === own;
      if (!traceless) expect(mended.nextTrialId).toBe(whole.nextTrialId);
      for (let id = 0; id < mended.nextTrialId; id++) {
        if (id !== own && hit.op_code !== Op.createStudy) expect(mended.trial(id)).toEqual(whole.trial(id));
        else expect(mended.trial(id)?.number).toBe(whole.trial(id)?.number);
      }
    }),
    { numRuns: 1500 },
  );
});
