/**
 * Seven hyperparameters of PPO on cart-pole (examples/cartpole), over the agents trained: figure 6 of BOHB's paper
 * (Falkner, Klein & Hutter 2018). Studies ask a surrogate, made from configurations that were really trained.
 *
 *   npm run bench -- cartpole --table bench/cartpole/table.jsonl [--seeds 30] [--json FILE] [--picture FILE]
 *
 * What the table was made by, and what its answers are worth:
 *
 *   npm run bench -- cartpole --draw 128 | python bench/cartpole/train.py > TABLE
 *   npm run bench -- cartpole --table TABLE --strategies tpe,bohb,auto --seed 2000 --best 6 --chosen FILE
 *   python bench/cartpole/train.py < FILE >> TABLE           the best of such studies are trained as well
 *   npm run bench -- cartpole --table TABLE --chosen FILE
 *   python bench/cartpole/train.py 1 < FILE > TRAINED        the best of each study, with agents of another seed
 *   npm run bench -- cartpole --trained TRAINED
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Configuration } from "../../src/protocol/space.ts";
import { random } from "../../src/space/random.ts";
import { comparisons, meanAndError, pictureOver, studiesOf, tableOver } from "../quality/overTime.ts";
import { mean } from "../quality/statistics.ts";
import { figure, markdown } from "../quality/table.ts";
import { cartpoleProblem, REPEATS, rankCorrelation, readTable, Surrogate, space } from "./surrogate.ts";

/** Seed of the configurations that the table begins with: that of no study. */
const DRAWS = 1000;

const { values } = parseArgs({
  options: {
    draw: { type: "string" },
    table: { type: "string", multiple: true, default: [] },
    strategies: { type: "string", default: "random,tpe,hyperband,bohb,auto" },
    budget: { type: "string", default: "30" },
    seeds: { type: "string", default: "30" },
    seed: { type: "string", default: "0" },
    best: { type: "string", default: "1" },
    json: { type: "string" },
    picture: { type: "string" },
    chosen: { type: "string" },
    trained: { type: "string" },
  },
});

interface Chosen {
  readonly strategy: string;
  readonly predicted: number;
  readonly configuration: Configuration;
}

async function study(): Promise<void> {
  const table = values.table.flatMap(readTable);
  const problem = cartpoleProblem(new Surrogate(table));
  const budget = Number(values.budget);
  let full: { readonly configuration: Configuration; readonly loss: number; readonly predicted: number }[] =
    [];
  const chosen: Chosen[] = [];
  const results = await studiesOf({
    problem: {
      ...problem,
      evaluate: async (configuration, repeats, draws) => {
        const outcome = await problem.evaluate(configuration, repeats, draws);
        if (repeats === REPEATS) full.push({ configuration, loss: outcome.loss, predicted: outcome.regret });
        return outcome;
      },
    },
    strategies: values.strategies.split(","),
    seeds: Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.seed) + i),
    budget,
    heard: ({ strategy }) => {
      const best = full.sort((a, b) => a.loss - b.loss).slice(0, Number(values.best));
      chosen.push(...best.map(({ configuration, predicted }) => ({ strategy, predicted, configuration })));
      full = [];
    },
  });
  const learnt = table.filter(({ episodes }) => episodes.length === REPEATS).length;
  console.log(
    `${table.length} configurations trained, of ${learnt} an agent of the first three has learnt it; ` +
      `rank correlation of the surrogate's mean with that of parts it has not seen: ${rankCorrelation(table).toFixed(2)}.\n`,
  );
  console.log(
    tableOver(
      results,
      [0.05, 0.1, 0.25, 0.5, 1].map((share) => share * budget),
    ),
  );
  console.log(comparisons(results, budget));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ results })}\n`);
  if (values.chosen !== undefined)
    writeFileSync(values.chosen, chosen.map((one) => `${JSON.stringify(one)}\n`).join(""));
  if (values.picture !== undefined) {
    const axes = { x: "budget spent, full trainings of nine agents", y: "episodes until converged", budget };
    writeFileSync(values.picture, await pictureOver(results, { title: "PPO on cart-pole", ...axes }));
  }
}

/** What was predicted of the configurations that were chosen, and what they take when they are trained. */
function compareTrained(file: string): void {
  const rows = readTable(file) as unknown as (Chosen & { readonly episodes: readonly number[] })[];
  const groups = Map.groupBy(rows, ({ strategy }) => strategy);
  const text = (numbers: readonly number[]): string => {
    const { mean: middle, error } = meanAndError(numbers);
    return `${figure(middle)} ± ${figure(error)}`;
  };
  console.log(
    markdown(
      ["strategy", "studies", "predicted", "trained"],
      [...groups].map(([strategy, own]) => [
        strategy,
        `${own.length}`,
        text(own.map(({ predicted }) => predicted)),
        text(own.map(({ episodes }) => mean(episodes))),
      ]),
    ),
  );
}

if (values.draw !== undefined) {
  for (let i = 0; i < Number(values.draw); i++)
    console.log(JSON.stringify({ configuration: space.sample(random(DRAWS, i)) }));
} else if (values.trained !== undefined) compareTrained(values.trained);
else await study();
