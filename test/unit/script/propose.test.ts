import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileSchema } from "../../../src/definition/compile.ts";
import { createDefinitionReader } from "../../../src/definition/parse.ts";
import { definitionSchema } from "../../../src/definition/schema.ts";
import { mergeMissing, missingParameters, proposeDefinition } from "../../../src/script/propose.ts";
import { readScript } from "../../../src/script/readScript.ts";
import { proposeParameter } from "../../../src/space/priors.ts";
import { strategies } from "../../../src/strategies/registry.ts";
import { fixture, ROOT, SCRIPTS } from "./support.ts";

const propose = (name: string) => proposeDefinition(readScript(fixture(name)), name);
const budgetFor = (epochs: number | string) =>
  proposeDefinition(readScript(`epochs = ${epochs}`), "x.py").budget;

describe("proposeDefinition", () => {
  it("turns on what is known, keeps the rest, and takes the budget out of the space", () => {
    const definition = propose("argparse_basic.py");
    expect(definition).toMatchObject({
      version: 1,
      script: "argparse_basic.py",
      objective: { goal: "minimize" },
      budget: { parameter: "epochs", min: 1, max: 27, mode: "pause", eta: 3, unit: "epochs" },
      strategy: { name: "auto" },
      parallel: 2,
      seed: 0,
    });
    const on = Object.entries(definition.space).filter(([, parameter]) => parameter.enabled !== false);
    expect(on.map(([name]) => name)).toEqual(["batch_size", "lr", "gamma"]);
    expect(Object.keys(definition.space)).not.toContain("epochs");
    expect(definition.space.seed).toMatchObject({ enabled: false });
  });

  it("writes a binding only where it is not the flag of the name", () => {
    const { space } = propose("argparse_basic.py");
    expect(space.lr).not.toHaveProperty("bind");
    expect(space.batch_size).toMatchObject({ bind: { flag: "--batch-size" } });
    expect(propose("constants_only.py").budget?.bind).toEqual({ constant: "num_epochs" });
  });

  it("searches at random without a budget", () => {
    expect(propose("sklearn_style.py")).toMatchObject({ strategy: { name: "auto" } });
    expect(propose("sklearn_style.py")).not.toHaveProperty("budget");
  });

  it("restarts where processes cannot be suspended", () => {
    const report = readScript("epochs = 3");
    expect(proposeDefinition(report, "x.py", { canPause: false }).budget?.mode).toBe("restart");
  });

  it.each([
    [1, 1, 9],
    [9, 1, 9],
    [10, 1, 27],
    [27, 1, 27],
    [28, 1, 81],
    [81, 1, 81],
    [100, 4, 108],
    [200, 8, 216],
    [25_000, 309, 25_029],
  ])("gives %d epochs budgets from %d to %d", (own, min, max) => {
    expect(budgetFor(own)).toMatchObject({ min, max });
  });

  it("takes the training subcommand", () => {
    const definition = propose("subcommands.py");
    expect(definition.args).toEqual(["fit"]);
    expect(Object.keys(definition.space)).not.toContain("temperature");
    expect(definition.space.seed).toMatchObject({ enabled: false });
    expect(definition.space.lr).not.toHaveProperty("enabled");
  });

  it("makes a solver's options depend on it", () => {
    const text = `
p.add_argument("--optimizer", choices=["sgd", "adam", "rmsprop"], default="sgd")
p.add_argument("--momentum", type=float, default=0.9)
p.add_argument("--beta1", type=float, default=0.9)
p.add_argument("--lr", type=float, default=0.1)
`;
    const { space } = proposeDefinition(readScript(text), "x.py");
    expect(space.momentum?.when).toEqual({ optimizer: "sgd" });
    expect(space.beta1?.when).toEqual({ optimizer: "adam" });
    expect(space.lr).not.toHaveProperty("when");
    const named = proposeDefinition(readScript(text.replace('"rmsprop"', '"momentum"')), "x.py");
    expect(named.space.momentum?.when).toEqual({ optimizer: "momentum" });
  });

  it("leaves out text that has neither a value nor choices", () => {
    expect(Object.keys(propose("function_parser.py").space)).not.toContain("data");
  });
});

describe("a proposed definition", () => {
  const read = createDefinitionReader(compileSchema(definitionSchema(strategies)));
  const problems = (text: string) => read(text).problems.map(({ message }) => message);

  it.each(SCRIPTS)("for %s is sound", (name) => {
    const definition = propose(name);
    const tuned = Object.values(definition.space).some((parameter) => parameter.enabled !== false);
    const expected = tuned ? [] : [expect.stringMatching(/^Nothing is left to tune/)];
    expect(problems(JSON.stringify(definition))).toEqual(expected);
  });

  it("is sound with the whole space, too", () => {
    expect(problems(readFileSync(join(ROOT, "examples/space/whole-space.tune.json"), "utf8"))).toEqual([]);
  });
});

describe("missingParameters", () => {
  const text = fixture("argparse_basic.py");
  const definition = proposeDefinition(readScript(text), "x.py");

  it("is empty right after the proposal", () => {
    expect(missingParameters(definition, readScript(text))).toEqual([]);
  });

  it("finds and merges what the script has gained", () => {
    const longer = text.replace(
      "    args =",
      "    parser.add_argument('--momentum', type=float, default=0.9)\n    args =",
    );
    const report = readScript(longer);
    expect(missingParameters(definition, report).map((one) => one.name)).toEqual(["momentum"]);
    const merged = mergeMissing(definition, report);
    expect(merged.space.momentum).toMatchObject({ low: 0.3, high: 0.999, default: 0.9 });
    expect(merged.space.lr).toBe(definition.space.lr);
    expect(missingParameters(merged, report)).toEqual([]);
  });

  it("knows a parameter under another name by its binding", () => {
    const { lr, ...space } = definition.space;
    const renamed = { ...definition, space: { ...space, rate: { ...lr!, bind: { flag: "--lr" } } } };
    expect(missingParameters(renamed, readScript(text))).toEqual([]);
  });
});

describe("examples", () => {
  it("hold the whole table of priors, with its conditions", () => {
    const json = readFileSync(join(ROOT, "examples/space/whole-space.tune.json"), "utf8");
    const { space } = JSON.parse(json) as ReturnType<typeof proposeDefinition>;
    expect(Object.keys(space)).toHaveLength(15 + 6 * 5);
    for (const [name, { when: _, ...parameter }] of Object.entries(space))
      expect(parameter).toEqual(proposeParameter({ name }).parameter);
    const conditions = Object.fromEntries(Object.entries(space).map(([name, one]) => [name, one.when]));
    expect(conditions).toMatchObject({
      beta1: { solver: "Adam" },
      beta2: { solver: "Adam" },
      rho: { solver: "Adadelta" },
      momentum: { solver: ["Momentum", "Nesterov"] },
      gamma: { lr_policy: ["Inv", "Exp", "Step"] },
      k: { lr_policy: "Inv" },
      s: { lr_policy: "Step" },
    });
    for (let layer = 1; layer <= 6; layer++) {
      const active = { number_of_layers: { ">=": layer } };
      for (const name of ["activation", "units", "dropout", "weight_init"])
        expect(conditions[`${name}_${layer}`]).toEqual(active);
      expect(conditions[`weight_init_std_${layer}`]).toEqual({
        ...active,
        [`weight_init_${layer}`]: "Normal",
      });
    }
  });

  it("are read as their own readers need them", () => {
    const read = (path: string) => readScript(readFileSync(join(ROOT, "examples", path), "utf8"));
    const on = (path: string) =>
      read(path)
        .parameters.filter((one) => one.suggested)
        .map((one) => one.name);
    expect(on("digits/train.py")).toEqual(
      "lr optimizer momentum nesterov beta1 hidden activation batch_size l2".split(" "),
    );
    expect(read("digits/train.py").budget).toEqual({ name: "epochs", max: 27 });
    expect(on("digits/constants.py")).toEqual(["LR", "MOMENTUM", "HIDDEN", "BATCH_SIZE", "l2"]);
    expect(read("digits/constants.py").budget).toEqual({ name: "EPOCHS", max: 27 });
    expect(on("svm/train.py")).toEqual(["C", "gamma"]);
    expect(on("torch/train.py")).toEqual(
      "lr optimizer momentum weight_decay batch_size channels hidden dropout".split(" "),
    );
    for (const path of ["digits/train.py", "digits/constants.py", "svm/train.py", "torch/train.py"])
      expect(read(path).warnings).toEqual([]);
  });
});
