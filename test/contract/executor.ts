import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Executor, Run } from "../../src/trials/executor.ts";
import { shellSpec, until, watch } from "./executorHarness.ts";

/**
 * What every executor keeps, whatever machine its processes run on. `create` is given the grace period between
 * SIGTERM and SIGKILL in milliseconds.
 */
export function executorContract(name: string, create: (grace: number) => Executor): void {
  describe(`${name} keeps the executor contract`, () => {
    let folder = "";
    const executor = create(300);
    beforeAll(async () => {
      folder = await realpath(await mkdtemp(join(tmpdir(), "tuning-fork-executor-")));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    /** Every call of a run, which must be harmless at any time. */
    const everything = (run: Run): void => {
      run.pause();
      run.resume();
      run.stop();
    };

    describe("output", () => {
      test("lines come from both streams, complete and in order, the last one without its end", async () => {
        const { exited, lines, output } = watch(
          executor,
          shellSpec("echo one; echo two >&2; printf 'three\\nfour'"),
        );
        expect(await exited).toEqual({ type: "exited", code: 0 });
        expect(output()).toEqual(["one", "three", "four"]);
        expect(lines.filter(({ stream }) => stream === "stderr").map(({ text }) => text)).toEqual(["two"]);
      });

      test("a carriage return ends a line, with and without a line feed", async () => {
        const { exited, output } = watch(executor, shellSpec("printf '10%%\\r20%%\\r\\n30%%\\n\\rdone'"));
        await exited;
        expect(output()).toEqual(["10%", "20%", "30%", "", "done"]);
      });

      test("a line is handed on as soon as it is complete", async () => {
        const { run, exited, output } = watch(executor, shellSpec("echo first; sleep 30"));
        await until("the first line", () => output().length === 1);
        run.stop();
        await exited;
      });

      test("much output arrives whole", async () => {
        const script = "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done";
        const { exited, output } = watch(executor, shellSpec(script));
        await exited;
        expect(output()).toEqual(Array.from({ length: 20_000 }, (_, i) => `line ${i}`));
      });

      test("the log holds the raw output and is appended to", async () => {
        const logPath = join(folder, "deep", "er", "trial.log");
        await watch(executor, shellSpec("printf 'a\\rb\\n'", { logPath })).exited;
        await watch(executor, shellSpec("printf 'c\\n' >&2", { logPath })).exited;
        expect(await readFile(logPath, "utf8")).toBe("a\rb\nc\n");
      });

      test("a silent run leaves no log", async () => {
        const logPath = join(folder, "silent.log");
        await watch(executor, shellSpec("true", { logPath })).exited;
        expect(existsSync(logPath)).toBe(false);
      });
    });

    describe("start and end", () => {
      test("the run has its folder, its environment and its mark", async () => {
        const script = 'pwd; echo "$GREETING"; echo "$TUNING_FORK_TRIAL"';
        const spec = shellSpec(script, { cwd: folder, env: { GREETING: "hällo 'wörld'" } });
        const { exited, output } = watch(executor, spec);
        await exited;
        expect(output()).toEqual([folder, "hällo 'wörld'", spec.mark]);
      });

      test("the exit code is told", async () => {
        expect(await watch(executor, shellSpec("exit 3")).exited).toEqual({ type: "exited", code: 3 });
      });

      test("a run that was killed from outside names the signal", async () => {
        const { exited, exits } = watch(executor, shellSpec("kill -9 $$"));
        expect(await exited).toEqual({ type: "signalled", signal: "SIGKILL" });
        await sleep(50);
        expect(exits).toHaveLength(1);
      });

      test("a program that is missing is named, by an exit and not by an exception", async () => {
        const spec = shellSpec("", { command: ["no-such-program-here", "--flag"] });
        const { run, exited, exits } = watch(executor, spec);
        expect(exits).toEqual([]);
        everything(run);
        expect(await exited).toMatchObject({
          type: "unstartable",
          message: expect.stringContaining("no-such-program-here"),
        });
        everything(run);
      });

      test("a folder that is missing is named, not the program", async () => {
        const cwd = join(folder, "no-such-folder");
        const exit = await watch(executor, shellSpec("true", { cwd })).exited;
        expect(exit).toMatchObject({ type: "unstartable", message: expect.stringContaining(cwd) });
        expect(exit).not.toMatchObject({ message: expect.stringContaining("sh ") });
      });

      test("many at once each end exactly once", async () => {
        const runs = Array.from({ length: 24 }, (_, i) =>
          watch(executor, shellSpec(`echo ${i}; exit ${i % 3}`)),
        );
        const exits = await Promise.all(runs.map(({ exited }) => exited));
        expect(exits).toEqual(runs.map((_, i) => ({ type: "exited", code: i % 3 })));
        await sleep(50);
        for (const [i, { exits: all, output }] of runs.entries()) {
          expect(all).toHaveLength(1);
          expect(output()).toEqual([String(i)]);
        }
      });

      test("all calls are safe after the end, and change nothing", async () => {
        const { run, exited, exits } = watch(executor, shellSpec("true"));
        await exited;
        everything(run);
        await sleep(50);
        expect(exits).toEqual([{ type: "exited", code: 0 }]);
      });
    });

    describe("stop", () => {
      test("ends the run, however often it is called", async () => {
        const { run, exited, exits } = watch(executor, shellSpec("sleep 30"));
        run.stop();
        run.stop();
        expect(await exited).toEqual({ type: "stopped" });
        await sleep(50);
        expect(exits).toHaveLength(1);
      });

      test("lets the run end in order within the grace period", async () => {
        const { run, exited, output } = watch(
          executor,
          shellSpec("trap 'echo saved; exit 0' TERM; echo up; sleep 30 & wait"),
        );
        await until("the trap", () => output().length > 0);
        run.stop();
        expect(await exited).toEqual({ type: "stopped" });
        expect(output()).toEqual(["up", "saved"]);
      });

      test("kills what ignores SIGTERM", async () => {
        const { run, exited, output } = watch(
          executor,
          shellSpec("trap '' TERM; echo up; for i in $(seq 600); do sleep 0.1; done"),
        );
        await until("the trap", () => output().length > 0);
        run.stop();
        expect(await exited).toEqual({ type: "stopped" });
      });
    });

    describe("timeout", () => {
      test("ends a hanging run", async () => {
        const since = performance.now();
        const exit = await watch(executor, shellSpec("sleep 30", { timeout: 200 })).exited;
        expect(exit).toEqual({ type: "timeout" });
        expect(performance.now() - since).toBeGreaterThanOrEqual(200);
      });

      test("does not touch a run that is fast enough", async () => {
        expect(await watch(executor, shellSpec("true", { timeout: 20_000 })).exited).toEqual({
          type: "exited",
          code: 0,
        });
      });
    });

    describe("pause", () => {
      const ticking = "for i in $(seq 3000); do echo $i; sleep 0.02; done";

      test("suspends the run until it is resumed, losing nothing", async () => {
        if (!executor.canPause) {
          expect(watch(executor, shellSpec("true")).run.pause()).toBe(false);
          return;
        }
        const { run, exited, output } = watch(executor, shellSpec(ticking));
        await until("the first lines", () => output().length >= 3);
        expect(run.pause()).toBe(true);
        await sleep(100);
        const held = output().length;
        await sleep(300);
        expect(output()).toHaveLength(held);
        run.resume();
        await until("more lines", () => output().length >= held + 3);
        run.stop();
        await exited;
        expect(output()).toEqual(output().map((_, i) => String(i + 1)));
      });

      test("a paused run that is stopped may still end in order", async () => {
        const script = "trap 'echo saved; exit 0' TERM; echo up; for i in $(seq 3000); do sleep 0.02; done";
        const { run, exited, output } = watch(executor, shellSpec(script));
        await until("the trap", () => output().length > 0);
        run.pause();
        run.stop();
        expect(await exited).toEqual({ type: "stopped" });
        expect(output()).toEqual(["up", "saved"]);
      });

      test("a paused run can be stopped", async () => {
        const { run, exited, output } = watch(executor, shellSpec(ticking));
        await until("the first line", () => output().length > 0);
        run.pause();
        run.stop();
        expect(await exited).toEqual({ type: "stopped" });
      });

      test("time suspended does not count as running time", async () => {
        const { run, exited, exits } = watch(executor, shellSpec("sleep 30", { timeout: 400 }));
        await sleep(100);
        run.pause();
        await sleep(700);
        expect(exits).toEqual([]);
        const since = performance.now();
        run.resume();
        expect(await exited).toEqual({ type: "timeout" });
        expect(performance.now() - since).toBeGreaterThanOrEqual(200);
      });
    });

    test("there are no orphans of a study that never ran", async () => {
      expect(await executor.endOrphans("/no/such/study.log")).toBe(0);
    });
  });
}
