import { describe, expect, it } from "vitest";
import type { Configuration, SpaceSpec } from "../../../src/protocol/space.ts";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { Fidelities } from "../../../src/strategies/fidelities.ts";
import { type KnownByBudget, Proposals } from "../../../src/strategies/proposals.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";

/** Counting ones (Falkner et al. 2018, section 5.1): choices, and numbers that are known better with more budget. */
const spec: SpaceSpec = {
  parameters: {
    ...Object.fromEntries(["a", "b", "c", "d"].map((n) => [n, { type: "categorical", choices: [0, 1] }])),
    ...Object.fromEntries(["w", "x", "y", "z"].map((n) => [n, { type: "float", low: 0, high: 1 }])),
  } as SpaceSpec["parameters"],
};
const space = new Space(spec);
/** Branin: three valleys of the same depth, 0. */
const valleys = new Space({
  parameters: {
    x: { type: "float", low: -5, high: 10 },
    y: { type: "float", low: 0, high: 15 },
  },
});
const BUDGET = { min: 3, max: 81, eta: 3 };

const ones = (configuration: Configuration): number =>
  Object.values(configuration).reduce<number>((sum, value) => sum + (value as number), 0);

interface Problem {
  readonly space: Space;
  /** Deviation of a score at budget 1; it sinks with the square root of the budget. */
  readonly noise: number;
  loss(configuration: Configuration): number;
}

const counting: Problem = { space, noise: 1, loss: (configuration) => 8 - ones(configuration) };
const branin: Problem = {
  space: valleys,
  noise: 10,
  loss: (configuration) => {
    const [x, y] = [configuration.x as number, configuration.y as number];
    const valley = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
    return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10 - 0.397887;
  },
};

interface Result {
  readonly events: TrialEvent[];
  readonly notes: string[];
  /** Noiseless loss of the best trial at the largest budget. */
  readonly best: number;
}

function run(
  name: string,
  seed: number,
  options: Record<string, unknown> = {},
  problem: Problem = counting,
): Result {
  const strategy = createStrategy(name, { space: problem.space, seed, options, budget: BUDGET, trials: 120 });
  const configurations: Configuration[] = [];
  const events: TrialEvent[] = [];
  const notes: string[] = [];
  const noise = random(seed, 999);
  let best = Number.POSITIVE_INFINITY;
  const tell = (event: TrialEvent): void => {
    events.push(event);
    strategy.tell(event);
  };
  for (let ask = strategy.ask(); ask.type === "run" || ask.type === "promote"; ask = strategy.ask()) {
    const { budget } = ask;
    const trial = ask.type === "run" ? configurations.length : ask.trial;
    if (ask.type === "run") {
      const { configuration, placement } = ask;
      configurations.push(configuration);
      notes.push((ask.note as { why: string }).why);
      tell({ type: "started", trial, configuration, budget, placement: placement!, time: 0 });
    } else tell({ type: "promoted", trial, budget, time: 0 });
    const exact = problem.loss(configurations[trial]!);
    const losses = [exact + (problem.noise * noise.normal()) / Math.sqrt(budget)];
    tell({ type: "reached", trial, budget, losses, time: 0 });
    if (budget < BUDGET.max) continue;
    best = Math.min(best, exact);
    tell({ type: "finished", trial, state: "complete", budget, losses, time: 0 });
  }
  return { events, notes, best };
}

describe("BOHB", () => {
  it("beats Hyperband with the same brackets (mean of 12 seeds of 120 configurations)", () => {
    const mean = (name: string): number =>
      Array.from({ length: 12 }, (_, seed) => run(name, seed).best).reduce((a, b) => a + b) / 12;
    expect(mean("bohb")).toBeLessThan(0.75 * mean("hyperband"));
  });

  it("is not led astray where there are several valleys (median of 21 seeds)", () => {
    const median = (name: string): number =>
      Array.from({ length: 21 }, (_, seed) => run(name, seed, {}, branin).best).sort((a, b) => a - b)[10]!;
    expect(median("bohb")).toBeLessThan(0.75 * median("hyperband"));
  });

  it("draws a third of its configurations at random once it has a model", () => {
    const notes = Array.from({ length: 8 }, (_, seed) => run("bohb", seed).notes.slice(20)).flat();
    const share = notes.filter((why) => why.startsWith("Random draw")).length / notes.length;
    expect(notes.length).toBe(800);
    // Five standard deviations of 800 draws.
    expect(Math.abs(share - 1 / 3)).toBeLessThan(0.085);
  });

  it("asks the largest budget with enough scores, and splits as in equation 3", () => {
    const { notes } = run("bohb", 1);
    const models = notes.filter((why) => why.startsWith("l/g")).map((why) => why.replace(/.*model of /, ""));
    // Eight parameters: N_min is 9, so 11 scores make a model.
    expect(models[0]).toMatch(/^9 good and 9 other trials at budget 3\.$/);
    const budgets = models.map((why) => Number(/budget (\d+)/.exec(why)![1]));
    expect(budgets).toEqual(budgets.toSorted((a, b) => a - b));
    expect(new Set(budgets)).toEqual(new Set([3, 9, 27, 81]));
    const last = /^(\d+) good and (\d+) other/.exec(models.findLast((why) => why.includes("budget 27"))!)!;
    expect(Number(last[1])).toBe(9);
    expect(Number(last[2])).toBeGreaterThan(9);
  });

  it("is Hyperband when every draw is random", () => {
    const [a, b] = [run("bohb", 5, { randomFraction: 1 }), run("hyperband", 5)];
    expect(a.events).toEqual(b.events);
    expect(a.notes).toEqual(b.notes);
  });

  it("keeps away from configurations that crash (sum over 5 seeds)", () => {
    const crashes = Array.from({ length: 5 }, (_, seed) => crashesOfSecondHalf(seed));
    // Random search would crash in half of these 200 trials.
    expect(crashes.reduce((a, b) => a + b)).toBeLessThan(50);
  });
});

/** Crashes among the last 40 of 80 trials of one budget, where half of all configurations crash. */
function crashesOfSecondHalf(seed: number): number {
  const strategy = createStrategy("bohb", {
    space,
    seed,
    options: { randomFraction: 0 },
    budget: { min: 1, max: 1, eta: 3 },
    trials: 80,
  });
  let crashes = 0;
  for (let trial = 0; trial < 80; trial++) {
    const ask = strategy.ask();
    if (ask.type !== "run") throw new Error("expected a run");
    const { configuration, budget } = ask;
    strategy.tell({ type: "started", trial, configuration, budget, placement: ask.placement!, time: 0 });
    const bad = configuration.a === 0;
    if (bad && trial >= 40) crashes++;
    if (bad) strategy.tell({ type: "failed", trial, reason: "out of memory", time: 0 });
    else {
      const losses = [8 - ones(configuration)];
      strategy.tell({ type: "finished", trial, state: "complete", budget, losses, time: 0 });
    }
  }
  return crashes;
}

describe("Fidelities", () => {
  const configuration = { a: 1 };
  const start = (trial: number, budget = 1): TrialEvent => {
    return { type: "started", trial, configuration, budget, time: 0 };
  };

  it("counts a score at each budget a trial has reached, once", () => {
    const known = new Fidelities();
    const events: TrialEvent[] = [
      start(0),
      { type: "reported", trial: 0, budget: 1, losses: [9], time: 0 },
      { type: "reached", trial: 0, budget: 1, losses: [5], time: 0 },
      { type: "promoted", trial: 0, budget: 3, time: 0 },
      { type: "reached", trial: 0, budget: 3, losses: [4], time: 0 },
      { type: "finished", trial: 0, state: "complete", budget: 3, losses: [4], time: 0 },
    ];
    for (const event of events) known.tell(event);
    expect(known.all.map(({ budget, observations }) => [budget, observations.map((o) => o.loss)])).toEqual([
      [1, [5]],
      [3, [4]],
    ]);
  });

  it("counts a failure as infinite at the budget it was on its way to, and not once it rests", () => {
    const known = new Fidelities();
    known.tell(start(0, 3));
    known.tell(start(1, 1));
    expect(known.pending).toEqual([configuration, configuration]);
    known.tell({ type: "failed", trial: 0, reason: "crashed", time: 0 });
    known.tell({ type: "reached", trial: 1, budget: 1, losses: [2], time: 0 });
    expect(known.pending).toEqual([]);
    known.tell({ type: "failed", trial: 1, reason: "killed", time: 0 });
    expect(known.all.map(({ budget, observations }) => [budget, observations.map((o) => o.loss)])).toEqual([
      [1, [2]],
      [3, [Number.POSITIVE_INFINITY]],
    ]);
  });

  it("takes the last score of a script that ended by itself, and none of one that was stopped on its way", () => {
    const known = new Fidelities();
    known.tell(start(0, 9));
    known.tell(start(1, 9));
    known.tell({ type: "finished", trial: 0, state: "complete", budget: 4, losses: [1], time: 0 });
    known.tell({ type: "finished", trial: 1, state: "stopped", budget: 4, losses: [7], time: 0 });
    expect(known.all).toMatchObject([{ budget: 9, observations: [{ trial: 0, loss: 1, budget: 9 }] }]);
    expect(known.pending).toEqual([]);
  });
});

describe("Proposals", () => {
  it("asks its model once between two events, with all that is known", () => {
    const asked: KnownByBudget[] = [];
    const proposals = new Proposals({ space, seed: 1 }, (known) => {
      asked.push(known);
      return { configuration: space.sample(random(8, asked.length)), note: asked.length };
    });
    expect(proposals.next(1)).toBe(proposals.next(1));
    const { configuration } = proposals.next(1)!;
    proposals.tell({ type: "started", trial: 0, configuration, budget: 1, time: 0 });
    proposals.tell({ type: "reached", trial: 0, budget: 1, losses: [3], time: 0 });
    expect(proposals.next(1)!.note).toBe(2);
    expect(asked[1]).toMatchObject({
      started: 1,
      pending: [],
      fidelities: [{ budget: 1, observations: [{ loss: 3, configuration }] }],
    });
    expect(asked[1]!.has(configuration)).toBe(true);
  });

  it("draws at random where the model has nothing to say, or repeats itself", () => {
    const same = space.sample(random(8, 1));
    const proposals = new Proposals({ space, seed: 1 }, ({ started }) =>
      started === 2 ? undefined : { configuration: same, note: "model" },
    );
    expect(proposals.next(1)!.note).toBe("model");
    for (let trial = 0; trial < 3; trial++) {
      const { configuration } = proposals.next(1)!;
      proposals.tell({ type: "started", trial, configuration, budget: 1, time: 0 });
      expect(proposals.next(1)!.configuration).not.toEqual(same);
      expect(proposals.next(1)!.note).toBeUndefined();
    }
  });
});
