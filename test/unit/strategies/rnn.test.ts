import { describe, expect, test } from "vitest";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { Space } from "../../../src/space/space.ts";
import { createStrategy } from "../../../src/strategies/registry.ts";
import type { Ask, Strategy } from "../../../src/strategies/strategy.ts";

const unit = { type: "float", low: 0, high: 1 } as const;
const cube = (dimensions: number): SpaceSpec => ({
  parameters: Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, unit])),
});

const make = (spec: SpaceSpec, seed = 1, name = "rnn"): Strategy =>
  createStrategy(name, { space: new Space(spec), seed, options: {}, budget: undefined, trials: 60 });

type Run = Extract<Ask, { type: "run" }>;

/** Runs trials one after the other; gives each ask. */
function follow(strategy: Strategy, trials: number, lossOf: (run: Run, trial: number) => number): Run[] {
  return Array.from({ length: trials }, (_, trial) => {
    const ask = strategy.ask() as Run;
    strategy.tell({
      type: "started",
      trial,
      configuration: ask.configuration,
      budget: 0,
      note: undefined,
      time: trial,
    });
    const losses = [lossOf(ask, trial)];
    strategy.tell({ type: "finished", trial, state: "complete", budget: 0, losses, time: trial });
    return ask;
  });
}

const bowl = ({ configuration }: Run): number =>
  Object.values(configuration).reduce<number>((sum, x) => sum + (Number(x) - 0.3) ** 2, 0);
const why = ({ note }: Run): string => (note as { why: string }).why;

describe("the recurrent network", () => {
  test("proposes up to its horizon, then a Gaussian process goes on with all that was seen", () => {
    const asks = follow(make(cube(3)), 34, bowl);
    expect(asks.slice(0, 30).every((ask) => /^Proposal \d+ of the network's 30\.$/.test(why(ask)))).toBe(
      true,
    );
    expect(asks.slice(30).every((ask) => why(ask).startsWith("log-ei"))).toBe(true);
    expect(Math.min(...asks.slice(30).map(bowl))).toBeLessThan(Math.min(...asks.slice(0, 30).map(bowl)));
  });

  test("leaves spaces of more than six parameters to the Gaussian process", () => {
    const [first] = follow(make(cube(7)), 1, bowl);
    expect(why(first!)).toBe("initial design");
  });

  test("does not mind the scale of the losses", () => {
    const of = (scale: number, level: number) =>
      follow(make(cube(2)), 20, (run) => level + scale * bowl(run)).map(({ configuration }) => configuration);
    for (const [scale, level] of [
      [1e3, 0],
      [1, 1e6],
    ] as const) {
      of(scale, level).forEach((configuration, i) => {
        const plain = of(1, 0)[i]!;
        for (const name of Object.keys(plain))
          expect(Number(configuration[name])).toBeCloseTo(Number(plain[name]), 3);
      });
    }
  });

  test("goes other ways for other seeds, and elsewhere than where trials run already", () => {
    const firsts = [1, 2, 3, 4, 5, 6].map((seed) =>
      JSON.stringify(follow(make(cube(3), seed), 1, bowl)[0]!.configuration),
    );
    expect(new Set(firsts).size).toBeGreaterThan(2);
    const strategy = make(cube(3));
    const asked = new Set<string>();
    for (let trial = 0; trial < 8; trial++) {
      const { configuration } = strategy.ask() as Run;
      asked.add(JSON.stringify(configuration));
      strategy.tell({ type: "started", trial, configuration, budget: 0, note: undefined, time: trial });
    }
    expect(asked.size).toBe(8);
  });

  test("goes on after failures", () => {
    const asks = follow(make(cube(2)), 12, (run, trial) =>
      trial % 3 === 0 ? Number.POSITIVE_INFINITY : bowl(run),
    );
    expect(new Set(asks.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(12);
  });
});
