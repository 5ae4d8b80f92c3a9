import { describe, expect, it } from "vitest";
import { incumbentInsight } from "../../../src/insight/incumbent.ts";
import { collectIncumbent } from "../../../webview/incumbent/collect.ts";
import { incumbentTable, pointTip } from "../../../webview/incumbent/words.ts";
import { history, hyperbandStudy, randomStudy, trialOf } from "../insight/fixture.ts";

const INSIGHT = incumbentInsight(hyperbandStudy());

describe("collectIncumbent", () => {
  it("goes over runs", () => {
    const scene = collectIncumbent(INSIGHT, "runs", false);
    expect(scene.data.points.map(({ x }) => x)).toEqual(INSIGHT.points.map(({ order }) => order));
    expect([scene.end, scene.canLog, scene.isLog]).toEqual([183, true, false]);
    expect(scene.states).toEqual(["complete", "stopped", "paused"]);
  });

  it("goes over time in the unit that suits it", () => {
    const scene = collectIncumbent(INSIGHT, "time", false);
    expect(scene.unit).toBe("minutes");
    expect(scene.data.points.at(-1)!.x).toBeCloseTo(INSIGHT.points.at(-1)!.seconds / 60, 10);
    expect(scene.end).toBeCloseTo(scene.data.points.at(-1)!.x, 10);
  });

  it("ends with the best score and its trial", () => {
    expect(collectIncumbent(INSIGHT, "runs", false).data.best).toEqual([
      expect.objectContaining({ trial: 45, text: "0.0605 · #45" }),
    ]);
  });

  it("makes smaller budgets fainter", () => {
    const { points } = collectIncumbent(INSIGHT, "runs", false).data;
    const at = (budget: number) => points.find((point) => point.budget === budget)!.opacity;
    expect(at(1)).toBeLessThan(at(9));
    expect(at(9)).toBeLessThan(at(81));
    const even = collectIncumbent(incumbentInsight(randomStudy(30)), "runs", false).data.points;
    expect(new Set(even.map(({ opacity }) => opacity)).size).toBe(1);
  });

  it("has a log axis only where all scores are positive", () => {
    expect(collectIncumbent(INSIGHT, "runs", true).isLog).toBe(true);
    const below = incumbentInsight(
      history([trialOf(0, "complete", [[1, -0.5]]), trialOf(1, "complete", [[1, 2]])]),
    );
    expect(collectIncumbent(below, "runs", true)).toMatchObject({ canLog: false, isLog: false });
  });

  it("bears an empty study", () => {
    const scene = collectIncumbent(incumbentInsight(history([])), "time", true);
    expect(scene.data).toEqual({ points: [], steps: [], best: [] });
    expect(scene.high).toBeGreaterThan(scene.low);
  });
});

describe("words", () => {
  it("tell of a run", () => {
    const point = collectIncumbent(INSIGHT, "runs", false).data.points.findLast(({ trial }) => trial === 45)!;
    expect(pointTip(point, "val_loss")).toEqual({
      title: "#45 · complete",
      lines: [
        ["val_loss", "0.0605"],
        ["at budget", "81"],
        ["run", "119"],
        ["after", "21.2 minutes"],
      ],
    });
  });

  it("hold the incumbent of each moment in a table", () => {
    const { rows } = incumbentTable(INSIGHT);
    expect(rows).toHaveLength(183);
    expect(rows.at(-1)!.cells.at(-1)).toBe(INSIGHT.steps.at(-1)!.best);
    expect(rows[0]!.cells.at(-1)).toBe(INSIGHT.points[0]!.score);
  });
});
