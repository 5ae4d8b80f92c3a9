import { describe, expect, it } from "vitest";
import type { Configuration, SpaceSpec } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import type { Observation } from "../../../src/strategies/observations.ts";
import { parameterDensities } from "../../../src/strategies/tpe/densities.ts";
import { BAD_KERNELS, TpeModel } from "../../../src/strategies/tpe/model.ts";
import { type Loss, make, median, run, training, trainingLoss } from "../../fixtures/sequentialStudy.ts";
import { constrained } from "../../fixtures/spaces.ts";

describe("quality", () => {
  it("comes much closer than random search, with conditions (median of 15 seeds, 60 trials)", () => {
    const best = (name: string): number =>
      median(
        Array.from({ length: 15 }, (_, seed) =>
          Math.min(...run(make(name, training, seed, 60), trainingLoss)),
        ),
      );
    // Measured: about 1/90. With l and g exchanged it is worse than random search.
    expect(best("tpe")).toBeLessThan(best("random") / 4);
  });

  it("learns to keep away from failures (sum over 10 seeds)", () => {
    const crashes: Loss = (configuration) =>
      configuration.optimizer === "sgd" || (configuration.lr as number) > 0.01
        ? undefined
        : trainingLoss(configuration);
    const failures = (name: string): number =>
      Array.from({ length: 10 }, (_, seed) =>
        run(make(name, training, seed, 50), crashes).filter((loss) => loss === Number.POSITIVE_INFINITY),
      ).flat().length;
    expect(failures("tpe")).toBeLessThan(failures("random") / 2);
  });

  it("finds the best of a finite space early (median of 15 seeds)", () => {
    const spec: SpaceSpec = {
      parameters: Object.fromEntries(
        ["a", "b", "c", "d"].map((name) => [name, { type: "int", low: 1, high: 6 }]),
      ),
      relations: ["a <= b"],
    };
    const loss = (configuration: Configuration): number =>
      Object.values(configuration).reduce<number>((sum, value) => sum + ((value as number) - 4) ** 2, 0);
    const found = Array.from({ length: 15 }, (_, seed) => run(make("tpe", spec, seed, 200), loss).indexOf(0));
    // One of 756 configurations.
    expect(median(found)).toBeLessThan(70);
  });
});

describe("proposals", () => {
  it("are random draws at first, then come from the model and say so", () => {
    const [a, b] = ["tpe", "random"].map((name) => make(name, training, 3, 20));
    for (let trial = 0; trial < 8; trial++) {
      const ask = a!.ask();
      expect(ask).toEqual(b!.ask());
      if (ask.type !== "run") throw new Error("expected a run");
      const { configuration, budget } = ask;
      for (const strategy of [a!, b!]) {
        strategy.tell({ type: "started", trial, configuration, budget, time: 0 });
        const losses = [trainingLoss(configuration)];
        strategy.tell({ type: "finished", trial, state: "complete", budget, losses, time: 0 });
      }
    }
    expect(a!.ask()).not.toEqual(b!.ask());
    expect(a!.ask()).toMatchObject({
      note: {
        why: expect.stringMatching(/^l\/g [\d.e+]+, best of 24 candidates; 2 good and 6 other trials/),
      },
    });
  });

  it("go elsewhere while a trial runs: it counts among the others", () => {
    const space = new Space({ parameters: { x: { type: "float", low: 0, high: 1 } } });
    const model = new TpeModel(space, { gamma: 0.15, maxGood: 25, priorWeight: 1 });
    const finished = Array.from({ length: 12 }, (_, trial): Observation => {
      const x = (trial + 0.5) / 12;
      return { trial, configuration: { x }, loss: Math.abs(x - 0.5), budget: 0 };
    });
    const ratio = (pending: readonly Configuration[], x: number): number => {
      const { good, bad } = model.fit(finished, pending)!;
      return good.logDensity([x]) - bad.logDensity([x]);
    };
    const [free, liar] = [ratio([], 0.45), ratio([{ x: 0.45 }, { x: 0.46 }], 0.45)];
    expect(liar).toBeLessThan(free - 0.3);
    expect(model.fit(finished, [{ x: 0.45 }])!.sizes).toEqual([2, 11]);
  });

  it("stay random while every trial fails", () => {
    const failing = make("tpe", training, 4, 30);
    const notes: unknown[] = [];
    for (let trial = 0; trial < 30; trial++) {
      const ask = failing.ask();
      if (ask.type !== "run") throw new Error("expected a run");
      notes.push(ask.note);
      failing.tell({ type: "started", trial, configuration: ask.configuration, budget: 0, time: 0 });
      failing.tell({ type: "failed", trial, reason: "crashed", time: 0 });
    }
    expect(notes).toEqual(Array(30).fill(undefined));
  });

  it("know a bounded number of kernels, of which the good ones are the best of all trials", () => {
    const space = new Space(constrained);
    const model = new TpeModel(space, { gamma: 0.15, maxGood: 25, priorWeight: 1 });
    const count = 2 * BAD_KERNELS;
    const finished = Array.from({ length: count }, (_, trial): Observation => {
      const configuration = space.sample(random(1, trial));
      return { trial, configuration, loss: Math.abs(trial - 300), budget: 0 };
    });
    const { good, bad, sizes } = model.fit(finished, [])!;
    expect(sizes).toEqual([25, count - 25]);
    expect(good.size).toBe(25);
    expect(bad.size).toBe(BAD_KERNELS);
    const best = space.encode(finished[300]!.configuration);
    expect(good.logDensity(best)).toBeGreaterThan(bad.logDensity(best));
  });
});

describe("parameterDensities", () => {
  const space = new Space(training);
  const finished = Array.from({ length: 80 }, (_, trial): Observation => {
    const configuration = space.sample(random(5, trial));
    return { trial, configuration, loss: trainingLoss(configuration), budget: 0 };
  });
  const rules = { gamma: 0.15, maxGood: 25, priorWeight: 1 };
  const of = (name: string) => parameterDensities(space, name, finished, [], rules)!;
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

  it("shows where good trials lie", () => {
    const { values, units, good, bad } = of("lr");
    expect(units).toHaveLength(64);
    expect(sum(good) / 64).toBeCloseTo(1, 2);
    expect(sum(bad) / 64).toBeCloseTo(1, 2);
    const peak = Math.log10(values[good.indexOf(Math.max(...good))] as number);
    expect(Math.abs(peak + 3)).toBeLessThan(0.7);
    expect(Math.max(...good)).toBeGreaterThan(1.5 * Math.max(...bad));
  });

  it("gives probabilities for choices and whole numbers", () => {
    const { values, good, bad } = of("optimizer");
    expect(values).toEqual(["sgd", "adam", "rmsprop"]);
    expect(sum(good)).toBeCloseTo(1, 9);
    expect(sum(bad)).toBeCloseTo(1, 9);
    expect(good[1]).toBeGreaterThan(bad[1]!);
    expect(of("layers").values).toEqual([1, 2, 3, 4, 5, 6]);
    expect(sum(of("layers").good)).toBeCloseTo(1, 4);
  });

  it("has nothing to show without a trial that succeeded, or for a name that is not there", () => {
    expect(parameterDensities(space, "lr", [], [], rules)).toBeUndefined();
    expect(parameterDensities(space, "ghost", finished, [], rules)).toBeUndefined();
  });
});
