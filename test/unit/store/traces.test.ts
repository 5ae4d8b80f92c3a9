import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readTrace } from "../../../src/store/traces.ts";
import { useFolders } from "./folders.ts";

const folder = useFolders();

test("a trace is read as far as it is whole", async () => {
  const file = path.join(folder(), "0.jsonl");
  expect(await readTrace(file)).toEqual([]);
  fs.writeFileSync(file, '{"type":"act","step":0}\nnonsense\n{"type":"act","step":20}\n{"type":"ac');
  expect(await readTrace(file)).toEqual([
    { type: "act", step: 0 },
    { type: "act", step: 20 },
  ]);
});

test("of a very long one the end is read", async () => {
  const file = path.join(folder(), "1.jsonl");
  const line = (step: number) => `${JSON.stringify({ type: "act", step, padding: "x".repeat(1000) })}\n`;
  fs.writeFileSync(file, Array.from({ length: 10_000 }, (_, step) => line(step)).join(""));
  const messages = await readTrace(file);
  expect(messages.length).toBeGreaterThan(7_000);
  expect(messages.length).toBeLessThan(8_500);
  expect(messages.at(-1)).toMatchObject({ step: 9_999 });
});
