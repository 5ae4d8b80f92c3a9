import { existsSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ControlDown, ControlUp } from "../../../src/protocol/control.ts";
import { type ControlSocket, listenForTrainings } from "../../../src/trials/controlSocket.ts";

let socket: ControlSocket;
let heard: ControlUp[] = [];
let closed = 0;

beforeEach(async () => {
  [heard, closed] = [[], 0];
  socket = await listenForTrainings((trial) => {
    if (trial !== 3) return `trial #${trial} is not one to be watched`;
    return {
      heard: (message): ControlDown | undefined => {
        heard.push(message);
        return message.type === "state" ? { type: "act", step: message.step, rate: 0.5 } : undefined;
      },
      closed: () => void closed++,
    };
  });
});
afterEach(() => socket.close());

/** Says some lines and gives what is answered until the other end, or we after `count` answers, hang up. */
async function say(lines: readonly unknown[], count = Number.POSITIVE_INFINITY): Promise<unknown[]> {
  const connection = connect(socket.address);
  for (const line of lines) connection.write(`${typeof line === "string" ? line : JSON.stringify(line)}\n`);
  const answers: unknown[] = [];
  for await (const line of createInterface({ input: connection })) {
    if (answers.push(JSON.parse(line)) === count) connection.end();
  }
  return answers;
}

const hello = { type: "hello", protocol: 1, trial: 3, framework: "x", optimizer: "X", rule: null };

test("a training says hello and what it sees, and gets its answers in order", async () => {
  const states = [0, 20].map((step) => ({ type: "state", step, own: 1, rate: "inf" }));
  expect(await say([hello, ...states], 2)).toEqual([
    { type: "act", step: 0, rate: 0.5 },
    { type: "act", step: 20, rate: 0.5 },
  ]);
  expect(heard).toEqual([hello, ...states]);
  await expect.poll(() => closed).toBe(1);
});

test.each([
  ["another version", { ...hello, protocol: 2 }, "version 1 of the protocol, not 2"],
  ["another trial", { ...hello, trial: 4 }, "#4 is not one to be watched"],
  ["no hello", { type: "state", step: 0, own: 1, rate: 1 }, "hello comes first"],
  ["no JSON", "hello", "no message"],
  ["a message of another kind", { type: "greeting" }, "no message"],
  ["null", "null", "no message"],
  ["a state without its learning rates", { type: "state", step: 0 }, "no message"],
  ["a line without an end", "x".repeat(20_000), "no message"],
])("%s is let go with a reason", async (_, line, reason) => {
  expect(await say([line])).toEqual([{ type: "release", reason: expect.stringContaining(reason) }]);
});

test("closing ends connections and removes the socket", async () => {
  const connection = connect(socket.address);
  await new Promise((resolve) => connection.once("connect", resolve));
  const ended = new Promise((resolve) => connection.once("close", resolve));
  await socket.close();
  await ended;
  expect(existsSync(dirname(socket.address))).toBe(false);
});
