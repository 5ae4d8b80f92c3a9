import { describe, expect, it } from "vitest";
import { importances } from "../../../src/insight/importance.ts";
import { parametersInsight } from "../../../src/insight/parameters.ts";
import type { Configuration, Parameter } from "../../../src/protocol/space.ts";
import { generator, history, hyperbandStudy, randomStudy, SPACE, trialOf } from "./fixture.ts";

const unit = { type: "float", low: 0, high: 1 } as const;
const SEEDS = Array.from({ length: 12 }, (_, index) => 100 + 17 * index);

/** Mean shares over seeds of a function over configurations drawn at random. */
function meanShares(
  parameters: Readonly<Record<string, Parameter>>,
  draw: (random: () => number) => Configuration,
  score: (values: Configuration) => number,
  count: number,
): Record<string, number> {
  const means: Record<string, number> = {};
  for (const seed of SEEDS) {
    const random = generator(seed);
    const ranked = Array.from({ length: count }, () => draw(random)).sort((a, b) => score(a) - score(b));
    for (const [name, share] of importances(ranked, parameters)) {
      means[name] = (means[name] ?? 0) + share / SEEDS.length;
    }
  }
  return means;
}

describe("importances (PED-ANOVA)", () => {
  const three = { a: unit, b: unit, c: unit };
  const draw = (random: () => number) => ({ a: random(), b: random(), c: random() });

  it("give nearly all to the one parameter that matters", () => {
    const shares = meanShares(three, draw, ({ b }) => (Number(b) - 0.4) ** 2, 200);
    expect(shares.b).toBeGreaterThan(0.9);
  });

  it("rank parameters by their weight in the score", () => {
    const score = ({ a, b, c }: Configuration) =>
      9 * (Number(a) - 0.5) ** 2 + 3 * (Number(b) - 0.5) ** 2 + 0.3 * (Number(c) - 0.5) ** 2;
    const shares = meanShares(three, draw, score, 500);
    expect(shares.a).toBeGreaterThan(2 * shares.b!);
    expect(shares.b).toBeGreaterThan(2 * shares.c!);
  });

  it("are even where parameters matter alike", () => {
    const shares = meanShares(three, draw, ({ a, b, c }) => Number(a) + Number(b) + Number(c), 500);
    for (const name of ["a", "b", "c"]) expect(shares[name]).toBeCloseTo(1 / 3, 1);
  });

  it("find choices, and see a log scale as the space does", () => {
    const parameters: Record<string, Parameter> = {
      kind: { type: "categorical", choices: ["x", "y", "z"] },
      lr: { type: "float", low: 1e-6, high: 1, scale: "log" },
      flag: { type: "boolean" },
    };
    const sample = (random: () => number) => ({
      kind: ["x", "y", "z"][Math.floor(random() * 3)]!,
      lr: 10 ** (-6 * random()),
      flag: random() < 0.5,
    });
    const byKind = meanShares(parameters, sample, ({ kind }) => (kind === "y" ? 0 : 1), 200);
    expect(byKind.kind).toBeGreaterThan(0.8);
    const byRate = meanShares(parameters, sample, ({ lr }) => Math.abs(Math.log10(Number(lr)) + 4), 200);
    expect(byRate.lr).toBeGreaterThan(0.9);
  });

  it("judge a conditional parameter where it is active, weighted by how often that is", () => {
    const inner: Parameter = { ...unit, when: { kind: "half" } };
    // Twins, but one of them is there only in every second configuration.
    const ranked = Array.from({ length: 400 }, (_, index): Configuration => {
      const pair = Math.floor(index / 2);
      const value = pair < 20 ? 0.2 + pair / 100 : ((pair * 61) % 200) / 200;
      return index % 2 === 0 ? { outer: value, inner: value } : { outer: value };
    });
    const shares = importances(ranked, { outer: unit, inner });
    const ratio = shares.get("inner")! / shares.get("outer")!;
    // Half the configurations, and a smoother density from half as many points.
    expect(ratio).toBeGreaterThan(0.35);
    expect(ratio).toBeLessThan(0.55);
    const seldom = ranked.map((values, index) => (index < 18 ? values : { outer: values.outer! }));
    expect(importances(seldom, { outer: unit, inner }).has("inner")).toBe(false);
  });

  it("sum to 1", () => {
    const random = generator(5);
    const ranked = Array.from({ length: 40 }, () => draw(random));
    const total = [...importances(ranked, three).values()].reduce((sum, share) => sum + share, 0);
    expect(total).toBeCloseTo(1, 12);
  });

  it("are none below 10 observations, or where there is nothing to choose", () => {
    const random = generator(5);
    const ranked = Array.from({ length: 10 }, () => draw(random));
    expect(importances(ranked.slice(0, 9), three).size).toBe(0);
    expect(importances(ranked, three).size).toBe(3);
    expect(importances(ranked, { a: { ...unit, low: 1 } }).size).toBe(0);
  });

  it("bear values that the space does not know any more", () => {
    const ranked = Array.from({ length: 20 }, (_, index) => ({
      a: index % 2 === 0 ? 7 : index / 20,
      b: 0.5,
    }));
    expect(importances(ranked, { a: unit, b: unit }).get("a")).toBeGreaterThanOrEqual(0);
  });
});

describe("parametersInsight", () => {
  it("holds the incumbent's value, the importance, and the effect of each parameter", () => {
    const insight = parametersInsight(randomStudy(120), SPACE);
    const lr = insight.parameters.find(({ name }) => name === "lr")!;
    expect(lr.best).toBe(insight.best?.configuration.lr);
    expect(lr.importance).toBeGreaterThan(0.7);
    expect(lr.effect).toHaveLength(insight.scored);
    expect(insight.top).toHaveLength(5);
    expect(insight.top[0]!.number).toBe(insight.best?.trial);
    const momentum = insight.parameters.find(({ name }) => name === "momentum")!;
    expect(momentum.trials).toBeLessThan(insight.scored);
    expect(momentum.best).toBe(insight.best?.configuration.momentum);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    "sees past Hyperband's own selection: the learning rate matters most (seed %i)",
    (seed) => {
      for (const until of [0.3, 0.6, 1]) {
        const { parameters } = parametersInsight(hyperbandStudy({ seed, until }), SPACE);
        expect(parameters.find(({ name }) => name === "lr")!.importance).toBeGreaterThan(0.75);
      }
    },
  );

  it("gives no bracket an advantage for having been first", () => {
    const space = {
      parameters: { lr: SPACE.parameters.lr!, which: { type: "categorical", choices: ["x", "y"] } },
    } as const;
    const random = generator(9);
    const trials = Array.from({ length: 80 }, (_, number) => {
      const bracket = number < 40 ? 0 : 1;
      const lr = 10 ** (-6 * random());
      return trialOf(number, "complete", [[9, Math.abs(Math.log10(lr) + 2)]], {
        configuration: { lr, which: bracket === 0 ? "x" : "y" },
        placement: { bracket, rung: 0 },
      });
    });
    const { parameters } = parametersInsight(history(trials), space);
    expect(parameters.find(({ name }) => name === "which")!.importance).toBeLessThan(0.05);
  });

  it("compares effects at one budget only", () => {
    const { parameters, effectBudget } = parametersInsight(hyperbandStudy(), SPACE);
    const { effect } = parameters.find(({ name }) => name === "lr")!;
    const study = hyperbandStudy();
    // The largest budget at which at least 30 trials were measured is 9 epochs here.
    for (const { trial, score } of effect) {
      expect(study.trials[trial]!.reports.find(({ budget }) => budget === 9)?.value).toBe(score);
    }
    expect(effect.length).toBeGreaterThanOrEqual(30);
    expect(effectBudget).toBe(9);
    expect(parametersInsight(randomStudy(20), SPACE).effectBudget).toBeUndefined();
  });

  it("says nothing of importance below 10 trials, and leaves out what is not tuned", () => {
    const trials = Array.from({ length: 9 }, (_, number) =>
      trialOf(number, "complete", [[9, number]], { configuration: { lr: 0.1 / (number + 1), layers: 1 } }),
    );
    const space = {
      parameters: { ...SPACE.parameters, layers: { ...SPACE.parameters.layers!, enabled: false } },
    };
    const insight = parametersInsight(history(trials), space);
    expect(insight.parameters.map(({ name }) => name)).toEqual(["lr", "optimizer", "momentum"]);
    expect(insight.parameters.every(({ importance }) => importance === undefined)).toBe(true);
    expect(insight.parameters[0]!.best).toBe(0.1);
  });
});
