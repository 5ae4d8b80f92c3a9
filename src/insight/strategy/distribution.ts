import type { DistributionInsight } from "../../protocol/strategyInsight.ts";
import type { Space } from "../../space/space.ts";
import type { Search } from "../../strategies/cmaes/cmaes.ts";
import { parametersInsight } from "../parameters.ts";
import { axisOf } from "../surfaceAxis.ts";
import { momentOf } from "./past.ts";
import { Replay } from "./replay.ts";
import { type Drawn, SearchFold } from "./search.ts";
import { placed, proposalOf, scoreOf, type ViewInput } from "./source.ts";

const MOST_POINTS = 500;
const MOST_GENERATIONS = 500;

/** The search distribution of CMA-ES (Hansen 2016) over two parameters: the study's trials are told to it anew. */
export function distributionView(
  input: ViewInput,
): Omit<DistributionInsight, "kind" | "metric" | "goal" | "strategy" | "title"> {
  const { space } = input.input;
  const { events, at, total, next } = momentOf(input.history, input.query.at, input.asked);
  input.replays.search ??= new Replay(() => new SearchFold(input.input));
  const { search, generations, ended, running } = input.replays.search.after(events);
  const parameters = rankedParameters(input, search);
  const axes = chosen(parameters, input.query);
  const { generation, settings } = search.distribution;
  const shown = ended.slice(-MOST_POINTS);
  const ages = agesOf(shown);
  return {
    view: "distribution",
    at,
    total,
    parameters,
    search: axes.length === 0 ? undefined : over(space, search, axes),
    run: search.run,
    generation,
    population: settings.population,
    generations: generations.slice(-MOST_GENERATIONS),
    points: shown.map((one) => ({
      ...placed(space, axes, one, scoreOf(one.loss, input.sign)),
      run: one.run,
      generation: one.generation,
      age: ages(one),
    })),
    running: running.map((one) => placed(space, axes, one, undefined)),
    next: proposalOf(space, axes, next),
  };
}

/** The coordinates of the distribution, the most important first. */
function rankedParameters({ history, input }: ViewInput, { names }: Search) {
  const { parameters } = parametersInsight(history, input.space.spec);
  return parameters
    .filter(({ name }) => names.includes(name) && input.space.valuesOf(input.space.names.indexOf(name)) > 1)
    .map(({ name, importance }) => ({ name, importance }))
    .sort((a, b) => (b.importance ?? 0) - (a.importance ?? 0));
}

/** One or two names: what is asked for where there is such a parameter, else the most important. */
function chosen(
  parameters: DistributionInsight["parameters"],
  { x, y }: { readonly x?: string; readonly y?: string },
): string[] {
  const names = parameters.map(({ name }) => name);
  const first = x !== undefined && names.includes(x) ? x : (names.find((name) => name !== y) ?? names[0]);
  const second =
    y !== undefined && names.includes(y) && y !== first ? y : names.find((name) => name !== first);
  return [first, second].filter((name) => name !== undefined);
}

function over(
  space: Space,
  { names, distribution }: Search,
  [x, y]: readonly string[],
): NonNullable<DistributionInsight["search"]> {
  const [i, j] = [names.indexOf(x!), y === undefined ? -1 : names.indexOf(y)];
  const { mean } = distribution;
  const covariance = (a: number, b: number) => (a < 0 || b < 0 ? 0 : distribution.covariance(a, b));
  return {
    x: axisOf(space, x!),
    y: y === undefined ? undefined : axisOf(space, y),
    mean: [mean[i]!, j < 0 ? 0.5 : mean[j]!],
    covariance: [covariance(i, i), covariance(i, j), covariance(j, j)],
  };
}

/** How old a trial's generation is among those shown: 0 the newest, 1 the oldest. */
function agesOf(shown: readonly Drawn[]): (one: Drawn) => number {
  const keyOf = ({ run, generation }: Drawn) => `${run} ${generation}`;
  const sorted = shown.toSorted((a, b) => b.run - a.run || b.generation - a.generation);
  const keys = [...new Set(sorted.map(keyOf))];
  const ages = new Map(keys.map((key, i) => [key, keys.length > 1 ? i / (keys.length - 1) : 0]));
  return (one) => ages.get(keyOf(one))!;
}
