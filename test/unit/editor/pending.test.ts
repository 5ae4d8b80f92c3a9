import { describe, expect, test } from "vitest";
import { getAt, overlay, SETTLE_MS, setAt, settle } from "../../../webview/editor/pending.ts";

const file = { space: { lr: { type: "float", low: 0, high: 1 } }, forbidden: [{ a: 1 }, { b: 2 }] };

describe("an edit", () => {
  test("changes a copy, and keys keep their places", () => {
    const next = setAt(file, ["space", "lr", "low"], 0.1);
    expect(next).toEqual({ ...file, space: { lr: { type: "float", low: 0.1, high: 1 } } });
    expect(Object.keys(getAt(next, ["space", "lr"]) as object)).toEqual(["type", "low", "high"]);
    expect(file.space.lr.low).toBe(0);
  });

  test("makes what it needs on its way, and removes", () => {
    expect(setAt({}, ["stop", "trials"], 5)).toEqual({ stop: { trials: 5 } });
    expect(setAt({ stop: { trials: 5 } }, ["stop", "trials"], undefined)).toEqual({ stop: {} });
    expect(setAt(file, ["forbidden", 0], undefined)).toMatchObject({ forbidden: [{ b: 2 }] });
    expect(setAt(file, ["forbidden", 2], { c: 3 })).toMatchObject({
      forbidden: [{ a: 1 }, { b: 2 }, { c: 3 }],
    });
    expect(setAt({}, ["relations", 0], "a <= b")).toEqual({ relations: ["a <= b"] });
    expect(setAt(file, [], 3)).toBe(3);
  });
});

describe("edits on their way", () => {
  const low = { path: ["space", "lr", "low"], value: 0.1, sent: 1000 };
  const high = { path: ["space", "lr", "high"], value: 2, sent: 1100 };

  test("are shown before the file has them", () => {
    expect(overlay(file, [low, high])).toMatchObject({ space: { lr: { low: 0.1, high: 2 } } });
  });

  test("are done once the file says so; a later one stays on screen", () => {
    const first = overlay(file, [low]);
    expect(settle([low, high], first, 1150)).toEqual([high]);
    expect(settle([low, high], overlay(file, [low, high]), 1200)).toEqual([]);
  });

  test("are done when a later one of them stands in the file", () => {
    expect(settle([low, { ...low, value: 0.2 }], setAt(file, low.path, 0.2), 1100)).toEqual([]);
  });

  test("are given up when the file never has them", () => {
    expect(settle([low], file, low.sent + SETTLE_MS - 1)).toEqual([low]);
    expect(settle([low], file, low.sent + SETTLE_MS)).toEqual([]);
  });

  test("are forgotten when the file cannot be read", () => {
    expect(settle([low], undefined, low.sent)).toEqual([]);
  });

  test("that remove are done once the value is gone", () => {
    const removal = { path: ["space", "lr", "low"], value: undefined, sent: 0 };
    expect(settle([removal], setAt(file, removal.path, undefined), 1)).toEqual([]);
  });
});
