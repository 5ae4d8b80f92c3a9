import { describe, expect, it } from "vitest";
import { bracketsInsight } from "../../../src/insight/brackets.ts";
import type { Trial } from "../../../src/journal/history.ts";
import { HYPERBAND_81, history, hyperbandStudy, loss, randomStudy, rounds, trialOf } from "./fixture.ts";

const shape = (insight: ReturnType<typeof bracketsInsight>) =>
  insight.brackets.map(({ rungs }) =>
    rungs.map(({ nodes, budget }) => `${nodes.length}@${budget}`).join(" "),
  );

describe("brackets with a plan", () => {
  it("stand there before any trial runs", () => {
    const insight = bracketsInsight(history([]), HYPERBAND_81, "epochs");
    expect(insight.brackets.map(({ state }) => state)).toEqual(Array(5).fill("planned"));
    expect(insight.brackets[0]!.rungs.map(({ size, promotes }) => [size, promotes])).toEqual([
      [81, 27],
      [27, 9],
      [9, 3],
      [3, 1],
      [1, 0],
    ]);
    expect(insight.best).toBeUndefined();
  });

  it("hold every trial at each rung that it has been in", () => {
    const insight = bracketsInsight(hyperbandStudy(), HYPERBAND_81, "epochs");
    expect(shape(insight)).toEqual([
      "81@1 27@3 9@9 3@27 1@81",
      "27@3 9@9 3@27 1@81",
      "9@9 3@27 1@81",
      "6@27 2@81",
      "5@81",
    ]);
    expect(insight.brackets.every(({ state }) => state === "complete")).toBe(true);
  });

  it("give a node the score that its trial had at that rung", () => {
    const study = hyperbandStudy();
    const [first] = bracketsInsight(study, HYPERBAND_81, "epochs").brackets;
    for (const { budget, nodes } of first!.rungs) {
      for (const { trial, score, state } of nodes) {
        if (state !== "failed") expect(score).toBe(loss(study.trials[trial]!.configuration, budget));
      }
    }
  });

  it("know the worst score that was promoted, and nothing of it before", () => {
    const insight = bracketsInsight(hyperbandStudy({ until: 0.3 }), HYPERBAND_81, "epochs");
    const rung = insight.brackets[0]!.rungs[0]!;
    const promoted = rung.nodes.filter(({ state }) => state === "promoted").map(({ score }) => score!);
    const stopped = rung.nodes.filter(({ state }) => state === "stopped").map(({ score }) => score!);
    expect(promoted).toHaveLength(27);
    expect(rung.cutoff).toBe(Math.max(...promoted));
    expect(rung.cutoff).toBeLessThan(Math.min(...stopped));
    expect(insight.brackets[1]!.rungs[0]!.cutoff).toBeUndefined();
  });

  it("take the smallest promoted score as the cut-off where more is better", () => {
    const at = (number: number, score: number) =>
      trialOf(
        number,
        "complete",
        [
          [1, score],
          [3, score],
        ],
        { placement: { bracket: 0, rung: 1 } },
      );
    const plan = [
      {
        bracket: 0,
        s: 1,
        rungs: [
          { budget: 1, size: 3 },
          { budget: 3, size: 2 },
        ],
      },
    ];
    const insight = bracketsInsight(history([at(0, 0.9), at(1, 0.7)], "maximize"), plan, "epochs");
    expect(insight.brackets[0]!.rungs[0]!.cutoff).toBe(0.7);
    // Its first rung has a free place: more is to come.
    expect(insight.brackets[0]!.state).toBe("running");
  });

  it("show who runs, who is paused and who failed", () => {
    const place = (rung: number): Partial<Trial> => ({ placement: { bracket: 0, rung } });
    const study = history([
      trialOf(0, "running", [[1, 0.5]], { ...place(1), budget: 3 }),
      trialOf(1, "paused", [[1, 0.6]], place(0)),
      trialOf(2, "failed", [], { ...place(0), budget: 1 }),
      trialOf(3, "waiting", [], { ...place(0), budget: 1 }),
    ]);
    const plan = [
      {
        bracket: 0,
        s: 1,
        rungs: [
          { budget: 1, size: 3 },
          { budget: 3, size: 1 },
        ],
      },
    ];
    const { rungs } = bracketsInsight(study, plan, "epochs").brackets[0]!;
    expect(rungs.map(({ nodes }) => nodes.map(({ trial, state, score }) => [trial, state, score]))).toEqual([
      [
        [0, "promoted", 0.5],
        [1, "paused", 0.6],
        [2, "failed", undefined],
      ],
      [[0, "running", undefined]],
    ]);
  });
});

describe("asynchronous brackets", () => {
  it("have the rungs at which trials were seen, and the left ones in between", () => {
    const at = (number: number, rung: number, budget: number, state: Trial["state"] = "paused") =>
      trialOf(number, state, [[budget, 1 / (number + 2)]], { placement: { bracket: 0, rung }, budget });
    const insight = bracketsInsight(
      history([at(0, 0, 1), at(1, 3, 27, "complete"), at(2, 1, 3)]),
      undefined,
      "epochs",
    );
    expect(insight.brackets[0]!.rungs.map(({ budget }) => budget)).toEqual([1, 3, 9, 27]);
    expect(insight.brackets[0]!.rungs.map(({ size }) => size)).toEqual(Array(4).fill(undefined));
    expect(insight.brackets[0]!.state).toBe("running");
  });

  it("count a trial that runs on by itself in the rungs that it has passed", () => {
    const others = [0, 1, 2].map((rung) =>
      trialOf(rung, "stopped", [[3 ** rung, 0.9]], { placement: { bracket: 0, rung } }),
    );
    const runner = trialOf(
      3,
      "running",
      [1, 2, 3, 4].map((epoch) => [epoch, 1 / epoch] as const),
      {
        placement: { bracket: 0, rung: 0 },
      },
    );
    const { rungs } = bracketsInsight(history([...others, runner]), undefined, "epochs").brackets[0]!;
    expect(rungs.map(({ nodes }) => nodes.find(({ trial }) => trial === 3)?.state)).toEqual([
      "promoted",
      "running",
      undefined,
    ]);
  });

  it("are none where trials have no placement", () => {
    expect(bracketsInsight(randomStudy(20), undefined, "").brackets).toEqual([]);
  });
});

describe("a population whose members are copied", () => {
  it("is one bracket, in which a copy stands after the step that it was copied at", () => {
    const placed = (bracket: number, rung: number, rest: Partial<Trial> = {}) => ({
      placement: { bracket, rung },
      ...rest,
    });
    const points = (from: number, to: number): [number, number][] =>
      Array.from({ length: to - from }, (_, i) => [from + i + 1, 1 / (from + i + 1)]);
    const trials = [
      trialOf(0, "complete", points(0, 8), placed(0, 3)),
      trialOf(1, "stopped", points(0, 2), placed(1, 0)),
      trialOf(2, "stopped", points(2, 6), placed(1, 1, { from: { trial: 0, budget: 2 } })),
      trialOf(3, "running", [], placed(1, 0, { from: { trial: 0, budget: 6 }, budget: 8 })),
    ];
    const insight = bracketsInsight(history(trials), undefined, "epochs");
    expect(shape(insight)).toEqual(["2@2 2@6 2@8"]);
    const nodes = insight.brackets[0]!.rungs.map((rung) =>
      rung.nodes.map(({ trial, state }) => `${trial} ${state}`),
    );
    expect(nodes).toEqual([
      ["0 promoted", "1 stopped"],
      ["0 promoted", "2 stopped"],
      ["0 complete", "3 running"],
    ]);
  });
});

describe("the size of the insight", () => {
  it("is bounded for 10,000 trials, the newest brackets in full", () => {
    const insight = bracketsInsight(hyperbandStudy({ plan: rounds(10_000) }), rounds(10_000), "epochs");
    expect(insight.brackets).toHaveLength(120);
    expect(insight.earlier).toBe(rounds(10_000).length - 120);
    const nodes = insight.brackets.flatMap(({ rungs }) => rungs.map((rung) => rung.nodes.length));
    expect(nodes.reduce((sum, count) => sum + count, 0)).toBeLessThan(3_500);
    expect(shape({ ...insight, brackets: insight.brackets.slice(-5) })[0]).toBe("81@1 27@3 9@9 3@27 1@81");
  });

  it("is bounded for one rung of 5,000, the best and the running ones among them", () => {
    const trials = Array.from({ length: 5_000 }, (_, number) =>
      number % 1_000 === 7
        ? trialOf(number, "running", [], { placement: { bracket: 0, rung: 0 }, budget: 1 })
        : trialOf(number, "paused", [[1, ((number * 7919) % 5_003) / 5_003]], {
            placement: { bracket: 0, rung: 0 },
          }),
    );
    const rung = bracketsInsight(history(trials), undefined, "epochs").brackets[0]!.rungs[0]!;
    expect(rung.total).toBe(5_000);
    expect(rung.nodes.length).toBeLessThanOrEqual(300);
    const shown = new Set(rung.nodes.map(({ trial }) => trial));
    const best = trials
      .filter(({ state }) => state === "paused")
      .sort((a, b) => a.reports[0]!.value - b.reports[0]!.value);
    expect(best.slice(0, 50).every(({ number }) => shown.has(number))).toBe(true);
    expect(trials.filter(({ state }) => state === "running").every(({ number }) => shown.has(number))).toBe(
      true,
    );
  });
});

describe("learning curves", () => {
  it("are those of at most 60 trials: running ones, the best, then the newest", () => {
    const study = hyperbandStudy({ until: 0.45 });
    const { curves, best } = bracketsInsight(study, HYPERBAND_81, "epochs");
    expect(curves.length).toBeLessThanOrEqual(60);
    const shown = new Set(curves.map(({ trial }) => trial));
    expect(shown.has(best!)).toBe(true);
    const running = study.trials.filter(({ state, reports }) => state === "running" && reports.length > 0);
    expect(running.every(({ number }) => shown.has(number))).toBe(true);
  });

  it("are lines, not points, where there are enough", () => {
    const study = hyperbandStudy({ plan: rounds(300), until: 0.75 });
    const { curves } = bracketsInsight(study, rounds(300), "epochs");
    expect(curves).toHaveLength(60);
    expect(curves.filter(({ state, points }) => state !== "running" && points.length < 2)).toEqual([]);
  });

  it("ascend in budget, with one score a budget and at most 60 points", () => {
    const again = trialOf(0, "complete", [
      [1, 0.9],
      [2, 0.8],
      [1, 0.7],
      [2, 0.6],
    ]);
    const long = trialOf(
      1,
      "complete",
      Array.from({ length: 5_000 }, (_, step) => [step + 1, 1 / (step + 1)] as const),
    );
    const { curves } = bracketsInsight(history([again, long]), undefined, "steps");
    const of = (trial: number) => curves.find((curve) => curve.trial === trial)!.points;
    expect(of(0)).toEqual([
      { budget: 1, score: 0.7 },
      { budget: 2, score: 0.6 },
    ]);
    expect(of(1)).toHaveLength(60);
    expect([of(1)[0]!.budget, of(1).at(-1)!.budget]).toEqual([1, 5_000]);
  });
});
