import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Configuration, SpaceSpec } from "../../../../src/protocol/space.ts";
import type { Hypergradients, TrialEvent } from "../../../../src/protocol/trial.ts";
import { Space } from "../../../../src/space/space.ts";
import type { HypergradientSearch } from "../../../../src/strategies/hypergradient/hypergradient.ts";
import { hypergradient } from "../../../../src/strategies/hypergradient/hypergradient.ts";
import { completeOptions } from "../../../../src/strategies/options.ts";
import { createStrategy } from "../../../../src/strategies/registry.ts";
import type { Ask } from "../../../../src/strategies/strategy.ts";
import { fingerprint, valley, valleySpace } from "./process.ts";

type Score = (configuration: Configuration) => {
  readonly loss: number;
  readonly hypergradients?: Hypergradients;
};
type Run = Extract<Ask, { type: "run" }>;

function make(spec: SpaceSpec, options: Record<string, unknown> = {}, trials = 60, seed = 3) {
  const input = { space: new Space(spec), seed, budget: undefined, trials };
  return hypergradient.create({
    ...input,
    options: completeOptions(hypergradient, options),
  }) as HypergradientSearch;
}

/** Runs one trial after the other; gives what was asked for, with its loss. */
function follow(
  strategy: HypergradientSearch,
  score: Score,
  most = 1000,
): (Run & { readonly loss: number })[] {
  const runs: (Run & { readonly loss: number })[] = [];
  for (let trial = 0; trial < most; trial++) {
    const ask = strategy.ask();
    if (ask.type !== "run") break;
    const { configuration, budget } = ask;
    strategy.tell({ type: "started", trial, configuration, budget, note: ask.note, time: trial });
    const { loss, ...told } = score(configuration);
    runs.push({ ...ask, loss });
    const end: TrialEvent = Number.isNaN(loss)
      ? { type: "failed", trial, reason: "crashed", time: trial }
      : { type: "finished", trial, state: "complete", budget, losses: [loss], ...told, time: trial };
    strategy.tell(end);
  }
  return runs;
}

const why = ({ note }: Run): string => (note as { why: string }).why;
const chainOf = ({ note }: Run): number => (note as { chain: number }).chain;

describe("on a quadratic in the logarithms of its parameters", () => {
  it.each([
    ["adam", 25],
    ["gradient", 20],
  ])("%s comes within 1e-3 of the best in the first chain, in at most %i trials", (optimizer, most) => {
    for (let seed = 0; seed < 20; seed++) {
      const { score, distance } = valley(seed);
      const runs = follow(make(valleySpace, { optimizer, tolerance: 2e-4 }), score, most);
      const first = runs.filter((run) => chainOf(run) === 0);
      const best = first.reduce((a, b) => (b.loss < a.loss ? b : a));
      expect(distance(best.configuration), `seed ${seed}`).toBeLessThan(1e-3);
    }
  });

  it("halves the step and goes back to the best point where the loss gets worse", () => {
    const runs = follow(make(valleySpace, { step: 0.5, starts: 1 }), valley(1).score, 25);
    const moves = runs.map(({ note }) => note as { from?: number; step?: number });
    let [best, backtracked] = [0, 0];
    for (let i = 1; i < runs.length; i++) {
      const { from, step } = moves[i]!;
      const wentBack = best !== i - 1;
      expect(from).toBe(best);
      if (i > 1) expect(step).toBeCloseTo(moves[i - 1]!.step! * (wentBack ? 0.5 : 1.2), 12);
      if (wentBack) expect(why(runs[i]!)).toContain(`#${i - 1} is worse, so back to #${best}`);
      backtracked += Number(wentBack);
      if (runs[i]!.loss <= runs[best]!.loss) best = i;
    }
    expect(backtracked).toBeGreaterThan(2);
  });

  it("begins another chain where one has converged, and is done with its starts", () => {
    const runs = follow(make(valleySpace, { starts: 2 }, 500), valley(4).score);
    expect(new Set(runs.map(chainOf))).toEqual(new Set([0, 1]));
    expect(runs.length).toBeLessThan(100);
    const strategy = make(valleySpace, { starts: 2 }, 500);
    follow(strategy, valley(4).score);
    expect(strategy.ask()).toEqual({ type: "done", converged: true });
    expect(strategy.chains.map(({ ended }) => ended)).toEqual(["converged", "converged"]);
  });

  it("stops at a bound that the gradient points out of", () => {
    const spec: SpaceSpec = { parameters: { a: { type: "float", low: 0, high: 1, default: 0.7 } } };
    const strategy = make(spec, { starts: 1 }, 100);
    const runs = follow(strategy, ({ a }) => ({ loss: Number(a), hypergradients: { a: 1 } }));
    expect(runs.at(-1)!.configuration).toEqual({ a: 0 });
    expect(strategy.chains[0]!.ended).toBe("converged");
    expect(runs.length).toBeLessThan(8);
  });

  it("decides the same in another process, and after any prefix of its events", () => {
    const there = execFileSync(process.execPath, [new URL("./process.ts", import.meta.url).pathname, "5"], {
      encoding: "utf8",
    });
    expect(there).toBe(fingerprint(5));
    expect(there).not.toBe(fingerprint(6));
  });
});

describe("bonds", () => {
  const weight = (value?: number) =>
    ({ type: "float", low: 0, high: 1, ...(value && { default: value }) }) as const;
  const spec: SpaceSpec = {
    parameters: { a: weight(0.2), b: weight(0.2), c: weight(0.6), free: { type: "float", low: -1, high: 1 } },
  };
  /** Nearest to (0.9, 0.4, −0.6) and 0.5. */
  const score: Score = (configuration) => {
    const target = { a: 0.9, b: 0.4, c: -0.6, free: 0.5 };
    const gaps = Object.entries(target).map(
      ([name, at]) => [name, Number(configuration[name]) - at] as const,
    );
    return {
      loss: gaps.reduce((sum, [, gap]) => sum + gap ** 2, 0),
      hypergradients: Object.fromEntries(gaps.map(([name, gap]) => [name, 2 * gap])),
    };
  };
  const names = ["a", "b", "c"];
  const sum = (configuration: Configuration) => names.reduce((s, name) => s + Number(configuration[name]), 0);
  const best = (runs: ReturnType<typeof follow>) =>
    runs.reduce((a, b) => (b.loss < a.loss ? b : a)).configuration;

  it.each(["adam", "gradient"])("a simplex is never left, and its best point is found (%s)", (optimizer) => {
    const runs = follow(make(spec, { optimizer, simplex: names }), score, 60);
    for (const { configuration } of runs) expect(sum(configuration)).toBeCloseTo(1, 8);
    // The projection of (0.9, 0.4, −0.6) onto the simplex.
    const found = best(runs);
    expect(found.a).toBeCloseTo(0.75, 2);
    expect(found.b).toBeCloseTo(0.25, 2);
    expect(found.c).toBeCloseTo(0, 2);
    expect(found.free).toBeCloseTo(0.5, 2);
  });

  it.each(["adam", "gradient"])("an L1 ball with a radius is never left (%s)", (optimizer) => {
    const runs = follow(make(spec, { optimizer, l1: names, radius: 0.8 }), score, 60);
    for (const { configuration } of runs) expect(sum(configuration)).toBeLessThan(0.8 + 1e-8);
    const found = best(runs);
    expect(found.a).toBeCloseTo(0.65, 2);
    expect(found.b).toBeCloseTo(0.15, 2);
    expect(found.c).toBeCloseTo(0, 2);
  });

  it.each([
    [{ simplex: ["a", "d"] }, /simplex names "d", which is not tuned/],
    [{ l1: ["a"], simplex: ["a", "b"] }, /"a" is both/],
    [{ simplex: ["a", "b"], radius: 3 }, /ranges of a, b leave no values .* radius 3/],
    [{ l1: ["x"] }, /"x", which is no continuous number on a linear scale/],
    [{ l1: ["log"] }, /"log", which is no continuous number on a linear scale/],
    [{ simplex: "a" }, /strategy.simplex must be array/],
  ])("%j: says what is wrong", (options, message) => {
    const more: SpaceSpec = {
      parameters: {
        ...spec.parameters,
        x: { type: "int", low: 0, high: 3 },
        log: { type: "float", low: 1e-3, high: 1, scale: "log" },
      },
    };
    const input = { space: new Space(more), seed: 1, budget: undefined, trials: 9, options };
    expect(() => createStrategy("hypergradient", input)).toThrow(message);
  });
});

describe("what does not move", () => {
  const spec: SpaceSpec = {
    parameters: {
      solver: { type: "categorical", choices: ["a", "b", "c", "d"], default: "b" },
      layers: { type: "int", low: 1, high: 9, default: 2 },
      x: { type: "float", low: 0, high: 1, default: 0.9 },
      y: { type: "float", low: 0, high: 1, default: 0.9, when: { solver: ["b", "c"] } },
    },
  };
  const score: Score = ({ x, y }) => ({
    loss: (Number(x) - 0.4) ** 2 + (y === undefined ? 0.01 : (Number(y) - 0.3) ** 2),
    hypergradients: {
      x: 2 * (Number(x) - 0.4),
      ...(y !== undefined && { y: 2 * (Number(y) - 0.3) }),
    },
  });

  it("stays as its chain began, while chains begin with others; inactive parameters stay away", () => {
    const runs = follow(make(spec, {}, 120), score);
    const chains = [...Map.groupBy(runs, chainOf).values()];
    const kept = chains.map(
      (own) => new Set(own.map(({ configuration: { solver, layers } }) => `${solver} ${layers}`)),
    );
    expect(kept.every(({ size }) => size === 1)).toBe(true);
    expect(new Set(kept.map((one) => [...one][0])).size).toBeGreaterThan(2);
    const finished = chains.slice(0, -1).map((own) => own.reduce((a, b) => (b.loss < a.loss ? b : a)));
    for (const { configuration } of finished) {
      expect(configuration.x).toBeCloseTo(0.4, 2);
      if ("y" in configuration) expect(configuration.y).toBeCloseTo(0.3, 2);
    }
  });

  it("a derivative that was not told leaves its parameter where it is", () => {
    const { configuration } = follow(make(spec, { starts: 1 }), (one) => {
      const { loss, hypergradients } = score(one);
      return { loss, hypergradients: { x: hypergradients!.x! } };
    }).at(-1)!;
    expect(configuration).toMatchObject({ y: 0.9, solver: "b", layers: 2 });
    expect(configuration.x).toBeCloseTo(0.4, 2);
  });
});

describe("trials that go wrong", () => {
  it("without hypergradients every trial is a new start, and the note says what to print", () => {
    const runs = follow(make(valleySpace, {}, 20), (one) => ({ loss: valley(1).score(one).loss }));
    expect(runs.map(chainOf)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(why(runs[0]!)).toBe("Chain 1 starts at the defaults.");
    expect(why(runs[1]!)).toContain(
      'Print the derivatives of the objective beside it, such as "hypergradient lr=-0.12',
    );
  });

  it("a step that fails, or breaks a limit, is taken shorter; a start that does is given up", () => {
    const { score } = valley(2);
    const strategy = make(valleySpace, { starts: 2, step: 0.5 }, 80);
    const runs = follow(strategy, (one) => {
      const scored = score(one);
      return scored.loss > 1.2 * first ? { loss: Number.NaN } : scored;
    });
    expect(
      strategy.chains.some(({ visits }) => visits.some(({ loss }) => loss === Number.POSITIVE_INFINITY)),
    ).toBe(true);
    expect(runs.length).toBeGreaterThan(10);
    const failing = make(valleySpace, { starts: 3 }, 80);
    expect(follow(failing, () => ({ loss: Number.NaN }))).toHaveLength(3);
    expect(failing.chains.map(({ ended }) => ended)).toEqual(["failed", "failed", "failed"]);
  });
  const first = valley(2).score(new Space(valleySpace).defaults()).loss;

  it("trials that others have started take nothing from its chains", () => {
    const strategy = make(valleySpace);
    const configuration = new Space(valleySpace).defaults();
    strategy.tell({
      type: "started",
      trial: 7,
      configuration: { ...configuration, lr: 0.5 },
      budget: 0,
      time: 0,
    });
    strategy.tell({ type: "finished", trial: 7, state: "complete", budget: 0, losses: [0], time: 1 });
    expect(strategy.chains).toEqual([]);
    expect(strategy.ask()).toMatchObject({ type: "run", configuration });
  });
});

it("each worker has a chain of its own", () => {
  const strategy = make(valleySpace);
  const asks = [0, 1, 2].map((trial) => {
    const ask = strategy.ask() as Run;
    strategy.tell({ type: "started", trial, configuration: ask.configuration, budget: 0, time: 0 });
    return chainOf(ask);
  });
  expect(asks).toEqual([0, 1, 2]);
  const limited = make(valleySpace, { starts: 1 });
  const { configuration } = limited.ask() as Run;
  limited.tell({ type: "started", trial: 0, configuration, budget: 0, time: 0 });
  expect(limited.ask()).toEqual({ type: "wait" });
});
