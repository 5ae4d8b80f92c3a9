import { describe, expect, it } from "vitest";
import { random } from "../../../../src/space/random.ts";
import { Space } from "../../../../src/space/space.ts";
import { Metric } from "../../../../src/strategies/gp/kernel.ts";
import { GaussianProcess } from "../../../../src/strategies/gp/model.ts";
import { TimeVaryingBandit } from "../../../../src/strategies/pbt/bandit.ts";
import type { Interval } from "../../../../src/strategies/pbt/population.ts";
import { createStrategy } from "../../../../src/strategies/registry.ts";
import { DRIFT, drifting, driftingSpace, trainPopulation } from "../../../fixtures/populationStudy.ts";
import { median } from "../../../fixtures/sequentialStudy.ts";
import { everyType } from "../../../fixtures/spaces.ts";

const SEEDS = 20;
const space = new Space(driftingSpace);

function best(name: string, seed: number, parallel: number): number {
  const options = { population: 4, interval: 2 };
  const budget = { min: 1, max: DRIFT, eta: 3 };
  const strategy = createStrategy(name, { space, seed, options, budget, trials: undefined });
  return trainPopulation(strategy, drifting, { seed, parallel, max: DRIFT }).best;
}

describe("population-based bandits", () => {
  it(`with 4 members do better than pbt where the best setting drifts (${SEEDS} seeds, median)`, () => {
    const seeds = Array.from({ length: SEEDS }, (_, seed) => seed);
    const bandits = seeds.map((seed) => best("pb2", seed, 4));
    const training = seeds.map((seed) => best("pbt", seed, 4));
    expect(median(bandits)).toBeLessThan(0.8 * median(training));
  });

  it("follow the rule of population-based training for choices, and leave alone what is not named", () => {
    const whole = new Space(everyType);
    const options = {
      population: 6,
      interval: 1,
      resample: 0,
      quantile: 0.5,
      parameters: ["lr", "size", "units"],
    };
    const budget = { min: 1, max: 30, eta: 3 };
    const strategy = createStrategy("pb2", { space: whole, seed: 1, options, budget, trials: undefined });
    const task = {
      begin: () => 0,
      train: (skill: number, values: object) => skill + (JSON.stringify(values).length % 7),
      loss: (skill: number) => -skill,
    };
    const { events } = trainPopulation(strategy, task, { seed: 1, parallel: 3, max: 30 });
    const started = events.filter((event) => event.type === "started");
    const byTrial = new Map(started.map((event) => [event.trial, event.configuration]));
    const copies = started.filter(({ from }) => from !== undefined);
    expect(copies.length).toBeGreaterThan(7);
    for (const { configuration, from } of copies) {
      const { lr: _, size, units: __, ...others } = configuration;
      const { lr: ___, size: sizeBefore, units: ____, ...before } = byTrial.get(from!.trial)!;
      expect(others).toEqual(before);
      const sizes = ["small", "medium", "large"];
      expect(
        Math.abs(sizes.indexOf(size as string) - sizes.indexOf(sizeBefore as string)),
      ).toBeLessThanOrEqual(1);
    }
    // The bandit does not multiply: almost no copy has a learning rate that pbt would have given it.
    const ratios = copies.map(
      ({ configuration, from }) => (configuration.lr as number) / (byTrial.get(from!.trial)!.lr as number),
    );
    const byRule = ratios.filter((ratio) => Math.abs(ratio - 0.8) < 1e-6 || Math.abs(ratio - 1.2) < 1e-6);
    expect(byRule.length).toBeLessThan(ratios.length / 2);
  });
});

describe("the time-varying bandit", () => {
  /** What pays moves from low to high learning rates between the steps 0 and 39. */
  const intervals: Interval[] = Array.from({ length: 80 }, (_, i) => {
    const step = i >> 1;
    const draws = random(9, i);
    const unit = draws.uniform();
    const configuration = space.decode([unit, draws.uniform()]);
    return { configuration, step, gain: 1 - 3 * (unit - (0.2 + (0.6 * step) / 39)) ** 2 };
  });

  it("knows what pays now, and not what paid once", () => {
    const bandit = new TimeVaryingBandit(space, 0);
    const parent = { configuration: {}, step: 40, intervals, running: [] };
    const choices = space.defaults();
    const late = bandit.propose(parent, choices, ["lr"], random(1, 1))!.get("lr")!;
    expect(late).toBeGreaterThan(0.65);
    const before = { ...parent, step: 16, intervals: intervals.slice(0, 32) };
    const early = bandit.propose(before, choices, ["lr"], random(1, 1))!.get("lr")!;
    expect(early).toBeGreaterThan(0.25);
    expect(early).toBeLessThan(0.6);
  });

  it("keeps away from what is being tried", () => {
    const bandit = new TimeVaryingBandit(space, 5);
    const few = intervals.slice(0, 8);
    const parent = { configuration: {}, step: 4, intervals: few, running: [] };
    const ask = (running: { configuration: object; step: number }[]) => {
      const set = bandit.propose(
        { ...parent, running } as never,
        space.defaults(),
        ["lr", "momentum"],
        random(2, 1),
      )!;
      return [set.get("lr")!, set.get("momentum")!];
    };
    const [first, second] = ask([]) as [number, number];
    const running = [{ configuration: space.decode([first, second]), step: 4 }];
    const [third, fourth] = ask(running) as [number, number];
    expect(Math.hypot(third - first, fourth - second)).toBeGreaterThan(0.2);
  });

  it("waits until there is something to learn from", () => {
    const bandit = new TimeVaryingBandit(space, 1);
    const parent = { configuration: {}, step: 2, intervals: intervals.slice(0, 4), running: [] };
    expect(bandit.propose(parent, space.defaults(), ["lr"], random(1, 1))).toBeUndefined();
  });
});

describe("the kernel with a time", () => {
  it("is the RBF times (1 − ε)^(|t − t′| / 2), and positive definite", () => {
    const metric = Metric.of(space).withTime();
    const epsilon = 0.3;
    const hyperparameters = {
      inverseSquares: Float64Array.of(4, 1, -Math.log(1 - epsilon)),
      variance: 2,
      noise: 1e-6,
    };
    const points = Array.from({ length: 40 }, (_, i) => {
      const draws = random(3, i);
      return Float64Array.of(draws.uniform(), draws.uniform(), 10 * draws.uniform());
    });
    const process = new GaussianProcess(metric, "rbf", hyperparameters, points, new Float64Array(40));
    const [a, b] = [Float64Array.of(0.1, 0.5, 2), Float64Array.of(0.4, 0.5, 5)];
    expect(process.covariance(a, b)).toBeCloseTo(2 * Math.exp(-0.5 * 4 * 0.09) * (1 - epsilon) ** 1.5, 12);
    expect(process.predict(points[7]!).mean).toBeCloseTo(0, 9);
    expect(process.predict(points[7]!).sd).toBeLessThan(0.01);
  });
});
