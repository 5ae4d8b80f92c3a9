import type { Rule } from "./handDesigned.ts";
import type { Optimizees } from "./optimizees/optimizees.ts";

/**
 * Optimises problems, each by a rule of its own.
 * @param make A new rule for n parameters.
 * @returns The loss of each problem after each step, from the start on: [steps + 1][problems].
 */
export function trajectory(optimizees: Optimizees, steps: number, make: (n: number) => Rule): Float64Array[] {
  const { problems, size } = optimizees;
  const parameters = optimizees.start();
  const gradient = new Float32Array(parameters.length);
  const rules = Array.from({ length: problems }, () => make(size));
  const losses = [optimizees.evaluate(parameters, 0, gradient)];
  for (let step = 1; step <= steps; step++) {
    rules.forEach((rule, problem) => {
      const from = problem * size;
      const update = rule(gradient.subarray(from, from + size));
      for (let k = 0; k < size; k++) parameters[from + k]! += update[k]!;
    });
    losses.push(optimizees.evaluate(parameters, step, gradient));
  }
  return losses;
}
