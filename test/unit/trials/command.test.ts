import { execFileSync } from "node:child_process";
import { delimiter } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Budget, Definition } from "../../../src/protocol/definition.ts";
import { TuningForkError } from "../../../src/protocol/errors.ts";
import type { Configuration, Parameter } from "../../../src/protocol/space.ts";
import { type RunInput, runSpec, shellCommand } from "../../../src/trials/command.ts";

const float: Parameter = { type: "float", low: 0, high: 1 };
const python = process.env.TUNING_FORK_TEST_PYTHON ?? "python3";

function input(
  definition: Partial<Definition>,
  configuration: Configuration = {},
  changes: Partial<RunInput> = {},
): RunInput {
  const whole: Definition = {
    version: 1,
    script: "train.py",
    objective: { metric: "loss", goal: "minimize" },
    space: {},
    strategy: { name: "random" },
    ...definition,
  };
  return {
    definition: {
      definition: whole,
      definitionPath: "/p/train.tune.json",
      scriptPath: "/p/train.py",
      interpreter: "/usr/bin/python3",
    },
    configuration,
    budget: 0,
    slot: 0,
    studyId: "/p/study.log",
    trial: 7,
    logPath: "/p/7.log",
    checkpoint: "/p/ckpt/7",
    pythonFolder: "/ext/python",
    env: {},
    ...changes,
  };
}

/** The script's arguments. */
function args(...of: Parameters<typeof input>): readonly string[] {
  const { command } = runSpec(input(...of));
  expect(command.slice(0, 2)).toEqual(["/usr/bin/python3", "/p/train.py"]);
  return command.slice(2);
}

const budget = (mode: Budget["mode"], more: Partial<Budget> = {}): Budget => ({
  parameter: "epochs",
  min: 1,
  max: 81,
  mode,
  ...more,
});

describe("flags", () => {
  const flag = (bind: Parameter["bind"], type: Parameter["type"] = "float"): Definition["space"] => ({
    x: { ...(type === "boolean" ? { type } : { ...float, type }), ...(bind && { bind }) } as Parameter,
  });

  test.each<[string, Definition["space"], Configuration, readonly string[]]>([
    ["no binding", flag(undefined), { x: 0.01 }, ["--x", "0.01"]],
    ["another name", flag({ flag: "-l" }), { x: 0.01 }, ["-l", "0.01"]],
    ["a small number", flag(undefined), { x: 1e-7 }, ["--x", "1e-7"]],
    ["a whole float", flag(undefined), { x: 1 }, ["--x", "1.0"]],
    ["an integer", flag(undefined, "int"), { x: 64 }, ["--x", "64"]],
    ["a negative number", flag(undefined), { x: -1e-5 }, ["--x=-0.00001"]],
    ["a negative number after a short flag", flag({ flag: "-x" }), { x: -0.5 }, ["-x-0.5"]],
    ["a negative number after a long flag with one dash", flag({ flag: "-lr" }), { x: -0.5 }, ["-lr=-0.5"]],
    ["a string", flag(undefined), { x: "two words" }, ["--x", "two words"]],
    ["an empty string", flag(undefined), { x: "" }, ["--x", ""]],
    ["None", flag(undefined), { x: null }, []],
    ["a boolean as a value", flag(undefined, "boolean"), { x: false }, ["--x", "False"]],
    ["a switch that turns on: true", flag({ flag: "--x", switch: "on" }, "boolean"), { x: true }, ["--x"]],
    ["a switch that turns on: false", flag({ flag: "--x", switch: "on" }, "boolean"), { x: false }, []],
    ["a switch that turns off: true", flag({ flag: "--no-x", switch: "off" }, "boolean"), { x: true }, []],
    [
      "a switch that turns off: false",
      flag({ flag: "--no-x", switch: "off" }, "boolean"),
      { x: false },
      ["--no-x"],
    ],
    ["a switch both ways: true", flag({ flag: "--x", switch: "both" }, "boolean"), { x: true }, ["--x"]],
    ["a switch both ways: false", flag({ flag: "--x", switch: "both" }, "boolean"), { x: false }, ["--no-x"]],
    ["an inactive parameter", flag(undefined), {}, []],
  ])("%s", (_, space, configuration, expected) => {
    expect(args({ space }, configuration)).toEqual(expected);
  });

  test("come after the fixed arguments, in the space's order", () => {
    const space = { a: float, b: float };
    expect(args({ space, args: ["fit", "--quiet"] }, { b: 0.2, a: 0.1 })).toEqual([
      "fit",
      "--quiet",
      "--a",
      "0.1",
      "--b",
      "0.2",
    ]);
  });

  test("parameters that are off go at their fixed value", () => {
    const space: Definition["space"] = {
      seed: { type: "int", low: 0, high: 9, enabled: false, bind: { flag: "--rng" } },
      lr: float,
    };
    const run = input({ space, fixed: { seed: 3, device: "cpu" } }, { lr: 0.1 });
    expect(runSpec(run).command.slice(2)).toEqual(["--rng", "3", "--lr", "0.1", "--device", "cpu"]);
    expect(JSON.parse(runSpec(run).env.TUNING_FORK_PARAMS!)).toEqual({ seed: 3, lr: 0.1, device: "cpu" });
  });
});

describe("other bindings", () => {
  const literal = { text: "0.9", line: "opt = SGD(0.9)", nth: 0, at: 12 };

  test("constants and literals go through the launcher, as JSON that keeps types", () => {
    const space: Definition["space"] = {
      lr: { ...float, bind: { constant: "LR" } },
      layers: { type: "int", low: 1, high: 9, bind: { constant: "LAYERS" } },
      momentum: { ...float, bind: { literal } },
      act: { type: "categorical", choices: ["relu", null], bind: { constant: "ACT" } },
    };
    const { command, env } = runSpec(input({ space }, { lr: 1, layers: 2, momentum: 0.5, act: null }));
    expect(command).toEqual(["/usr/bin/python3", "/ext/python/tuning_fork/launch.py", "/p/train.py"]);
    expect(env.TUNING_FORK_BIND).toBe(
      '{"constants": {"LR": 1.0, "LAYERS": 2, "ACT": null}, "literals": ' +
        '[{"text": "0.9", "line": "opt = SGD(0.9)", "nth": 0, "at": 12, "value": 0.5}]}',
    );
  });

  test("without constants and literals there is no launcher", () => {
    const { command, env } = runSpec(input({ space: { lr: float } }, { lr: 0.1 }));
    expect(command[1]).toBe("/p/train.py");
    expect(env).not.toHaveProperty("TUNING_FORK_BIND");
  });

  test("environment variables and module parameters give no flags", () => {
    const space: Definition["space"] = {
      lr: { ...float, bind: { env: "LR" } },
      wd: { ...float, bind: { params: true } },
      none: { type: "categorical", choices: [null], bind: { env: "NONE" } },
    };
    const { command, env } = runSpec(input({ space }, { lr: 1, wd: 0.5, none: null }));
    expect(command.slice(2)).toEqual([]);
    expect(env.LR).toBe("1.0");
    expect(env).not.toHaveProperty("NONE");
    expect(env.TUNING_FORK_PARAMS).toBe('{"lr": 1.0, "wd": 0.5, "none": null}');
  });

  test("names like __proto__ are names like any other", () => {
    const configuration = JSON.parse('{"__proto__": 3, "constructor": 4}');
    expect(args({}, configuration)).toEqual(["--__proto__", "3", "--constructor", "4"]);
  });
});

describe("budgets", () => {
  test.each<[Budget["mode"], number, string]>([
    ["restart", 9, "9"],
    ["resume", 27, "27"],
    ["pause", 9, "81"],
    ["stop", 9, "81"],
  ])("%s to %d gives --epochs %s", (mode, to, given) => {
    const run = input({ budget: budget(mode) }, {}, { budget: to });
    expect(runSpec(run).command.slice(2, 4)).toEqual(["--epochs", given]);
    expect(runSpec(run).env.TUNING_FORK_BUDGET).toBe(given);
  });

  test("a fraction stays one, a whole number stays whole", () => {
    expect(args({ budget: budget("restart") }, {}, { budget: 2.5 })).toEqual(["--epochs", "2.5"]);
    expect(args({ budget: budget("restart", { max: 1e21 }) }, {}, { budget: 1e21 })).toEqual([
      "--epochs",
      `1${"0".repeat(21)}`,
    ]);
  });

  test("as a constant", () => {
    const { env, command } = runSpec(input({ budget: budget("pause", { bind: { constant: "EPOCHS" } }) }));
    expect(env.TUNING_FORK_BIND).toBe('{"constants": {"EPOCHS": 81}, "literals": []}');
    expect(command).toHaveLength(3);
  });

  test("a script of its own length gets none", () => {
    const { parameter: _, ...own } = budget("pause");
    expect(args({ budget: own })).toEqual([]);
  });

  test("no budget: no flag, no variable", () => {
    expect(args({})).toEqual([]);
    expect(runSpec(input({})).env).not.toHaveProperty("TUNING_FORK_BUDGET");
  });

  test("resume hands over the checkpoint folder, the other modes do not", () => {
    const resume = runSpec(
      input({ budget: budget("resume", { checkpointFlag: "--ckpt" }) }, {}, { budget: 3 }),
    );
    expect(resume.command.slice(2)).toEqual(["--epochs", "3", "--ckpt", "/p/ckpt/7"]);
    expect(resume.env.TUNING_FORK_CHECKPOINT).toBe("/p/ckpt/7");
    const restart = runSpec(
      input({ budget: budget("restart", { checkpointFlag: "--ckpt" }) }, {}, { budget: 3 }),
    );
    expect(restart.command.slice(2)).toEqual(["--epochs", "3"]);
    expect(restart.env).not.toHaveProperty("TUNING_FORK_CHECKPOINT");
  });
});

describe("a command of one's own", () => {
  const command = (
    template: readonly string[],
    definition: Partial<Definition> = {},
    configuration: Configuration = {},
  ) =>
    runSpec(
      input({ command: template, space: { lr: float, wd: float }, ...definition }, configuration, {
        budget: 9,
      }),
    ).command;

  test("fills its placeholders in; a value that is named is no flag as well", () => {
    const template = [
      "torchrun",
      "--nproc=2",
      "{script}",
      "--lr={lr}",
      "{args}",
      "--ep",
      "{budget}",
      "--dir={checkpoint}",
    ];
    expect(
      command(
        template,
        { budget: budget("resume", { checkpointFlag: "--ckpt" }), args: ["-q"] },
        { lr: 1, wd: 0.5 },
      ),
    ).toEqual([
      ...[
        "torchrun",
        "--nproc=2",
        "/p/train.py",
        "--lr=1.0",
        "-q",
        "--wd",
        "0.5",
        "--ep",
        "9",
        "--dir=/p/ckpt/7",
      ],
    ]);
  });

  test("leaves out what names an inactive parameter, and other braces alone", () => {
    expect(command(["{python}", "-m", "pkg", "--lr={lr}", '{"a":1}', "{other}"])).toEqual([
      "/usr/bin/python3",
      "-m",
      "pkg",
      '{"a":1}',
      "{other}",
    ]);
  });

  test("has the launcher before the script", () => {
    const space: Definition["space"] = { lr: { ...float, bind: { constant: "LR" } } };
    expect(command(["{python}", "-u", "{script}"], { space }, { lr: 0.1 })).toEqual([
      "/usr/bin/python3",
      "-u",
      "/ext/python/tuning_fork/launch.py",
      "/p/train.py",
    ]);
  });

  test("that cannot take a constant says so", () => {
    const space: Definition["space"] = { lr: { ...float, bind: { constant: "LR" } } };
    expect(() => command(["{python}", "-m", "pkg"], { space }, { lr: 0.1 })).toThrow(TuningForkError);
    expect(() => command(["{python}", "-m", "pkg"], { space }, { lr: 0.1 })).toThrow("no {script}");
  });
});

describe("surroundings", () => {
  test("mark, folder, log, output and module", () => {
    const spec = runSpec(input({}, {}, { env: { PYTHONPATH: "/mine" } }));
    expect(spec).toMatchObject({
      mark: "/p/study.log#7",
      cwd: "/p",
      logPath: "/p/7.log",
      timeout: undefined,
    });
    expect(spec.env).toEqual({
      PYTHONUNBUFFERED: "1",
      PYTHONPATH: `/ext/python${delimiter}/mine`,
      TUNING_FORK_PARAMS: "{}",
    });
  });

  test("the definition's folder and environment", () => {
    const spec = runSpec(
      input({ cwd: "../data", env: { A: "1", PYTHONPATH: "/own", PYTHONUNBUFFERED: "" } }),
    );
    expect(spec.cwd).toBe("/data");
    expect(spec.env).toMatchObject({
      A: "1",
      PYTHONPATH: `/ext/python${delimiter}/own`,
      PYTHONUNBUFFERED: "",
    });
  });

  test.each([
    [0, "4"],
    [1, "6"],
    [2, "4"],
  ])("slot %d has GPU %s", (slot, gpu) => {
    expect(runSpec(input({ gpus: [4, 6] }, {}, { slot })).env.CUDA_VISIBLE_DEVICES).toBe(gpu);
  });

  test("without GPUs nothing is said of them", () => {
    expect(runSpec(input({})).env).not.toHaveProperty("CUDA_VISIBLE_DEVICES");
    expect(runSpec(input({ gpus: [] })).env).not.toHaveProperty("CUDA_VISIBLE_DEVICES");
  });

  test.each([
    [90, 90_000],
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h 30min", 5_400_000],
    ["0.5d", 43_200_000],
  ])("a timeout of %j is %d ms", (timeout, expected) => {
    expect(runSpec(input({ timeout })).timeout).toBe(expected);
  });

  test.each(["soon", "10 parsecs", "", -1, 0, Number.NaN])("a timeout of %j is refused", (timeout) => {
    expect(() => runSpec(input({ timeout }))).toThrow(/no length of time/);
  });
});

describe("as a line for a shell", () => {
  test("shows what matters and nothing else", () => {
    const space: Definition["space"] = {
      lr: float,
      tag: { type: "categorical", choices: ["it's"] },
      wd: { ...float, bind: { env: "WD" } },
    };
    const spec = runSpec(input({ space, gpus: [1] }, { lr: 0.01, tag: "it's", wd: 0.5 }));
    expect(shellCommand(spec)).toBe(
      `cd /p && WD=0.5 CUDA_VISIBLE_DEVICES=1 /usr/bin/python3 /p/train.py --lr 0.01 --tag 'it'\\''s'`,
    );
  });

  test("shows the module's variables where the script needs them", () => {
    const spec = runSpec(input({ space: { lr: { ...float, bind: { params: true } } } }, { lr: 0.01 }));
    expect(shellCommand(spec)).toBe(
      `cd /p && PYTHONPATH=/ext/python TUNING_FORK_PARAMS='{"lr": 0.01}' /usr/bin/python3 /p/train.py`,
    );
  });

  test("is read back by a shell exactly", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(..."aé '\"\\$`!*?~#&|;<>()[]=-\n\t%") }), {
          maxLength: 5,
        }),
        (values) => {
          const spec = runSpec(
            input({
              command: ["printf", "%s\\0", "x", ...values],
              cwd: "/",
            }),
          );
          const said = execFileSync("sh", ["-c", shellCommand(spec)], { encoding: "utf8" }).split("\0");
          expect(said).toEqual([...spec.command.slice(2), ""]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

test("Python reads every number back exactly, with its type", () => {
  const script =
    "import json,sys\nfor a,b in json.load(sys.stdin):\n" +
    " v=json.loads(b)['x']\n assert type(v) is float and v.hex()==float(a).hex(), (a,b)\n" +
    "print('ok')";
  const values = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 500);
  const pairs = [...values, 1, -0, 1e21, 5e-324].map((x) => {
    const { env } = runSpec(input({ space: { x: { ...float, bind: { env: "X" } } } }, { x }));
    return [env.X, env.TUNING_FORK_PARAMS];
  });
  expect(
    execFileSync(python, ["-c", script], { input: JSON.stringify(pairs), encoding: "utf8" }).trim(),
  ).toBe("ok");
});

test("argparse reads every value back", () => {
  const script =
    "import argparse,json\np=argparse.ArgumentParser()\np.add_argument('--x',type=float)\np.add_argument('-y',type=float)\n" +
    "p.add_argument('--s')\np.add_argument('--b',action=argparse.BooleanOptionalAction)\na=p.parse_args()\nprint(json.dumps(vars(a)))";
  const space: Definition["space"] = {
    x: float,
    y: { ...float, bind: { flag: "-y" } },
    s: { type: "categorical", choices: ["-v"] },
    b: { type: "boolean", bind: { flag: "--b", switch: "both" } },
  };
  for (const configuration of [
    { x: -1e-5, y: -2.5e-9, s: "--not-a-flag", b: false },
    { x: 1e-300, y: 3, s: "a b", b: true },
  ]) {
    const { command } = runSpec(input({ space }, configuration));
    const said = execFileSync(python, ["-c", script, ...command.slice(2)], { encoding: "utf8" });
    expect(JSON.parse(said)).toEqual(configuration);
  }
});
