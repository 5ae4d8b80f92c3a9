import { describe, expect, test } from "vitest";
import { fidelitiesAt } from "../../../src/insight/strategy/fidelities.ts";
import { eventsOf } from "../../../src/insight/strategy/past.ts";
import { Replay } from "../../../src/insight/strategy/replay.ts";
import { strategyInsight } from "../../../src/insight/strategy/strategy.ts";
import type { Configuration } from "../../../src/protocol/space.ts";
import type { StrategyInsight } from "../../../src/protocol/strategyInsight.ts";
import type { TrialEvent } from "../../../src/protocol/trial.ts";
import { Space } from "../../../src/space/space.ts";
import { Fidelities } from "../../../src/strategies/fidelities.ts";
import { strategies } from "../../../src/strategies/registry.ts";
import { randomStudy, SPACE } from "./fixture.ts";
import {
  ARMS,
  BUDGET,
  type Decided,
  decided,
  noisyLoss,
  VALLEY,
  valleyLoss,
  valleySlopes,
} from "./strategyStudies.ts";

/** The insight of one view; fails where it is another. */
function viewed<V extends StrategyInsight["view"]>(
  insight: StrategyInsight,
  view: V,
): Extract<StrategyInsight, { view: V }> {
  expect(insight.view).toBe(view);
  return insight as Extract<StrategyInsight, { view: V }>;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe("events of a history", () => {
  test.each(["tpe", "bandit", "cma-es", "evolution"])("are those that %s has heard", (name) => {
    const { history, events } = decided({ name, parallel: 3 });
    const bare = events.map((event) => ({ ...event, time: 0 }));
    expect(eventsOf(history).map((event) => ({ ...event, time: 0 }))).toEqual(bare);
  });

  test("leave out what nobody started", () => {
    const study = randomStudy(3);
    study.trials[1]!.state = "waiting";
    expect(eventsOf(study).map((event) => "trial" in event && event.trial)).toEqual([0, 0, 2, 2]);
  });
});

describe("scores by budget", () => {
  const study = decided({ name: "bohb", budget: BUDGET, trials: 200, parallel: 3 });

  test("are those that the strategy has heard, in their order", () => {
    const heard = new Fidelities();
    for (const event of study.events) heard.tell(event);
    const { fidelities, total } = fidelitiesAt(study.history, undefined, () => undefined);
    expect(fidelities.map(({ budget }) => budget)).toEqual([1, 3, 9, 27]);
    expect(fidelities).toEqual(heard.all);
    expect(total).toBe(sum(heard.all.map(({ observations }) => observations.length)));
  });

  test("of the past are those that were in by then", () => {
    const { fidelities, next, running } = fidelitiesAt(study.history, 30, () => undefined);
    expect(sum(fidelities.map(({ observations }) => observations.length))).toBe(30);
    const known = fidelities.flatMap(({ observations }) => observations.map(({ trial }) => trial));
    expect(known).not.toContain(next!.trial);
    // With three workers at most two others are on their way.
    expect(running.length).toBeLessThanOrEqual(2);
    for (const { number } of running) expect(known).not.toContain(number);
  });
});

describe("a replay", () => {
  const { events } = decided({ name: "cma-es" });
  class Counted {
    readonly heard: TrialEvent[] = [];
    tell(event: TrialEvent): void {
      this.heard.push(event);
    }
  }

  test("is told each event once, and begins anew in the past", () => {
    let made = 0;
    const replay = new Replay(() => {
      made++;
      return new Counted();
    });
    const early = replay.after(events.slice(0, 20));
    expect(replay.after(events.slice(0, 30))).toBe(early);
    expect([early.heard, made]).toEqual([events.slice(0, 30), 1]);
    expect(replay.after(events.slice(0, 10)).heard).toEqual(events.slice(0, 10));
    const swapped = [events[0]!, events[2]!, events[1]!, ...events.slice(3)];
    expect(replay.after(swapped).heard).toEqual(swapped);
    const anew = events.map((event) => ({ ...event, time: event.time + 1 }));
    expect(replay.after(anew).heard).toEqual(anew);
    expect(made).toBe(4);
  });

  test.each(["cma-es", "bandit"])(
    "of %s tells the same as a fresh one, whatever was looked at before",
    (name) => {
      const study = decided({ name, spec: name === "bandit" ? ARMS : VALLEY, lossOf: valleyOrNoise });
      for (const at of [50, 20, 35, 60]) {
        const fresh = decided({ name, spec: name === "bandit" ? ARMS : VALLEY, lossOf: valleyOrNoise });
        expect(study.look({ at })).toEqual(fresh.look({ at }));
      }
    },
  );
});

const valleyOrNoise = (configuration: Configuration, number: number) =>
  "lr" in configuration ? valleyLoss(configuration) : noisyLoss(configuration, number);

describe("densities", () => {
  const study = decided({ name: "tpe" });
  const insight = viewed(study.look(), "densities");

  test("say how many trials are good and up to which score", () => {
    const { model, good, others } = insight;
    expect([model!.good, model!.others, insight.at, insight.total]).toEqual([9, 51, 60, 60]);
    expect([good.length, others.length]).toEqual([9, 51]);
    const scores = good.map(({ score }) => score!);
    expect(model!.threshold).toBe(Math.max(...scores));
    expect(Math.min(...others.map(({ score }) => score ?? Number.POSITIVE_INFINITY))).toBeGreaterThanOrEqual(
      model!.threshold,
    );
  });

  test("are densities, of a category probabilities", () => {
    for (const { axis, units, good, bad } of insight.model!.parameters) {
      for (const density of [good, bad]) {
        expect(density).toHaveLength(units.length);
        // On the unit interval by the midpoint rule, whose error is that of kernels cut at the ends.
        const total = axis.isDiscrete ? sum(density) : sum(density) / units.length;
        expect(Math.abs(total - 1)).toBeLessThan(0.02);
      }
    }
  });

  test("tell where good learning rates lie", () => {
    const { axis, units, good, bad } = insight.model!.parameters[0]!;
    expect(axis.name).toBe("lr");
    const ratio = good.map((value, i) => value / bad[i]!);
    // The loss is smallest at 10^-2.5: 0.58 of the way from 1e-6 to 1.
    expect(Math.abs(units[ratio.indexOf(Math.max(...ratio))]! - 3.5 / 6)).toBeLessThan(0.12);
  });

  test("count a conditional parameter's trials where it is active only", () => {
    const momentum = insight.model!.parameters.find(({ axis }) => axis.name === "momentum")!;
    const at = insight.model!.parameters.indexOf(momentum);
    const active = [insight.good, insight.others].map(
      (trials) => trials.filter((trial) => trial.at[at] !== null).length,
    );
    expect(momentum.active).toEqual(active);
    expect(sum(active)).toBeLessThan(60);
  });

  test("look into the past: what was known then, and what really came next", () => {
    const early = viewed(study.look({ at: 30 }), "densities");
    expect([early.at, early.total]).toEqual([30, 60]);
    expect(early.good.length + early.others.length).toBe(30);
    const { trial, configuration } = early.next!;
    expect(configuration).toEqual(study.history.trials[trial!]!.configuration);
    // With two workers one more trial is on its way.
    expect(early.running).toHaveLength(1);
    expect(early.running[0]!.trial).toBeLessThan(trial!);
    expect(viewed(study.look({ at: 0 }), "densities")).toMatchObject({
      model: undefined,
      next: { trial: 0 },
    });
  });

  test("mark what the strategy asks for now", () => {
    const running = decided({ name: "tpe", cut: 20 });
    const { next } = viewed(running.look(), "densities");
    const ask = running.strategy.ask();
    expect(next).toMatchObject({ trial: undefined, configuration: ask.type === "run" && ask.configuration });
    expect(next!.at).toHaveLength(4);
    expect(insight.next).toBeUndefined();
  });

  test("have the metric's own direction", () => {
    const { model, good } = viewed(decided({ name: "tpe", goal: "maximize" }).look(), "densities");
    expect(model!.threshold).toBe(Math.min(...good.map(({ score }) => score!)));
    expect(model!.threshold).toBeLessThan(0);
  });

  test("of BOHB are those of the largest budget that is known well enough", () => {
    const bohb = decided({ name: "bohb", budget: BUDGET, trials: 200 });
    const { model, good, others, needs, randomShare, total } = viewed(bohb.look(), "densities");
    expect([model!.budget, model!.unit, needs]).toEqual([27, "epochs", 7]);
    expect(randomShare).toBeCloseTo(1 / 3, 6);
    const there = bohb.events.filter(
      (event) => "budget" in event && event.budget === 27 && "losses" in event,
    );
    expect(good.length + others.length).toBeGreaterThanOrEqual(there.length);
    expect(total).toBeGreaterThan(bohb.history.trials.length);
    const early = viewed(bohb.look({ at: 12 }), "densities");
    expect(early.model!.budget).toBeLessThan(27);
  });

  test("of a policy gradient are what the policy draws, beside the uniform distribution", () => {
    const { model, good, others } = viewed(decided({ name: "reinforce", trials: 150 }).look(), "densities");
    expect(good.length + others.length).toBe(150);
    expect(good).toHaveLength(38);
    for (const { axis, units, good: drawn, bad: uniform } of model!.parameters) {
      for (const density of [drawn, uniform]) {
        expect(axis.isDiscrete ? sum(density) : sum(density) / units.length).toBeCloseTo(1, 9);
      }
      expect(new Set(uniform).size).toBe(1);
    }
    const moved = model!.parameters.some(({ good: drawn }) => Math.max(...drawn) > 1.5 * Math.min(...drawn));
    expect(moved).toBe(true);
    const before = viewed(decided({ name: "reinforce" }).look({ at: 0 }), "densities");
    expect([before.model, before.good]).toEqual([undefined, []]);
  });

  test("show 24 of many parameters, those that tell good from others", () => {
    const parameters = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`p${i}`, { type: "float", low: 0, high: 1 } as const]),
    );
    const wide = decided({
      name: "tpe",
      spec: { parameters },
      lossOf: (configuration) => (Number(configuration.p29) - 0.5) ** 2,
    });
    const { model, good } = viewed(wide.look(), "densities");
    expect([model!.parameters.length, model!.hidden]).toEqual([24, 6]);
    expect(model!.parameters.at(-1)!.axis.name).toBe("p29");
    expect(good[0]!.at).toHaveLength(24);
  });
});

describe("a bandit", () => {
  const of = (policy: string, goal: "minimize" | "maximize" = "minimize"): Decided =>
    decided({ name: "bandit", options: { policy }, spec: ARMS, trials: 150, lossOf: noisyLoss, goal });

  test.each(["thompson", "ucb1", "epsilon-greedy", "exp3"])("%s: has means, pulls and regret", (policy) => {
    const study = of(policy);
    const { arms, pulls } = viewed(study.look(), "bandit");
    expect(arms).toHaveLength(8);
    expect(sum(arms.map((arm) => arm.pulls))).toBe(150);
    expect(sum(arms.map(({ failed }) => failed))).toBe(1);
    const means = arms.map(({ mean }) => mean!);
    expect(means).toEqual(means.toSorted((a, b) => a - b));
    for (const { configuration, mean, failed } of arms) {
      const same = study.history.trials.filter(
        (trial) => JSON.stringify(trial.configuration) === JSON.stringify(configuration),
      );
      const scores = same.flatMap(({ values }) => values ?? []);
      if (failed === 0) expect(mean).toBeCloseTo(sum(scores) / scores.length, 9);
    }
    // ρ_T: what was scored, less T times the best mean.
    const worst = Math.max(...study.history.trials.flatMap(({ values }) => values ?? []));
    const scores = study.history.trials.map(({ values }) => values?.[0] ?? worst);
    expect(pulls.at(-1)!.regret).toBeCloseTo(sum(scores) - 150 * means[0]!, 9);
    expect(pulls.at(-1)!.order).toBe(150);
  });

  test("bounds: Thompson's about the mean, UCB1's on the good side, none of the others", () => {
    const thompson = viewed(of("thompson").look(), "bandit").arms;
    // Pulled most, an arm is known best.
    const widths = thompson.toSorted((a, b) => b.pulls - a.pulls).map(({ bounds: [a, b] = [0, 0] }) => b - a);
    expect(widths[0]).toBeLessThan(widths.at(-1)!);
    for (const goal of ["minimize", "maximize"] as const) {
      for (const { mean, bounds } of viewed(of("ucb1", goal).look(), "bandit").arms) {
        expect(bounds![goal === "minimize" ? 1 : 0]).toBeCloseTo(mean!, 9);
      }
    }
    expect(viewed(of("exp3").look(), "bandit").arms.every(({ bounds }) => bounds === undefined)).toBe(true);
  });

  test("probabilities of Exp3 and ε-greedy sum to 1, and favour the best", () => {
    for (const policy of ["exp3", "epsilon-greedy"]) {
      const { arms } = viewed(of(policy).look(), "bandit");
      const probabilities = arms.map(({ probability }) => probability!);
      expect(sum(probabilities)).toBeCloseTo(1, 9);
      expect(probabilities[0]).toBeGreaterThan(probabilities.at(-1)!);
    }
    expect(viewed(of("ucb1").look(), "bandit").arms[0]!.probability).toBeUndefined();
  });

  test("knows in the past what was known then, and which arm came next", () => {
    const study = of("ucb1");
    const { arms, next, pulls } = viewed(study.look({ at: 40 }), "bandit");
    expect(pulls).toHaveLength(40);
    const following = study.history.trials[sum(arms.map((arm) => arm.pulls))]!;
    expect(arms.find(({ arm }) => arm === next)!.configuration).toEqual(following.configuration);
  });

  test("with no result has nothing but its arms", () => {
    const { arms, pulls } = viewed(of("thompson").look({ at: 0 }), "bandit");
    expect([arms.length, pulls]).toEqual([8, []]);
    expect(arms.every(({ mean, bounds }) => mean === undefined && bounds === undefined)).toBe(true);
  });
});

describe("a population", () => {
  test("of aging evolution: the last to end are alive, children differ from their parent in one place", () => {
    const study = decided({ name: "evolution", options: { population: 10 }, trials: 80 });
    const { points, size, variant } = viewed(study.look(), "population");
    expect([size, variant, points.length]).toEqual([10, "aging", 80]);
    expect(points.filter(({ isAlive }) => isAlive)).toHaveLength(10);
    const children = points.filter(({ parents }) => parents.length > 0);
    expect(children.length).toBeGreaterThan(60);
    for (const { trial, parents, changes } of children) {
      expect(parents).toHaveLength(1);
      expect(parents[0]).toBeLessThan(trial);
      // A changed optimizer gives or takes the momentum with it.
      const names = changes.map(({ name }) => name);
      if (names.includes("optimizer")) expect(names.length).toBeLessThanOrEqual(2);
      else expect(names).toHaveLength(1);
      for (const { name, from, to } of changes) {
        expect(from).toBe(study.history.trials[parents[0]!]!.configuration[name]);
        expect(to).toBe(study.history.trials[trial]!.configuration[name]);
      }
    }
  });

  test("of differential evolution: each member is the best that its place has had", () => {
    const study = decided({ name: "evolution", options: { variant: "de", population: 8 }, trials: 96 });
    const { points } = viewed(study.look(), "population");
    const alive = points.filter(({ isAlive }) => isAlive);
    expect(alive.map(({ member }) => member).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const { member, score } of alive) {
      const scores = points.filter((point) => point.member === member).map((point) => point.score ?? 1e9);
      expect(score).toBe(Math.min(...scores));
    }
    const born = points.filter(({ parents }) => parents.length > 0);
    expect(born.length).toBeGreaterThan(60);
    // The member that it competes with, and the three that it is made of.
    for (const { parents, member } of born) {
      expect(parents).toHaveLength(4);
      expect(parents[0]! % 8).toBe(member);
    }
  });

  test("of a journal without parents has no lines but is drawn", () => {
    const study = decided({ name: "evolution", trials: 40 });
    for (const trial of study.history.trials) trial.note = { why: "Trial 3 with another lr." };
    const { points } = viewed(study.look(), "population");
    expect(points.every(({ parents, changes }) => parents.length === 0 && changes.length === 0)).toBe(true);
  });
});

describe("chains of gradient steps", () => {
  const along = {
    ...{ name: "hypergradient", spec: VALLEY, trials: 40, parallel: 3 },
    ...{ lossOf: valleyLoss, hypergradientsOf: valleySlopes },
  };
  const study = decided(along);
  const insight = viewed(study.look(), "chains");
  const visits = insight.chains.flatMap(({ visits }) => visits);

  test("have the parameters that move, and each trial once, with its hypergradient by their ranges", () => {
    expect(insight.parameters.map(({ name }) => name).sort()).toEqual(["decay", "dropout", "lr"]);
    expect(visits.map(({ trial }) => trial).sort((a, b) => a - b)).toEqual(
      study.history.trials.map((_, i) => i),
    );
    const names = insight.parameters.map(({ name }) => name);
    for (const { trial, slopes, score, at } of visits) {
      const { configuration } = study.history.trials[trial]!;
      expect(score).toBeCloseTo(valleyLoss(configuration), 12);
      const lr = Number(configuration.lr);
      expect(slopes[names.indexOf("lr")]).toBeCloseTo(
        valleySlopes(configuration).lr! * lr * Math.log(1e5),
        9,
      );
      expect(at[names.indexOf("lr")]).toBeCloseTo(Math.log10(lr / 1e-5) / 5, 9);
    }
  });

  test("say what became of each step and of each chain", () => {
    for (const { chain, visits, best, ended } of insight.chains) {
      const scores = visits.filter(({ became }) => became === "best").map(({ score }) => score!);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      expect(best).toBe(scores.at(-1));
      expect(visits.map(({ iteration }) => iteration)).toEqual(visits.map((_, i) => i + 1));
      const why = (study.history.trials[visits[0]!.trial]!.note as { why: string }).why;
      expect(why).toContain(`Chain ${chain + 1} starts`);
      if (ended !== undefined) expect(ended).toBe("converged");
    }
    expect(visits.some(({ became }) => became === "worse")).toBe(true);
  });

  test("of a metric that is to grow have its derivatives, and are as they were after 12 results", () => {
    const grown = viewed(decided({ ...along, goal: "maximize" }).look(), "chains");
    for (const [i, { visits }] of insight.chains.entries())
      for (const [j, { slopes, score }] of visits.entries()) {
        const other = grown.chains[i]!.visits[j]!;
        expect(other.score).toBeCloseTo(-score!, 12);
        expect(other.slopes).toEqual(slopes.map((slope) => (slope === null ? null : 0 - slope)));
      }
    const early = viewed(study.look({ at: 12 }), "chains");
    expect(early.chains.flatMap(({ visits }) => visits)).toHaveLength(12);
    const cut = decided({ ...along, cut: 28 });
    const visitsIn = (of: typeof early) => of.chains.map(({ visits }) => visits);
    expect(visitsIn(early)).toEqual(visitsIn(viewed(cut.look(), "chains")));
  });

  test("where nothing is told, say what to do", () => {
    const silent = decided({ name: "hypergradient", spec: VALLEY, trials: 20, lossOf: valleyLoss });
    const told = viewed(silent.look(), "chains");
    expect(told.silence).toContain('such as "hypergradient lr=-0.12');
    expect(told.chains.every(({ ended }) => ended === "silent")).toBe(true);
    expect([told.chains.length, told.earlier]).toEqual([12, 8]);
    expect(insight.silence).toBeUndefined();
  });
});

describe("a search distribution", () => {
  const study = decided({ name: "cma-es", spec: VALLEY, trials: 150, lossOf: valleyLoss });
  const insight = viewed(study.look(), "distribution");

  test("closes in on the valley, along which it is longest", () => {
    const { search, generations } = viewed(study.look({ x: "lr", y: "decay" }), "distribution");
    expect([search!.x.name, search!.y!.name]).toEqual(["lr", "decay"]);
    // The best is at 10^-2.5 and 10^-3.5, half of the way.
    expect(Math.abs(search!.mean[0] - 0.5)).toBeLessThan(0.15);
    expect(Math.abs(search!.mean[1] - 0.5)).toBeLessThan(0.15);
    const [xx, xy, yy] = search!.covariance;
    expect(xy / Math.sqrt(xx * yy)).toBeLessThan(-0.5);
    expect(generations[0]).toEqual({ run: 0, generation: 0, order: 0, sigma: 0.3 });
    expect(generations.at(-1)!.sigma).toBeLessThan(0.2);
    expect(insight.generation).toBe(generations.length - 1);
  });

  test("has a generation every λ results, and each trial in its own", () => {
    const { generations, population, points } = insight;
    expect(population).toBe(8);
    for (const [i, { order }] of generations.entries()) expect(order).toBe(8 * i);
    const why = (trial: number) => (study.history.trials[trial]!.note as { why: string }).why;
    for (const { trial, run, generation } of points) {
      expect(why(trial)).toContain(`Generation ${generation + 1} of run ${run + 1}`);
    }
  });

  test("takes only its own coordinates for axes", () => {
    expect(insight.parameters.map(({ name }) => name)).not.toContain("activation");
    expect(viewed(study.look({ x: "activation" }), "distribution").search!.x.name).not.toBe("activation");
  });

  test("is told anew: as it was after 48 results", () => {
    const early = viewed(study.look({ at: 48, x: "lr" }), "distribution");
    const cut = decided({ name: "cma-es", spec: VALLEY, trials: 150, cut: 102, lossOf: valleyLoss });
    const alone = viewed(cut.look({ x: "lr", y: early.search!.y!.name }), "distribution");
    expect(early.search).toEqual(alone.search);
    expect(early.generations).toEqual(alone.generations);
    expect(early.points).toHaveLength(48);
  });

  test("marks restarts", () => {
    const flat = { parameters: { a: { type: "float", low: 0, high: 1 } } } as const;
    const again = decided({
      name: "cma-es",
      spec: flat,
      options: { restarts: "bipop", population: 4 },
      trials: 300,
      lossOf: (configuration) => (Number(configuration.a) - 0.3) ** 2,
    });
    const { run, generations, search } = viewed(again.look(), "distribution");
    expect(run).toBeGreaterThan(0);
    expect(new Set(generations.map((one) => one.run)).size).toBe(run + 1);
    expect(search!.y).toBeUndefined();
  });

  test("without a numeric parameter has no ellipse", () => {
    const names = { parameters: { a: { type: "categorical", choices: ["x", "y", "z", "w"] } } } as const;
    const { search, points } = viewed(
      decided({ name: "cma-es", spec: names, trials: 4, lossOf: () => 1 }).look(),
      "distribution",
    );
    expect([search, points.length]).toEqual([undefined, 4]);
  });
});

describe("other strategies", () => {
  const space = new Space(SPACE);
  const look = (name: string, trials = 20) =>
    strategyInsight(
      randomStudy(30),
      {
        name,
        input: { space, seed: 0, options: {}, budget: BUDGET, trials },
        unit: "",
        asked: () => undefined,
        replays: {},
      },
      {},
    );

  test.each(strategies.map(({ name }) => name))("%s says what it has to show", (name) => {
    const insight = look(name);
    expect(insight.kind).toBe("strategy");
    if (insight.view === "other") expect(insight.offers.length).toBeGreaterThan(0);
  });

  test("offer the panel that fits", () => {
    const offers = (name: string) => viewed(look(name), "other").offers[0];
    expect(offers("random")).toBe("incumbent");
    expect(offers("hyperband")).toBe("brackets");
    expect(offers("asha")).toBe("brackets");
    expect(offers("gp")).toBe("surface");
    expect(viewed(look("grid"), "other").reason).toBe("no-model");
  });

  test("automatic is what it has picked", () => {
    const input = { space, seed: 0, options: {}, budget: undefined, trials: 5_000 };
    const source = { name: "auto", input, unit: "", asked: () => undefined, replays: {} };
    expect(strategyInsight(randomStudy(30), source, {})).toMatchObject({
      view: "densities",
      strategy: "tpe",
    });
    expect(look("auto")).toMatchObject({ view: "other", strategy: "gp-hyperband", reason: "surface" });
  });

  test("an unknown one, and a study without a definition, are shown as such", () => {
    expect(look("oracle")).toMatchObject({ view: "other", reason: "unknown", strategy: "oracle" });
    expect(strategyInsight(randomStudy(5), undefined, {})).toMatchObject({
      view: "other",
      reason: "unknown",
    });
  });
});

test("a view of 2,000 trials is bounded and quick", () => {
  const names = ["tpe", "evolution", "cma-es"];
  for (const name of names) {
    const { look } = decided({ name: "random", trials: 2_000 });
    expect(look().view).toBe("other");
    const study = randomStudy(2_000);
    const input = { space: new Space(SPACE), seed: 0, options: {}, budget: undefined, trials: 4_000 };
    const insight = strategyInsight(
      study,
      { name, input, unit: "", asked: () => undefined, replays: {} },
      {},
    );
    expect(JSON.stringify(insight).length).toBeLessThan(300_000);
  }
});
