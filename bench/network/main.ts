/**
 * Six hyperparameters of a small network on the digits: immediate regret over time of strategies with and without budgets,
 * as figure 5 of BOHB's paper has it (Falkner, Klein & Hutter 2018). Every training is a real one.
 *
 *   npm run bench -- network [--strategies A,B] [--budget 40] [--seeds 10] [--json FILE] [--picture FILE]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDigits } from "../../src/learning/data/digits.ts";
import { comparisons, pictureOver, studiesOf, tableOver } from "../quality/overTime.ts";
import type { StudyResult } from "../quality/problem.ts";
import { networkProblem } from "./problem.ts";

const { values } = parseArgs({
  options: {
    strategies: { type: "string", default: "random,tpe,hyperband,bohb,auto" },
    budget: { type: "string", default: "40" },
    seeds: { type: "string", default: "10" },
    seed: { type: "string", default: "0" },
    merge: { type: "string", multiple: true, default: [] },
    json: { type: "string" },
    picture: { type: "string" },
  },
});
const budget = Number(values.budget);
const problem = networkProblem(await readDigits(join(import.meta.dirname, "../../examples")));
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.seed) + i);
const strategies = values.strategies.split(",").filter((name) => name !== "");
const earlier = values.merge.flatMap(
  (file) => (JSON.parse(readFileSync(file, "utf8")) as { results: StudyResult[] }).results,
);
const losses = [...earlier, ...(await studiesOf({ problem, strategies, seeds, budget }))];
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ results: losses })}\n`);

// Beyond the best that any study has found: the least loss there can be is not known.
const best = Math.min(
  ...losses.flatMap(({ trajectory }) => trajectory.map((point) => (point as readonly [number, number])[1])),
);
const results = losses.map((study) => ({
  ...study,
  trajectory: study.trajectory.map((point) => {
    const [spent, loss] = point as readonly [number, number];
    return [spent, loss - best] as const;
  }),
}));
console.log(`Least validation loss of all studies: ${best.toFixed(5)}.\n`);
console.log(
  tableOver(
    results,
    [0.05, 0.1, 0.25, 0.5, 1].map((share) => share * budget),
  ),
);
console.log(comparisons(results, budget));
if (values.picture !== undefined) {
  const axes = { x: "budget spent, full trainings", y: "validation loss beyond the best", budget };
  writeFileSync(
    values.picture,
    await pictureOver(results, { title: "Six hyperparameters of a network", ...axes }),
  );
}
