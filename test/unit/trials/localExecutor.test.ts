import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonFolder } from "../../../src/engine/installation.ts";
import { inheritedEnvironment } from "../../../src/trials/environment.ts";
import { createLocalExecutor } from "../../../src/trials/localExecutor.ts";
import { listProcesses } from "../../../src/trials/processTable.ts";
import { findInterpreter } from "../../../src/trials/python.ts";
import { directSpawner } from "../../../src/trials/spawner.ts";
import { startSpawnerProcess } from "../../../src/trials/spawnerProcess.ts";
import { shellSpec, until, watch } from "../../contract/executorHarness.ts";

const python = await findInterpreter(process.env.TUNING_FORK_TEST_PYTHON);
const spawner = await startSpawnerProcess(python, pythonFolder);
if (spawner === undefined) throw new Error("the spawner did not start");
afterAll(() => spawner.close());
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tuning-fork-local-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Those of the processes that still live; a zombie does not. */
async function living(pids: readonly number[]): Promise<readonly number[]> {
  const table = await listProcesses();
  return pids.filter((pid) => table.some((info) => info.pid === pid));
}

/** Process ids that a script prints. */
function pidsOf(output: readonly string[]): number[] {
  return output.filter((line) => /^\d+$/.test(line)).map(Number);
}

describe.each([
  { how: "directly", spawner: directSpawner(inheritedEnvironment(process.env)) },
  { how: "by a process of its own", spawner },
])("started $how:", ({ spawner }) => {
  const executor = createLocalExecutor({ grace: 300, spawner });

  // Every script ends by itself in the end, so that an executor which fails these tests leaves nothing for long.
  describe("nothing survives a stop", () => {
    // $$ in a subshell is the parent's id, so each child says its own through a shell of its own.
    const child = (before: string) => `${before} sh -c 'echo $$; exec sleep 300' &`;
    const cases: Readonly<Record<string, string>> = {
      "three children in the group": child("").repeat(3),
      "children in sessions of their own": child("setsid").repeat(3),
      "children that ignore SIGTERM":
        "(trap '' TERM; sh -c 'echo $$; for i in $(seq 600); do sleep 0.1; done') &".repeat(3),
      "a child in a session of its own without our mark": child("env -u TUNING_FORK_TRIAL setsid"),
      "one without our mark that ignores SIGTERM too":
        "env -u TUNING_FORK_TRIAL setsid sh -c 'trap \"\" TERM; echo $$; for i in $(seq 600); do sleep 0.1; done' &",
      "children of every kind": `${child("")} ${child("setsid")} setsid sh -c 'trap "" TERM; echo $$; for i in $(seq 600); do sleep 0.1; done' &`,
      "daemons that closed their output": "setsid sh -c 'echo $$; exec sleep 300 >/dev/null 2>&1' & ".repeat(
        3,
      ),
      "orphaned grandchildren":
        "(setsid sh -c 'echo $$; exec sleep 300' & ) ; (sh -c 'echo $$; exec sleep 300' & ) ;",
    };
    for (const [name, script] of Object.entries(cases)) {
      test(name, async () => {
        const expected = script.match(/echo \$\$/g)!.length;
        const { run, exited, output } = watch(executor, shellSpec(`${script} sleep 300`));
        await until("all children", () => pidsOf(output()).length === expected);
        const pids = pidsOf(output());
        expect(await living(pids)).toEqual(pids);
        run.stop();
        expect(await exited).toEqual({ type: "stopped" });
        expect(await living(pids)).toEqual([]);
      });
    }

    test("a paused family with children in other sessions", async () => {
      const script = `setsid sh -c 'echo $$; exec sleep 300' & sh -c 'echo $$; exec sleep 300' & wait`;
      const { run, exited, output } = watch(executor, shellSpec(script));
      await until("both children", () => pidsOf(output()).length === 2);
      run.pause();
      run.stop();
      await exited;
      expect(await living(pidsOf(output()))).toEqual([]);
    });

    test("a timeout ends the whole family too", async () => {
      const script = `setsid sh -c 'echo $$; exec sleep 300' & sh -c 'echo $$; exec sleep 300' & wait`;
      const { exited, output } = watch(executor, shellSpec(script, { timeout: 400 }));
      expect(await exited).toEqual({ type: "timeout" });
      expect(pidsOf(output())).toHaveLength(2);
      expect(await living(pidsOf(output()))).toEqual([]);
    });

    test("other trials and other processes live on", async () => {
      const other = watch(executor, shellSpec("echo $$; exec sleep 300"));
      const stopped = watch(executor, shellSpec("setsid sleep 300 & sleep 300"));
      await until("the other trial", () => other.output().length > 0);
      stopped.run.stop();
      await stopped.exited;
      expect(await living(pidsOf(other.output()))).toHaveLength(1);
      other.run.stop();
      await other.exited;
    });
  });

  describe("when the leader exits by itself", () => {
    test("kill -9 from outside ends its children", async () => {
      const { exited, output } = watch(
        executor,
        shellSpec("echo $$; sh -c 'echo $$; exec sleep 300' & wait"),
      );
      await until("both", () => pidsOf(output()).length === 2);
      process.kill(pidsOf(output())[0]!, "SIGKILL");
      expect(await exited).toEqual({ type: "signalled", signal: "SIGKILL" });
      expect(await living(pidsOf(output()))).toEqual([]);
    });

    test("its exit counts, and children that keep the pipes open are ended", async () => {
      const { exited, output } = watch(
        executor,
        shellSpec("sh -c 'echo $$; exec sleep 300' & sleep 0.2; exit 4"),
      );
      expect(await exited).toEqual({ type: "exited", code: 4 });
      expect(pidsOf(output())).toHaveLength(1);
      expect(await living(pidsOf(output()))).toEqual([]);
    });

    test("children that closed their output are ended too, as long as they are in the group", async () => {
      const script = "sh -c 'echo $$; exec sleep 300 >/dev/null 2>&1' & sleep 0.2; exit 0";
      const { exited, output } = watch(executor, shellSpec(script));
      expect(await exited).toEqual({ type: "exited", code: 0 });
      expect(await living(pidsOf(output()))).toEqual([]);
    });

    test("a child in another session that holds the output is ended", async () => {
      const { exited, output } = watch(
        executor,
        shellSpec("setsid sh -c 'echo $$; exec sleep 300' & sleep 0.2; exit 0"),
      );
      expect(await exited).toEqual({ type: "exited", code: 0 });
      expect(pidsOf(output())).toHaveLength(1);
      expect(await living(pidsOf(output()))).toEqual([]);
    });

    test("what a child still writes right after is read", async () => {
      const { exited, output } = watch(executor, shellSpec("(sleep 0.15; echo late) & exit 0"));
      expect(await exited).toEqual({ type: "exited", code: 0 });
      expect(output()).toEqual(["late"]);
    });
  });

  describe("pause", () => {
    /** Clock ticks that a process has used: fields 14 and 15 of /proc/<pid>/stat. */
    function cpuTicks(pid: number): number {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(fields[11]) + Number(fields[12]);
    }

    test("suspends the whole group: no processor time is used", async () => {
      const busy = "sh -c 'echo $$; i=0; while [ $i -lt 100000000 ]; do i=$((i+1)); done'";
      const { run, exited, output } = watch(executor, shellSpec(`${busy} & ${busy} & wait`));
      await until("both", () => pidsOf(output()).length === 2);
      const pids = pidsOf(output());
      await until("processor time", () => pids.every((pid) => cpuTicks(pid) > 0));
      run.pause();
      await sleep(50);
      const before = pids.map(cpuTicks);
      await sleep(400);
      expect(pids.map(cpuTicks)).toEqual(before);
      run.resume();
      await until("more processor time", () => pids.every((pid, i) => cpuTicks(pid) > before[i]!));
      run.stop();
      await exited;
    });
  });

  describe("the log", () => {
    test("a full disk is told once and harms neither trial nor output", async () => {
      const spec = shellSpec("for i in 1 2 3; do echo $i; sleep 0.05; done", { logPath: "/dev/full" });
      const { exited, output, lines } = watch(executor, spec);
      expect(await exited).toEqual({ type: "exited", code: 0 });
      expect(output()).toEqual(["1", "2", "3"]);
      const notes = lines.filter(({ stream }) => stream === "stderr");
      expect(notes).toHaveLength(1);
      expect(notes[0]!.text).toContain("/dev/full (the disk is full)");
    });

    test("a log that cannot be created is told once", async () => {
      await writeFile(join(folder, "file"), "");
      const logPath = join(folder, "file", "trial.log");
      const { exited, output, lines } = watch(executor, shellSpec("echo a; sleep 0.05; echo b", { logPath }));
      expect(await exited).toEqual({ type: "exited", code: 0 });
      expect(output()).toEqual(["a", "b"]);
      expect(lines.filter(({ text }) => text.includes(logPath))).toHaveLength(1);
    });

    test("keeps bytes that are no text", async () => {
      const logPath = join(await mkdtemp(join(folder, "bytes-")), "bytes.log");
      await watch(executor, shellSpec("printf '\\377\\000\\n'", { logPath })).exited;
      expect([...(await readFile(logPath))]).toEqual([0xff, 0, 0x0a]);
      expect(existsSync(logPath)).toBe(true);
    });
  });

  describe("what cannot be started", () => {
    test.each([
      ["a file that may not be executed", () => join(folder, "plain"), "permission denied"],
      ["a script whose interpreter is missing", () => join(folder, "bang"), "interpreter"],
      ["a path that does not exist", () => join(folder, "nothing"), "does not exist"],
    ])("%s", async (_, path, words) => {
      await writeFile(join(folder, "plain"), "", { mode: 0o644 });
      await writeFile(join(folder, "bang"), "#!/no/such/interpreter\n", { mode: 0o755 });
      const exit = await watch(executor, shellSpec("", { command: [path()] })).exited;
      expect(exit).toMatchObject({ type: "unstartable", message: expect.stringContaining(words) });
      expect(exit).toMatchObject({ message: expect.stringContaining(path()) });
    });

    test("an argument list that is too long", async () => {
      const exit = await watch(executor, shellSpec("", { command: ["true", "x".repeat(1 << 22)] })).exited;
      expect(exit).toMatchObject({
        type: "unstartable",
        message: expect.stringContaining("longer than the system allows"),
      });
    });

    test("a working folder that is a file", async () => {
      await writeFile(join(folder, "file"), "");
      const exit = await watch(executor, shellSpec("true", { cwd: join(folder, "file") })).exited;
      expect(exit).toMatchObject({
        type: "unstartable",
        message: expect.stringContaining("is not a folder"),
      });
    });
  });

  describe("orphans of a killed engine", () => {
    const study = (name: string) => join(tmpdir(), `örphans ${process.pid}`, `${name}.log`);

    /** Starts trials under an engine of their own and kills it; resolves with the process ids they printed. */
    async function abandon(studyId: string, scripts: readonly string[], expected: number): Promise<number[]> {
      const maker = join(import.meta.dirname, "orphanMaker.ts");
      const engine = spawn(process.execPath, [maker, studyId, ...scripts], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const pids: number[] = [];
      for await (const line of createInterface({ input: engine.stdout })) {
        pids.push(Number(line));
        if (pids.length === expected) break;
      }
      engine.kill("SIGKILL");
      return pids;
    }

    // Silent after their first line: a broken pipe must not end them before we do.
    const quiet = "sh -c 'echo $$; exec sleep 300' & sh -c 'echo $$; exec sleep 300' & wait";

    test("are found and ended, running or suspended, in whatever session", async () => {
      const id = study("ended");
      const apart = "setsid sh -c 'echo $$; exec sleep 300' & sleep 300";
      const pids = await abandon(id, [quiet, apart, "echo $$; exec sleep 300"], 4);
      expect(await living(pids)).toHaveLength(4);
      expect(await executor.endOrphans(id)).toBe(4);
      expect(await living(pids)).toEqual([]);
      expect(await executor.endOrphans(id)).toBe(0);
    });

    test("of other studies and trials of this executor live on", async () => {
      const id = study("mine");
      const others = [study("mine2"), `${id}#1 (copy).log`];
      const pids = (
        await Promise.all(others.map((other) => abandon(other, ["echo $$; exec sleep 300"], 1)))
      ).flat();
      const own = watch(executor, shellSpec("echo $$; exec sleep 300", { mark: `${id}#0` }));
      await until("the trial", () => own.output().length > 0);
      expect(await executor.endOrphans(id)).toBe(0);
      expect(await living([...pids, ...pidsOf(own.output())])).toHaveLength(3);
      own.run.stop();
      await own.exited;
      for (const other of others) expect(await executor.endOrphans(other)).toBe(1);
    });
  });
});

test("trials inherit nothing that VS Code put into the environment for itself", async () => {
  const env = inheritedEnvironment({
    PATH: process.env.PATH,
    ELECTRON_RUN_AS_NODE: "1",
    VSCODE_IPC_HOOK: "/run/x",
    NODE_OPTIONS: "--require /ext/ms-vscode.js-debug/bootloader.js",
    TUNING_FORK_BIND: "{}",
    MINE: "yes",
  });
  const own = await startSpawnerProcess(python, pythonFolder, env);
  for (const spawner of [directSpawner(env), own!]) {
    const { exited, output } = watch(createLocalExecutor({ spawner }), shellSpec("env"));
    await exited;
    const names = output().map((line) => line.split("=")[0]);
    expect(names).toEqual(expect.arrayContaining(["MINE", "PATH", "TUNING_FORK_TRIAL"]));
    for (const name of ["ELECTRON_RUN_AS_NODE", "VSCODE_IPC_HOOK", "NODE_OPTIONS", "TUNING_FORK_BIND"]) {
      expect(names).not.toContain(name);
    }
  }
  own?.close();
});

describe("a spawner process", () => {
  test("is not there where the interpreter is no Python, and leaves nothing behind", async () => {
    expect(await startSpawnerProcess("/bin/true", pythonFolder)).toBeUndefined();
    expect(await startSpawnerProcess("/no/such/python", pythonFolder)).toBeUndefined();
  });

  test("that is killed takes its trials with it, and later ones are started without it", async () => {
    const own = await startSpawnerProcess(python, pythonFolder);
    const executor = createLocalExecutor({ grace: 300, spawner: own! });
    const first = watch(executor, shellSpec("echo $$; echo $PPID; exec sleep 300"));
    await until("both ids", () => pidsOf(first.output()).length === 2);
    const [trial, parent] = pidsOf(first.output());
    process.kill(parent!, "SIGKILL");
    expect(await first.exited).toEqual({ type: "signalled", signal: "SIGKILL" });
    expect(await living([trial!])).toEqual([]);
    const second = watch(executor, shellSpec("echo $PPID"));
    expect(await second.exited).toEqual({ type: "exited", code: 0 });
    expect(second.output()).toEqual([String(process.pid)]);
    own?.close();
  });

  test("ends when it is closed; what it started is still ended by its executor", async () => {
    const own = await startSpawnerProcess(python, pythonFolder);
    const { run, exited, output } = watch(
      createLocalExecutor({ grace: 300, spawner: own! }),
      shellSpec("echo $PPID; exec sleep 300"),
    );
    await until("the id", () => pidsOf(output()).length === 1);
    run.stop();
    await exited;
    own?.close();
    await until("its end", async () => (await living(pidsOf(output()))).length === 0);
  });
});
