import { describe, expect, it } from "vitest";
import type { Configuration, SpaceSpec } from "../../../../src/protocol/space.ts";
import type { TrialEvent } from "../../../../src/protocol/trial.ts";
import { random } from "../../../../src/space/random.ts";
import { Space } from "../../../../src/space/space.ts";
import { createStrategy } from "../../../../src/strategies/registry.ts";
import { type Loss, make, median, run, training, trainingLoss } from "../../../fixtures/sequentialStudy.ts";

const square: SpaceSpec = {
  parameters: { x: { type: "float", low: -5, high: 10 }, y: { type: "float", low: 0, high: 15 } },
};

/** Branin's function less its minimum, which it has at three places. */
function branin({ x, y }: Configuration): number {
  const [a, b] = [Number(x), Number(y)];
  const valley = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6;
  return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10 - 0.39788735772973816;
}

const best = (
  name: string,
  spec: SpaceSpec,
  loss: Loss,
  trials: number,
  seeds: number,
  options = {},
): number =>
  median(
    Array.from({ length: seeds }, (_, seed) =>
      Math.min(...run(make(name, spec, seed, trials, options), loss)),
    ),
  );

describe("quality of the Gaussian process", () => {
  it("goes down Branin's valleys to the bottom (median of 9 seeds, 40 trials)", () => {
    // Measured: 6e-4. Optuna's process has 1e-2 after 30 trials and 4e-5 after 50.
    expect(best("gp", square, branin, 40, 9)).toBeLessThan(0.01);
    expect(best("random", square, branin, 40, 9)).toBeGreaterThan(0.2);
  });

  it("finds the best optimizer and its parameters, with conditions (median of 9 seeds, 40 trials)", () => {
    expect(best("gp", training, trainingLoss, 40, 9)).toBeLessThan(
      best("random", training, trainingLoss, 40, 9) / 10,
    );
  });

  it.each(["ei", "pi", "ucb"])(
    "is better than random search by %s too (median of 9 seeds)",
    (acquisition) => {
      // PI without ξ is greedy: it settles in the first valley, which is a good one here.
      expect(
        best("gp", square, branin, 30, 9, { acquisition, xi: acquisition === "pi" ? 0.01 : 0 }),
      ).toBeLessThan(0.1);
    },
  );

  it("is better than random search by Thompson sampling too (median of 5 seeds)", () => {
    // Measured: 2e-4.
    expect(best("gp", square, branin, 30, 5, { acquisition: "thompson" })).toBeLessThan(0.1);
  });

  it("bears noise (median of 9 seeds, 40 trials)", () => {
    const found = Array.from({ length: 9 }, (_, seed) => {
      const noise = random(seed, 77);
      const exact: number[] = [];
      const losses = run(make("gp", square, seed, 40), (configuration) => {
        exact.push(branin(configuration));
        return exact.at(-1)! + 3 * noise.normal();
      });
      return exact[losses.indexOf(Math.min(...losses))]!;
    });
    expect(median(found)).toBeLessThan(3);
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
    expect(failures("gp")).toBeLessThan(failures("random") / 2);
  });

  it("does not ask for what is already on its way", () => {
    const strategy = make("gp", square, 1, 60);
    const told = run(make("gp", square, 1, 14), branin).length;
    for (let trial = 0; trial < told; trial++) {
      const ask = strategy.ask();
      if (ask.type !== "run") throw new Error("it must run");
      const { configuration, budget } = ask;
      strategy.tell({ type: "started", trial, configuration, budget, time: 0 });
      strategy.tell({
        type: "finished",
        trial,
        state: "complete",
        budget,
        losses: [branin(configuration)],
        time: 0,
      });
    }
    // Eight at once: each is told only that the others run.
    const asked: Configuration[] = [];
    for (let i = 0; i < 8; i++) {
      const ask = strategy.ask();
      if (ask.type !== "run") throw new Error("it must run");
      asked.push(ask.configuration);
      strategy.tell({
        type: "started",
        trial: told + i,
        configuration: ask.configuration,
        budget: 0,
        time: 0,
      });
    }
    const distance = (a: Configuration, b: Configuration) =>
      Math.hypot((Number(a.x) - Number(b.x)) / 15, (Number(a.y) - Number(b.y)) / 15);
    const nearest = asked.map((a, i) => Math.min(...asked.slice(0, i).map((b) => distance(a, b))));
    // Without knowledge of the others all would be the same place.
    expect(Math.min(...nearest)).toBeGreaterThan(3e-4);
    expect(nearest.filter((gap) => gap > 0.1).length).toBeGreaterThanOrEqual(3);
  });
});

describe("Hyperband with a Gaussian process", () => {
  const budget = { min: 1, max: 27, eta: 3 };

  /** Scores at small budgets are worse and noisy; gives the best true loss of those that came to the largest. */
  function hyper(name: string, seed: number): number {
    const strategy = createStrategy(name, {
      space: new Space(square),
      seed,
      options: {},
      budget,
      trials: 45,
    });
    const noise = random(seed, 99);
    const configurations: Configuration[] = [];
    let least = Number.POSITIVE_INFINITY;
    const tell = (event: TrialEvent) => strategy.tell(event);
    for (let ask = strategy.ask(); ask.type === "run" || ask.type === "promote"; ask = strategy.ask()) {
      const trial = ask.type === "run" ? configurations.length : ask.trial;
      if (ask.type === "run") {
        const { configuration, placement } = ask;
        configurations.push(configuration);
        tell({ type: "started", trial, configuration, budget: ask.budget, placement: placement!, time: 0 });
      } else tell({ type: "promoted", trial, budget: ask.budget, time: 0 });
      const exact = branin(configurations[trial]!);
      const losses = [exact + 20 / ask.budget + (4 * noise.normal()) / Math.sqrt(ask.budget)];
      tell({ type: "reached", trial, budget: ask.budget, losses, time: 0 });
      if (ask.budget < budget.max) continue;
      least = Math.min(least, exact);
      tell({ type: "finished", trial, state: "complete", budget: ask.budget, losses, time: 0 });
    }
    return least;
  }

  it("is better than Hyperband and BOHB with the same brackets (median of 31 seeds of 45 configurations)", {
    timeout: 90_000,
  }, () => {
    const all = (name: string) => median(Array.from({ length: 31 }, (_, seed) => hyper(name, seed)));
    const own = all("gp-hyperband");
    expect(own).toBeLessThan(all("hyperband") / 2);
    expect(own).toBeLessThan(all("bohb"));
  });
});

describe("limits", () => {
  /** Simulation 1 of Gardner et al. 2014: two narrow regions keep the limit; the optimum is −1.8887. */
  const spec: SpaceSpec = {
    parameters: { x: { type: "float", low: 0, high: 6 }, y: { type: "float", low: 0, high: 6 } },
  };
  const value = (x: number, y: number): number => Math.cos(2 * x) * Math.cos(y) + Math.sin(x);
  const constraint = (x: number, y: number): number => Math.cos(x + y) + 0.5;

  /** Best loss within the limit, and the share of trials that keep it. */
  function constrained(name: string, seed: number, trials: number, options = {}): [number, number] {
    const strategy = make(name, spec, seed, trials, options);
    const kept: number[] = [];
    for (let trial = 0, ask = strategy.ask(); ask.type === "run"; trial++, ask = strategy.ask()) {
      const { configuration, budget } = ask;
      const [x, y] = [configuration.x as number, configuration.y as number];
      strategy.tell({ type: "started", trial, configuration, budget, time: 0 });
      const [losses, constraints] = [[value(x, y)], [constraint(x, y)]];
      if (constraints[0]! <= 0) kept.push(losses[0]!);
      strategy.tell({ type: "finished", trial, state: "complete", budget, losses, constraints, time: 0 });
    }
    return [Math.min(...kept), kept.length / trials];
  }

  it.each(["log-ei", "ei"])(
    "are learned: %s finds the best point that keeps them (7 seeds, 40 trials)",
    (name) => {
      const found = Array.from({ length: 7 }, (_, seed) =>
        constrained("gp", seed, 40, { acquisition: name }),
      );
      // Measured: −1.8887 at each seed, 60 % within; random search −1.37 and 36 %.
      expect(Math.max(...found.map(([loss]) => loss))).toBeLessThan(-1.85);
      expect(median(found.map(([, share]) => share))).toBeGreaterThan(0.45);
    },
  );

  it("are sought alone until a trial keeps them", () => {
    const strategy = make("gp", spec, 1, 20, { startup: 2 });
    const whys: string[] = [];
    for (let trial = 0; trial < 8; trial++) {
      const ask = strategy.ask();
      if (ask.type !== "run") break;
      whys.push((ask.note as { why: string }).why);
      const { configuration, budget } = ask;
      strategy.tell({ type: "started", trial, configuration, budget, time: 0 });
      const constraints = [trial < 4 ? 0.1 + (configuration.x as number) : -1];
      const result = { losses: [configuration.y as number], constraints, time: 0 };
      strategy.tell({ type: "finished", trial, state: "complete", budget, ...result });
    }
    for (const why of whys.slice(2, 5)) expect(why).toMatch(/^log chance to keep the limits /);
    for (const why of whys.slice(5)) expect(why).toMatch(/^log-ei within the limits /);
  });

  it("are kept in mind by strategies that only rank, too (11 seeds, 60 trials)", () => {
    const share = (name: string): number =>
      median(Array.from({ length: 11 }, (_, seed) => constrained(name, seed, 60)[1]));
    const drawn = share("random");
    for (const name of ["tpe", "evolution", "nsga-ii"]) expect(share(name)).toBeGreaterThan(drawn + 0.1);
  });
});
