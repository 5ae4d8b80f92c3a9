import { describe, expect, it } from "vitest";
import { candidates, paretoFront } from "../../../src/insight/front.ts";
import { incumbentInsight } from "../../../src/insight/incumbent.ts";
import { trialRows } from "../../../src/insight/rows.ts";
import { assess, measurements } from "../../../src/insight/scores.ts";
import { history, hyperbandStudy, newTrial, START, trialOf } from "./fixture.ts";

const best = (study: Parameters<typeof assess>[0]) => {
  const found = assess(study).best;
  return found && { trial: found.trial.number, score: found.score, budget: found.budget };
};

describe("the incumbent", () => {
  it("is the best score at the largest budget, not a lucky first epoch", () => {
    const study = history([
      trialOf(0, "paused", [[1, 0.01]]),
      trialOf(1, "complete", [
        [1, 0.9],
        [81, 0.2],
      ]),
      trialOf(2, "complete", [[81, 0.3]]),
    ]);
    expect(best(study)).toEqual({ trial: 1, score: 0.2, budget: 81 });
  });

  it("keeps all limits, and there is none where no trial does", () => {
    const broken = trialOf(0, "complete", [[81, 0.1]], { constraints: [0.5, -1] });
    const kept = trialOf(1, "complete", [[81, 0.3]], { constraints: [-0.5, 0] });
    expect(best(history([broken, kept]))).toEqual({ trial: 1, score: 0.3, budget: 81 });
    expect(best(history([broken]))).toBeUndefined();
    expect(incumbentInsight(history([broken, kept])).steps.map(({ trial }) => trial)).toEqual([1]);
  });

  it("is never of a training under a policy, whose score its configuration alone does not give", () => {
    const driven = trialOf(0, "complete", [[81, 0.1]], { control: "policy" });
    const own = trialOf(1, "complete", [[81, 0.3]], { control: "own" });
    const study = history([driven, own]);
    expect(best(study)).toEqual({ trial: 1, score: 0.3, budget: 81 });
    expect(incumbentInsight(study).steps.map(({ trial }) => trial)).toEqual([1]);
    expect(best(history([driven]))).toBeUndefined();
    const { rows } = trialRows(study, { sort: "score", offset: 0, limit: 9 });
    expect(rows.map(({ number, driven: is }) => [number, is])).toEqual([
      [1, undefined],
      [0, true],
    ]);
    const front = { ...study, goals: ["minimize", "maximize"] as const };
    const several = front.trials.map((trial) => ({ ...trial, values: [trial.number, 1] }));
    expect(paretoFront(candidates({ ...front, trials: several })).map(({ trial }) => trial.number)).toEqual([
      1,
    ]);
  });

  it("compares among the paused trials while none is complete", () => {
    const study = history([
      trialOf(0, "paused", [[1, 0.05]]),
      trialOf(1, "paused", [
        [1, 0.4],
        [3, 0.3],
      ]),
      trialOf(2, "stopped", [
        [1, 0.5],
        [3, 0.2],
      ]),
    ]);
    expect(best(study)).toEqual({ trial: 2, score: 0.2, budget: 3 });
  });

  it("counts a running trial by the rungs behind it, not by its passing score", () => {
    const promoted = trialOf(
      0,
      "running",
      [
        [1, 0.5],
        [3, 0.4],
        [5, 0.1],
      ],
      { budget: 9, placement: { bracket: 0, rung: 2 } },
    );
    const paused = trialOf(1, "paused", [
      [1, 0.6],
      [3, 0.3],
    ]);
    expect(best(history([promoted, paused]))).toEqual({ trial: 1, score: 0.3, budget: 3 });
    const worse = trialOf(1, "paused", [
      [1, 0.6],
      [3, 0.45],
    ]);
    expect(best(history([promoted, worse]))).toEqual({ trial: 0, score: 0.4, budget: 3 });
  });

  it("leaves out first runs that are not over, failed and waiting trials", () => {
    const running = trialOf(0, "running", [[2, 0.1]], { budget: 81 });
    const failed = trialOf(1, "failed", [[81, 0.1]], { values: undefined });
    expect(best(history([running, failed, newTrial(2, {})]))).toBeUndefined();
    // Not even where it passes the rung of another bracket.
    const passing = trialOf(0, "running", [[1, 0.1]], { budget: 9, placement: { bracket: 1, rung: 0 } });
    expect(best(history([passing, trialOf(1, "paused", [[1, 0.5]])]))?.trial).toBe(1);
  });

  it("goes by the goal, and the earlier of two equals stands", () => {
    const trials = [
      trialOf(0, "complete", [[9, 0.7]], { finished: START + 9_000 }),
      trialOf(1, "complete", [[9, 0.9]]),
      trialOf(2, "complete", [[9, 0.9]]),
    ];
    expect(best(history(trials, "maximize"))?.trial).toBe(1);
    expect(best(history(trials, "minimize"))?.trial).toBe(0);
  });

  it("prefers complete trials where there are no budgets, as in a study of Optuna's with a pruner", () => {
    const complete = trialOf(0, "complete", [[5, 0.5]], { budget: 0 });
    const pruned = trialOf(1, "stopped", [[2, 0.1]], { budget: 0 });
    expect(best(history([pruned, complete]))?.trial).toBe(0);
    expect(best(history([pruned]))?.trial).toBe(1);
  });

  it("takes a script that ended early by itself as a full result", () => {
    const early = trialOf(0, "complete", [[40, 0.1]], { budget: 81 });
    const full = trialOf(1, "complete", [[81, 0.2]]);
    expect(best(history([early, full]))).toEqual({ trial: 0, score: 0.1, budget: 40 });
  });

  it("ignores scores that are no numbers", () => {
    const infinite = trialOf(0, "complete", [[9, Number.NEGATIVE_INFINITY]]);
    const fine = trialOf(1, "complete", [[9, 3]]);
    expect(best(history([infinite, fine]))?.trial).toBe(1);
  });
});

describe("a trial's measurements", () => {
  const read = (trial: Parameters<typeof history>[0][number], others: Parameters<typeof history>[0] = []) => {
    const { scored, levels } = assess(history([trial, ...others]));
    return measurements(scored[0]!, levels).map(({ budget, score }) => [budget, score]);
  };
  const rungs = [1, 3, 9].map((budget, index) => trialOf(index + 1, "paused", [[budget, 1]]));

  it("are one for each of its runs", () => {
    const trial = trialOf(
      0,
      "complete",
      [1, 2, 3, 4, 9].map((budget) => [budget, 1 / budget] as const),
      { placement: { bracket: 0, rung: 2 } },
    );
    expect(read(trial, rungs)).toEqual([
      [1, 1],
      [3, 1 / 3],
      [9, 1 / 9],
    ]);
  });

  it("are not the smaller budgets that a bracket without those rungs passes on the way", () => {
    const trial = trialOf(
      0,
      "paused",
      [1, 2, 3].map((budget) => [budget, 1 / budget] as const),
      { placement: { bracket: 1, rung: 0 } },
    );
    expect(read(trial, rungs)).toEqual([[3, 1 / 3]]);
  });

  it("take the first report at or beyond a rung, and the last of several at one budget", () => {
    const trial = trialOf(
      0,
      "paused",
      [
        [2, 0.9],
        [4, 0.8],
        [4, 0.7],
        [9, 0.6],
      ],
      { placement: { bracket: 0, rung: 1 } },
    );
    expect(read(trial, rungs)).toEqual([
      [4, 0.7],
      [9, 0.6],
    ]);
  });

  it("are as many as the runs that a whole study has scored", () => {
    const { scored, levels } = assess(hyperbandStudy());
    const runs = scored.flatMap((entry) => measurements(entry, levels));
    // 81 + 27 + 9 + 3 + 1 + 27 + 9 + 3 + 1 + 9 + 3 + 1 + 6 + 2 + 5 = 187, less 4 that crashed.
    expect(runs).toHaveLength(183);
  });
});
