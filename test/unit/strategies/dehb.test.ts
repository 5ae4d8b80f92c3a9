import { describe, expect, it } from "vitest";
import type { Configuration, SpaceSpec } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import { median, training, trainingLoss } from "../../fixtures/sequentialStudy.ts";

const BUDGET = { min: 1, max: 27, eta: 3 };

interface Trial {
  readonly configuration: Configuration;
  readonly bracket: number;
  readonly first: number;
  readonly why: string;
  readonly losses: Map<number, number>;
}

/** Runs a study to its end; scores at small budgets are worse and noisy. */
function study(
  name: string,
  spec: SpaceSpec,
  loss: (configuration: Configuration) => number,
  options: { readonly seed: number; readonly trials: number; readonly of?: object },
): Trial[] {
  const { seed, trials, of = {} } = options;
  const space = new Space(spec);
  const strategy = createStrategy(name, { space, seed, options: { ...of }, budget: BUDGET, trials });
  const noise = random(seed, 99);
  const found: Trial[] = [];
  for (let ask = strategy.ask(); ask.type === "run" || ask.type === "promote"; ask = strategy.ask()) {
    const { budget } = ask;
    const trial = ask.type === "run" ? found.length : ask.trial;
    if (ask.type === "run") {
      const { configuration, placement, note } = ask;
      const why = (note as { why: string }).why;
      found.push({ configuration, bracket: placement!.bracket, first: budget, why, losses: new Map() });
      strategy.tell({ type: "started", trial, configuration, budget, placement: placement!, time: 0 });
    } else strategy.tell({ type: "promoted", trial, budget, time: 0 });
    const exact = loss(found[trial]!.configuration);
    const losses = [exact + 0.2 / budget + (0.05 * noise.normal()) / budget];
    found[trial]!.losses.set(budget, losses[0]!);
    strategy.tell({ type: "reached", trial, budget, losses, time: 0 });
    if (budget < BUDGET.max) continue;
    strategy.tell({ type: "finished", trial, state: "complete", budget, losses, time: 0 });
  }
  return found;
}

const square: SpaceSpec = {
  parameters: { x: { type: "float", low: 0, high: 1 }, y: { type: "float", low: 0, high: 1 } },
};
const bowl = ({ x, y }: Configuration) => (Number(x) - 0.31) ** 2 + (Number(y) - 0.64) ** 2;

describe("DEHB", () => {
  it("draws the first bracket at random, then moves parents of the next smaller budget", () => {
    const trials = study("dehb", square, bowl, { seed: 1, trials: 92 });
    expect(trials.filter(({ bracket }) => bracket === 0)).toHaveLength(27);
    for (const { bracket, why } of trials) {
      if (bracket === 0) expect(why).toMatch(/^Random draw/);
      else expect(why).toMatch(/^Member \d+ of \d+ at budget .* moved by the difference of/);
    }
    // Brackets start at 1, 3, 9, 27, then at 1 again.
    const smaller = (first: number) => (first === 1 ? 1 : first / 3);
    for (const { bracket, first, why } of trials.filter((one) => one.bracket > 0)) {
      expect(first).toBe(3 ** (bracket % 4));
      expect(why).toMatch(new RegExp(`at budget ${first}: .* of the best at budget ${smaller(first)}\\.$`));
    }
  });

  it("takes mutants of trials that did well at the smaller budget", () => {
    const trials = study("dehb", square, bowl, { seed: 2, trials: 60 });
    const parents = trials.flatMap(({ why, first }) => {
      const found = /trial (\d+) moved by the difference of (\d+) and (\d+)/.exec(why);
      return found && first === 3 ? found.slice(1).map(Number) : [];
    });
    expect(parents.length).toBeGreaterThan(20);
    const atOne = trials.flatMap(({ losses }) =>
      [...losses].filter(([at]) => at === 1).map(([, loss]) => loss),
    );
    const losses = atOne.toSorted((a, b) => a - b);
    // A population of 9 at budget 3: the nine best at 1.
    for (const parent of parents) expect(trials[parent]!.losses.get(1)).toBeLessThanOrEqual(losses[8]!);
  });

  it("makes the mutant that the equation has", () => {
    // With CR = 1 nothing is left of the target; F is small enough for nothing to leave the cube.
    const of = { weight: 0.001, crossover: 1 };
    const trials = study("dehb", square, bowl, { seed: 3, trials: 60, of });
    let checked = 0;
    for (const { why, configuration } of trials) {
      const found = /trial (\d+) moved by the difference of (\d+) and (\d+)/.exec(why);
      if (!found) continue;
      const [a, b, c] = found.slice(1).map((number) => trials[Number(number)]!.configuration);
      for (const name of ["x", "y"]) {
        const exact = Number(a![name]) + 0.001 * (Number(b![name]) - Number(c![name]));
        if (exact < 0 || exact > 1) continue;
        expect(configuration[name]).toBeCloseTo(exact, 6);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(50);
  });

  it("is better than Hyperband with the same brackets, with conditions (median of 11 seeds, 184 configurations)", () => {
    const best = (name: string) =>
      median(
        Array.from({ length: 11 }, (_, seed) => {
          const trials = study(name, training, trainingLoss, { seed, trials: 184 });
          const whole = trials.filter(({ losses }) => losses.has(BUDGET.max));
          return Math.min(...whole.map(({ configuration }) => trainingLoss(configuration)));
        }),
      );
    expect(best("dehb")).toBeLessThan(best("hyperband") / 2);
  });

  it("draws at random where all has failed", () => {
    const space = new Space(square);
    const strategy = createStrategy("dehb", { space, seed: 4, options: {}, budget: BUDGET, trials: 60 });
    let trial = 0;
    for (let ask = strategy.ask(); ask.type === "run"; ask = strategy.ask(), trial++) {
      const { configuration, budget, placement, note } = ask;
      expect((note as { why: string }).why).toMatch(/^Random draw/);
      strategy.tell({ type: "started", trial, configuration, budget, placement: placement!, time: 0 });
      strategy.tell({ type: "failed", trial, reason: "crashed", time: 0 });
    }
    expect(trial).toBe(60);
  });
});
