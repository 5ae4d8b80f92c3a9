import { describe, expect, it } from "vitest";
import type { Configuration, SpaceSpec } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { logLosses } from "../../../src/strategies/forest/losses.ts";
import { Forest, type ForestRules, featuresOf } from "../../../src/strategies/forest/regression.ts";
import { choiceOf, type Feature, type Leaf } from "../../../src/strategies/forest/tree.ts";
import { type Loss, make, median, run, training, trainingLoss } from "../../fixtures/sequentialStudy.ts";

const RULES: ForestRules = {
  trees: 16,
  bootstrap: false,
  featureShare: 5 / 6,
  draws: 1,
  leastInLeaf: 1,
  leastToSplit: 2,
};

/** Two numbers, of which the second may be missing, and one of five choices. */
const mixed: readonly Feature[] = [{ choices: undefined }, { choices: undefined }, { choices: 5 }];

/** A jump between choices {1, 3} and the others, another for what is missing, and a bend. */
function known([x, y, k]: Float64Array): number {
  const choice = choiceOf(k!, 5);
  return (
    (choice === 1 || choice === 3 ? 2 : 0) + (Number.isNaN(y!) ? -1 : y! > 0.5 ? 1 : 0) + Math.sin(3 * x!)
  );
}

function points(n: number, seed: number): Float64Array[] {
  const draws = random(seed, 0);
  return Array.from({ length: n }, () => {
    const y = draws.uniform() < 0.3 ? Number.NaN : draws.uniform();
    return Float64Array.from([draws.uniform(), y, (draws.int(5) + 0.5) / 5]);
  });
}

const forestOf = (n: number, rules = RULES): Forest => {
  const at = points(n, 1);
  return new Forest(mixed, at, Float64Array.from(at, known), rules, random(2, 0));
};

const isIn = ({ low, high, choices }: Leaf, point: Float64Array): boolean =>
  point.every((x, i) => {
    const own = choices[i];
    if (own !== undefined) return own[choiceOf(x, mixed[i]!.choices!)] === 1;
    const at = Number.isNaN(x) ? Number.MIN_SAFE_INTEGER : x;
    return at > low[i]! && at <= high[i]!;
  });

describe("regression forest", () => {
  it("predicts a function of numbers, categories and missing values at points it has not seen", () => {
    const test = points(500, 7);
    const truth = test.map(known);
    const mean = truth.reduce((a, b) => a + b) / truth.length;
    const total = truth.reduce((sum, y) => sum + (y - mean) ** 2, 0);
    const explained = (forest: Forest) =>
      1 - test.reduce((sum, point, i) => sum + (truth[i]! - forest.predict(point).mean) ** 2, 0) / total;
    expect(explained(forestOf(400))).toBeGreaterThan(0.97);
    expect(explained(forestOf(400, { ...RULES, bootstrap: true, draws: 3 }))).toBeGreaterThan(0.97);
    expect(explained(forestOf(30))).toBeLessThan(explained(forestOf(400)));
  });

  it("is certain where it has been and uncertain elsewhere", () => {
    const forest = forestOf(60);
    for (const point of points(60, 1)) {
      expect(forest.predict(point).mean).toBeCloseTo(known(point), 12);
      expect(forest.predict(point).sd).toBeLessThan(1e-6);
    }
    const elsewhere = points(60, 9).map((point) => forest.predict(point).sd);
    expect(median(elsewhere)).toBeGreaterThan(0.05);
  });

  it("adds the variance within leaves to that between trees", () => {
    const forest = forestOf(80, { ...RULES, leastInLeaf: 8 });
    for (const point of points(20, 3)) {
      const leaves = forest.trees.map((tree) => {
        const leaf = tree.leafOf(point);
        return { mean: tree.meanOf(leaf), variance: tree.varianceOf(leaf) };
      });
      const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      const mean = average(leaves.map((leaf) => leaf.mean));
      const between = average(leaves.map((leaf) => (leaf.mean - mean) ** 2));
      const within = average(leaves.map(({ variance }) => variance));
      expect(within).toBeGreaterThan(0);
      expect(forest.predict(point).mean).toBeCloseTo(mean, 12);
      expect(forest.mean(point)).toBeCloseTo(mean, 12);
      expect(forest.predict(point).sd ** 2).toBeCloseTo(between + within, 10);
    }
  });

  it("keeps the samples of a leaf together as asked", () => {
    const at = points(100, 1);
    const forest = forestOf(100, { ...RULES, leastInLeaf: 5 });
    for (const tree of forest.trees) {
      const sizes = Map.groupBy(at, (point) => tree.leafOf(point));
      expect(Math.min(...[...sizes.values()].map(({ length }) => length))).toBeGreaterThanOrEqual(5);
      expect(sizes.size).toBeGreaterThan(5);
    }
  });

  it("has leaves whose boxes are the whole space, each point in one", () => {
    const forest = forestOf(50);
    for (const tree of forest.trees) {
      const leaves = [...tree.leaves()];
      for (const point of points(40, 5)) {
        const own = leaves.filter((leaf) => isIn(leaf, point));
        expect(own).toHaveLength(1);
        expect(own[0]!.mean).toBe(tree.meanOf(tree.leafOf(point)));
      }
    }
  });
});

describe("losses of a forest", () => {
  it("keeps their order and tells the good ones apart", () => {
    const losses = Array.from({ length: 41 }, (_, i) => i ** 4);
    const logs = logLosses(losses);
    expect([...logs].every((value, i) => i === 0 || value > logs[i - 1]!)).toBe(true);
    expect(logs[40]).toBe(0);
    // As a share of all, 1 ten-thousandth between these two: more than a fiftieth now.
    expect((logs[4]! - logs[3]!) / (logs[40]! - logs[0]!)).toBeGreaterThan(0.02);
  });

  it("counts failures as the worst, and bears infinite and equal losses", () => {
    const { POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number;
    expect([...logLosses([1, up, 3])].slice(1)).toEqual([0, 0]);
    const logs = logLosses([1, down, 3]);
    expect(logs[1]).toBe(logs[0]);
    expect([...logLosses([2, 2, up])]).toEqual([0, 0, 0]);
  });
});

const square: SpaceSpec = {
  parameters: { x: { type: "float", low: -5, high: 10 }, y: { type: "float", low: 0, high: 15 } },
};

/** Branin's function less its minimum. */
function branin({ x, y }: Configuration): number {
  const [a, b] = [Number(x), Number(y)];
  const valley = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6;
  return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10 - 0.39788735772973816;
}

const best = (name: string, spec: SpaceSpec, loss: Loss, trials: number, seeds: number): number =>
  median(Array.from({ length: seeds }, (_, seed) => Math.min(...run(make(name, spec, seed, trials), loss))));

describe("search with a forest", () => {
  it("goes down Branin's valleys (median of 5 seeds, 60 trials)", () => {
    // Measured: 6e-4; random search has 0.5.
    expect(best("forest", square, branin, 60, 5)).toBeLessThan(0.02);
  });

  it("finds the best optimizer and its parameters, with conditions (median of 5 seeds, 40 trials)", () => {
    expect(best("forest", training, trainingLoss, 40, 5)).toBeLessThan(
      best("random", training, trainingLoss, 40, 5) / 5,
    );
  });

  it("keeps away from failures (sum over 6 seeds)", () => {
    const crashes: Loss = (configuration) =>
      configuration.optimizer === "sgd" || Number(configuration.lr) > 0.01
        ? undefined
        : trainingLoss(configuration);
    const failures = (name: string) =>
      Array.from({ length: 6 }, (_, seed) => run(make(name, training, seed, 40), crashes))
        .flat()
        .filter((loss) => loss === Number.POSITIVE_INFINITY).length;
    expect(failures("forest")).toBeLessThan(failures("random") / 2);
  });

  it("starts with a design of 10, or of a quarter of the trials, and says why it goes on", () => {
    const whys = (trials: number) => {
      const strategy = make("forest", square, 3, trials, { randomFraction: 0 });
      return Array.from({ length: 14 }, (_, trial) => {
        const ask = strategy.ask();
        if (ask.type !== "run") throw new Error("it must run");
        const { configuration, budget } = ask;
        strategy.tell({ type: "started", trial, configuration, budget, time: 0 });
        const losses = [branin(configuration)];
        strategy.tell({ type: "finished", trial, state: "complete", budget, losses, time: 0 });
        return (ask.note as { why: string }).why;
      });
    };
    const designed = (trials: number) => whys(trials).filter((why) => why === "initial design").length;
    expect(designed(100)).toBe(10);
    expect(designed(20)).toBe(5);
    expect(whys(20).at(-1)).toMatch(/^log-ei -?\d.*; predicted .* ± /);
  });

  it("keeps off what is already on its way (9 seeds, 8 at once after 20)", () => {
    const gaps = Array.from({ length: 9 }, (_, seed) => {
      const strategy = make("forest", square, seed, 60, { randomFraction: 0 });
      const asked: Configuration[] = [];
      for (let trial = 0; trial < 28; trial++) {
        const ask = strategy.ask();
        if (ask.type !== "run") throw new Error("it must run");
        const { configuration, budget } = ask;
        strategy.tell({ type: "started", trial, configuration, budget, time: 0 });
        const losses = [branin(configuration)];
        if (trial < 20)
          strategy.tell({ type: "finished", trial, state: "complete", budget, losses, time: 0 });
        else asked.push(configuration);
      }
      const distance = (a: Configuration, b: Configuration) =>
        Math.hypot((Number(a.x) - Number(b.x)) / 15, (Number(a.y) - Number(b.y)) / 15);
      return asked.slice(1).map((a, i) => Math.min(...asked.slice(0, i + 1).map((b) => distance(a, b))));
    }).flat();
    // Of 63 next ones 19 are so near to one that runs, 41 where the model is not told of these.
    expect(gaps.filter((gap) => gap < 0.01).length).toBeLessThan(30);
  });

  it("knows what a space's parameters are", () => {
    expect(featuresOf(new Space(training)).map(({ choices }) => choices)).toEqual([
      3,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
