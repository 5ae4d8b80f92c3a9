import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Configuration, SpaceSpec } from "../../src/protocol/space.ts";
import { random } from "../../src/space/random.ts";
import { Space } from "../../src/space/space.ts";
import { Forest, featuresOf } from "../../src/strategies/forest/regression.ts";
import type { Tree } from "../../src/strategies/forest/tree.ts";
import type { Problem } from "../quality/problem.ts";
import { mean, ranks } from "../quality/statistics.ts";

/** Agents of a configuration trained in full. */
export const REPEATS = 9;
const RULES = {
  trees: 100,
  featureShare: 5 / 6,
  draws: 5,
  leastInLeaf: 2,
  leastToSplit: 4,
  bootstrap: true,
};

/** A configuration that was really trained, and the episodes that its agents took. */
export interface Trained {
  readonly configuration: Configuration;
  readonly episodes: readonly number[];
}

const DEFINITION = join(import.meta.dirname, "../../examples/cartpole/train.tune.json");
const { space: parameters } = JSON.parse(readFileSync(DEFINITION, "utf8")) as {
  space: SpaceSpec["parameters"];
};
export const space = new Space({ parameters });

export function readTable(file: string): Trained[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Trained);
}

/** Logarithms of the nine agents' episodes, fewest first; where only three were trained, each stands for three. */
function quantilesOf({ episodes }: Trained): Float64Array {
  const sorted = episodes.map(Math.log).sort((a, b) => a - b);
  return Float64Array.from({ length: REPEATS }, (_, k) => sorted[Math.floor((k * sorted.length) / REPEATS)]!);
}

/**
 * What a configuration's agents take, predicted from trained ones by a regression forest on the mean logarithm: each leaf
 * gives the k-th fewest episodes of nine, so that the spread between agents of one configuration is kept.
 */
export class Surrogate {
  readonly #trees: readonly { readonly tree: Tree; readonly leaves: ReadonlyMap<number, Float64Array> }[];

  constructor(table: readonly Trained[]) {
    const points = table.map(({ configuration }) => space.encode(configuration));
    const quantiles = table.map(quantilesOf);
    const targets = Float64Array.from(quantiles, (row) => mean([...row]));
    const forest = new Forest(featuresOf(space), points, targets, RULES, random(0, 0));
    this.#trees = forest.trees.map((tree) => {
      const members = Map.groupBy(points.keys(), (i) => tree.leafOf(points[i]!));
      const leaves = [...members].map(
        ([leaf, rows]) => [leaf, averageOf(rows.map((i) => quantiles[i]!))] as const,
      );
      return { tree, leaves: new Map(leaves) };
    });
  }

  /** The nine agents' episodes, fewest first. */
  episodes(configuration: Configuration): number[] {
    const point = space.encode(configuration);
    const logs = averageOf(this.#trees.map(({ tree, leaves }) => leaves.get(tree.leafOf(point))!));
    return [...logs].map(Math.exp);
  }
}

function averageOf(rows: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: REPEATS }, (_, k) => mean(rows.map((row) => row[k]!)));
}

/**
 * Tuning cart-pole in simulated time: an agent takes one of its configuration's nine numbers of episodes, with equal
 * chances. The loss at a budget is the mean over that many agents, the regret the mean of all nine: episodes, not what is
 * lost to the best.
 */
export function cartpoleProblem(surrogate: Surrogate): Problem {
  return {
    scenario: "cartpole",
    instance: "ppo",
    space: { parameters },
    budget: { min: 1, max: REPEATS },
    normalised: false,
    evaluate: async (configuration, budget = REPEATS, draws) => {
      const episodes = surrogate.episodes(configuration);
      const agents = Array.from({ length: budget }, () => episodes[draws.int(REPEATS)]!);
      return { loss: mean(agents), regret: mean(episodes), duration: budget };
    },
  };
}

/** Rank correlation of what a surrogate predicts with what was trained, over ten parts that it was not made from. */
export function rankCorrelation(table: readonly Trained[]): number {
  const predicted: number[] = [];
  const real: number[] = [];
  for (let part = 0; part < 10; part++) {
    const surrogate = new Surrogate(table.filter((_, i) => i % 10 !== part));
    for (const row of table.filter((_, i) => i % 10 === part)) {
      predicted.push(mean(surrogate.episodes(row.configuration)));
      real.push(mean(row.episodes));
    }
  }
  const [a, b] = [ranks(predicted), ranks(real)];
  const middle = (table.length + 1) / 2;
  const product = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, rank, i) => sum + (rank - middle) * (y[i]! - middle), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
