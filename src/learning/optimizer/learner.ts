import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { TuningForkError } from "../../protocol/errors.ts";
import { chooseBackend } from "../backend/backend.ts";
import type { Learner, LearningContext, LearningProgress } from "../learner.ts";
import { readDigits } from "./optimizees/digits.ts";
import type { Family } from "./optimizees/optimizees.ts";
import { perceptrons } from "./optimizees/perceptron.ts";
import { quadratics } from "./optimizees/quadratics.ts";
import { type Training, trainOptimizer } from "./train.ts";
import { type Architecture, encodeWeights, type LearnedOptimizer, type Weights } from "./weights.ts";

const whole = (title: string, description: string, value: number, minimum: number, maximum: number) => ({
  type: "integer",
  title,
  description,
  default: value,
  minimum,
  maximum,
});

const options = {
  type: "object",
  additionalProperties: false,
  properties: {
    problem: {
      type: "string",
      title: "Problem",
      description: "What the optimizer is trained on: random quadratics, or small networks that read digits.",
      enum: ["quadratic", "digits"],
      default: "quadratic",
    },
    epochs: whole("Epochs", "Optimisations of new problems; about a second each.", 1500, 1, 100_000),
    steps: whole("Steps", "Steps of an optimisation.", 100, 1, 10_000),
    unroll: whole("Unroll", "Steps that gradients flow through.", 20, 1, 1000),
    units: whole("Units", "Units of each of the two layers.", 20, 1, 200),
    problems: whole("Problems", "Quadratics that are optimised at once.", 32, 1, 1000),
    learningRate: {
      type: "number",
      title: "Learning rate",
      description: "Of Adam, on the optimizer's own weights.",
      default: 0.003,
      exclusiveMinimum: 0,
      maximum: 1,
    },
    data: {
      type: "string",
      title: "Digits",
      description: "Path of digits.csv; empty: that of the examples.",
      default: "",
    },
  },
} as const;

interface Options {
  readonly problem: "quadratic" | "digits";
  readonly epochs: number;
  readonly steps: number;
  readonly unroll: number;
  readonly units: number;
  readonly problems: number;
  readonly learningRate: number;
  readonly data: string;
}

/** The digits of the examples, or those at `path`. @throws TuningForkError `bad-input` where they cannot be read */
export async function loadDigits(path = ""): Promise<ReturnType<typeof readDigits>> {
  const file = path || fileURLToPath(new URL("../../../examples/digits/digits.csv", import.meta.url));
  const text = await readFile(file, "utf8").catch(() => {
    const next = "Name the file by the option data.";
    throw new TuningForkError("bad-input", `The digits cannot be read: ${file}.`, next);
  });
  return readDigits(text);
}

interface Rule {
  readonly type: string;
  readonly description: string;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function allows(rule: Rule, value: unknown): boolean {
  if (rule.type === "string")
    return typeof value === "string" && (rule.enum === undefined || rule.enum.includes(value));
  return (
    typeof value === "number" &&
    (rule.type === "number" || Number.isInteger(value)) &&
    value >= (rule.minimum ?? Number.NEGATIVE_INFINITY) &&
    value > (rule.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
    value <= (rule.maximum ?? Number.POSITIVE_INFINITY)
  );
}

/** The options with their defaults, so that a mistake is told of before an hour of learning. */
function checked(given: Readonly<Record<string, unknown>>): Options {
  const rules: Readonly<Record<string, Rule>> = options.properties;
  const entries = Object.entries(rules).map(([name, rule]) => {
    const value = given[name] ?? rule.default;
    if (allows(rule, value)) return [name, value] as const;
    throw new TuningForkError(
      "bad-definition",
      `The option ${name} of the learner optimizer cannot be ${JSON.stringify(value)}.`,
      rule.description,
    );
  });
  return Object.fromEntries(entries) as unknown as Options;
}

async function familyOf({ problem, problems, data }: Options): Promise<Family> {
  if (problem === "quadratic") return quadratics(problems);
  const { training } = await loadDigits(data);
  return perceptrons(training, { hidden: [20], activation: "sigmoid" });
}

/** An optimizer that is a recurrent network over each coordinate (Andrychowicz et al. 2016). */
export const optimizerLearner: Learner<LearnedOptimizer> = {
  name: "optimizer",
  title: "Learned optimizer",
  description:
    "A small recurrent network that takes gradients and gives updates, the same for each parameter.",
  options,
  learn: async (given, context: LearningContext) => {
    const chosen = checked(given);
    const { problem, epochs, steps, unroll, units, learningRate } = chosen;
    const digits = problem === "digits";
    const architecture: Architecture = { preprocessing: digits ? "log-sign" : "none", units, scale: 0.1 };
    const plan: Training = {
      epochs,
      steps,
      unroll,
      learningRate,
      clip: digits ? 10 : Number.POSITIVE_INFINITY,
      validateEvery: digits ? 25 : 50,
      validations: digits ? 2 : 8,
    };
    const family = await familyOf(chosen);
    const backend = await chooseBackend();
    const started = Date.now();
    const progress: LearningProgress[] = [];
    const learned = (weights: Weights): LearnedOptimizer => ({
      system: "optimizer",
      version: 1,
      ...architecture,
      weights: encodeWeights(weights),
      record: {
        seed: context.seed,
        options: { ...chosen, backend: backend.name },
        seconds: Math.round((Date.now() - started) / 1000),
        progress: [...progress],
      },
    });
    const weights = await trainOptimizer(
      architecture,
      family,
      plan,
      {
        ...context,
        report: (one) => {
          progress.push(one);
          context.report(one);
        },
      },
      (best) => context.keep?.(learned(best)),
    );
    return learned(weights);
  },
};
