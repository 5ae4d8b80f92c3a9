import fc from "fast-check";
import { expect, test } from "vitest";
import { applyEdits, difference } from "../../../src/host/textEdits.ts";

test("edits all refer to the text as it was", () => {
  const edits = [
    { start: 0, end: 1, text: "long " },
    { start: 2, end: 3, text: "" },
  ];
  expect(applyEdits("abc", edits)).toBe("long b");
});

test("a difference turns one text into the other and touches no common end", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (head, tail, a, b) => {
      const [before, after] = [head + a + tail, head + b + tail];
      const change = difference(before, after);
      if (change === undefined) {
        expect(before).toBe(after);
        return;
      }
      expect(before.slice(0, change.start) + change.text + before.slice(change.end)).toBe(after);
      expect(change.end - change.start).toBeLessThanOrEqual(a.length);
    }),
  );
});
