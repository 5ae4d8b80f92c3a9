import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSchema } from "../../../src/definition/compile.ts";
import { createDefinitionReader, soundDefinition } from "../../../src/definition/parse.ts";
import { definitionSchema } from "../../../src/definition/schema.ts";
import { TuningForkError } from "../../../src/protocol/errors.ts";
import { strategies } from "../../../src/strategies/registry.ts";
import { wholeSpace } from "../../fixtures/spaces.ts";

const read = createDefinitionReader(compileSchema(definitionSchema(strategies)));

const base = {
  version: 1,
  script: "train.py",
  objective: { metric: "val_loss", goal: "minimize" },
  space: {
    lr: { type: "float", low: 1e-5, high: 0.1, scale: "log" },
    size: { type: "int", low: 1, high: 9 },
  },
  strategy: { name: "random" },
};

const problems = (definition: unknown): [string, string][] =>
  read(JSON.stringify(definition)).problems.map(({ path, message }) => [path, message]);

describe("sound definitions", () => {
  it.each([
    base,
    { ...base, space: wholeSpace.parameters },
    {
      ...base,
      $schema: "./schema.json",
      command: ["{python}", "-m", "pkg.train", "{args}"],
      env: { OMP_NUM_THREADS: "1" },
      args: ["--data", "x.csv"],
      budget: { parameter: "epochs", min: 1, max: 81, mode: "restart", eta: 3, unit: "epochs" },
      strategy: { name: "hyperband", rounding: "up", iterations: 2 },
      stop: { trials: 10, time: "1h 30m", score: 0.01 },
      forbidden: [{ lr: { ">": 0.05 }, size: [8, 9] }],
      relations: ["size >= 2"],
      fixed: { size: 4 },
      timeout: 60,
      gpus: [0, 1],
      parallel: 2,
      seed: 0,
    },
  ])("takes %#", (definition) => {
    expect(read(JSON.stringify(definition))).toEqual({ definition, value: definition, problems: [] });
  });

  it("takes comments and trailing commas", () => {
    const text = `// what is tuned\n${JSON.stringify(base, null, 2).replace(/"random"\n/, '"random", // baseline\n')}`;
    expect(read(text)).toEqual({ definition: base, value: base, problems: [] });
  });

  it.each([
    { flag: "--lr" },
    { flag: "--bn", switch: "both" },
    { constant: "LR" },
    { literal: { text: "0.1", line: "lr = 0.1", nth: 1, at: 3 } },
    { env: "LR" },
    { params: true },
  ])("takes the binding %j", (bind) => {
    expect(problems({ ...base, space: { lr: { ...base.space.lr, bind } } })).toEqual([]);
  });
});

const LOSS = { metric: "val_loss", goal: "minimize" };
const SIZE = { metric: "size", goal: "minimize" };
const SEVERAL = strategies
  .filter(({ objectives }) => objectives === "several")
  .map(({ name }) => JSON.stringify(name))
  .join(", ");

describe("several objectives", () => {
  it("are a list", () => {
    expect(problems({ ...base, objective: [LOSS, SIZE] })).toEqual([]);
  });

  it("differ from each other, however they are spelled", () => {
    expect(problems({ ...base, objective: [LOSS, SIZE, { ...LOSS, metric: "Val loss" }] })).toEqual([
      [
        "objective[2].metric",
        "objective[2].metric is that of objective[0] too: name another, or remove one.",
      ],
    ]);
  });

  it("have no single score to stop at", () => {
    expect(problems({ ...base, objective: [LOSS, SIZE], stop: { score: 0.1 } })).toEqual([
      [
        "stop.score",
        "stop.score is for one objective: with several no single score ends the study. Remove it, or stop by trials or time.",
      ],
    ]);
  });
});

describe("limits", () => {
  it.each([[{ max: 4000 }], [{ min: 0 }], [{ min: 1, max: 1 }]])("take %j", (bounds) => {
    expect(problems({ ...base, limits: [{ metric: "memory", ...bounds }] })).toEqual([]);
  });

  it.each<[object[], string, string]>([
    [[{ metric: "memory" }], "limits[0]", 'limits[0] has no bound: add "min", "max", or both.'],
    [
      [{ metric: "memory", min: 3, max: 2 }],
      "limits[0].min",
      "limits[0].min must not be larger than max (2): write 2 or less.",
    ],
    [
      [
        { metric: "memory", max: 2 },
        { metric: "Memory", min: 1 },
      ],
      "limits[1].metric",
      "limits[1].metric is that of limits[0] too: put both bounds into one limit.",
    ],
    [[], "limits", "limits is empty: add something, or remove it."],
    [[{ max: 1 }], "limits[0].metric", 'limits[0] has no "metric": add it, such as "metric": "memory".'],
  ])("%j are refused", (limits, path, message) => {
    expect(problems({ ...base, limits })).toEqual([[path, message]]);
  });
});

describe("form", () => {
  it.each([
    [{ ...base, paralel: 2 }, "paralel", 'paralel is not known here. Did you mean "parallel"?'],
    [{ ...base, version: 2 }, "version", "version must be 1, not 2."],
    [
      { ...base, script: undefined },
      "script",
      'The definition has no "script": add it, such as "script": "train.py".',
    ],
    [
      { ...base, objective: { goal: "minimise" } },
      "objective.goal",
      'objective.goal must be one of "minimize", "maximize", not "minimise". Did you mean "minimize"?',
    ],
    [
      { ...base, objective: "val_loss" },
      "objective",
      'objective must be an object { … }, or a list of two or more, not "val_loss".',
    ],
    [{ ...base, objective: [LOSS] }, "objective", "objective needs at least 2 entries, not 1."],
    [
      { ...base, objective: [LOSS, { goal: "maximize" }] },
      "objective[1].metric",
      'objective[1] has no "metric": add it.',
    ],
    [
      { ...base, objective: [LOSS, SIZE], strategy: { name: "tpe" } },
      "strategy.name",
      `strategy.name must be one of ${SEVERAL} where there are several objectives, not "tpe".`,
    ],
    [{ ...base, parallel: 0 }, "parallel", "parallel must be at least 1, not 0."],
    [{ ...base, seed: 1.5 }, "seed", "seed must be a whole number, not 1.5."],
    [{ ...base, args: "--x" }, "args", 'args must be a list [ … ], not "--x".'],
    [{ ...base, env: { A: 1 } }, "env.A", "env.A must be a text in quotes, not 1."],
    [
      { ...base, stop: { time: "soon" } },
      "stop.time",
      'stop.time must be a number of seconds or a text such as "90s", "30m", "8h" or "1h 30m".',
    ],
    [{ ...base, timeout: 0 }, "timeout", "timeout must be above 0, not 0."],
    [{ ...base, gpus: [] }, "gpus", "gpus is empty: add something, or remove it."],
    [
      { ...base, strategy: { name: "hyperbnd" } },
      "strategy.name",
      `strategy.name must be one of ${strategies.map(({ name }) => JSON.stringify(name)).join(", ")}, not "hyperbnd". Did you mean "hyperband"?`,
    ],
    [
      { ...base, strategy: { name: "grid", level: 3 } },
      "strategy.level",
      'strategy.level is not known here. Did you mean "levels"?',
    ],
    [
      { ...base, strategy: { name: "grid", counts: { lr: 0 } } },
      "strategy.counts.lr",
      "strategy.counts.lr must be at least 1, not 0.",
    ],
    [
      { ...base, strategy: { name: "asha" } },
      "budget",
      'asha spends budgets of different sizes: add "budget": { "parameter": "epochs", "min": 1, "max": 81, "mode": "pause" }, or take the strategy "random".',
    ],
    [
      { ...base, strategy: { name: "pbt" } },
      "budget",
      'pbt spends budgets of different sizes: add "budget": { "parameter": "epochs", "min": 1, "max": 81, "mode": "resume" }, or take the strategy "random".',
    ],
    [
      {
        ...base,
        budget: { parameter: "epochs", min: 1, max: 9, mode: "pause" },
        strategy: { name: "pbt" },
      },
      "budget.mode",
      'budget.mode must be "resume": the script has to keep a checkpoint in the folder of TUNING_FORK_CHECKPOINT (or of the flag budget.checkpointFlag) and go on from what is in it.',
    ],
  ])("%#: %s", (definition, path, message) => {
    expect(problems(definition)).toEqual([[path, message]]);
    const reading = read(JSON.stringify(definition));
    expect(reading.definition).toBeUndefined();
    // An editor can still draw what is there.
    expect(reading.value).toEqual(JSON.parse(JSON.stringify(definition)));
  });

  it.each([
    [
      { type: "flaot", low: 1, high: 2 },
      "space.lr.type",
      'space.lr.type must be one of "float", "int", "categorical", "ordinal", "boolean", not "flaot". Did you mean "float"?',
    ],
    [{ low: 1, high: 2 }, "space.lr.type", 'space.lr has no "type": add it.'],
    [{ type: "float", low: 1 }, "space.lr.high", 'space.lr has no "high": add it, such as "high": 0.1.'],
    [{ type: "float", low: "1", high: 2 }, "space.lr.low", 'space.lr.low must be a number, not "1".'],
    [{ type: "int", low: 1.5, high: 2 }, "space.lr.low", "space.lr.low must be a whole number, not 1.5."],
    [
      { type: "boolean", low: 1 },
      "space.lr.low",
      "space.lr.low is not known here. Known here: type, description, default, enabled, when, bind, source.",
    ],
    [
      { type: "categorical", choices: [] },
      "space.lr.choices",
      "space.lr.choices is empty: add something, or remove it.",
    ],
    [
      { type: "boolean", when: { size: { "=>": 2 } } },
      'space.lr.when.size["=>"]',
      'space.lr.when.size["=>"] is not known here. Did you mean "="?',
    ],
    [
      { type: "boolean", bind: { flag: "--a", env: "A" } },
      "space.lr.bind",
      "space.lr.bind has to name exactly one way into the script: flag, constant, literal, env, params.",
    ],
    [
      { type: "boolean", bind: { constant: "A", switch: "on" } },
      "space.lr.bind",
      'space.lr.bind needs "flag" too.',
    ],
  ])("of a parameter: %j", (parameter, path, message) => {
    expect(problems({ ...base, space: { ...base.space, lr: parameter } })).toEqual([[path, message]]);
  });

  it("refuses names that relations could not name", () => {
    const message =
      '"a b" is not a name: it must not be empty, and must not contain spaces or any of < > = !.';
    expect(problems({ ...base, space: { "a b": { type: "boolean" } } })).toEqual([['space["a b"]', message]]);
  });
});

describe("sense", () => {
  it.each([
    [
      { space: { lr: { type: "float", low: 0.5, high: 0.1 } } },
      "space.lr.low",
      "space.lr.low must be smaller than high (0.1): write a number below 0.1.",
    ],
    [{ relations: ["size <= lrr"] }, "relations[0]", /names "lrr".* Did you mean "lr"\?/],
    [{ forbidden: [{ sise: 1 }] }, "forbidden[0].sise", /Did you mean "size"\?/],
    [
      { budget: { min: 9, max: 3, mode: "pause" } },
      "budget.min",
      "budget.min must not be larger than max (3): write 3 or less.",
    ],
    [{ budget: { min: 1, max: 3, mode: "restart" } }, "budget.mode", /name the parameter that sets it/],
    [
      { budget: { parameter: "size", min: 1, max: 3, mode: "pause" } },
      "space.size.enabled",
      'space.size is the budget and cannot be tuned too: set "enabled": false, or name another budget.parameter.',
    ],
    [{ fixed: { lrr: 1 } }, "fixed.lrr", 'fixed.lrr is not a parameter of the space. Did you mean "lr"?'],
    [{ fixed: { size: 1.5 } }, "fixed.size", "fixed.size must be a whole number, not 1.5."],
    [{ fixed: { size: 1, lr: 0.1 } }, "space", /Nothing is left to tune/],
    [{ space: {} }, "space", /Nothing is left to tune/],
    [
      { fixed: { size: 3 }, relations: ["size >= 4"] },
      "space",
      /With what is fixed or switched off: .*holds for no values/,
    ],
    [
      {
        space: { ...base.space, off: { type: "int", low: 0, high: 9, default: 5, enabled: false } },
        forbidden: [{ off: 5 }],
      },
      "forbidden[0]",
      /no configuration is left/,
    ],
    [
      {
        space: { ...base.space, off: { type: "int", low: 0, high: 9, default: 5, enabled: false } },
        relations: ["off < 5"],
      },
      "relations[0]",
      /is broken by the values that are switched off \(5, 5\)/,
    ],
  ])("%j", (change, path, message) => {
    const definition = { ...base, ...change };
    const found = problems(definition);
    expect(found).toHaveLength(1);
    expect(found[0]![0]).toBe(path);
    if (typeof message === "string") expect(found[0]![1]).toBe(message);
    else expect(found[0]![1]).toMatch(message);
    // The form is sound, so that an editor can still show it.
    expect(read(JSON.stringify(definition)).definition).toEqual(definition);
  });

  it("allows a budget of its own in restart mode where the command says how", () => {
    const budget = { min: 1, max: 3, mode: "restart" };
    expect(problems({ ...base, budget, command: ["train", "--epochs={budget}", "{args}"] })).toEqual([]);
  });
});

describe("places", () => {
  const text = `{
  // comment
  "version": 1,
  "script": "train.py",
  "objective": { "goal": "minimize" },
  "space": {
    "lr": { "type": "float", "low": 0.5, "high": 0.1 },
    "b": { "type": "int", "low": 1 }
  },
  "strategy": { "nme": "random" }
}`;

  it("marks the value, the key, or the name of what lacks something", () => {
    const marked = (source: string) =>
      read(source).problems.map(({ path, offset, length, line, column }) => [
        path,
        source.slice(offset, offset + length),
        `${line}:${column}`,
      ]);
    expect(marked(text)).toEqual([
      ["space.b.high", '"b"', "8:5"],
      ["strategy.name", '"strategy"', "10:3"],
    ]);
    expect(marked(text.replace('"nme"', '"name"').replace('"low": 1 ', '"low": 1, "high": 2 '))).toEqual([
      ["space.lr.low", "0.5", "7:37"],
    ]);
    expect(
      marked(text.replace('"nme"', '"name"').replace('"low": 1 ', '"low": 1, "high": 2, "lwo": 3 ')),
    ).toEqual([["space.b.lwo", '"lwo"', "8:48"]]);
  });

  it("finds an unknown option as well as the missing name", () => {
    expect(problems({ ...base, strategy: {} })).toEqual([
      ["strategy.name", 'strategy has no "name": add it, such as "name": "auto".'],
    ]);
  });

  it("counts lines with Windows ends too", () => {
    const [problem] = read(text.replace('"nme"', '"name"').replaceAll("\n", "\r\n")).problems;
    expect([problem!.line, problem!.column]).toEqual([8, 5]);
  });
});

describe("broken text", () => {
  it.each([
    ["", 1, 1, "The file is empty."],
    ["   \n", 1, 1, "The file is empty."],
    ["[]", 1, 1, "The definition must be an object { … }, not []."],
    ["null", 1, 1, "The definition must be an object { … }, not null."],
    ['{\n  "version": 1\n  "script": "a"\n}', 3, 3, "A comma is expected here."],
    ['{\n  "version": ,\n}', 2, 14, "A value is expected here."],
    ['{\n  "version": 1', 2, 15, "A closing } is expected here."],
    ['{ "script": "a }', 1, 13, "This text is not closed: a double quote is missing."],
    ["{ 'script': 1 }", 1, 3, "This is not JSON: texts need double quotes."],
    ['{ "version": 1,\n"version": 1 }', 2, 1, "version stands here twice: remove one."],
  ])("%j", (text, line, column, message) => {
    const { definition, problems: found } = read(text);
    expect(definition).toBeUndefined();
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatchObject({ line, column, message });
  });

  it("never throws, whatever the text", () => {
    expect(read("[".repeat(200_000)).problems[0]!.message).toBe("The file is nested too deeply to be read.");
    const text = JSON.stringify(base);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 6 }), (at, cut, put) => {
        const broken = text.slice(0, at) + put + text.slice(at + cut);
        const { definition, problems: found } = read(broken);
        expect(definition !== undefined || found.length > 0).toBe(true);
        for (const { offset, length, line, column } of found) {
          expect(offset + length).toBeLessThanOrEqual(broken.length);
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(read(JSON.stringify({ ...base, space: value })).problems).toBeDefined();
        expect(
          read(JSON.stringify({ ...base, space: { lr: value }, forbidden: [value] })).problems,
        ).toBeDefined();
        expect(read(JSON.stringify(value)).problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("soundDefinition", () => {
  it("throws all problems with their lines, or gives the definition", () => {
    expect(soundDefinition(read(JSON.stringify(base)), "a.tune.json")).toEqual(base);
    const reading = read(JSON.stringify({ ...base, parallel: 0, seed: -1 }, null, 1));
    expect(() => soundDefinition(reading, "a.tune.json")).toThrow(TuningForkError);
    expect(() => soundDefinition(reading, "a.tune.json")).toThrow(
      /^a\.tune\.json:\d+:14: parallel must be at least 1, not 0\.\na\.tune\.json:\d+:10: seed must be at least 0, not -1\.$/,
    );
  });
});
