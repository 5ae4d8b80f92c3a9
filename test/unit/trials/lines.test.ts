import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter, LONGEST_LINE } from "../../../src/trials/lines.ts";

function split(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

const text = fc
  .array(fc.constantFrom("a", "é", "█", "😀", "\n", "\r", "\r\n", " ", "loss=0.5"), { maxLength: 60 })
  .map((parts) => parts.join(""));

test("lines do not depend on how the bytes are cut", () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(400)), (whole, cuts) => {
      const bytes = Buffer.from(whole);
      const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
      const chunks = [...places, bytes.length].map((end, i) => bytes.subarray(places[i - 1] ?? 0, end));
      const expected = whole.split(/\r\n|\n|\r/);
      if (expected.at(-1) === "") expected.pop();
      expect(split(chunks)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("a line is told as soon as its end has come", () => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  splitter.push(Buffer.from("50%\r"));
  expect(lines).toEqual(["50%"]);
  splitter.push(Buffer.from("\n100%"));
  expect(lines).toEqual(["50%"]);
  splitter.end();
  expect(lines).toEqual(["50%", "100%"]);
});

test("a line without end is cut, told once, and the next line is whole", () => {
  const chunk = Buffer.alloc(1 << 18, "x");
  const lines = split([...Array.from({ length: 20 }, () => chunk), Buffer.from("\nnext\n")]);
  expect(lines).toHaveLength(2);
  expect(lines[0]!.slice(0, LONGEST_LINE)).toBe("x".repeat(LONGEST_LINE));
  expect(lines[0]!.slice(LONGEST_LINE)).toContain("cut here");
  expect(lines[1]).toBe("next");
});
