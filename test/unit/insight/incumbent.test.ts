import { describe, expect, it } from "vitest";
import { incumbentInsight } from "../../../src/insight/incumbent.ts";
import { assess } from "../../../src/insight/scores.ts";
import { history, hyperbandStudy, randomStudy, trialOf } from "./fixture.ts";

describe("incumbentInsight", () => {
  it("steps where a single-budget study gets better, and ends at its end", () => {
    const scores = [0.5, 0.6, 0.3, 0.4];
    const insight = incumbentInsight(
      history(scores.map((score, number) => trialOf(number, "complete", [[9, score]]))),
    );
    expect(insight.points.map(({ order, score }) => [order, score])).toEqual(
      scores.map((score, index) => [index + 1, score]),
    );
    expect(insight.steps.map(({ trial, order, best }) => [trial, order, best])).toEqual([
      [0, 1, 0.5],
      [2, 3, 0.3],
      [2, 4, 0.3],
    ]);
    expect(insight.points.map(({ seconds }) => seconds)).toEqual([0, 1, 2, 3]);
  });

  it("starts anew when a larger budget is reached, even where the score is worse there", () => {
    const insight = incumbentInsight(
      history([
        trialOf(0, "paused", [[1, 0.2]]),
        trialOf(1, "paused", [[1, 0.1]]),
        trialOf(2, "paused", [[3, 0.4]]),
        trialOf(3, "paused", [[1, 0.05]]),
      ]),
    );
    expect(insight.steps.map(({ trial, best, budget }) => [trial, best, budget])).toEqual([
      [0, 0.2, 1],
      [1, 0.1, 1],
      [2, 0.4, 3],
      [2, 0.4, 3],
    ]);
  });

  it.each([0.01, 0.1, 0.3, 0.45, 0.6, 0.8, 1])(
    "ends with the incumbent when %f of the study is through",
    (until) => {
      const study = hyperbandStudy({ until });
      const { best } = assess(study);
      const last = incumbentInsight(study).steps.at(-1);
      expect([last?.trial, last?.best]).toEqual([best?.trial.number, best?.score]);
    },
  );

  it("keeps a run's state of its time: a trial that went on is paused in its earlier runs", () => {
    const { points } = incumbentInsight(hyperbandStudy());
    const best = points.filter(({ trial }) => trial === 45);
    expect(best.map(({ budget, state }) => `${budget} ${state}`)).toEqual([
      "1 paused",
      "3 paused",
      "9 paused",
      "27 paused",
      "81 complete",
    ]);
  });

  it("keeps at most 2,000 points, with every step among them, and the same ones as it grows", () => {
    const full = randomStudy(9_000);
    const now = incumbentInsight(full);
    expect(now.points.length).toBeLessThanOrEqual(2_000);
    expect(now.points.length).toBeGreaterThan(900);
    expect(now.total).toBe(full.trials.filter(({ state }) => state === "complete").length);
    const shown = new Set(now.points.map(({ order }) => order));
    expect(now.steps.every(({ order }) => shown.has(order))).toBe(true);
    const earlier = incumbentInsight({ ...full, trials: full.trials.slice(0, 8_600) });
    const lost = earlier.points.filter(({ order }) => !shown.has(order));
    // Only the last point of the shorter list was there for being the last.
    expect(lost.length).toBeLessThanOrEqual(1);
  });

  it("is empty for a study without scores", () => {
    expect(incumbentInsight(history([]))).toMatchObject({ points: [], steps: [], total: 0 });
  });
});
