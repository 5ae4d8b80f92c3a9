import { describe, expect, it } from "vitest";
import type { DensitiesInsight } from "../../../src/protocol/strategyInsight.ts";
import { collectArms, collectRegret } from "../../../webview/strategy/bandit/collect.ts";
import { armTip, banditTables } from "../../../webview/strategy/bandit/words.ts";
import { collectDensity } from "../../../webview/strategy/densities/collect.ts";
import * as densityWords from "../../../webview/strategy/densities/words.ts";
import { collectSearch, collectSigma } from "../../../webview/strategy/distribution/collect.ts";
import { distributionTables, sampleTip } from "../../../webview/strategy/distribution/words.ts";
import { collectPopulation, lineage } from "../../../webview/strategy/population/collect.ts";
import { memberTip, populationTables } from "../../../webview/strategy/population/words.ts";
import type { InsightOf, ViewName } from "../../../webview/strategy/view.ts";
import { type StrategyScene, strategySnapshot } from "../../webview/studies.ts";

/** An insight as it arrives: undefined does not survive JSON. */
function look<V extends ViewName>(scene: StrategyScene, view: V, at?: number): InsightOf<V> {
  const { insight } = strategySnapshot(scene, at === undefined ? {} : { at });
  expect(insight).toMatchObject({ kind: "strategy", view });
  return JSON.parse(JSON.stringify(insight)) as InsightOf<V>;
}

describe("densities", () => {
  const insight = look("tpe", "densities");

  it("stand above the ticks of the trials, a row for each group", () => {
    const { data, low, high } = collectDensity(insight, 0);
    expect(data.curves).toHaveLength(64);
    expect(Math.max(...data.curves.map(({ good, bad }) => Math.max(good, bad)))).toBeLessThan(high);
    expect([data.good, data.others, data.running].map(({ length }) => length)).toEqual([9, 51, 2]);
    const rows = [data.good, data.others, data.running].map((ticks) => new Set(ticks.map(({ y }) => y)));
    expect(rows.map(({ size }) => size)).toEqual([1, 1, 1]);
    const [good, others, running] = rows.map(([y]) => y!);
    expect(0 > good! && good! > others! && others! > running! && running! > low).toBe(true);
  });

  it("of categories are bars beside each other", () => {
    const { data } = collectDensity(insight, 1);
    expect(data.curves).toEqual([]);
    expect([data.goodBars.length, data.badBars.length]).toEqual([2, 2]);
    expect(data.goodBars[0]!.x2).toBe(data.badBars[0]!.x);
  });

  it("leave out trials in which a parameter is inactive, and the next proposal likewise", () => {
    const at = insight.model!.parameters.findIndex(({ axis }) => axis.name === "momentum");
    const { data } = collectDensity(insight, at);
    const [good, others] = insight.model!.parameters[at]!.active;
    expect([data.good.length, data.others.length]).toEqual([good, others]);
    expect(data.next).toHaveLength("momentum" in insight.next!.configuration ? 1 : 0);
    expect(collectDensity(insight, 0).data.next).toHaveLength(1);
  });

  it("have a ratio axis that is even about 1 and no wider than it must be", () => {
    for (const index of [0, 1, 2, 3]) {
      const { ratio } = collectDensity(insight, index);
      expect(ratio.low * ratio.high).toBeCloseTo(1, 9);
      expect(ratio.high).toBeLessThanOrEqual(10);
      for (const row of ratio.data.ratio) expect(row.ratio).toBeLessThanOrEqual(ratio.high);
    }
  });

  it("say in words what divides good from others", () => {
    const { threshold } = insight.model!;
    expect(densityWords.summary(insight)).toContain(
      `Good are the best 9 of 60 trials: val_loss ≤ ${threshold.toPrecision(3)}.`,
    );
    const up: DensitiesInsight = { ...insight, goal: "maximize" };
    expect(densityWords.summary(up)).toContain("val_loss ≥");
    const bohb = densityWords.summary(look("bohb", "densities"));
    expect(bohb).toContain("trials at 27 epochs: val_loss ≤");
    expect(bohb).toContain("33 % of its proposals stay random");
    expect(densityWords.summary(look("early", "densities"))).toContain("first 8 proposals are random");
  });

  it("tell which trial came next in the past", () => {
    expect(densityWords.nextWords(look("tpe", "densities", 30))).toMatch(/^★ came next, as #3\d: lr /);
    expect(densityWords.nextWords(insight)).toMatch(/^★ next: lr /);
  });

  it("have all their numbers in tables", () => {
    const [trials, densities] = densityWords.densityTables(insight);
    expect(trials!.rows).toHaveLength(62);
    expect(densities!.rows).toHaveLength(64 + 2 + 64 + 6);
    expect(densities!.rows.at(-1)!.cells.slice(0, 2)).toEqual(["layers", 6]);
  });
});

describe("a bandit", () => {
  const insight = look("bandit", "bandit");

  it("has the best arm on top, and the next one marked", () => {
    const { data, low, high, labels } = collectArms(insight);
    expect(data.means.map(({ y }) => y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(data.means[0]!.x).toBe(Math.min(...data.means.map(({ x }) => x)));
    expect(labels[0]).toBe("optimizer adam · depth large");
    expect(data.next.map(({ arm }) => arm)).toEqual([insight.next]);
    for (const { x, x2 } of data.bounds) expect(low < x && x < x2 && x2 < high).toBe(true);
  });

  it("says with what probability an arm is next", () => {
    const { counts } = collectArms(look("exp3", "bandit")).counts;
    expect(counts.every(({ text }) => /^\d+ · next with (\d+|< 1) %$/.test(text))).toBe(true);
    expect(collectArms(insight).counts.counts[0]!.text).toMatch(/^\d+$/);
  });

  it("spans its regret, and is not empty before the first result", () => {
    const { data, low, high, end } = collectRegret(insight);
    expect([data.pulls.length, end]).toEqual([150, 150]);
    for (const { y, expected } of data.pulls) {
      expect(Math.min(y, expected)).toBeGreaterThan(low);
      expect(Math.max(y, expected)).toBeLessThan(high);
    }
    const empty = look("bandit", "bandit", 0);
    expect(collectRegret(empty).high).toBeGreaterThan(collectRegret(empty).low);
    const { data: none, low: from, high: to } = collectArms(empty);
    expect([none.means, none.bounds, from < to]).toEqual([[], [], true]);
  });

  it("tells of an arm, in words and in a table", () => {
    const [best] = insight.arms;
    expect(armTip(best!, "val_loss")).toMatchObject({
      title: "optimizer adam · depth large",
      lines: expect.arrayContaining([["latest trial", `#${best!.latest}`]]),
    });
    const [arms, results] = banditTables(insight);
    expect([arms!.rows.length, results!.rows.length]).toEqual([8, 150]);
    expect(arms!.rows[0]!.trial).toBe(best!.latest);
  });
});

describe("a population", () => {
  const insight = look("aging", "population");
  const scene = collectPopulation(insight, false);

  it("has each trial once: alive, dead or failed", () => {
    const { alive, dead, failed } = scene.data;
    expect(alive.length + dead.length + failed.length).toBe(insight.points.length);
    expect(failed.map(({ y }) => y)).toEqual(failed.map(() => scene.high));
    expect(alive.length).toBeLessThanOrEqual(12);
  });

  it("follows a lineage back to a random draw", () => {
    const child = insight.points.findLast(({ parents, score }) => parents.length > 0 && score !== undefined)!;
    const line = lineage(insight, scene, child.trial);
    const chain: number[] = [];
    for (let at = child.trial; ; ) {
      const parent = insight.points.find(({ trial }) => trial === at)!.parents[0];
      if (parent === undefined) break;
      chain.push(at);
      at = parent;
    }
    expect(chain.length).toBeGreaterThan(3);
    expect(line.map(({ key }) => key)).toEqual(expect.arrayContaining(chain.map((one) => `own line ${one}`)));
    expect(lineage(insight, scene, undefined)).toEqual([]);
  });

  it("names what was changed, parent value to child value", () => {
    const child = insight.points.find(({ changes }) => changes.some(({ name }) => name === "layers"))!;
    const { from, to } = child.changes.find(({ name }) => name === "layers")!;
    const { title, lines } = memberTip(insight, child.trial);
    expect(title).toMatch(new RegExp(`^#${child.trial} · (alive|dead|failed)$`));
    expect(lines).toContainEqual(["layers", `${from} → ${to}`]);
    expect(lines).toContainEqual(["parent", `#${child.parents[0]}`]);
    const { rows } = populationTables(insight)[0]!;
    expect(rows.find(({ trial }) => trial === child.trial)!.cells.at(-1)).toContain(`layers ${from} → ${to}`);
  });

  it("has a log axis only where all scores are positive", () => {
    expect(collectPopulation(insight, true)).toMatchObject({ canLog: true, isLog: true });
    const points = insight.points.map((point, i) => (i === 0 ? { ...point, score: -1 } : point));
    expect(collectPopulation({ ...insight, points }, true)).toMatchObject({ canLog: false, isLog: false });
  });
});

describe("a search distribution", () => {
  const insight = look("cma-es", "distribution");

  it("has ellipses whose points are so many deviations from the mean", () => {
    const { data } = collectSearch(insight);
    const [mx, my] = insight.search!.mean;
    const [xx, xy, yy] = insight.search!.covariance;
    for (const [rows, deviations] of [
      [data.one, 1],
      [data.two, 2],
    ] as const) {
      for (const { x, y } of rows) {
        const [dx, dy] = [x - mx, y - my];
        const squared = (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / (xx * yy - xy * xy);
        expect(Math.sqrt(squared)).toBeCloseTo(deviations, 6);
      }
    }
  });

  it("has every sample once, the newest generation apart", () => {
    const { data } = collectSearch(insight);
    expect(data.earlier.length + data.newest.length).toBe(insight.points.length);
    expect(data.newest.length).toBeLessThanOrEqual(insight.population);
    expect([data.mean.length, data.next.length, data.running.length]).toEqual([1, 1, 2]);
    expect(sampleTip(insight, data.newest[0]!.trial).title).toMatch(/^#\d+ · generation \d+$/);
  });

  it("has σ to the present, and marks restarts", () => {
    const { data, end } = collectSigma(look("restarts", "distribution"));
    expect(data.restarts.length).toBeGreaterThan(0);
    expect([data.sigma.at(-1)!.x, end]).toEqual([1500, 1500]);
    expect(collectSigma(insight).data.restarts).toEqual([]);
    const [trials, generations] = distributionTables(insight);
    expect(trials!.rows).toHaveLength(insight.points.length);
    expect(generations!.rows).toHaveLength(insight.generations.length);
  });
});
