import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { controlTrainings } from "../../../src/study/control.ts";

test("a trace that cannot be written is missing, and the training is driven all the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-control-test-"));
  writeFileSync(join(folder, "traces"), "a file where the folder should be");
  const socket = await controlTrainings({
    policies: {},
    looks: { first: 2, every: 7 },
    control: () => "own",
    trace: () => join(folder, "traces", "0.jsonl"),
    heard: () => {},
  });
  const connection = connect(socket.address);
  connection.write(`${JSON.stringify({ type: "hello", protocol: 1, trial: 0, rule: null })}\n`);
  connection.write(`${JSON.stringify({ type: "state", step: 0, own: 0.1, rate: 0.1 })}\n`);
  const answers: unknown[] = [];
  for await (const line of createInterface({ input: connection })) {
    if (answers.push(JSON.parse(line)) === 2) connection.end();
  }
  expect(answers).toMatchObject([
    { type: "config", mode: "own", first: 2, every: 7, changes: true },
    { type: "act", step: 0 },
  ]);
  await socket.close();
  rmSync(folder, { recursive: true });
});
