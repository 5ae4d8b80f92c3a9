import { describe, expect, it } from "vitest";
import type { Configuration } from "../../../src/protocol/space.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import type { Convergence } from "../../../src/strategies/strategy.ts";
import { type Loss, run } from "../../fixtures/sequentialStudy.ts";

const space = new Space({
  parameters: { x: { type: "float", low: -1, high: 1 }, y: { type: "float", low: -1, high: 1 } },
});
const bowl: Loss = ({ x, y }: Configuration) =>
  5 * ((x as number) - 0.3) ** 2 + 3 * ((y as number) + 0.2) ** 2;

const study = (name: string, convergence: Convergence, loss: Loss, trials = 80, seed = 1): number[] =>
  run(createStrategy(name, { space, seed, options: {}, budget: undefined, trials, convergence }), loss);

describe("patience", () => {
  it("ends a study after so many trials in a row without a better one", () => {
    const losses = study("random", { patience: 10 }, bowl);
    const best = losses.indexOf(Math.min(...losses));
    expect(losses).toHaveLength(best + 11);
    for (let i = 1; i < best; i++) expect(Math.min(...losses.slice(0, i))).toBeGreaterThan(losses[best]!);
  });

  it("counts failures, but does not give up before anything has worked", () => {
    let number = 0;
    const losses = study("random", { patience: 5 }, () =>
      number++ < 12 ? undefined : number === 13 ? 1 : 2,
    );
    expect(losses).toHaveLength(18);
  });

  it("says that it has converged, and goes on where one that still ran was better", () => {
    const strategy = createStrategy("random", {
      space,
      seed: 3,
      options: {},
      budget: undefined,
      trials: 50,
      convergence: { patience: 1 },
    });
    const configuration = { x: 0, y: 0 };
    for (const trial of [0, 1, 2])
      strategy.tell({ type: "started", trial, configuration, budget: 0, time: 0 });
    const end = (trial: number, loss: number) =>
      strategy.tell({ type: "finished", trial, state: "complete", budget: 0, losses: [loss], time: 0 });
    end(0, 1);
    end(1, 2);
    expect(strategy.ask()).toEqual({ type: "done", converged: true });
    end(2, 0.5);
    expect(strategy.ask().type).toBe("run");
  });
});

describe("expected improvement", () => {
  it.each([
    ["gp", 0.1],
    ["random", 0.4],
  ])("ends a study by %s when there is little left to gain, not before", (name, improvement) => {
    for (const seed of [1, 2, 3]) {
      const loose = study(name, { improvement }, bowl, 80, seed);
      const strict = study(name, { improvement: improvement / 1000 }, bowl, 80, seed);
      expect(loose.length).toBeLessThan(80);
      expect(strict.length).toBeGreaterThan(loose.length);
      // The least value is 0: what there was left to gain is what the best trial has.
      expect(Math.min(...loose)).toBeLessThan(1.5 * improvement);
    }
  });

  it("does not end one that still has much to gain", () => {
    // Noise without structure: better values turn up at random.
    let state = 1;
    const noise: Loss = () => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    expect(study("random", { improvement: 1e-6 }, noise, 30)).toHaveLength(30);
  });

  it("gives it in the unit of the losses", () => {
    const small = study("gp", { improvement: 0.1 }, bowl, 60);
    const large = study("gp", { improvement: 100 }, (configuration) => 1000 * bowl(configuration)!, 60);
    expect(large).toHaveLength(small.length);
  });
});
