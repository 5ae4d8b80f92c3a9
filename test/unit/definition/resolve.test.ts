import { describe, expect, it } from "vitest";
import { seconds, spaceOf, studyName, withDefaults } from "../../../src/definition/resolve.ts";
import type { Definition } from "../../../src/protocol/definition.ts";
import type { Parameter } from "../../../src/protocol/space.ts";
import { Space } from "../../../src/space/space.ts";

const float: Parameter = { type: "float", low: 0, high: 1 };
const define = (definition: Partial<Definition>): Definition => ({
  version: 1,
  script: "nets/train.py",
  objective: { goal: "minimize" },
  space: {},
  strategy: { name: "random" },
  ...definition,
});

describe("seconds", () => {
  it.each<[number | string, number]>([
    [12, 12],
    ["90s", 90],
    ["30m", 1800],
    ["30 min", 1800],
    ["1.5h", 5400],
    ["1h 30m", 5400],
    ["1h30m15s", 5415],
    ["2d", 172_800],
    ["", Number.NaN],
    ["3 weeks", Number.NaN],
    ["5", Number.NaN],
  ])("%s is %d", (text, value) => {
    expect(seconds(text)).toBe(value);
  });
});

describe("spaceOf", () => {
  const solver: Parameter = { type: "categorical", choices: ["sgd", "adam"], default: "sgd" };
  const off = <T extends Parameter>(parameter: T): T => ({ ...parameter, enabled: false });
  const parameters = (definition: Partial<Definition>) => spaceOf(define(definition)).parameters;

  it("leaves out what is off, and the budget", () => {
    const space = {
      a: float,
      b: off(float),
      epochs: { type: "int", low: 1, high: 9, enabled: true } as Parameter,
    };
    const budget = { parameter: "epochs", min: 1, max: 9, mode: "pause" as const };
    expect(Object.keys(parameters({ space, budget }))).toEqual(["a"]);
  });

  it("decides conditions on a parent that is off by its default", () => {
    const space: Record<string, Parameter> = {
      solver: off(solver),
      momentum: { ...float, when: { solver: "sgd" } },
      beta: { ...float, when: { solver: "adam" } },
      gamma: { ...float, when: [{ solver: "adam" }, { momentum: { ">": 0.5 } }] },
      both: { ...float, when: { solver: "sgd", momentum: { "<": 0.5 } } },
      deep: { ...float, when: { beta: { ">": 0 } } },
    };
    expect(parameters({ space })).toEqual({
      momentum: float,
      gamma: { ...float, when: { momentum: { ">": 0.5 } } },
      both: { ...float, when: { momentum: { "<": 0.5 } } },
    });
  });

  it("goes by an ordinal's order, and lets a condition on an unknown value hold", () => {
    const size: Parameter = { type: "ordinal", choices: ["s", "m", "l"], default: "m", enabled: false };
    const unknown: Parameter = { type: "boolean", enabled: false };
    const space = {
      size,
      unknown,
      a: { ...float, when: { size: { ">=": "m" } } },
      b: { ...float, when: { size: { ">": "m" } } },
      c: { ...float, when: { unknown: true } },
    };
    expect(Object.keys(parameters({ space }))).toEqual(["a", "c"]);
  });

  it("folds forbidden combinations and relations", () => {
    const int: Parameter = { type: "int", low: 1, high: 9, default: 5 };
    const space = {
      solver: off(solver),
      k1: int,
      k2: off(int),
      k3: int,
      gone: { ...int, when: { solver: "adam" } },
    };
    const spec = spaceOf(
      define({
        space,
        forbidden: [{ solver: "sgd", k1: 3 }, { solver: "adam", k1: 4 }, { gone: 1 }],
        relations: ["k1 <= k2", "k2 < k3", "k1 != k3", "gone < k1", "k2 = 5"],
      }),
    );
    expect(spec.forbidden).toEqual([{ k1: 3 }]);
    expect(spec.relations).toEqual(["k1 <= 5", "5 < k3", "k1 != k3"]);
    expect(new Space(spec).size).toBe(4 * 4 - 0);
  });

  it("keeps a fixed parameter with its one value, also outside the range", () => {
    const space: Record<string, Parameter> = {
      lr: { type: "float", low: 1e-5, high: 0.1, scale: "log" },
      layers: { type: "int", low: 1, high: 6 },
      wide: { type: "boolean", when: { layers: { ">=": 2 } } },
      solver,
      momentum: { ...float, when: { solver: "sgd" } },
    };
    const spec = spaceOf(define({ space, fixed: { lr: 0, layers: 3, wide: true, solver: "adam" } }));
    expect(spec.parameters).toEqual({
      lr: { type: "float", low: 0, high: 0, default: 0 },
      layers: { type: "int", low: 3, high: 3, default: 3 },
      wide: { type: "categorical", choices: [true], default: true, when: { layers: 3 } },
      solver: { type: "categorical", choices: ["adam"], default: "adam" },
    });
    expect([...new Space(spec).all()]).toEqual([{ lr: 0, layers: 3, wide: true, solver: "adam" }]);
  });

  it("fixes a parameter only where it is active", () => {
    const space: Record<string, Parameter> = {
      solver,
      momentum: { ...float, when: { solver: "sgd" } },
      nesterov: { type: "boolean", when: { momentum: { ">": 0.5 } } },
    };
    const spec = spaceOf(define({ space, fixed: { momentum: 0.9 } }));
    const all = [...new Space(spec).all()];
    expect(all).toEqual([
      { solver: "sgd", momentum: 0.9, nesterov: false },
      { solver: "sgd", momentum: 0.9, nesterov: true },
      { solver: "adam" },
    ]);
  });
});

describe("withDefaults", () => {
  it("names the study after the script, and runs one trial at a time from seed 0", () => {
    expect(withDefaults(define({}))).toMatchObject({ study: "train", parallel: 1, seed: 0 });
    expect(withDefaults(define({ study: "mine", parallel: 3, seed: 7 }))).toMatchObject({
      study: "mine",
      parallel: 3,
      seed: 7,
    });
    expect(withDefaults(define({})).budget).toBeUndefined();
    expect([studyName("a\\b.py"), studyName("train"), studyName(".hidden")]).toEqual([
      "b",
      "train",
      ".hidden",
    ]);
  });

  it("fills in η, the unit, and how the budget reaches the script", () => {
    const budget = { parameter: "epochs", min: 1, max: 81, mode: "restart" as const };
    expect(withDefaults(define({ budget })).budget).toEqual({
      ...budget,
      eta: 3,
      unit: "epochs",
      bind: { flag: "--epochs" },
    });
    const epochs: Parameter = { type: "int", low: 1, high: 9, enabled: false, bind: { constant: "EPOCHS" } };
    expect(withDefaults(define({ budget, space: { epochs } })).budget!.bind).toEqual({ constant: "EPOCHS" });
    const bind = { env: "EPOCHS" };
    expect(withDefaults(define({ budget: { ...budget, bind }, space: { epochs } })).budget!.bind).toEqual(
      bind,
    );
    expect(withDefaults(define({ budget: { min: 1, max: 2, mode: "stop" } })).budget).toEqual({
      min: 1,
      max: 2,
      mode: "stop",
      eta: 3,
      unit: "steps",
    });
  });
});
