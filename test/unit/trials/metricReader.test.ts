import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMetricReader } from "../../../src/trials/metricReader.ts";
import type { Observation } from "../../../src/trials/metrics.ts";
import { trainingLogs } from "./trainingLogs.ts";

function say(observations: readonly Observation[]): string | undefined {
  if (observations.length === 0) return undefined;
  return observations.map(({ name, value, step }) => `${name}=${value}@${step ?? "-"}`).join(" ");
}

describe("reads what real scripts print", () => {
  test("in at least 25 formats", () => {
    expect(trainingLogs.length).toBeGreaterThanOrEqual(25);
  });

  test.each(trainingLogs.map(({ source, lines }) => [source, lines] as const))("%s", (_, lines) => {
    const reader = createMetricReader();
    const read = lines.map(([line]) => [line, say(reader.read(line))]);
    expect(read).toEqual(lines.map(([line, says]) => [line, says]));
  });
});

describe("what a definition calls the progress", () => {
  test.each([
    ["repeat 3/9 score=0.5", "repeat", "repeat=3@3 score=0.5@3"],
    ["Repeat: 3 of 9, score: 0.5", "repeat", "repeat=3@3 score=0.5@3"],
    ["outer fold [2/5] score=0.5", "outer_fold", "outer_fold=2@2 score=0.5@2"],
    // An epoch is still an epoch.
    ["epoch 4/9 score=0.5", "repeat", "epoch=4@4 score=0.5@4"],
  ])("%s as %s", (line, counter, says) => {
    expect(say(createMetricReader(counter).read(line))).toBe(says);
  });

  test("is no counter where it is not the progress", () => {
    expect(say(createMetricReader().read("repeat 3/9 score=0.5"))).not.toMatch(/repeat=/);
  });
});

describe("any input", () => {
  /** Pieces that matter to the reader, in any order: nearer to its branches than random text. */
  const pieces = fc.constantFrom(
    ..."epoch Epoch: loss val_loss = : [ ] ( ) { } , | 3/50 12 0.5 -1e-3 nan -inf 50%| 97.3% ' \" \\ \t 10:00:00".split(
      " ",
    ),
    " ",
    "\u001b[",
    "\u001b]",
    "█",
    "tensor(",
    "é",
    "\ud83d",
    "{'a':",
    '{"a": [',
    "test set:",
    " of ",
    "1,234",
    "https://",
  );
  const garbage = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.array(pieces, { maxLength: 80 }).map((parts) => parts.join("")),
    fc.array(pieces, { maxLength: 80 }).map((parts) => parts.join(" ")),
  );

  test("gives names, numbers and steps, and never throws", () => {
    fc.assert(
      fc.property(fc.array(garbage, { maxLength: 6 }), (lines) => {
        const reader = createMetricReader();
        for (const line of lines) {
          for (const { name, value, step } of reader.read(line)) {
            expect(name).toMatch(/^\S+$/);
            expect(name).toBe(name.toLowerCase());
            expect(typeof value).toBe("number");
            if (step !== undefined) expect(Number.isNaN(step)).toBe(false);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("numbers come back as they were printed", () => {
    const name = fc.stringMatching(/^[a-z_]{1,8}loss$/);
    fc.assert(
      fc.property(name, fc.double(), fc.constantFrom(": ", "=", " = ", " "), (metric, value, separator) => {
        const [read] = createMetricReader().read(`${metric}${separator}${value}`);
        expect(read?.value).toBe(value === 0 ? 0 : value);
        expect(read?.name).toBe(metric.replace(/^_+/, ""));
      }),
    );
  });

  test("JSON numbers come back as they were printed", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,6}loss$/), fc.double()), (values) => {
        const text = Object.entries(values).map(([name, value]) => `"${name}": ${value}`);
        const read = createMetricReader().read(`{${text.join(", ")}}`);
        expect(Object.fromEntries(read.map(({ name, value }) => [name, value === 0 ? 0 : value]))).toEqual(
          Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === 0 ? 0 : value])),
        );
      }),
    );
  });

  /**
   * Repeats that would ruin a backtracking pattern: a quadratic one needs seconds for the part of a line that is
   * looked at. Processor time, not wall-clock: other processes do not matter.
   */
  test.each([
    ..."{ {' {\"a\":[ a a1 1 . / - 1/ a: % | ( [ = : , _ 1. 1e 1, \u001b[ \u001b] \u001b[1; {'a':np( \\ ' \"".split(
      " ",
    ),
    " ",
    "\t",
    "a ",
    "1 ",
    "loss ",
    "val loss ",
    "loss=1 ",
    "loss of ",
    "epoch ",
    "[1] ",
    "abc  ",
    "{'a': tensor(1, b",
    "'a",
    "{'",
    "x://",
    "a.a",
    "1:",
    "12/25 ",
    "test: ",
    "(a ",
    "accuracy of the ",
    "%|",
    "é",
    '{"a":"\\',
  ])("a line of a megabyte of %j costs less than 50 ms", (unit) => {
    const line = unit.repeat(Math.ceil(1_000_000 / unit.length));
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3; i++) {
      const since = process.cpuUsage();
      createMetricReader().read(line);
      const { user, system } = process.cpuUsage(since);
      best = Math.min(best, (user + system) / 1e3);
    }
    expect(best).toBeLessThan(50);
  });
});
