import { expect, test } from "vitest";
import { isTime, parseTime, toNaiveLocal } from "../../../src/journal/times.ts";

test("naive local time has six fraction digits and reads back as the same instant", () => {
  const time = new Date(2026, 10, 3, 4, 5, 6, 78).getTime();
  expect(toNaiveLocal(time)).toBe("2026-11-03T04:05:06.078000");
  expect(toNaiveLocal(time + 0.25)).toBe("2026-11-03T04:05:06.078250");
  expect(parseTime(toNaiveLocal(time))).toBe(time);
});

test.each([
  "2026-11-21T02:00:07.992313+00:00",
  "2026-11-21T02:00:07.992313",
  "2026-11-21 02:00:07",
  "2026-11-21T02:00:07.992Z",
  "2026-11-21",
  "2024-02-29T00:00:00.000000",
  "2026-12-31T23:59:59.999999+09:00",
])("%s is a time", (text) => {
  expect(isTime(text)).toBe(true);
  expect(Number.isNaN(parseTime(text))).toBe(false);
});

test.each([
  "",
  "soon",
  "2026-02-29T00:00:00.000000",
  "2026-13-01T00:00:00.000000",
  "2026-00-01T00:00:00.000000",
  "2026-01-00T00:00:00.000000",
  "0000-01-01T00:00:00.000000",
  "2026-11-21T24:00:00.000000",
  "2026-11-21T02:60:00.000000",
  "2026-11-21T02:00:07.9923",
  "2026#11-21T02:00:07.992313",
  "2026-11-21T02:00:07.992313+25:00",
  "12026-11-21",
])("%s is none", (text) => {
  expect(isTime(text)).toBe(false);
});
