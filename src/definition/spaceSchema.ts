import { bare, stop } from "./snippet.ts";

type Schema = Readonly<Record<string, unknown>>;

const value: Schema = { type: ["number", "string", "boolean", "null"] };
const scale: Schema = {
  title: "Scale",
  description:
    "log spreads the values evenly over orders of magnitude: right for learning rates and most regularisers.",
  enum: ["linear", "log"],
  enumDescriptions: ["Evenly between low and high.", "Evenly over orders of magnitude; low must be above 0."],
  default: "linear",
};

/** Keys that parameters of every type have. */
const common: Schema = {
  description: { type: "string", title: "Description", description: "One sentence for people." },
  default: {
    ...value,
    title: "Default",
    description:
      "The value the script uses when nobody tunes it. Has to be one of the values that are tried.",
  },
  enabled: {
    type: "boolean",
    title: "On",
    description: "false leaves the parameter at the script's own value.",
    default: true,
  },
  when: { $ref: "#/definitions/when" },
  bind: { $ref: "#/definitions/binding" },
  source: {
    type: "string",
    title: "Source",
    description: "Where the proposed range came from. For people; never read back.",
  },
};

const typeOf = (name: string): Schema => ({ const: name, title: "Type" });

function numeric(type: "float" | "int"): Schema {
  const number = type === "int" ? "integer" : "number";
  const step =
    type === "int"
      ? "Only every step-th whole number from low on. Linear scale only."
      : "Only low, low + step, low + 2 · step, … Linear scale only.";
  return {
    type: "object",
    required: ["low", "high"],
    additionalProperties: false,
    properties: {
      type: typeOf(type),
      low: {
        type: number,
        title: "Low",
        description: "Smallest value, included.",
        examples: [type === "int" ? 1 : 1e-5],
      },
      high: {
        type: number,
        title: "High",
        description: "Largest value, included.",
        examples: [type === "int" ? 8 : 0.1],
      },
      scale,
      step: {
        type: number,
        title: "Step",
        description: step,
        exclusiveMinimum: 0,
      },
      ...common,
    },
  };
}

function listed(type: "categorical" | "ordinal"): Schema {
  return {
    type: "object",
    required: ["choices"],
    additionalProperties: false,
    properties: {
      type: typeOf(type),
      choices: {
        type: "array",
        title: "Choices",
        description:
          type === "ordinal"
            ? "The values, in their order, smallest first."
            : "The values; their order means nothing.",
        items: value,
        minItems: 1,
        examples: [["sgd", "adam"]],
      },
      ...common,
    },
  };
}

const boolean: Schema = {
  type: "object",
  additionalProperties: false,
  properties: { type: typeOf("boolean"), ...common },
};

const branch = (type: string): Schema => ({
  if: { required: ["type"], properties: { type: { const: type } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { $ref: `#/definitions/${type}` },
});

const TYPES = {
  float: "Any number between low and high.",
  int: "Any whole number between low and high.",
  categorical: "One of several values without an order.",
  ordinal: "One of several values that have an order.",
  boolean: "true or false.",
};

const snippets = [
  {
    label: "float on a log scale",
    description: "A number such as a learning rate",
    body: { type: "float", low: bare(1, "1e-5"), high: bare(2, "0.1"), scale: "log" },
  },
  { label: "float", description: "A number", body: { type: "float", low: bare(1, "0"), high: bare(2, "1") } },
  {
    label: "int",
    description: "A whole number",
    body: { type: "int", low: bare(1, "1"), high: bare(2, "8") },
  },
  {
    label: "int on a log scale",
    description: "A whole number such as a layer width",
    body: { type: "int", low: bare(1, "16"), high: bare(2, "1024"), scale: "log" },
  },
  {
    label: "categorical",
    description: "One of several values",
    body: { type: "categorical", choices: [stop(1, "sgd"), stop(2, "adam")] },
  },
  { label: "boolean", description: "On or off", body: { type: "boolean" } },
];

const parameter: Schema = {
  title: "Parameter",
  description: "One hyperparameter: which values are tried, on which scale, and how they reach the script.",
  type: "object",
  required: ["type"],
  properties: {
    type: {
      title: "Type",
      description: "Which kind of values it takes.",
      enum: Object.keys(TYPES),
      enumDescriptions: Object.values(TYPES),
    },
  },
  allOf: Object.keys(TYPES).map(branch),
  defaultSnippets: snippets,
};

const comparison = (sign: string, text: string): [string, Schema] => [sign, { ...value, description: text }];

const test: Schema = {
  title: "Test",
  description:
    'A value that the parameter has to have, a list of values of which it has to have one, or comparisons such as { ">=": 2 }. A parameter that is inactive passes no test.',
  type: ["number", "string", "boolean", "null", "array", "object"],
  items: value,
  minItems: 1,
  minProperties: 1,
  additionalProperties: false,
  properties: Object.fromEntries([
    comparison("=", "Equal to."),
    comparison("!=", "Different from."),
    comparison("<", "Below; an ordinal goes by its order."),
    comparison("<=", "At most; an ordinal goes by its order."),
    comparison(">", "Above; an ordinal goes by its order."),
    comparison(">=", "At least; an ordinal goes by its order."),
  ]),
};

function condition(title: string, description: string): Schema {
  return {
    title,
    description,
    type: ["object", "array"],
    additionalProperties: { $ref: "#/definitions/test" },
    minProperties: 1,
    items: { type: "object", minProperties: 1, additionalProperties: { $ref: "#/definitions/test" } },
    minItems: 1,
  };
}

const BINDINGS = ["flag", "constant", "literal", "env", "params"];

const binding: Schema = {
  title: "How the value reaches the script",
  description: "Absent: a flag `--name`.",
  type: "object",
  additionalProperties: false,
  oneOf: BINDINGS.map((key) => ({ required: [key] })),
  errorMessage: `has to name exactly one way into the script: ${BINDINGS.join(", ")}`,
  dependencies: { switch: ["flag"] },
  properties: {
    flag: {
      type: "string",
      title: "Flag",
      description: 'A command-line flag, such as "--lr".',
      minLength: 1,
    },
    switch: {
      title: "Switch",
      description: "For a flag that takes no value.",
      enum: ["on", "off", "both"],
      enumDescriptions: ["Present when true.", "Present when false.", "--x when true, --no-x when false."],
    },
    constant: {
      type: "string",
      title: "Constant",
      description: "A module-level assignment, by its name: LR = 0.01.",
      minLength: 1,
    },
    literal: {
      type: "object",
      title: "Literal",
      description: "A literal in the source, found again by its line.",
      required: ["text", "line", "nth", "at"],
      additionalProperties: false,
      properties: {
        text: { type: "string", description: "The literal as it is written." },
        line: { type: "string", description: "The line it is on, without spaces at its ends." },
        nth: {
          type: "integer",
          minimum: 1,
          description: "Which one, when the line has several that are the same.",
        },
        at: {
          type: "integer",
          minimum: 1,
          description: "Line number; the nearest line that matches is taken.",
        },
      },
    },
    env: { type: "string", title: "Environment variable", description: "Set for each trial.", minLength: 1 },
    params: {
      const: true,
      title: "Python module",
      description: "Only handed over by the tuning_fork Python module.",
    },
  },
};

/** `definitions` of the parts of a space, by name. */
export const spaceDefinitions: Schema = {
  parameter,
  float: numeric("float"),
  int: numeric("int"),
  categorical: listed("categorical"),
  ordinal: listed("ordinal"),
  boolean,
  test,
  when: condition(
    "When",
    'The parameter exists only where all of these tests of other parameters hold, such as { "optimizer": "sgd" }; in a list, where one of the entries holds.',
  ),
  forbiddenCondition: condition(
    "Forbidden combination",
    "Configurations for which all of these tests hold are never run.",
  ),
  binding,
  value,
};
