import { DEFINITION_VERSION } from "../protocol/definition.ts";
import type { StrategyForm } from "../protocol/panel.ts";
import { DURATION } from "./duration.ts";
import { bare, pick, stop } from "./snippet.ts";
import { spaceDefinitions } from "./spaceSchema.ts";

type Schema = Readonly<Record<string, unknown>>;

const DURATION_MESSAGE = 'must be a number of seconds or a text such as "90s", "30m", "8h" or "1h 30m"';

function duration(title: string, description: string): Schema {
  return {
    title,
    description: `${description} A number of seconds, or text such as "30m" or "8h".`,
    type: ["number", "string"],
    exclusiveMinimum: 0,
    pattern: DURATION,
    patternErrorMessage: DURATION_MESSAGE,
    errorMessage: DURATION_MESSAGE,
    examples: ["30m", "8h"],
  };
}

const oneObjective: Schema = {
  title: "Objective",
  description: "What is to be made small or large.",
  required: ["goal"],
  additionalProperties: false,
  properties: {
    metric: {
      type: "string",
      title: "Metric",
      description:
        'A name that the script prints, such as "val_loss". Absent: picked from what a first run prints.',
      minLength: 1,
    },
    goal: {
      title: "Goal",
      description: "Which scores are better.",
      enum: ["minimize", "maximize"],
      enumDescriptions: ["Smaller is better: losses, errors.", "Larger is better: accuracies, rewards."],
      examples: ["minimize"],
    },
  },
};

/** An object, or a list of such objects: keywords for objects bind objects, keywords for lists bind lists. */
const objective: Schema = {
  ...oneObjective,
  description:
    'What is to be made small or large. Several objectives are a list, such as [{ "metric": "val_loss", "goal": "minimize" }, { "metric": "latency", "goal": "minimize" }]: the study then looks for the best compromises (the Pareto front).',
  type: ["object", "array"],
  errorMessage: "must be an object { … }, or a list of two or more",
  minItems: 2,
  items: { ...oneObjective, type: "object", required: ["metric", "goal"] },
  defaultSnippets: [
    { label: "objective", body: { metric: stop(1, "val_loss"), goal: pick(2, "minimize", "maximize") } },
    {
      label: "several objectives",
      body: [
        { metric: stop(1, "val_loss"), goal: pick(2, "minimize", "maximize") },
        { metric: stop(3, "latency"), goal: pick(4, "minimize", "maximize") },
      ],
    },
  ],
};

const limits: Schema = {
  title: "Limits",
  description:
    "Printed metrics that must stay within bounds, such as memory or latency. A trial that breaks a limit is shown but never the best, and strategies keep away from such configurations.",
  type: "array",
  minItems: 1,
  items: {
    type: "object",
    required: ["metric"],
    additionalProperties: false,
    properties: {
      metric: {
        type: "string",
        title: "Metric",
        description: 'A name that the script prints, such as "memory".',
        minLength: 1,
        examples: ["memory"],
      },
      min: { type: "number", title: "Smallest", description: "The metric must not be below this." },
      max: { type: "number", title: "Largest", description: "The metric must not be above this." },
    },
  },
  examples: [[{ metric: "memory", max: 4000 }]],
  defaultSnippets: [{ label: "an upper limit", body: [{ metric: stop(1, "memory"), max: bare(2, "4000") }] }],
};

const budget: Schema = {
  title: "Budget",
  description: "How much one trial may spend: the smallest and largest training length.",
  type: "object",
  required: ["min", "max", "mode"],
  additionalProperties: false,
  properties: {
    parameter: {
      type: "string",
      title: "Parameter",
      description:
        'The parameter that sets the length of the training, such as "epochs". Absent: the script decides, and only the modes pause and stop work.',
      minLength: 1,
    },
    bind: { $ref: "#/definitions/binding" },
    min: {
      type: "number",
      title: "Smallest",
      description: "Smallest budget of one trial, in units.",
      exclusiveMinimum: 0,
      examples: [1],
    },
    max: {
      type: "number",
      title: "Largest",
      description: "Largest budget of one trial, in units. The best configurations get it.",
      exclusiveMinimum: 0,
      examples: [81],
    },
    mode: {
      title: "Mode",
      description: "What happens when a configuration goes on to a larger budget.",
      enum: ["pause", "restart", "resume", "stop"],
      enumDescriptions: [
        "Starts with the full budget, suspends the process at each rung and lets it go on if it is promoted: nothing is trained twice.",
        "Runs the script again from the start with the larger budget.",
        "Runs the script again with the larger budget; a checkpoint folder is kept between the runs.",
        "Starts with the full budget and lets it run on unless it is stopped.",
      ],
      examples: ["pause"],
    },
    eta: {
      type: "number",
      title: "η",
      description: "One in η configurations goes on to the next rung, with a budget η times as large.",
      minimum: 2,
      default: 3,
    },
    unit: {
      type: "string",
      title: "Unit",
      description: 'What one unit is called: "epochs", "steps", "samples".',
    },
    progress: {
      type: "string",
      title: "Progress",
      description:
        'The name under which the script prints how far it is, such as "epoch". Absent: the printed step, else the count of reports.',
    },
    checkpointFlag: {
      type: "string",
      title: "Checkpoint flag",
      description:
        'Mode resume: the flag that takes the checkpoint folder, such as "--checkpoint-dir". The folder is in TUNING_FORK_CHECKPOINT too.',
    },
  },
  defaultSnippets: [
    {
      label: "budget in epochs, by pausing",
      body: {
        parameter: stop(1, "epochs"),
        min: bare(2, "1"),
        max: bare(3, "81"),
        mode: "pause",
        unit: "epochs",
      },
    },
  ],
};

const stopConditions: Schema = {
  title: "Stop conditions",
  description: "The study ends as soon as one of them is met.",
  type: "object",
  additionalProperties: false,
  properties: {
    trials: {
      type: "integer",
      title: "Trials",
      description: "Configurations to try. Absent: the strategy's own plan, else 100.",
      minimum: 1,
      examples: [100],
    },
    time: duration("Time", "Wall-clock time of the study."),
    score: { type: "number", title: "Score", description: "Stop as soon as a score is as good as this." },
    patience: {
      type: "integer",
      title: "Patience",
      description: "Stop after so many configurations in a row without a better score.",
      minimum: 1,
      examples: [30],
    },
    improvement: {
      type: "number",
      title: "Further improvement",
      description:
        "Stop when a model of the scores expects to improve by less than this, in the metric's unit, whatever is tried next.",
      exclusiveMinimum: 0,
      examples: [0.001],
    },
  },
  defaultSnippets: [{ label: "stop after 100 trials or 30 minutes", body: { trials: 100, time: "30m" } }],
};

function strategySchema(forms: readonly StrategyForm[]): Schema {
  return {
    title: "Strategy",
    description: "Decides which configurations are worth running, and how far.",
    type: "object",
    required: ["name"],
    properties: {
      name: {
        title: "Name",
        description: "Which strategy decides.",
        enum: forms.map(({ name }) => name),
        enumDescriptions: forms.map(({ title, description }) => `${title}. ${description}`),
        examples: forms.slice(0, 1).map(({ name }) => name),
      },
    },
    allOf: forms.map(({ name, title, description, options }) => ({
      if: { required: ["name"], properties: { name: { const: name } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: {
        ...options,
        title,
        description,
        properties: { name: { const: name }, ...(options.properties as Schema | undefined) },
      },
    })),
    defaultSnippets: forms.map(({ name, title, description }) => ({
      label: title,
      description,
      body: { name },
    })),
  };
}

/** A rule for the definitions whose strategy is one of these. */
function ruleFor(forms: readonly StrategyForm[], then: Schema): Schema {
  const names = forms.map(({ name }) => name);
  return {
    if: {
      required: ["strategy"],
      properties: { strategy: { required: ["name"], properties: { name: { enum: names } } } },
    },
    then,
  };
}

/** With several objectives only some strategies can go on. */
function objectivesRule(forms: readonly StrategyForm[]): Schema {
  const names = forms.filter(({ objectives }) => objectives === "several").map(({ name }) => name);
  return {
    if: { required: ["objective"], properties: { objective: { type: "array" } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: {
        strategy: {
          description: "One of those that take several objectives.",
          properties: {
            name: {
              description: "Which strategy decides.",
              enum: names,
              errorMessage: "where there are several objectives",
            },
          },
        },
      },
    },
  };
}

const RESUMES =
  'must be "resume": the script has to keep a checkpoint in the folder of TUNING_FORK_CHECKPOINT (or of the flag budget.checkpointFlag) and go on from what is in it';

/** A strategy that spends budgets cannot do without one, and one that copies checkpoints needs a script that keeps them. */
function budgetRules(forms: readonly StrategyForm[]): Schema[] {
  const spending = forms.filter(({ multiFidelity }) => multiFidelity === true);
  const [copying, others] = [true, false].map((copies) =>
    spending.filter((form) => (form.copies === true) === copies),
  ) as [StrategyForm[], StrategyForm[]];
  const withExample = (mode: string): Schema => ({ required: ["budget"], examples: [{ budget: { mode } }] });
  const mode = { description: "Copies go on from checkpoints.", const: "resume", errorMessage: RESUMES };
  const resume = { description: "The length of the training.", properties: { mode } };
  return [
    ruleFor(others, withExample("pause")),
    ruleFor(copying, { ...withExample("resume"), properties: { budget: resume } }),
  ];
}

const text = (title: string, description: string): Schema => ({
  type: "string",
  title,
  description,
  minLength: 1,
});

function properties(forms: readonly StrategyForm[]): Schema {
  return {
    $schema: { type: "string", description: "The JSON Schema of this file, for editors." },
    version: {
      const: DEFINITION_VERSION,
      title: "Version",
      description: "Version of this file's format.",
      default: DEFINITION_VERSION,
      examples: [DEFINITION_VERSION],
    },
    script: { ...text("Script", "The training script, relative to this file."), examples: ["train.py"] },
    command: {
      type: "array",
      title: "Command",
      description:
        "The whole command, when it is not `<python> <script> <flags>`. Filled in: {python}, {script}, {args} (all flags), {name} (the value of the parameter `name`), {budget}, {checkpoint}.",
      items: { type: "string" },
      minItems: 1,
      examples: [["{python}", "-m", "package.train", "{args}"]],
    },
    interpreter: text(
      "Interpreter",
      "Python to run the script with. Absent: the setting, the Python extension's choice, or PATH.",
    ),
    cwd: text(
      "Working folder",
      "Working folder of the trials, relative to this file. Absent: the script's folder.",
    ),
    env: {
      type: "object",
      title: "Environment",
      description: "Extra environment variables of the trials.",
      additionalProperties: { type: "string" },
    },
    args: {
      type: "array",
      title: "Arguments",
      description: "Extra fixed arguments of the script, each one entry.",
      items: { type: "string" },
      examples: [["--data", "digits.csv"]],
    },
    study: text("Study", "The study's name. Absent: the script's name without its ending."),
    objective,
    limits,
    warmStart: {
      title: "Warm start",
      description:
        "Earlier studies whose finished trials this one begins with: the paths of journals (Optuna's too; FILE#NAME for one of several studies in it), scripts or definitions. They do not count towards the trials to try.",
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { type: "string", minLength: 1 },
      examples: [["../last-week/train.tune.json"], ["optuna.log#study"]],
    },
    budget,
    space: {
      type: "object",
      title: "Search space",
      description: "The parameters by name, and which values of each are tried.",
      propertyNames: {
        pattern: "^[^\\s<>=!]+$",
        errorMessage: "is not a name: it must not be empty, and must not contain spaces or any of < > = !",
      },
      additionalProperties: { $ref: "#/definitions/parameter" },
    },
    forbidden: {
      type: "array",
      title: "Forbidden combinations",
      description: "Combinations of values that are never run.",
      items: { $ref: "#/definitions/forbiddenCondition" },
      examples: [[{ optimizer: "adam", momentum: { ">": 0.9 } }]],
    },
    relations: {
      type: "array",
      title: "Relations",
      description:
        'Relations between two numeric parameters, such as "k1 <= k2". They bind while both are active.',
      items: { type: "string" },
      examples: [["k1 <= k2"]],
    },
    fixed: {
      type: "object",
      title: "Fixed values",
      description:
        "Parameters of the space that are held at one value instead of tuned, by name. The value may lie outside the range.",
      additionalProperties: { $ref: "#/definitions/value" },
      examples: [{ momentum: 0.9 }],
    },
    strategy: strategySchema(forms),
    stop: stopConditions,
    parallel: {
      type: "integer",
      title: "Parallel",
      description: "How many trials run at once.",
      minimum: 1,
      maximum: 1024,
      default: 1,
    },
    seed: {
      type: "integer",
      title: "Seed",
      description: "The same seed gives the same configurations.",
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
    },
    timeout: duration("Time limit of a trial", "A trial that takes longer has failed."),
    gpus: {
      type: "array",
      title: "GPUs",
      description: "GPU indices, one for each trial that runs at once: sets CUDA_VISIBLE_DEVICES.",
      items: { type: "integer", minimum: 0 },
      minItems: 1,
      examples: [[0, 1]],
    },
  };
}

const WHOLE = {
  label: "A new study",
  description: "Script, objective, space and strategy",
  body: {
    version: DEFINITION_VERSION,
    script: stop(1, "train.py"),
    objective: { metric: stop(2, "val_loss"), goal: pick(3, "minimize", "maximize") },
    space: { [stop(4, "lr")]: { type: "float", low: bare(5, "1e-5"), high: bare(6, "0.1"), scale: "log" } },
    strategy: { name: stop(7, "random") },
    stop: { trials: 100 },
  },
};

/** The JSON Schema (draft-07) of `*.tune.json`: for the command line, the engine, and completion and hovers in the editor. */
export function definitionSchema(forms: readonly StrategyForm[]): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Study definition",
    description: "What Tuning Fork tunes, how, and for how long.",
    type: "object",
    required: ["version", "script", "objective", "space", "strategy"],
    additionalProperties: false,
    allowTrailingCommas: true,
    properties: properties(forms),
    allOf: [...budgetRules(forms), objectivesRule(forms)],
    definitions: spaceDefinitions,
    defaultSnippets: [WHOLE],
  };
}
