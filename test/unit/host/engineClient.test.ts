import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EngineClient } from "../../../src/host/engineClient.ts";
import type { TuningForkError } from "../../../src/protocol/errors.ts";
import type { StudySummary } from "../../../src/protocol/study.ts";
import { definition } from "../../fixtures/fakeEngine/data.ts";
import type { Behaviour } from "../../fixtures/fakeEngine/engine.ts";

const modulePath = join(import.meta.dirname, "../../fixtures/fakeEngine/engine.ts");

let runtimeDir: string;
let clients: EngineClient[];

beforeEach(async () => {
  runtimeDir = await mkdtemp(join(tmpdir(), "runtime-"));
  clients = [];
  await behave({});
});

afterEach(async () => {
  for (const client of clients) {
    client.dispose();
  }
  const pid = await enginePid();
  if (pid !== undefined && alive(pid)) {
    process.kill(pid, "SIGKILL");
  }
  await rm(runtimeDir, { recursive: true, force: true });
});

const behave = (behaviour: Behaviour) =>
  writeFile(join(runtimeDir, "behaviour.json"), JSON.stringify(behaviour));

async function enginePid(): Promise<number | undefined> {
  const text = await readFile(join(runtimeDir, "engine.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { pid: number }).pid;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function client(options: { mayReplace?: boolean; startTimeout?: number } = {}) {
  let started = 0;
  let asked = 0;
  const made = new EngineClient({
    modulePath,
    runtimeDir,
    ...(options.startTimeout === undefined ? {} : { startTimeout: options.startTimeout }),
    starting(work) {
      started++;
      return work;
    },
    async mayReplace() {
      asked++;
      return options.mayReplace ?? false;
    },
  });
  clients.push(made);
  return { engine: made, started: () => started, asked: () => asked };
}

const failure = (promise: Promise<unknown>): Promise<TuningForkError> =>
  promise.then(
    () => expect.fail("it did not fail"),
    (error) => error as TuningForkError,
  );

describe("the host's end of the boundary", () => {
  test("starts an engine at the first call, once for calls at the same time", async () => {
    const { engine, started } = client();
    expect(engine.connected).toBe(false);
    const [studies, hello] = await Promise.all([
      engine.call("studies", { folders: [] }),
      engine.call("hello", { protocol: 1 }),
    ]);
    expect(studies[0]?.definition).toEqual(definition);
    expect(hello.pid).toBe(await enginePid());
    expect(started()).toBe(1);
  });

  test("the engine outlives the window, and the next one attaches to it", async () => {
    const first = client();
    const { pid } = await first.engine.call("hello", { protocol: 1 });
    first.engine.dispose();
    expect(alive(pid)).toBe(true);
    const second = client();
    expect((await second.engine.call("hello", { protocol: 1 })).pid).toBe(pid);
    expect(second.started()).toBe(0);
  });

  test("passes the engine's own errors on", async () => {
    const { engine } = client();
    const error = await failure(engine.call("study", { study: "/gone" }));
    expect(error).toMatchObject({ code: "unknown-study", next: "Refresh the list." });
  });

  test("an answer of the wrong shape is an internal error", async () => {
    const { engine } = client();
    const query = { study: "/x", sort: "score", offset: 0, limit: 10 } as const;
    expect(await failure(engine.call("trials", query))).toMatchObject({ code: "internal" });
  });

  test("events arrive, malformed ones do not", async () => {
    const { engine } = client();
    const changed: StudySummary[] = [];
    const logs: string[] = [];
    engine.events.on("changed", (summary) => changed.push(summary));
    engine.events.on("log", ({ text }) => logs.push(text));
    await engine.call("start", { definitionPath: "/x", interpreter: "python3" });
    await expect.poll(() => logs).toEqual(["started"]);
    expect(changed.map(({ revision }) => revision)).toEqual([2]);
  });

  test("a killed engine fails every pending call, and the next call starts another", async () => {
    const { engine, started } = client();
    const { pid } = await engine.call("hello", { protocol: 1 });
    const ends: boolean[] = [];
    engine.events.on("disconnected", (expected) => ends.push(expected));
    const probes = [1, 2].map(() =>
      failure(engine.call("probe", { definitionPath: "/x", interpreter: "p" })),
    );
    process.kill(pid, "SIGKILL");
    for (const error of await Promise.all(probes)) {
      expect(error).toMatchObject({ code: "engine-died" });
    }
    // Told when the process is gone, which may be after its socket.
    await expect.poll(() => ends).toEqual([false]);
    expect((await engine.call("hello", { protocol: 1 })).pid).not.toBe(pid);
    expect(started()).toBe(2);
  });

  test("an engine that cannot start says why", async () => {
    await behave({ stillborn: true });
    const { engine } = client();
    const error = await failure(engine.call("studies", { folders: [] }));
    expect(error).toMatchObject({ code: "engine-died", data: "no engine today" });
    expect(error.message).toContain("exit code 7");
  });

  test("an engine that never listens is given up", async () => {
    await behave({ silent: true });
    const { engine } = client({ startTimeout: 300 });
    const error = await failure(engine.call("studies", { folders: [] }));
    expect(error.message).toContain("did not answer in time");
  });

  test("an address without an engine behind it is passed over", async () => {
    await writeFile(join(runtimeDir, "engine.json"), JSON.stringify({ pid: 1, address: "/nowhere.sock" }));
    const { engine, started } = client();
    await engine.call("studies", { folders: [] });
    expect(started()).toBe(1);
  });

  test("a disposed client fails its calls", async () => {
    const { engine } = client();
    const probe = failure(engine.call("probe", { definitionPath: "/x", interpreter: "p" }));
    await engine.call("hello", { protocol: 1 });
    engine.dispose();
    expect(await probe).toMatchObject({ code: "engine-died" });
    expect(await failure(engine.call("studies", { folders: [] }))).toMatchObject({ code: "engine-died" });
  });
});

describe("an engine of another version", () => {
  async function startOld(behaviour: Behaviour): Promise<number> {
    await behave({ ...behaviour, protocol: 0 });
    await failure(client().engine.call("hello", { protocol: 1 }));
    const pid = await enginePid();
    await behave({});
    return pid ?? 0;
  }

  test("is replaced where it is idle", async () => {
    const old = await startOld({});
    const { engine, asked } = client();
    expect((await engine.call("hello", { protocol: 1 })).pid).not.toBe(old);
    expect(asked()).toBe(0);
    expect(alive(old)).toBe(false);
  });

  test("is left alone where the user wants its trials to end", async () => {
    const old = await startOld({ busy: true });
    const { engine, asked } = client();
    expect(await failure(engine.call("studies", { folders: [] }))).toMatchObject({
      code: "version-mismatch",
    });
    expect(asked()).toBe(1);
    expect(alive(old)).toBe(true);
  });

  test("is replaced where the user agrees", async () => {
    const old = await startOld({ busy: true });
    const { engine } = client({ mayReplace: true });
    expect((await engine.call("hello", { protocol: 1 })).pid).not.toBe(old);
    expect(alive(old)).toBe(false);
  });
});
