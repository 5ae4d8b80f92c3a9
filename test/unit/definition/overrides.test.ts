import { describe, expect, it } from "vitest";
import { compileSchema } from "../../../src/definition/compile.ts";
import { applyOverrides, type Overrides } from "../../../src/definition/overrides.ts";
import { createDefinitionReader } from "../../../src/definition/parse.ts";
import { definitionSchema } from "../../../src/definition/schema.ts";
import type { Definition } from "../../../src/protocol/definition.ts";
import { TuningForkError } from "../../../src/protocol/errors.ts";
import { strategies } from "../../../src/strategies/registry.ts";

const definition: Definition = {
  version: 1,
  script: "train.py",
  objective: { metric: "loss", goal: "minimize" },
  space: {
    lr: { type: "float", low: 1e-5, high: 0.1 },
    layers: { type: "int", low: 1, high: 6 },
    opt: { type: "categorical", choices: ["sgd", 1, null] },
    bn: { type: "boolean" },
  },
  budget: { parameter: "epochs", bind: { constant: "EPOCHS" }, min: 1, max: 9, mode: "pause", eta: 3 },
  strategy: { name: "hyperband", rounding: "up" },
  stop: { trials: 5, time: "1h" },
};

const apply = (flags: Overrides): Definition => applyOverrides(definition, flags);

describe("applyOverrides", () => {
  it("changes nothing without flags", () => {
    expect(apply({})).toEqual(definition);
    expect(apply({ set: [] })).toEqual(definition);
  });

  it("sets what each flag names, and leaves the rest", () => {
    const flags = { trials: "20", parallel: "4", seed: "7", metric: "acc", goal: "maximize", study: "mine" };
    expect(apply(flags)).toEqual({
      ...definition,
      stop: { trials: 20, time: "1h" },
      parallel: 4,
      seed: 7,
      objective: { metric: "acc", goal: "maximize" },
      study: "mine",
    });
    expect(apply({ budgetMin: "2", budgetMax: "81", budgetMode: "restart", eta: "4" }).budget).toEqual({
      ...definition.budget,
      min: 2,
      max: 81,
      mode: "restart",
      eta: 4,
    });
  });

  it("makes several objectives of several metrics, each with its own goal", () => {
    const [loss, acc] = [
      { metric: "loss", goal: "minimize" },
      { metric: "acc", goal: "maximize" },
    ];
    const { objective } = apply({ metric: ["loss", "acc"], goal: ["minimize", "maximize"] });
    expect(objective).toEqual([loss, acc]);
    // A metric that the definition has keeps its direction; one goal is for all.
    const two = { ...definition, objective: [acc, loss] } as Definition;
    expect(applyOverrides(two, { metric: ["loss", "acc"] }).objective).toEqual([loss, acc]);
    expect(applyOverrides(two, { metric: ["acc"] }).objective).toEqual(acc);
    expect(applyOverrides(two, { goal: ["minimize"] }).objective).toEqual([
      { ...acc, goal: "minimize" },
      loss,
    ]);
    expect(apply({ metric: ["loss"] }).objective).toEqual(loss);
  });

  it("starts another strategy with its own options, and keeps those of the same", () => {
    expect(apply({ strategy: "asha" }).strategy).toEqual({ name: "asha" });
    expect(apply({ strategy: "hyperband" }).strategy).toEqual(definition.strategy);
  });

  it("drops the binding of the budget when its parameter changes", () => {
    expect(apply({ budgetParam: "steps" }).budget).toEqual({
      parameter: "steps",
      min: 1,
      max: 9,
      mode: "pause",
      eta: 3,
    });
    expect(apply({ budgetParam: "epochs" }).budget).toEqual(definition.budget);
  });

  it("makes a budget where there is none, if its largest value is known", () => {
    const { budget: _, ...bare } = definition;
    expect(applyOverrides(bare, { budgetMax: 27 }).budget).toEqual({ min: 1, max: 27, mode: "pause" });
    expect(() => applyOverrides(bare, { budgetParam: "epochs" })).toThrow(/no budget/);
  });

  it("fixes parameters, in the type of each", () => {
    const set = ["lr=0", "layers=4", "opt=1", "bn=no"];
    expect(apply({ set }).fixed).toEqual({ lr: 0, layers: 4, opt: 1, bn: false });
    expect(apply({ set: ["opt=null"] }).fixed).toEqual({ opt: null });
    expect(applyOverrides({ ...definition, fixed: { bn: true } }, { set: ["lr=1e-3"] }).fixed).toEqual({
      bn: true,
      lr: 1e-3,
    });
  });

  it.each<[Overrides, RegExp]>([
    [{ trials: "many" }, /--trials needs a whole number, not "many"/],
    [{ trials: "0" }, /--trials needs a whole number of at least 1/],
    [{ parallel: "1.5" }, /--parallel needs a whole number/],
    [{ seed: "" }, /--seed needs a whole number/],
    [{ seed: -1 }, /--seed needs .* at least 0/],
    [
      { goal: "minimise" },
      /--goal needs one of minimize, maximize, not "minimise"\. Did you mean "minimize"\?/,
    ],
    [{ metric: ["a", "b", "c"], goal: ["minimize", "maximize"] }, /There are 2 goals for 3 metrics/],
    [{ budgetMode: "paus" }, /--budget-mode .* Did you mean "pause"\?/],
    [{ eta: "1" }, /--eta needs a number of at least 2/],
    [{ budgetMax: "x" }, /--budget-max needs a number/],
    [{ set: ["lr"] }, /--set needs NAME=VALUE, not "lr"/],
    [{ set: ["rl=1"] }, /"rl" is not a parameter of the space\. Did you mean "lr"\?/],
    [{ set: ["lr=fast"] }, /--set lr=fast: lr must be a number, not "fast"/],
    [{ set: ["lr="] }, /lr must be a number, not ""/],
    [{ set: ["layers=1.5"] }, /layers must be a whole number, not 1\.5/],
    [{ set: ["bn=maybe"] }, /bn must be true or false, not "maybe"/],
    [{ set: ["opt=adam"] }, /opt must be one of "sgd", 1, null, not "adam"/],
  ])("%j is refused", (flags, message) => {
    expect(() => apply(flags)).toThrow(TuningForkError);
    expect(() => apply(flags)).toThrow(message);
  });

  it("leaves what does not fit together to the reader", () => {
    const read = createDefinitionReader(compileSchema(definitionSchema(strategies)));
    const { problems } = read(JSON.stringify(apply({ strategy: "hyperbrand", budgetMin: "99" })));
    expect(problems.map(({ path }) => path)).toEqual(["strategy.name"]);
    expect(read(JSON.stringify(apply({ budgetMin: "99" }))).problems[0]!.path).toBe("budget.min");
  });
});
