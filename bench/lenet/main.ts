/**
 * Hyperband against each of its brackets alone and random search, as the figure of its paper for LeNet has it (Li et
 * al. 2018): R = 81 epochs, η = 3.
 *
 *   python bench/lenet/train.py 160 > CURVES
 *   npm run bench -- lenet --curves CURVES [--passes 2] [--seeds 100] [--json FILE] [--picture FILE]
 *
 * Trainings are looked up: a configuration is one of the curves, drawn with equal chances, which is what the random draws
 * of all these strategies are. A pass of Hyperband is five brackets of about 5 · 81 epochs each.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Space } from "../../src/space/space.ts";
import { createStrategy } from "../../src/strategies/registry.ts";
import type { Strategy } from "../../src/strategies/strategy.ts";
import { pictureOf } from "../quality/picture.ts";
import type { Problem, StudyResult } from "../quality/problem.ts";
import { simulateStudy } from "../quality/simulate.ts";
import { tables } from "../quality/table.ts";

const R = 81;
const ETA = 3;
/** What a pass of Hyperband costs, in full trainings: s_max + 1 brackets of as many. */
const PASS = 25;

const { values } = parseArgs({
  options: {
    curves: { type: "string" },
    passes: { type: "string", default: "2" },
    seeds: { type: "string", default: "100" },
    json: { type: "string" },
    picture: { type: "string" },
  },
});
if (values.curves === undefined) throw new Error("Give --curves, what bench/lenet/train.py has printed.");

const curves = readFileSync(values.curves, "utf8")
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { errors: number[] }).errors);
const least = Math.min(...curves.map((errors) => errors.at(-1)!));

const problem: Problem = {
  scenario: "lenet",
  instance: "digits",
  space: { parameters: { curve: { type: "float", low: 0, high: 1 } } },
  budget: { min: 1, max: R },
  normalised: true,
  async evaluate({ curve }, budget = R) {
    const errors = curves[Math.min(curves.length - 1, Math.floor((curve as number) * curves.length))]!;
    return { loss: errors[Math.round(budget) - 1]!, regret: errors.at(-1)! - least, duration: budget };
  },
};

/** A bracket of successive halving again and again: that of Hyperband with `s` halvings. */
function bracket(s: number): (seed: number) => Strategy {
  return (seed) =>
    createStrategy("successive-halving", {
      space: new Space(problem.space),
      seed,
      options: {},
      budget: { min: R / ETA ** s, max: R, eta: ETA },
      trials: Number.POSITIVE_INFINITY,
    });
}

const hyperband = (seed: number): Strategy =>
  createStrategy("hyperband", {
    space: new Space(problem.space),
    seed,
    options: { iterations: Number(values.passes) + 1 },
    budget: { min: 1, max: R, eta: ETA },
    trials: undefined,
  });

const makers: readonly (readonly [string, (seed: number) => Strategy])[] = [
  ["Hyperband", hyperband],
  ...[4, 3, 2, 1].map((s) => [`bracket s = ${s}`, bracket(s)] as const),
  ["random search (s = 0)", bracket(0)],
];

const results: StudyResult[] = [];
for (const [strategy, make] of makers) {
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    const options = { strategy, seed, workers: 1, budget: PASS * Number(values.passes), make };
    results.push(await simulateStudy(problem, options));
  }
}
const checkpoints = [5, 10, 25, PASS * Number(values.passes)];
console.log(tables(results, { budget: undefined, checkpoints }));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ results })}\n`);
if (values.picture !== undefined) {
  writeFileSync(
    values.picture,
    await pictureOf(results, "LeNet on the digits: error beyond the best of all curves"),
  );
}
