import { describe, expect, test } from "vitest";
import { surfaceInsight } from "../../../src/insight/surface.ts";
import { axisOf } from "../../../src/insight/surfaceAxis.ts";
import { unwarping } from "../../../src/insight/unwarp.ts";
import type { SurfaceQuery } from "../../../src/protocol/insight.ts";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { GuideFactory } from "../../../src/strategies/gp/constrained.ts";
import { warpLosses } from "../../../src/strategies/gp/warp.ts";
import { nextWords } from "../../../webview/surface/words.ts";
import { history, randomStudy, SPACE, trialOf } from "./fixture.ts";

const bowl: SpaceSpec = {
  parameters: {
    a: { type: "float", low: 1e-4, high: 1, scale: "log" },
    b: { type: "float", low: -1, high: 1 },
    c: { type: "float", low: 0, high: 1 },
  },
};

/** Trials of a bowl with its best score at a = 0.01, b = 0.5; c does not matter. */
function bowlStudy(count: number, goal: "minimize" | "maximize" = "minimize") {
  const draws = random(4, 0);
  const space = new Space(bowl);
  const trials = Array.from({ length: count }, (_, number) => {
    const configuration = space.sample(draws);
    const loss = (Math.log10(Number(configuration.a)) + 2) ** 2 + 3 * (Number(configuration.b) - 0.5) ** 2;
    return trialOf(number, "complete", [[9, goal === "minimize" ? loss : 10 - loss]], { configuration });
  });
  const study = history(trials);
  return goal === "minimize" ? study : { ...study, goals: ["maximize"] as const };
}

function look(study: ReturnType<typeof history>, spec: SpaceSpec, query: SurfaceQuery = {}) {
  const space = new Space(spec);
  const factory = new GuideFactory(space, { kernel: "matern52", warp: "half-rank" });
  return surfaceInsight(study, space, factory, query);
}

describe("the surface", () => {
  test("is drawn over the most important parameters, and knows where the score is best", () => {
    const insight = look(bowlStudy(60), bowl);
    const surface = insight.surface!;
    expect(new Set([surface.x.name, surface.y!.name])).toEqual(new Set(["a", "b"]));
    const lowest = surface.mean.indexOf(Math.min(...surface.mean));
    const x = surface.x.cells[lowest % surface.x.cells.length]!;
    const y = surface.y!.cells[Math.floor(lowest / surface.x.cells.length)]!;
    const found = { [surface.x.name]: Number(x.value), [surface.y!.name]: Number(y.value) };
    expect(Math.abs(Math.log10(found.a!) + 2)).toBeLessThan(0.3);
    expect(Math.abs(found.b! - 0.5)).toBeLessThan(0.15);
    expect(surface.mean).toHaveLength(surface.x.cells.length * surface.y!.cells.length);
  });

  test("has the metric's own direction and unit", () => {
    for (const goal of ["minimize", "maximize"] as const) {
      const { surface, points } = look(bowlStudy(60, goal), bowl, { x: "a", y: "b" });
      const at = (x: number, y: number) => surface!.mean[y * surface!.x.cells.length + x]!;
      const cell = (axis: { cells: readonly { at: number }[] }, unit: number) =>
        Math.floor(unit * axis.cells.length);
      // The model's mean near a trial is about that trial's score.
      const near = points.filter(({ score }) => (goal === "minimize" ? score < 1 : score > 9));
      expect(near.length).toBeGreaterThan(5);
      for (const { x, y, score } of near) {
        expect(Math.abs(at(cell(surface!.x, x), cell(surface!.y!, y)) - score)).toBeLessThan(0.6);
      }
    }
  });

  test("its next place has the largest acquisition of all cells, and is good", () => {
    const insight = look(bowlStudy(40), bowl, { acquisition: "ei" });
    const next = insight.surface!.next!;
    expect(new Space(bowl).check(next.configuration)).toBeUndefined();
    expect(Math.abs(Math.log10(Number(next.configuration.a)) + 2)).toBeLessThan(1);
    expect(next.sd).toBeGreaterThan(0);
  });

  test("its next place stands on no map where a parameter of the axes is inactive in it, and says so", () => {
    const spec: SpaceSpec = {
      parameters: {
        lr: { type: "float", low: 0, high: 1 },
        optimizer: { type: "categorical", choices: ["adam", "sgd"] },
        momentum: { type: "float", low: 0, high: 1, when: { optimizer: "sgd" } },
      },
    };
    const draws = random(5, 0);
    const trials = Array.from({ length: 24 }, (_, number) => {
      const configuration = new Space(spec).sample(draws);
      const loss = (Number(configuration.lr) - 0.5) ** 2 + (configuration.optimizer === "sgd" ? 9 : 0);
      return trialOf(number, "complete", [[9, loss]], { configuration });
    });
    const away = look(history(trials), spec, { x: "lr", y: "momentum" });
    expect(away.surface?.next).toMatchObject({ place: undefined, configuration: { optimizer: "adam" } });
    expect(nextWords(away)).toBe("★ next (not on these maps: it has no momentum)");
    const on = look(history(trials), spec, { x: "lr", y: "optimizer" });
    expect(on.surface?.next?.configuration).toEqual(away.surface?.next?.configuration);
    expect(on.surface?.next?.place).toBeDefined();
    expect(nextWords(on)).toBe("★ next");
  });

  test("knows nothing of what came later", () => {
    const study = bowlStudy(60);
    const early = look(study, bowl, { at: 20, x: "a", y: "b" });
    const alone = look({ ...study, trials: study.trials.slice(0, 20) }, bowl, { x: "a", y: "b" });
    expect(early.surface).toEqual(alone.surface);
    expect(early.points).toHaveLength(20);
    expect([early.at, early.total]).toEqual([20, 60]);
  });

  test("is more certain where trials are", () => {
    const { surface } = look(bowlStudy(12), bowl, { x: "a", y: "b" });
    const slice = surface!.slices.x;
    for (const { mean, band } of slice) {
      expect(band[0]).toBeLessThanOrEqual(band[1]);
      expect(band[1]).toBeLessThanOrEqual(mean + 1e-9);
      expect(mean).toBeLessThanOrEqual(band[2] + 1e-9);
      expect(band[2]).toBeLessThanOrEqual(band[3]);
    }
    expect(Math.max(...surface!.sd)).toBeGreaterThan(1.5 * Math.min(...surface!.sd));
  });

  test("averages over the others where that is asked for", () => {
    const study = bowlStudy(60);
    const at = (others: "incumbent" | "average") => look(study, bowl, { x: "a", y: "c", others }).surface!;
    // Averaged over b, all is worse than at the incumbent's b.
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(at("average").mean)).toBeGreaterThan(mean(at("incumbent").mean) + 0.3);
  });

  test("is not drawn from fewer than four scores, nor without parameters", () => {
    const insight = look(bowlStudy(3), bowl);
    expect(insight.surface).toBeUndefined();
    expect(insight.points).toHaveLength(3);
    expect(look(bowlStudy(9), { parameters: {} }).surface).toBeUndefined();
  });

  test("takes categories and conditional parameters as axes", () => {
    const study = randomStudy(80);
    const insight = look(study, SPACE, { x: "momentum", y: "optimizer" });
    expect(insight.surface!.x.name).toBe("momentum");
    expect(insight.surface!.y!.cells.map(({ value }) => value)).toEqual(["sgd", "adam"]);
    // Where momentum is inactive the score does not depend on it.
    const columns = insight.surface!.x.cells.length;
    const adam = insight.surface!.mean.slice(columns);
    expect(Math.max(...adam) - Math.min(...adam)).toBeLessThan(1e-9);
    for (const { trial } of insight.points) {
      expect(study.trials[trial]!.configuration).toHaveProperty("momentum");
    }
  });
});

describe("an axis", () => {
  const space = new Space({
    parameters: {
      lr: { type: "float", low: 1e-6, high: 1, scale: "log" },
      drop: { type: "float", low: 0, high: 0.9 },
      units: { type: "int", low: 16, high: 512, scale: "log" },
      layers: { type: "int", low: 1, high: 6 },
    },
  });
  const ticks = (name: string) => axisOf(space, name).ticks.map(({ value }) => value);

  test("has ticks at round values", () => {
    expect(ticks("lr")).toEqual([1e-6, 1e-4, 1e-2, 1]);
    expect(ticks("drop")).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
    expect(ticks("units")).toEqual([16, 32, 64, 128, 256, 512]);
    expect(ticks("layers")).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("has a cell for each of few values", () => {
    expect(axisOf(space, "layers").cells.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(axisOf(space, "layers").isDiscrete).toBe(true);
    expect(axisOf(space, "lr").isDiscrete).toBe(false);
  });
});

test("unwarping takes back the warping of every observed loss", () => {
  const losses = [3, 0.5, 900, 2, 7, 1, 4, 4];
  const warped = warpLosses(losses, "half-rank");
  const unwarp = unwarping(losses, warped);
  losses.forEach((loss, i) => {
    expect(unwarp(warped[i]!)).toBeCloseTo(loss, 9);
  });
  expect(unwarp(-10)).toBeLessThan(0.5);
  expect(unwarp(50)).toBe(900);
});
