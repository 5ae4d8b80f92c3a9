import { describe, expect, it } from "vitest";
import { paretoInsight } from "../../../src/insight/pareto.ts";
import { trialRows } from "../../../src/insight/rows.ts";
import { studySummary } from "../../../src/insight/summary.ts";
import type { StudyHistory } from "../../../src/journal/history.ts";
import { history, newTrial, randomStudy, START, severalStudy, trialOf } from "./fixture.ts";

/** Complete trials with these values, one after the other. */
function study(values: readonly (readonly number[])[], goals: StudyHistory["goals"]): StudyHistory {
  const trials = values.map((all, number) => ({
    ...newTrial(number, { lr: 0.1 }),
    state: "complete" as const,
    values: all,
    started: START + number,
    finished: START + number * 1000,
  }));
  return { ...history(trials), goals, metricNames: goals.map((_, i) => `metric ${i}`) };
}

const minimise = ["minimize", "minimize"] as const;

describe("the front", () => {
  it("is what nothing beats, best in the first objective first, whatever the directions", () => {
    const both = paretoInsight(
      study(
        [
          [3, 1],
          [1, 3],
          [2, 2],
          [3, 3],
          [2, 2.5],
        ],
        minimise,
      ),
    );
    expect(both.front).toEqual([1, 2, 0]);
    expect(both.points.map(({ state }) => state)).toEqual([
      "front",
      "front",
      "front",
      "dominated",
      "dominated",
    ]);
    const mixed = paretoInsight(
      study(
        [
          [3, 1],
          [1, 3],
          [2, 2],
          [3, 3],
        ],
        ["maximize", "minimize"],
      ),
    );
    expect(mixed.front).toEqual([0]);
    expect(mixed.reference).toEqual([1, 3]);
  });

  it("has only complete trials that keep all limits", () => {
    const base = study(
      [
        [1, 1],
        [2, 2],
        [3, 1.5],
      ],
      minimise,
    );
    const trials = base.trials.map((trial) => ({
      ...trial,
      ...(trial.number === 0 && { constraints: [0.5] }),
    }));
    const stopped = { ...newTrial(3, {}), state: "stopped" as const, values: [0, 0] };
    const insight = paretoInsight({ ...base, trials: [...trials, stopped] });
    expect(insight.front).toEqual([1, 2]);
    expect(insight.points[0]).toMatchObject({ state: "infeasible", broken: ["constraint 1 broken by 0.5"] });
    expect([insight.total, insight.frontSize]).toEqual([3, 2]);
  });

  it("is empty where no trial keeps the limits", () => {
    const base = study(
      [
        [1, 1],
        [2, 2],
      ],
      minimise,
    );
    const trials = base.trials.map((trial) => ({ ...trial, constraints: [0.1 + trial.number] }));
    expect(paretoInsight({ ...base, trials })).toMatchObject({
      front: [],
      frontSize: 0,
      total: 2,
      volume: [],
    });
  });

  it("is empty where there is one objective", () => {
    expect(paretoInsight(randomStudy(20))).toMatchObject({ front: [], points: [], total: 0, volume: [] });
  });
});

describe("the hypervolume", () => {
  it("is the dominated share of the box between the best and the worst values", () => {
    // Box 0 … 4 by 0 … 4; the middle dominates (4 − 2)², then the corner all but the edges.
    const { volume, reference } = paretoInsight(
      study(
        [
          [4, 0],
          [0, 4],
          [2, 2],
          [3, 3],
          [1, 1],
        ],
        minimise,
      ),
    );
    expect(reference).toEqual([4, 4]);
    expect(volume).toEqual([
      { trial: 0, order: 1, volume: 0 },
      { trial: 2, order: 3, volume: 4 / 16 },
      { trial: 4, order: 5, volume: 9 / 16 },
    ]);
  });

  it("never falls, and is estimated for three objectives (4,000 points: 0.8 % standard error)", () => {
    const three = ["minimize", "minimize", "minimize"] as const;
    const { volume } = paretoInsight(
      study(
        [
          [0, 2, 2],
          [2, 0, 2],
          [2, 2, 0],
          [1, 1, 1],
          [0.5, 1, 1],
        ],
        three,
      ),
    );
    const shares = volume.map(({ volume: share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    // (2 − 1)³ of 2³, and half as much again.
    expect(Math.abs(shares.at(-2)! - 1 / 8)).toBeLessThan(0.03);
    expect(Math.abs(shares.at(-1)! - 3 / 16)).toBeLessThan(0.03);
  });

  it("is bounded in size, and quick for a long study", () => {
    const start = performance.now();
    const insight = paretoInsight(severalStudy(10_000, ["minimize", "minimize", "maximize"]));
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(insight.points.length).toBeLessThanOrEqual(1_000);
    expect(insight.volume.length).toBeLessThanOrEqual(300);
    const shown = new Set(insight.points.map(({ trial }) => trial));
    expect(insight.front.filter((trial) => !shown.has(trial))).toEqual([]);
  });

  it("is nothing where all values are alike", () => {
    expect(
      paretoInsight(
        study(
          [
            [1, 1],
            [1, 1],
          ],
          minimise,
        ),
      ).volume,
    ).toEqual([]);
  });
});

describe("lists and summaries of several objectives", () => {
  const several = study(
    [
      [3, 1],
      [1, 3],
      [2, 2],
      [3, 3],
    ],
    minimise,
  );

  it("have the front first, with all scores", () => {
    const running = trialOf(4, "running", [[1, 0]]);
    const { rows } = trialRows(
      { ...several, trials: [...several.trials, running] },
      { sort: "score", offset: 0, limit: 9 },
    );
    expect(rows.map(({ number, front }) => [number, front])).toEqual([
      [1, true],
      [2, true],
      [0, true],
      [3, undefined],
      [4, undefined],
    ]);
    expect(rows[0]!.scores).toEqual([1, 3]);
  });

  it("name all objectives and the front", () => {
    const summary = studySummary(several, {
      id: "/project/journal.log",
      definitionPath: undefined,
      scriptPath: undefined,
      definition: undefined,
      strategy: "nsga-ii",
      status: "running",
      planned: 9,
      scriptHash: undefined,
      revision: 1,
    });
    expect(summary.objectives).toEqual([
      { metric: "metric 0", goal: "minimize" },
      { metric: "metric 1", goal: "minimize" },
    ]);
    expect(summary.front!.map(({ number, values }) => [number, values])).toEqual([
      [1, [1, 3]],
      [2, [2, 2]],
      [0, [3, 1]],
    ]);
    expect(summary.best).toMatchObject({ number: 1, value: 1 });
  });
});
