import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { env, InferenceSession, Tensor } from "onnxruntime-web";
import type { Configuration, Value } from "../../src/protocol/space.ts";
import { type ConfigSpaceJson, type HyperparameterJson, spaceOfConfigSpace } from "./configSpace.ts";
import type { Problem } from "./problem.ts";

env.wasm.numThreads = 1;

/** `scenario.json`: the order of a surrogate's inputs and outputs, and what they mean. */
interface ScenarioJson {
  readonly continuous: readonly string[];
  readonly categorical: readonly string[];
  readonly outputs: readonly string[];
  /** For each output, whether smaller is better. */
  readonly minimize: readonly boolean[];
  /** The first is the budget; the others are set to their largest value. */
  readonly fidelity: readonly string[];
  readonly instance: string;
  /** The output that is the training's duration in seconds. */
  readonly runtime?: string;
  /** The output that is tuned. */
  readonly target?: string;
}

type Encoding = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A YAHPO Gym scenario (Pfisterer et al. 2022): a neural surrogate of many real training runs. */
export interface Scenario {
  readonly name: string;
  readonly folder: string;
  readonly facts: ScenarioJson;
  readonly instances: readonly string[];
  /** Output that is tuned, and whether smaller is better. */
  readonly target: string;
  readonly minimize: boolean;
  /** All outputs at a configuration that has every parameter, inactive ones apart. */
  outputs(values: Configuration): Promise<Readonly<Record<string, number>>>;
  problem(instance: string): Problem;
  /** What another program needs to work on the same problem. */
  describe(instance: string): ScenarioDescription;
}

export interface ScenarioDescription {
  readonly model: string;
  readonly continuous: readonly string[];
  readonly categorical: readonly string[];
  readonly encoding: Encoding;
  readonly fixed: Configuration;
  readonly fidelity: string;
  /** Positions of target and runtime among the outputs; −1: no runtime. */
  readonly target: number;
  readonly runtime: number;
  readonly minimize: boolean;
  /** Smallest and largest value of the target seen on this instance. */
  readonly min: number;
  readonly max: number;
}

/** What YAHPO Gym's own benchmark suites tune, by the start of a scenario's name. */
const USUAL_TARGETS: readonly (readonly [string, string])[] = [
  ["lcbench", "val_accuracy"],
  ["nb301", "val_accuracy"],
  ["rbv2_", "acc"],
  ["iaml_", "mmce"],
];

/** The output that is tuned where none is named: the scenario's own, the usual one, else the first that is no duration. */
function defaultTarget(name: string, { target, outputs, runtime }: ScenarioJson): string {
  const usual = USUAL_TARGETS.find(([start]) => name.startsWith(start))?.[1];
  const known = [target, usual].find((candidate) => candidate !== undefined && outputs.includes(candidate));
  const first = known ?? outputs.find((output) => output !== runtime);
  if (first !== undefined) return first;
  throw new Error(`scenario.json of ${name} names no output to tune.`);
}

/** instance → metric → statistic → value. */
function readStatistics(text: string): (instance: string, metric: string, statistic: string) => number {
  const rows = text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(","));
  const values = new Map(rows.map((row) => [row.slice(0, 3).join(","), Number(row[3])]));
  return (...key) => {
    const value = values.get(key.join(","));
    if (value === undefined) throw new Error(`statistics.csv has no ${key.join(", ")}.`);
    return value;
  };
}

/** A category's code. An inactive one is `#na#`. Booleans are spelled by R or Python. */
function code(codes: Readonly<Record<string, number>>, name: string, value: Value | undefined): number {
  const text = value === undefined ? "#na#" : String(value);
  const spelled = [text, text.toUpperCase(), text[0]!.toUpperCase() + text.slice(1)];
  const key = spelled.find((candidate) => Object.hasOwn(codes, candidate));
  if (key === undefined) throw new Error(`encoding.json has no code for ${name} = ${text}.`);
  return codes[key]!;
}

const numberOf = (value: Value | undefined): number => (value === undefined ? 0 : Number(value));

/** How far a score is from the best one seen, in units of the range seen; below 0 where it is better. Not clipped. */
export function normalisedRegret(
  score: number,
  range: { min: number; max: number },
  minimize: boolean,
): number {
  return (minimize ? score - range.min : range.max - score) / (range.max - range.min);
}

const largest = (json: HyperparameterJson): number => {
  if (json.upper === undefined) throw new Error(`The fidelity "${json.name}" has no largest value.`);
  return json.upper;
};

/**
 * Reads a scenario's folder.
 * @param metric output to tune; absent: the scenario's own target
 * @throws {Error} for files that are missing or do not fit each other
 */
export async function openScenario(folder: string, metric?: string): Promise<Scenario> {
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  const name = basename(resolve(folder));
  const facts = JSON.parse(read("scenario.json")) as ScenarioJson;
  const encoding = JSON.parse(read("encoding.json")) as Encoding;
  const configSpace = JSON.parse(read("config_space.json")) as ConfigSpaceJson;
  const statistic = readStatistics(read("statistics.csv"));
  const model = join(resolve(folder), "model.onnx");
  const session = await InferenceSession.create(readFileSync(model));

  const target = metric ?? defaultTarget(name, facts);
  const position = facts.outputs.indexOf(target);
  if (position < 0) throw new Error(`${name} has no output "${target}": ${facts.outputs.join(", ")}.`);
  const minimize = facts.minimize[position]!;

  const hyperparameter = (wanted: string): HyperparameterJson => {
    const found = configSpace.hyperparameters.find((json) => json.name === wanted);
    if (found === undefined) throw new Error(`config_space.json has no "${wanted}".`);
    return found;
  };
  const instances = (hyperparameter(facts.instance).choices ?? []).map(String);
  const fidelities = facts.fidelity.map(hyperparameter);
  const [fidelity] = fidelities;
  if (fidelity === undefined) throw new Error(`${name} names no fidelity.`);

  async function outputs(values: Configuration): Promise<Record<string, number>> {
    const categories = facts.categorical.map((key) => code(encoding[key] ?? {}, key, values[key]));
    const numbers = facts.continuous.map((key) => numberOf(values[key]));
    const answer = await session.run({
      x_cat: new Tensor("int32", Int32Array.from(categories), [1, categories.length]),
      x_cont: new Tensor("float32", Float32Array.from(numbers), [1, numbers.length]),
    });
    const data = answer[session.outputNames[0]!]!.data as Float32Array;
    return Object.fromEntries(facts.outputs.map((output, i) => [output, data[i]!]));
  }

  const fixedOf = (instance: string): Record<string, Value> => {
    if (!instances.includes(instance)) throw new Error(`${name} has no instance ${instance}.`);
    const fixed: Record<string, Value> = { [facts.instance]: instance };
    for (const json of fidelities) fixed[json.name] = largest(json);
    return fixed;
  };
  const rangeOf = (instance: string) => ({
    min: statistic(instance, target, "min"),
    max: statistic(instance, target, "max"),
  });

  return {
    name,
    folder,
    facts,
    instances,
    target,
    minimize,
    outputs,
    problem: (instance) => {
      const fixed = fixedOf(instance);
      const range = rangeOf(instance);
      return {
        scenario: name,
        instance,
        space: spaceOfConfigSpace(configSpace, fixed),
        budget: { min: fidelity.lower ?? largest(fidelity), max: largest(fidelity) },
        normalised: true,
        evaluate: async (configuration, budget) => {
          const trained = budget === undefined ? {} : { [fidelity.name]: budget };
          const all = await outputs({ ...fixed, ...configuration, ...trained });
          const score = all[target]!;
          return {
            loss: minimize ? score : -score,
            regret: normalisedRegret(score, range, minimize),
            duration: facts.runtime === undefined ? 1 : all[facts.runtime]!,
          };
        },
      };
    },
    describe: (instance) => ({
      model,
      continuous: facts.continuous,
      categorical: facts.categorical,
      encoding,
      fixed: fixedOf(instance),
      fidelity: fidelity.name,
      target: position,
      runtime: facts.runtime === undefined ? -1 : facts.outputs.indexOf(facts.runtime),
      minimize,
      ...rangeOf(instance),
    }),
  };
}
