import { functionProblem } from "./functions.ts";
import type { Options } from "./options.ts";
import type { Problem, StudyResult } from "./problem.ts";
import { openScenario, type ScenarioDescription } from "./scenario.ts";
import { simulateStudy } from "./simulate.ts";

/** A problem, and how another program can work on it. */
export interface SharedProblem {
  readonly problem: Problem;
  readonly description: { readonly function: string; readonly noise: number } | ScenarioDescription;
}

/** The problems that the options name. */
export async function problemsOf(options: Options): Promise<SharedProblem[]> {
  const problems: SharedProblem[] = options.functions.map((name) => ({
    problem: functionProblem(name, options.noise),
    description: { function: name, noise: options.noise },
  }));
  if (options.scenarios.length > 0 && options.noise > 0) throw new Error("--noise is for functions only.");
  for (const folder of options.scenarios) {
    const scenario = await openScenario(folder, options.metric);
    const instances = options.instances.length > 0 ? options.instances : scenario.instances;
    for (const instance of instances)
      problems.push({ problem: scenario.problem(instance), description: scenario.describe(instance) });
  }
  if (problems.length === 0) throw new Error("Name a --scenario or a --function.");
  return problems;
}

/** Runs every strategy on every problem with every seed; strategies take turns, so that other load hits all. */
export async function compare(problems: readonly SharedProblem[], options: Options): Promise<StudyResult[]> {
  const { seeds, strategies, workers, trials, budget } = options;
  if (strategies.length === 0) return [];
  const results: StudyResult[] = [];
  for (const { problem } of problems) {
    for (let seed = 0; seed < seeds; seed++) {
      for (const strategy of strategies)
        results.push(await simulateStudy(problem, { strategy, seed, workers, trials, budget }));
    }
    process.stderr.write(`${problem.scenario} ${problem.instance}: ${strategies.join(", ")} done\n`);
  }
  // One strategy after the other, in the order in which they were named.
  return strategies.flatMap((name) => results.filter(({ strategy }) => strategy === name));
}
