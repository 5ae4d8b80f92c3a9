import { TuningForkError } from "../../protocol/errors.ts";
import { hint } from "../../space/nearest.ts";
import type { StrategyInput, StrategyKind } from "../strategy.ts";
import { Explore, type ExploreOptions } from "./explore.ts";
import { Population } from "./population.ts";

/** Options of every strategy that trains a population. */
export const populationOptions = {
  population: {
    type: "integer",
    title: "Population",
    description: "Trainings that go on side by side; with fewer workers they take turns.",
    minimum: 1,
    maximum: 1000,
    default: 10,
  },
  interval: {
    type: "number",
    title: "Interval",
    description:
      "Budget between two comparisons: long enough to see a difference. Absent: a twentieth of the largest budget, at least the smallest.",
    exclusiveMinimum: 0,
  },
  quantile: {
    type: "number",
    title: "Quantile",
    description: "The share at the bottom that is replaced by copies of the same share at the top; 0: none.",
    minimum: 0,
    maximum: 0.5,
    default: 0.2,
  },
  resample: {
    type: "number",
    title: "Resample",
    description: "How often a parameter of a copy is drawn anew instead of moved.",
    minimum: 0,
    maximum: 1,
    default: 0.25,
  },
  factor: {
    type: "number",
    title: "Factor",
    description: "How far a number of a copy moves: 0.2 multiplies it by 1.2 or 0.8.",
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.2,
  },
  parameters: {
    type: "array",
    title: "Parameters",
    description:
      'Those that change from copy to copy, such as ["lr"]. Absent: all. Name them where others, such as the size of a layer, must fit the checkpoint.',
    items: { type: "string" },
    minItems: 1,
    uniqueItems: true,
  },
} as const;

/** @throws TuningForkError `bad-definition` for a name that is not in the space. */
export function exploreOptions({ space, options }: StrategyInput): ExploreOptions {
  const explore = options as unknown as ExploreOptions;
  const unknown = explore.parameters?.find((name) => !space.names.includes(name));
  if (unknown === undefined) return explore;
  throw new TuningForkError(
    "bad-definition",
    `strategy.parameters names "${unknown}", which is not a parameter of the space.${hint(unknown, space.names)}`,
    `Take some of: ${space.names.join(", ")}.`,
  );
}

/** Population-based training (Jaderberg et al. 2017). */
export const populationBasedTraining: StrategyKind = {
  name: "pbt",
  title: "Population-based training",
  description:
    "Trains a population and changes its parameters on the way: the worst go on from checkpoints of the best with changed values. Finds schedules, not only values; needs a script that resumes from its checkpoint folder.",
  multiFidelity: true,
  repeats: true,
  copies: true,
  options: { type: "object", additionalProperties: false, properties: populationOptions },
  create: (input) => {
    const explore = new Explore(input.space, exploreOptions(input));
    return new Population(input, ({ configuration }, random) => explore.propose(configuration, random));
  },
};
