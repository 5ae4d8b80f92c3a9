import type { Definition, DefinitionProblem } from "../../src/protocol/definition.ts";
import type { EditorDown, StrategyForm } from "../../src/protocol/panel.ts";
import type { Condition, Parameter } from "../../src/protocol/space.ts";
import type { SeenMetric, StudySummary } from "../../src/protocol/study.ts";

/** What the script of the digits example has. */
export const digits: Definition = {
  version: 1,
  script: "train.py",
  objective: { metric: "val_loss", goal: "minimize" },
  budget: {
    parameter: "epochs",
    bind: { flag: "--epochs" },
    min: 1,
    max: 81,
    mode: "pause",
    eta: 3,
    unit: "epochs",
  },
  space: {
    lr: {
      type: "float",
      low: 1e-6,
      high: 1,
      scale: "log",
      default: 0.01,
      bind: { flag: "--lr" },
      description: "Learning rate of the optimizer",
      source: "prior: learning rate",
    },
    optimizer: {
      type: "categorical",
      choices: ["sgd", "adam", "rmsprop"],
      default: "sgd",
      bind: { flag: "--optimizer" },
    },
    momentum: {
      type: "float",
      low: 0.3,
      high: 0.999,
      scale: "log",
      default: 0.9,
      bind: { flag: "--momentum" },
      when: { optimizer: "sgd" },
      source: "prior: momentum",
    },
    batch_size: {
      type: "int",
      low: 32,
      high: 512,
      scale: "log",
      default: 32,
      bind: { flag: "--batch-size" },
      source: "prior: batch size",
    },
    hidden: { type: "int", low: 16, high: 128, step: 16, default: 64, bind: { constant: "HIDDEN" } },
    augment: { type: "boolean", default: false, bind: { flag: "--augment", switch: "on" } },
    seed: { type: "int", low: 0, high: 100, default: 0, enabled: false, bind: { flag: "--seed" } },
  },
  strategy: { name: "hyperband" },
  stop: { trials: 100, time: "30m" },
  parallel: 2,
  seed: 0,
};

type Prior = readonly [low: number, high: number, preset: number, scale?: "log"];

const float = ([low, high, preset, scale]: Prior, rest: Partial<Parameter> = {}): Parameter =>
  ({ type: "float", low, high, ...(scale ? { scale } : {}), default: preset, ...rest }) as Parameter;
const int = ([low, high, preset, scale]: Prior, rest: Partial<Parameter> = {}): Parameter =>
  ({ type: "int", low, high, ...(scale ? { scale } : {}), default: preset, ...rest }) as Parameter;
const choice = (choices: readonly string[], preset: string, rest: Partial<Parameter> = {}): Parameter =>
  ({ type: "categorical", choices, default: preset, ...rest }) as Parameter;

const LAYERS = 6;

function layer(number: number): Record<string, Parameter> {
  const when: Condition =
    number === 1 ? { number_of_layers: { ">=": 1 } } : { number_of_layers: { ">=": number } };
  const normal: Condition = {
    ...(when as Readonly<Record<string, { ">=": number }>>),
    [`weight_init_${number}`]: "Normal",
  };
  const activations = ["Sigmoid", "TanH", "ScaledTanH", "ELU", "ReLU", "Leaky", "Linear"];
  const inits = [
    "Constant",
    "Normal",
    "Uniform",
    "Glorot-Uniform",
    "Glorot-Normal",
    "He-Normal",
    "He-Uniform",
    "Orthogonal",
    "Sparse",
  ];
  return {
    [`activation_${number}`]: choice(activations, "ReLU", { when }),
    [`units_${number}`]: int([64, 4096, 128, "log"], { when, source: "prior: units" }),
    [`dropout_${number}`]: float([0, 0.99, 0.5], { when, source: "prior: dropout" }),
    [`weight_init_${number}`]: choice(inits, "He-Normal", { when }),
    [`std_normal_${number}`]: float([1e-7, 0.1, 5e-4, "log"], { when: normal }),
  };
}

/** The whole table of priors, with six layers. */
export const whole: Definition = {
  version: 1,
  script: "network.py",
  objective: { metric: "val_accuracy", goal: "maximize" },
  space: {
    batch_size: int([32, 4096, 32, "log"], { source: "prior: batch size" }),
    number_of_updates: int([50, 2500, 200, "log"], { source: "prior: number of updates" }),
    number_of_layers: int([1, 6, 1], { source: "prior: number of layers" }),
    learning_rate: float([1e-6, 1, 1e-2, "log"], { source: "prior: learning rate" }),
    l2: float([1e-7, 1e-2, 1e-4, "log"], { source: "prior: L2 regularisation" }),
    dropout_output: float([0, 0.99, 0.5], { source: "prior: dropout" }),
    solver: choice(["SGD", "Momentum", "Adam", "Adadelta", "Adagrad", "smorms3", "Nesterov"], "smorms3"),
    lr_policy: choice(["Fixed", "Inv", "Exp", "Step"], "Fixed"),
    beta1: float([1e-4, 0.1, 0.1, "log"], { when: { solver: "Adam" }, source: "prior: β1" }),
    beta2: float([1e-4, 0.1, 0.1, "log"], { when: { solver: "Adam" }, source: "prior: β2" }),
    rho: float([0.05, 0.99, 0.95, "log"], { when: { solver: "Adadelta" }, source: "prior: ρ" }),
    momentum: float([0.3, 0.999, 0.9, "log"], {
      when: { solver: ["Momentum", "Nesterov"] },
      source: "prior: momentum",
    }),
    gamma: float([1e-3, 0.1, 1e-2, "log"], {
      when: { lr_policy: ["Inv", "Exp", "Step"] },
      source: "prior: γ",
    }),
    k: float([0, 1, 0.5], { when: { lr_policy: "Inv" } }),
    s: int([2, 20, 2], { when: { lr_policy: "Step" } }),
    ...Object.assign({}, ...Array.from({ length: LAYERS }, (_, index) => layer(index + 1))),
  },
  forbidden: [{ solver: "Adadelta", lr_policy: ["Exp", "Step"] }],
  relations: ["units_2 <= units_1"],
  strategy: { name: "random" },
  stop: { trials: 100 },
};

/** The space of `whole` with everything off but the learning rate and the solver. */
export function mostlyOff(): Definition {
  const on = new Set(["learning_rate", "solver", "momentum"]);
  const space = Object.fromEntries(
    Object.entries(whole.space).map(([name, parameter]) => [
      name,
      on.has(name) ? parameter : { ...parameter, enabled: false },
    ]),
  );
  return { ...whole, space, forbidden: [], relations: [] };
}

const empty = { type: "object", properties: {}, additionalProperties: false };

export const forms: readonly StrategyForm[] = [
  {
    name: "grid",
    title: "Grid search",
    description: "Tries every combination of a few values of each parameter.",
    multiFidelity: false,
    options: {
      type: "object",
      properties: {
        points: {
          type: "integer",
          title: "Points",
          description: "Values of each continuous parameter.",
          default: 5,
          minimum: 2,
        },
      },
    },
  },
  {
    name: "random",
    title: "Random search",
    description: "Draws every configuration at random. A strong baseline.",
    multiFidelity: false,
    options: empty,
  },
  {
    name: "hyperband",
    title: "Hyperband",
    description:
      "Starts many configurations on small budgets and lets the best third go on, in several brackets.",
    multiFidelity: true,
    options: {
      type: "object",
      properties: {
        iterations: {
          type: "integer",
          title: "Iterations",
          description: "How often all brackets are run.",
          default: 1,
          minimum: 1,
        },
        rounding: {
          title: "Rounding",
          description: "How the size of a bracket is rounded.",
          enum: ["published", "up"],
          default: "published",
        },
        reverse: {
          type: "boolean",
          title: "Largest budgets first",
          description: "Runs the brackets in reverse order.",
          default: false,
        },
      },
    },
  },
  {
    name: "asha",
    title: "ASHA",
    description:
      "Successive halving that never waits: a trial goes on as soon as it is among the best of its rung.",
    multiFidelity: true,
    options: empty,
  },
  {
    name: "pbt",
    title: "Population-based training",
    description: "Trains a population; the worst go on from checkpoints of the best.",
    multiFidelity: true,
    copies: true,
    options: empty,
  },
];

function curve(from: number, to: number): readonly number[] {
  return Array.from({ length: 20 }, (_, step) => to + (from - to) * Math.exp(-step / 5));
}

export const metrics: readonly SeenMetric[] = [
  { name: "val_loss", values: curve(2.3, 0.081), steps: [], known: true, goal: "minimize" },
  { name: "val_accuracy", values: curve(0.1, 0.973), steps: [], known: true, goal: "maximize" },
  { name: "loss", values: curve(2.3, 0.02), steps: [], known: true, goal: "minimize" },
  { name: "seconds", values: curve(0.5, 0.4), steps: [], known: false, goal: "minimize" },
];

export function problem(path: string, message: string, line = 12): DefinitionProblem {
  return { path, message, offset: 210, length: 4, line, column: 14 };
}

export function study(status: StudySummary["status"]): StudySummary {
  return {
    id: "/project/.tuning-fork/train.log",
    name: "train",
    definitionPath: "/project/train.tune.json",
    scriptPath: "/project/train.py",
    definition: undefined,
    strategy: "hyperband",
    metric: "val_loss",
    goal: "minimize",
    status,
    counts: { running: 2, paused: 9, complete: 12, stopped: 14, failed: 0, waiting: 0, total: 37 },
    done: 37,
    planned: 206,
    best: { number: 12, value: 0.07123, params: { lr: 0.0032, optimizer: "adam" }, budget: 81 },
    started: 0,
    updated: 0,
    scriptHash: undefined,
    revision: 1,
  };
}

/** A message as the host sends it. */
export function message(parts: Partial<EditorDown> = {}): EditorDown {
  return {
    type: "definition",
    definition: digits,
    problems: [],
    strategies: forms,
    study: undefined,
    metrics,
    trusted: true,
    missing: [],
    fileName: "train.tune.json",
    ...parts,
  };
}
