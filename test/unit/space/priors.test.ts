import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Parameter, Value } from "../../../src/protocol/space.ts";
import { budgetRank, proposeParameter, snakeCase } from "../../../src/space/priors.ts";

/** The table: name, range, default, scale. */
const TABLE: readonly [name: string, Parameter][] = [
  ["batch_size", { type: "int", low: 32, high: 4096, scale: "log", default: 32 }],
  ["number_of_updates", { type: "int", low: 50, high: 2500, scale: "log", default: 200 }],
  ["number_of_layers", { type: "int", low: 1, high: 6, default: 1 }],
  ["learning_rate", { type: "float", low: 1e-6, high: 1, scale: "log", default: 1e-2 }],
  ["l2_regularisation", { type: "float", low: 1e-7, high: 1e-2, scale: "log", default: 1e-4 }],
  ["dropout_output", { type: "float", low: 0, high: 0.99, default: 0.5 }],
  [
    "solver",
    {
      type: "categorical",
      choices: ["SGD", "Momentum", "Adam", "Adadelta", "Adagrad", "smorms3", "Nesterov"],
      default: "smorms3",
    },
  ],
  ["lr_policy", { type: "categorical", choices: ["Fixed", "Inv", "Exp", "Step"], default: "Fixed" }],
  ["beta1", { type: "float", low: 1e-4, high: 0.1, scale: "log", default: 0.1 }],
  ["beta2", { type: "float", low: 1e-4, high: 0.1, scale: "log", default: 0.1 }],
  ["rho", { type: "float", low: 0.05, high: 0.99, scale: "log", default: 0.95 }],
  ["momentum", { type: "float", low: 0.3, high: 0.999, scale: "log", default: 0.9 }],
  ["gamma", { type: "float", low: 1e-3, high: 0.1, scale: "log", default: 1e-2 }],
  ["k", { type: "float", low: 0, high: 1, default: 0.5 }],
  ["s", { type: "int", low: 2, high: 20, default: 2 }],
  [
    "activation_3",
    {
      type: "categorical",
      choices: ["Sigmoid", "TanH", "ScaledTanH", "ELU", "ReLU", "Leaky", "Linear"],
      default: "ReLU",
    },
  ],
  ["units_3", { type: "int", low: 64, high: 4096, scale: "log", default: 128 }],
  ["dropout_3", { type: "float", low: 0, high: 0.99, default: 0.5 }],
  [
    "weight_init_3",
    {
      type: "categorical",
      choices: [
        "Constant",
        "Normal",
        "Uniform",
        "Glorot-Uniform",
        "Glorot-Normal",
        "He-Normal",
        "He-Uniform",
        "Orthogonal",
        "Sparse",
      ],
      default: "He-Normal",
    },
  ],
  ["weight_init_std_3", { type: "float", low: 1e-7, high: 0.1, scale: "log", default: 5e-4 }],
];

function bare(parameter: Parameter): Parameter {
  const { source: _, description: __, ...rest } = parameter;
  return rest as Parameter;
}

describe("the table of priors", () => {
  it.each(TABLE)("%s", (name, expected) => {
    const { parameter, source } = proposeParameter({ name });
    expect(bare(parameter)).toEqual(expected);
    expect(parameter.source).toBe(source);
    expect(source).toMatch(/^prior: /);
  });

  it("keeps a row's range when the script's value lies in it", () => {
    expect(bare(proposeParameter({ name: "--batch-size", value: 64, valueType: "int" }).parameter)).toEqual({
      type: "int",
      low: 32,
      high: 4096,
      scale: "log",
      default: 64,
    });
  });
});

function expectValid(parameter: Parameter, value: Value): void {
  if (parameter.type === "boolean") return;
  if (parameter.type === "categorical" || parameter.type === "ordinal") {
    expect(parameter.choices).toContain(value);
    expect(new Set(parameter.choices).size).toBe(parameter.choices.length);
    return;
  }
  expect(parameter.low).toBeLessThanOrEqual(value as number);
  expect(parameter.high).toBeGreaterThanOrEqual(value as number);
  expect(parameter.low).toBeLessThan(parameter.high);
  if (parameter.scale === "log") expect(parameter.low).toBeGreaterThan(0);
  if (parameter.type === "int")
    expect([parameter.low, parameter.high, value].every(Number.isInteger)).toBe(true);
}

describe("proposeParameter", () => {
  it.each(["lr", "LR", "learningRate", "--learning-rate", "base_lr", "lr_actor", "initial_lr", "eta"])(
    "knows %s as a learning rate",
    (name) => {
      const { source, suggested } = proposeParameter({ name, value: 0.01 });
      expect(source).toBe("prior: learning rate");
      expect(suggested).toBe(true);
    },
  );

  it.each([
    ["lr_scheduler", "prior: learning rate policy"],
    ["lr_decay", "prior: decay of the learning rate"],
    ["weight_decay", "prior: L2 regularisation"],
    ["d_model", "prior: units"],
    ["embedding_dim", "prior: units"],
    ["reg_lambda", "prior: L2 regularisation of trees"],
  ])("knows %s", (name, source) => {
    expect(proposeParameter({ name }).source).toBe(source);
  });

  it.each([
    ["seed", 1],
    ["random_state", 42],
    ["device", "cpu"],
    ["data_dir", "data"],
    ["num_workers", 4],
    ["n_jobs", -1],
    ["verbose", true],
    ["log_interval", 10],
    ["port", 8080],
    ["epochs", 10],
    ["num_train_epochs", 3],
    ["max_steps", 1000],
    ["number_of_updates", 200],
    ["min_lr", 1e-6],
    ["test_batch_size", 1000],
    ["in_channels", 3],
    ["num_classes", 10],
    ["something_else", 3],
  ])("does not suggest %s", (name, value) => {
    expect(proposeParameter({ name, value }).suggested).toBe(false);
  });

  it("tells a name's meanings apart by value, help and neighbours", () => {
    const source = (hint: Parameters<typeof proposeParameter>[0]) => proposeParameter(hint).source;
    expect(source({ name: "gamma", value: 0.99 })).toBe("prior: discount");
    expect(source({ name: "gamma", value: 0.5, help: "discount factor" })).toBe("prior: discount");
    expect(source({ name: "gamma", value: 0.01, siblings: ["C"] })).toBe("prior: width of the RBF kernel");
    expect(source({ name: "gamma", value: 0.7 })).toBe("prior: factor of the learning rate's decay");
    expect(source({ name: "beta1", value: 0.9 })).toBe("prior: β1 (as a decay rate)");
    expect(source({ name: "beta1", value: 0.05 })).toBe("prior: β1 (1 − decay rate)");
    expect(source({ name: "epsilon", value: 1e-8 })).toBe("prior: ε for numerical stability");
    expect(source({ name: "epsilon", value: 0.1 })).toBe("prior: exploration ε");
    expect(source({ name: "warmup", value: 0.1 })).toBe("prior: warm-up share");
    expect(source({ name: "step_size", value: 30, valueType: "int" })).toBe("prior: epochs between decays");
  });

  it("moves a size around a value outside of the usual range", () => {
    expect(bare(proposeParameter({ name: "hidden", value: 24, valueType: "int" }).parameter)).toEqual({
      type: "int",
      low: 3,
      high: 192,
      scale: "log",
      default: 24,
    });
  });

  it("takes a 0 into a range on a log scale", () => {
    expect(bare(proposeParameter({ name: "weight_decay", value: 0 }).parameter)).toEqual({
      type: "ordinal",
      choices: [0, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2],
      default: 0,
    });
    expect(bare(proposeParameter({ name: "momentum", value: 0, valueType: "float" }).parameter)).toEqual({
      type: "float",
      low: 0,
      high: 0.999,
      default: 0,
    });
  });

  it("makes what the script's choices are", () => {
    const of = (name: string, choices: readonly (string | number | boolean | null)[]) =>
      proposeParameter({ name, value: choices[0], choices });
    expect(of("optimizer", ["sgd", "adam"])).toMatchObject({
      suggested: true,
      parameter: { type: "categorical", choices: ["sgd", "adam"], default: "sgd" },
    });
    expect(of("hidden", [64, 32, 128]).parameter).toMatchObject({ type: "ordinal", choices: [32, 64, 128] });
    expect(of("num_layers", [1, 2, 3]).parameter).toMatchObject({ type: "int", low: 1, high: 3 });
    expect(of("nesterov", [true, false]).parameter).toMatchObject({ type: "boolean" });
    expect(of("mode", ["train", "test"]).suggested).toBe(false);
  });

  it("does not suggest names that a script may not accept", () => {
    const { parameter, suggested } = proposeParameter({ name: "optimizer", value: "adamw" });
    expect(suggested).toBe(false);
    expect(parameter).toMatchObject({ type: "categorical", default: "adamw" });
  });

  it("always holds the script's own value, in a valid range of the declared type", () => {
    const names = fc.constantFrom(
      ...TABLE.map(([name]) => name),
      ..."lr weight_decay C gamma max_depth n_estimators min_samples_leaf num_leaves subsample colsample_bytree".split(
        " ",
      ),
      ..."reg_alpha reg_lambda temperature label_smoothing warmup_steps clip_grad_norm ent_coef gae_lambda tau".split(
        " ",
      ),
      ..."epsilon hidden channels kernel_size heads foo seed epochs alpha step_size discount".split(" "),
    );
    const values = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map((x) => ({
        value: x + 0,
        valueType: "float" as const,
      })),
      fc.double({ noNaN: true, min: 0, max: 1 }).map((x) => ({ value: x + 0, valueType: "float" as const })),
      fc.integer({ min: -1000, max: 100_000 }).map((x) => ({ value: x, valueType: "int" as const })),
      fc.integer({ min: 0, max: 1 }).map((x) => ({ value: x, valueType: undefined })),
      fc.string().map((x) => ({ value: x, valueType: "str" as const })),
      fc.boolean().map((x) => ({ value: x, valueType: "bool" as const })),
    );
    const choices = fc.option(fc.array(fc.oneof(fc.integer(), fc.string()), { maxLength: 4 }), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.record({ name: names, hint: values, choices }), ({ name, hint, choices }) => {
        const { parameter } = proposeParameter({ name, ...hint, choices });
        expect(parameter.default).toBe(hint.value);
        expectValid(parameter, hint.value);
        if (hint.valueType === "int" && !choices?.length) expect(parameter.type).toMatch(/^(?:int|ordinal)$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("names", () => {
  it("are compared in snake case", () => {
    expect(snakeCase("--learning-rate")).toBe("learning_rate");
    expect(snakeCase("learningRate")).toBe("learning_rate");
    expect(snakeCase("LEARNING_RATE")).toBe("learning_rate");
  });

  it("rank as budgets, epochs before steps", () => {
    expect(budgetRank("EPOCHS")).toBe(0);
    expect(budgetRank("num_train_epochs")).toBe(0);
    expect(budgetRank("max_steps")).toBe(1);
    expect(budgetRank("iterations")).toBe(2);
    expect(budgetRank("warmup_steps")).toBeUndefined();
    expect(budgetRank("lr")).toBeUndefined();
  });
});
