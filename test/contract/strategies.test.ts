import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import type { SpaceSpec } from "../../src/protocol/space.ts";
import type { TrialEvent } from "../../src/protocol/trial.ts";
import { Space } from "../../src/space/space.ts";
import { createStrategy, strategies, strategyKind } from "../../src/strategies/registry.ts";
import type { Ask, Strategy, StrategyInput } from "../../src/strategies/strategy.ts";
import { changedFrom, changedTo, constrained, everyType, finite, wholeSpace } from "../fixtures/spaces.ts";
import { fingerprint } from "./strategiesProcess.ts";
import { simulate } from "./strategiesSimulator.ts";

// Models of 45 parameters think for a while on a machine that is busy with other things.
vi.setConfig({ testTimeout: 90_000 });

const BUDGET = { min: 1, max: 27, eta: 3 };

interface Variant {
  readonly label: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Every strategy of the registry with its defaults, and those options that change how it decides. */
const variants: readonly Variant[] = [
  ...strategies.map(({ name }) => ({ label: name, name, options: name === "grid" ? { levels: 2 } : {} })),
  { label: "grid, sequential", name: "grid", options: { levels: 2, order: "sequential" } },
  { label: "random, quasi-random", name: "random", options: { draws: "sobol" } },
  { label: "hyperband, rounded up", name: "hyperband", options: { rounding: "up", iterations: 2 } },
  { label: "asha, stopping", name: "asha", options: { type: "stopping" } },
  { label: "asha, three brackets", name: "asha", options: { brackets: 3 } },
  { label: "asha, stopping in two brackets", name: "asha", options: { type: "stopping", brackets: 2 } },
  // Models that speak as early and as often as they can.
  { label: "bohb, hardly random", name: "bohb", options: { minPoints: 2, randomFraction: 0.05 } },
  { label: "tpe, early", name: "tpe", options: { startup: 2 } },
  { label: "forest, early", name: "forest", options: { startup: 2, randomFraction: 0 } },
  { label: "gp, early", name: "gp", options: { startup: 2 } },
  { label: "gp, Thompson", name: "gp", options: { startup: 2, acquisition: "thompson" } },
  { label: "bandit, UCB1", name: "bandit", options: { policy: "ucb1", arms: 5 } },
  { label: "bandit, ε-greedy", name: "bandit", options: { policy: "epsilon-greedy" } },
  { label: "bandit, Exp3", name: "bandit", options: { policy: "exp3", arms: 30 } },
  { label: "evolution, early", name: "evolution", options: { population: 4, tournament: 2 } },
  { label: "evolution, differential", name: "evolution", options: { variant: "de", population: 5 } },
  { label: "nsga-ii, early", name: "nsga-ii", options: { population: 4 } },
  { label: "pbt, small and eager", name: "pbt", options: { population: 4, interval: 1, quantile: 0.5 } },
  {
    label: "hypergradient, descent",
    name: "hypergradient",
    options: { optimizer: "gradient", step: 0.5 },
  },
  { label: "cma-es, restarts", name: "cma-es", options: { population: 4, restarts: "bipop" } },
];

const fidelity = ({ name }: Variant): boolean | "either" => strategyKind(name).multiFidelity;
/** Starts copies where trials are worse than others, so that nobody knows beforehand how many. */
const copies = ({ name }: Variant): boolean => strategyKind(name).copies === true;
const repeats = ({ name }: Variant): boolean => strategyKind(name).repeats === true;

/** Strategies that think for milliseconds about each proposal: they get shorter studies, and fewer. */
const isSlow = ({ name }: Variant): boolean =>
  ["auto", "forest", "gp", "gp-hyperband", "parego", "pb2", "rnn"].includes(name);

function make(variant: Variant, spec: SpaceSpec, seed: number, input: Partial<StrategyInput> = {}): Strategy {
  const space = new Space(spec);
  const usual = { space, seed, options: variant.options, budget: BUDGET, trials: undefined };
  return createStrategy(variant.name, { ...usual, ...input });
}

const started = (events: readonly TrialEvent[]) => events.filter((event) => event.type === "started");

describe.each(variants)("$label", (variant) => {
  const fixtures: [string, SpaceSpec][] = [
    ["every type of parameter", everyType],
    ["conditions, forbidden combinations and relations", constrained],
    ["a finite space", finite],
  ];
  // Two levels of 45 parameters are more than a grid holds.
  if (variant.name !== "grid") fixtures.push(["the whole space of a network", wholeSpace]);

  it.each(fixtures)("stays within %s, asks the same twice, and ends", (_, spec) => {
    const space = new Space(spec);
    const [parallels, seeds, trials] = isSlow(variant) ? [[1, 4], 1, 10] : [[1, 2, 3, 8], 5, 40];
    for (const parallel of parallels) {
      for (let seed = 0; seed < seeds; seed++) {
        const strategy = make(variant, spec, seed, { trials });
        const { events } = simulate(strategy, { space, seed, parallel, max: BUDGET.max, tells: 0.95 });
        expect(started(events).length).toBeGreaterThan(0);
        expect(started(events).length).toBeLessThanOrEqual(trials);
      }
    }
  });

  it("ends whatever happens to the trials: failures, infinite losses, scripts that end early", () => {
    const space = new Space(everyType);
    for (let seed = 0; seed < (isSlow(variant) ? 4 : 40); seed++) {
      const shares = {
        fails: (seed % 4) * 0.15,
        infinite: (seed % 3) * 0.2,
        endsEarly: (seed % 5) * 0.1,
        tells: 0.8,
      };
      const strategy = make(variant, everyType, seed, { trials: isSlow(variant) ? 20 : 40 });
      simulate(strategy, { space, seed, parallel: 1 + (seed % 8), max: BUDGET.max, ...shares });
    }
  });

  it("ends when every single trial fails", () => {
    const space = new Space(everyType);
    const strategy = make(variant, everyType, 3, { trials: 40 });
    const { events } = simulate(strategy, { space, seed: 3, parallel: 4, max: BUDGET.max, fails: 1 });
    expect(started(events)).toHaveLength(40);
  });

  it("replays: a fresh instance that is told any prefix of the events gives the same answers", () => {
    const space = new Space(constrained);
    const trials = isSlow(variant) ? 12 : 25;
    for (const seed of isSlow(variant) ? [1] : [1, 2, 3]) {
      const live = make(variant, constrained, seed, { trials });
      let prefixes = 0;
      simulate(live, {
        space,
        seed,
        parallel: 3,
        max: BUDGET.max,
        fails: 0.1,
        endsEarly: 0.1,
        tells: 0.95,
        observe: (events, ask, stops) => {
          const fresh = make(variant, constrained, seed, { trials });
          for (const event of events) fresh.tell(event);
          expect(fresh.ask()).toEqual(ask);
          expect([...fresh.stops()].sort()).toEqual([...stops].sort());
          prefixes++;
        },
      });
      expect(prefixes).toBeGreaterThan(25);
    }
  });

  it("bears trials that break limits, and replays", () => {
    const space = new Space(constrained);
    const trials = isSlow(variant) ? 12 : 25;
    const live = make(variant, constrained, 4, { trials });
    const { events } = simulate(live, {
      space,
      seed: 4,
      parallel: 2,
      max: BUDGET.max,
      breaks: 0.5,
      tells: 1,
    });
    expect(started(events).length).toBeGreaterThan(0);
    const half = events.slice(0, events.length >> 1);
    const [one, other] = [
      make(variant, constrained, 4, { trials }),
      make(variant, constrained, 4, { trials }),
    ];
    for (const event of half) {
      one.tell(event);
      one.ask();
      other.tell(event);
    }
    expect(other.ask()).toEqual(one.ask());
  });

  it("gives other configurations for another seed", () => {
    if (variant.options.order === "sequential") return;
    const space = new Space(everyType);
    const first = [1, 2, 3, 4].map((seed) => {
      const strategy = make(variant, everyType, seed, { trials: 4 });
      return JSON.stringify(started(simulate(strategy, { space, seed: 1, parallel: 1, max: 27 }).events));
    });
    expect(new Set(first).size).toBe(4);
  });

  if (!repeats(variant)) {
    it("runs nothing twice in a finite space, and is done when it is exhausted", () => {
      const space = new Space(finite);
      for (let seed = 0; seed < (isSlow(variant) ? 2 : 10); seed++) {
        const options = variant.name === "grid" ? { ...variant.options, levels: 100 } : variant.options;
        const strategy = make({ ...variant, options }, finite, seed, { trials: 1000 });
        const { events } = simulate(strategy, { space, seed, parallel: 4, max: BUDGET.max });
        const keys = started(events).map((event) => space.key(event.configuration));
        expect(new Set(keys).size).toBe(keys.length);
        const iterations = variant.options.iterations as number | undefined;
        expect(keys).toHaveLength(iterations ? Math.min(space.size, keys.length) : space.size);
      }
    });
  }

  it("carries on around trials that others have started", () => {
    const space = new Space(finite);
    const strategy = make(variant, finite, 5, { trials: 1000 });
    const configuration = space.sample({ ...fixedDraws(), choice: (items) => items[0]! });
    const outside = { trial: 900, configuration, budget: 27, time: 0 };
    strategy.tell({ type: "started", ...outside });
    const told: TrialEvent[] = [];
    for (let i = 0; i < 12; i++) {
      const ask = strategy.ask();
      if (ask.type !== "run") break;
      if (!repeats(variant)) expect(space.key(ask.configuration)).not.toBe(space.key(configuration));
      told.push({ type: "started", trial: i, configuration: ask.configuration, budget: ask.budget, time: i });
      strategy.tell(told.at(-1)!);
    }
    expect(told.length).toBeGreaterThan(3);
    strategy.tell({ type: "failed", trial: 900, reason: "by hand", time: 20 });
    expect(strategy.stops()).toEqual([]);
  });

  it("goes on in a space that was changed in the middle of a study", () => {
    const before = simulate(make(variant, changedFrom, 4, { trials: 10 }), {
      space: new Space(changedFrom),
      seed: 4,
      parallel: 2,
      max: BUDGET.max,
    }).events;
    const space = new Space(changedTo);
    const strategy = make(variant, changedTo, 4, { trials: 16 });
    for (const event of before) strategy.tell(event);
    let trial = started(before).length;
    for (let ask = strategy.ask(); ask.type === "run" || ask.type === "promote"; ask = strategy.ask()) {
      if (ask.type === "run") expect(space.check(ask.configuration)).toBeUndefined();
      obey(strategy, ask, trial, fidelity(variant) !== true);
      if (ask.type === "run") trial++;
    }
    expect(trial).toBe(16);
  });

  it("starts no more configurations than asked for", () => {
    const space = new Space(everyType);
    for (const trials of [1, 2, 7, 30]) {
      const strategy = make(variant, everyType, 1, { trials });
      const { events } = simulate(strategy, { space, seed: 1, parallel: 2, max: BUDGET.max });
      if (copies(variant)) expect(started(events).length).toBeLessThanOrEqual(trials);
      else expect(started(events)).toHaveLength(trials);
    }
  });

  it("draws the same in another process", () => {
    const file = fileURLToPath(new URL("./strategiesProcess.ts", import.meta.url));
    const there = execFileSync(process.execPath, [file, variant.name, "42"], { encoding: "utf8" });
    expect(there).toBe(fingerprint(variant.name, 42));
    expect(there).not.toBe(fingerprint(variant.name, 43));
  });
});

/** Runs what is asked for at once, as trial `number` where it is new; `ends`: a run is its trial's last. */
function obey(
  strategy: Strategy,
  ask: Extract<Ask, { type: "run" | "promote" }>,
  number: number,
  ends: boolean,
): void {
  const { budget, placement } = ask;
  const trial = ask.type === "run" ? number : ask.trial;
  const head = { trial, budget, time: number, ...(placement && { placement }) };
  if (ask.type === "run") strategy.tell({ type: "started", ...head, configuration: ask.configuration });
  else strategy.tell({ type: "promoted", ...head });
  const score = { budget, losses: [Math.sin(number)], time: number };
  strategy.tell({ type: "reached", trial, ...score });
  if (ends || budget === BUDGET.max) strategy.tell({ type: "finished", trial, state: "complete", ...score });
  for (const stopped of strategy.stops())
    strategy.tell({ type: "finished", trial: stopped, state: "stopped", ...score });
}

function fixedDraws() {
  return {
    uniform: () => 0.3,
    int: () => 0,
    normal: () => 0,
    shuffle: <T>(items: readonly T[]): T[] => [...items],
  };
}

describe.each(variants.filter((variant) => fidelity(variant) === false))("$label", (variant) => {
  it("runs each configuration once, at the full budget, without a budget too", () => {
    const space = new Space(everyType);
    for (const budget of [BUDGET, undefined]) {
      const strategy = make(variant, everyType, 1, { budget, trials: 9 });
      const max = budget?.max ?? 0;
      const { events } = simulate(strategy, { space, seed: 1, parallel: 2, max });
      expect(started(events).map((event) => event.budget)).toEqual(Array(9).fill(max));
      expect(events.filter(({ type }) => type === "promoted")).toEqual([]);
      expect(strategy.planned!()).toBe(9);
    }
  });
});

describe.each(variants.filter(repeats))("$label", (variant) => {
  it("runs configurations again, and is done after as many trials as asked for", () => {
    const space = new Space(finite);
    for (let seed = 0; seed < (isSlow(variant) ? 2 : 10); seed++) {
      const strategy = make(variant, finite, seed, { trials: 60 });
      const { events } = simulate(strategy, { space, seed, parallel: 4, max: BUDGET.max });
      const keys = started(events).map((event) => space.key(event.configuration));
      if (copies(variant)) expect(keys.length).toBeLessThanOrEqual(60);
      else expect(keys).toHaveLength(60);
      expect(new Set(keys).size).toBeLessThanOrEqual(space.size);
    }
  });
});

describe.each(variants.filter((variant) => fidelity(variant) === true))("$label", (variant) => {
  it("spends only budgets of the rungs, and the largest on at least one trial", () => {
    const space = new Space(everyType);
    for (let seed = 0; seed < (isSlow(variant) ? 1 : 5); seed++) {
      const strategy = make(variant, everyType, seed, { trials: isSlow(variant) ? 30 : 60 });
      const { events } = simulate(strategy, { space, seed, parallel: 4, max: BUDGET.max });
      const budgets = new Set(events.flatMap((event) => ("budget" in event ? [event.budget] : [])));
      const steps = Array.from({ length: 27 }, (_, i) => i + 1);
      const planned = copies(variant) ? steps : [1, 3, 9, 27];
      expect([...budgets].every((budget) => planned.includes(budget))).toBe(true);
      expect(budgets.has(27)).toBe(true);
    }
  });

  it("needs a budget, and says how to write one", () => {
    expect(() => make(variant, everyType, 1, { budget: undefined })).toThrow(/budget/);
  });
});

describe.each(variants.filter(({ name }) => strategyKind(name).objectives === "several"))(
  "$label",
  (variant) => {
    it("takes several objectives, whatever happens to the trials, and replays", () => {
      const space = new Space(constrained);
      const input = { objectives: 3, budget: undefined, trials: isSlow(variant) ? 10 : 25 };
      const live = make(variant, constrained, 2, input);
      let prefixes = 0;
      const { events } = simulate(live, {
        space,
        seed: 2,
        parallel: 3,
        max: 0,
        objectives: 3,
        fails: 0.1,
        infinite: 0.1,
        observe: (told, ask) => {
          const fresh = make(variant, constrained, 2, input);
          for (const event of told) fresh.tell(event);
          expect(fresh.ask()).toEqual(ask);
          prefixes++;
        },
      });
      expect(started(events)).toHaveLength(input.trials);
      expect(prefixes).toBe(events.length);
    });
  },
);

describe.each(variants.filter(({ name }) => strategyKind(name).objectives !== "several"))(
  "$label",
  (variant) => {
    it("refuses several objectives, and names strategies that take them", () => {
      expect(() => make(variant, everyType, 1, { objectives: 2 })).toThrow(/takes one objective/);
    });
  },
);
