import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Executor, Exit, Run, RunSpec } from "../../src/trials/executor.ts";

/** What came of one run. */
export interface Watched {
  readonly run: Run;
  readonly lines: { readonly text: string; readonly stream: "stdout" | "stderr" }[];
  /** Texts of standard output. */
  readonly output: () => readonly string[];
  readonly exits: Exit[];
  readonly exited: Promise<Exit>;
}

let count = 0;

/** A run of a shell script with nothing else asked for. */
export function shellSpec(script: string, changes: Partial<RunSpec> = {}): RunSpec {
  const number = count++;
  return {
    mark: `${tmpdir()}/contract ${process.pid}/study.log#${number}`,
    command: ["sh", "-c", script],
    cwd: tmpdir(),
    env: {},
    timeout: undefined,
    logPath: join(tmpdir(), `tuning-fork-contract-${process.pid}`, `${number}.log`),
    ...changes,
  };
}

export function watch(executor: Executor, spec: RunSpec): Watched {
  const lines: Watched["lines"] = [];
  const exits: Exit[] = [];
  const { promise, resolve } = Promise.withResolvers<Exit>();
  const run = executor.start(spec, {
    line: (text, stream) => {
      if (exits.length > 0) throw new Error(`a line after the exit: ${text}`);
      lines.push({ text, stream });
    },
    exit: (exit) => {
      exits.push(exit);
      resolve(exit);
    },
  });
  const output = () => lines.filter(({ stream }) => stream === "stdout").map(({ text }) => text);
  return { run, lines, output, exits, exited: promise };
}

/** Waits until a condition holds; fails after `limit` milliseconds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limit = 10_000,
): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${limit} ms in vain: ${what}`);
    await sleep(10);
  }
}
