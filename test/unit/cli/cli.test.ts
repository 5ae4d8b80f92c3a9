import { execFile, spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SCRIPT, studyFolder } from "../../fixtures/studyFolder.ts";

const CLI = join(import.meta.dirname, "../../../src/cli/main.ts");

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function cli(cwd: string, ...args: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const lines = (text: string): Record<string, never>[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("tune --json prints one object a line, the result last", async () => {
  const { folder, remove } = await studyFolder();
  const { code, stdout } = await cli(folder, "tune", "train.py", "--json");
  expect(code).toBe(0);
  const objects = lines(stdout);
  expect(objects[0]).toMatchObject({ type: "study", name: "train", strategy: "random", planned: 4 });
  const result = objects.at(-1)!;
  expect(result).toMatchObject({ type: "result", end: "done", counts: { complete: 4 } });
  expect(result).toHaveProperty("best.params.x");
  const values = objects.filter((object) => object.type === "finished").map((object) => Number(object.value));
  expect((result as unknown as { best: { value: number } }).best.value).toBe(Math.min(...values));
  await remove();
});

test("the first tune of a script writes its definition and finds the objective; the second asks nothing", async () => {
  const { folder, definitionPath, remove } = await studyFolder();
  await rm(definitionPath);
  await writeFile(join(folder, "train.py"), SCRIPT.replaceAll("--x", "--lr").replaceAll("args.x", "args.lr"));
  const first = await cli(folder, "tune", "train.py", "--trials", "2", "--strategy", "random");
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/Wrote .*train\.tune\.json/);
  const definition = JSON.parse(await readFile(definitionPath, "utf8"));
  expect(definition.objective).toEqual({ metric: "val_loss", goal: "minimize" });
  const second = await cli(folder, "tune", "train.py", "--trials", "3", "--strategy", "random", "--json");
  expect(second.code).toBe(0);
  // Two trials are there already: one more makes three.
  expect(lines(second.stdout).at(-1)).toMatchObject({ counts: { total: 3 } });
  expect(
    lines(second.stdout).filter((object) => object.type === "message" && object.level === "warn"),
  ).toEqual([]);
  await remove();
});

test("every flag reaches the study", async () => {
  const { folder, remove } = await studyFolder();
  const { stdout, code } = await cli(
    folder,
    ...[
      "tune",
      "train.tune.json",
      "--json",
      "--strategy",
      "hyperband",
      "--budget-param",
      "epochs",
      "--budget-min",
      "1",
    ],
    ...[
      "--budget-max",
      "9",
      "--budget-mode",
      "restart",
      "--eta",
      "3",
      "--parallel",
      "3",
      "--seed",
      "5",
      "--study",
      "other",
    ],
    ...["--metric", "val_loss", "--goal", "maximize", "--set", "x=0.25"],
  );
  // Everything is held, so nothing is left to tune: a clear refusal.
  expect(code).toBe(2);
  const free = await cli(
    folder,
    ...[
      "tune",
      "train.tune.json",
      "--json",
      "--strategy",
      "hyperband",
      "--budget-param",
      "epochs",
      "--budget-min",
      "1",
    ],
    ...[
      "--budget-max",
      "9",
      "--budget-mode",
      "restart",
      "--eta",
      "3",
      "--parallel",
      "3",
      "--seed",
      "5",
      "--study",
      "other",
    ],
    ...["--metric", "val_loss", "--goal", "maximize"],
  );
  expect(free.code).toBe(0);
  expect(stdout).toContain("error");
  const { definition, name } = lines(
    (await cli(folder, "show", "other", "--json")).stdout,
  )[0]! as unknown as {
    definition: object;
    name: string;
  };
  expect(name).toBe("other");
  expect(definition).toMatchObject({
    strategy: { name: "hyperband" },
    budget: { parameter: "epochs", min: 1, max: 9, mode: "restart", eta: 3 },
    objective: { metric: "val_loss", goal: "maximize" },
    parallel: 3,
    seed: 5,
  });
  await remove();
});

test("same seed, same decisions, in another process; another seed, others", async () => {
  const configurations = async (seed: string): Promise<unknown[]> => {
    const { folder, remove } = await studyFolder({ stop: { trials: 5 }, parallel: 1 });
    const { stdout } = await cli(folder, "tune", "train.py", "--json", "--seed", seed);
    await remove();
    return lines(stdout)
      .filter((object) => object.type === "started")
      .map((object) => object.configuration);
  };
  const [a, b, c] = await Promise.all([configurations("3"), configurations("3"), configurations("4")]);
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
});

test("stop ends a study that another process runs; resume goes on to the end", async () => {
  // Long enough for two more processes to start meanwhile, on a slow machine too.
  const { folder, remove } = await studyFolder({ stop: { trials: 2000 } }, 0.05);
  const running = spawn(process.execPath, [CLI, "tune", "train.py", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  const seen = new Promise<void>((resolve) => {
    running.stdout.on("data", (data) => {
      output += data;
      if ((output.match(/"finished"/g) ?? []).length >= 2) resolve();
    });
  });
  const exited = new Promise<number | null>((resolve) => running.once("exit", resolve));
  await seen;
  const busy = await cli(folder, "tune", "train.py");
  expect(busy.code).toBe(6);
  expect((await cli(folder, "stop", "train")).code).toBe(0);
  expect(await exited).toBe(0);
  const stopped = lines(output).at(-1) as unknown as { counts: { total: number } };
  expect(stopped).toMatchObject({ type: "result", end: "stopped" });
  const total = stopped.counts.total + 3;
  const resumed = await cli(folder, "resume", "train", "--json", "--trials", String(total));
  expect(resumed.code).toBe(0);
  expect(lines(resumed.stdout).at(-1)).toMatchObject({ end: "done", counts: { complete: total, total } });
  await remove();
});

test("inspect lists parameters as one object", async () => {
  const { folder, remove } = await studyFolder();
  const { code, stdout } = await cli(folder, "inspect", "train.py", "--json");
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report.parameters.map((parameter: { name: string }) => parameter.name)).toEqual([
    "x",
    "epochs",
    "sleep",
  ]);
  expect(report.authority).toBe("interpreter");
  await remove();
});

test.each([
  ["a script that is not there", ["tune", "none.py"], 2, "none.py does not exist"],
  ["an unknown strategy", ["tune", "train.py", "--strategy", "bayesian"], 2, "strategy"],
  ["a number that is none", ["tune", "train.py", "--trials", "many"], 2, "Not a number"],
  ["an unknown study", ["show", "nothing"], 2, "There is no study named nothing"],
  ["an unknown command", ["tuna"], 2, "tune"],
  ["a study that does not run", ["stop", "train"], 2, "no study"],
  ["no such interpreter", ["tune", "train.py", "--interpreter", "/nowhere/python"], 4, "/nowhere/python"],
] as const)("%s is refused with a reason", async (_, args, code, text) => {
  const { folder, remove } = await studyFolder();
  const answer = await cli(folder, ...args);
  expect(answer.stderr).toContain(text);
  expect(answer.code).toBe(code);
  await remove();
});

test("a study without one score says so by its exit code", async () => {
  const { folder, remove } = await studyFolder();
  await writeFile(join(folder, "train.py"), "raise ValueError('no data')\n");
  const { code, stdout } = await cli(folder, "tune", "train.tune.json", "--json");
  expect(code).toBe(3);
  expect(lines(stdout).at(-1)).toMatchObject({ best: null, counts: { failed: 4 } });
  const shown = await cli(folder, "show", "train");
  expect(shown.stdout).toContain("crashed: ValueError: no data");
  await remove();
});

test("a folder that cannot be written is named before anything runs", async () => {
  const { folder, remove } = await studyFolder();
  // Root may write anywhere: a file where the folder has to be stops root too.
  await writeFile(join(folder, ".tuning-fork"), "in the way");
  const { code, stderr } = await cli(folder, "tune", "train.py");
  expect(code).toBe(5);
  expect(stderr).toContain(folder);
  await remove();
});

test("a broken definition is shown with its line and left as it is", async () => {
  const { folder, definitionPath, remove } = await studyFolder();
  const text = '{\n  "version": 1,\n  "script": "train.py",\n  "objectiv": {}\n}\n';
  await writeFile(definitionPath, text);
  const { code, stderr } = await cli(folder, "tune", "train.py");
  expect(code).toBe(2);
  expect(stderr).toMatch(/train\.tune\.json:4:\d+: .*objectiv/);
  expect(await readFile(definitionPath, "utf8")).toBe(text);
  await remove();
});

test("several metrics and a limit: the result is the front, in JSON and for people", async () => {
  const { folder, remove } = await studyFolder({
    limits: [{ metric: "size", max: 0.8 }],
    stop: { trials: 8 },
  });
  const print =
    'print(f"epoch {epoch}/{args.epochs} val_loss={args.x + 1 / epoch} speed={args.x} size={args.x}")';
  await writeFile(join(folder, "train.py"), SCRIPT.replace(/print\(.*\)/, print));
  const flags = ["--metric", "val_loss", "--goal", "minimize", "--metric", "speed", "--goal", "maximize"];
  const { code, stdout } = await cli(folder, "tune", "train.py", "--json", ...flags);
  expect(code).toBe(0);
  const objects = lines(stdout) as unknown as {
    type: string;
    values?: number[];
    front?: { number: number; values: number[]; params: { x: number } }[];
  }[];
  const result = objects.at(-1)!;
  expect(result).not.toHaveProperty("best");
  // Loss and speed both grow with x: every trial within the limit is a compromise.
  const within = objects.filter(({ type, values }) => type === "finished" && values![1]! <= 0.8);
  expect(within.length).toBeGreaterThan(2);
  expect(result.front!.length).toBe(within.length);
  for (const { values, params } of result.front!) expect(values).toEqual([params.x + 1 / 3, params.x]);
  const shown = await cli(folder, "show", "train");
  expect(shown.stdout).toContain(`Pareto front of val_loss, speed: ${within.length} trials`);
  if (within.length < 8) expect(shown.stdout).toMatch(/size 0\.\d+ > 0\.8/);
  const single = await cli(folder, "tune", "train.py", "--study", "b", "--strategy", "tpe", ...flags);
  expect([single.code, single.stderr]).toEqual([
    2,
    expect.stringContaining("where there are several objectives"),
  ]);
  await remove();
});

test("a study begins with the finished trials of an earlier one, once", async () => {
  const { folder, remove } = await studyFolder({ stop: { trials: 4 } });
  expect((await cli(folder, "tune", "train.py")).code).toBe(0);
  const again = ["--study", "second", "--warm-start", "train.py", "--trials", "2", "--json"];
  const second = await cli(folder, "tune", "train.py", ...again);
  expect(second.code).toBe(0);
  expect(lines(second.stdout).at(-1)).toMatchObject({ type: "result", counts: { complete: 6, total: 6 } });
  const shown = lines((await cli(folder, "show", "second", "--json")).stdout)[0] as unknown as {
    trials: { number: number; score: number; configuration: object }[];
  };
  const first = lines((await cli(folder, "show", "train", "--json")).stdout)[0] as unknown as typeof shown;
  const values = ({ trials }: typeof shown, numbers: readonly number[]) =>
    numbers.map((number) => {
      const { score, configuration } = trials.find((trial) => trial.number === number)!;
      return { score, configuration };
    });
  expect(values(shown, [0, 1, 2, 3])).toEqual(values(first, [0, 1, 2, 3]));

  const resumed = await cli(folder, "resume", "second", "--trials", "3", "--json");
  expect(lines(resumed.stdout).at(-1)).toMatchObject({ counts: { complete: 7, total: 7 } });
  await remove();
});

test("what it cannot begin with is said before anything runs", async () => {
  const { folder, remove } = await studyFolder();
  const start = (...args: string[]) => cli(folder, "tune", "train.py", "--study", "second", ...args);
  const missing = await start("--warm-start", "nowhere.log");
  expect(missing.code).not.toBe(0);
  expect(missing.stderr).toContain('warmStart names "nowhere.log", which cannot be read');
  expect((await cli(folder, "tune", "train.py")).code).toBe(0);
  const other = await start("--warm-start", "train.py", "--goal", "maximize");
  expect(other.code).not.toBe(0);
  expect(other.stderr).toContain(
    '"train.py", which was to minimize val_loss; this study is to maximize val_loss',
  );
  expect((await cli(folder, "show", "second")).code).not.toBe(0);
  await remove();
});

test("a definition that makes no strategy leaves no study behind", async () => {
  const { folder, remove } = await studyFolder({ strategy: { name: "grid", counts: { depth: 3 } } });
  const { code, stderr } = await cli(folder, "tune", "train.py");
  expect(code).not.toBe(0);
  expect(stderr).toContain('strategy.counts names "depth"');
  expect((await cli(folder, "show", "train")).code).not.toBe(0);
  await remove();
});
