import { describe, expect, test } from "vitest";
import { importanceInsight } from "../../../src/insight/effects.ts";
import { FanovaFactory } from "../../../src/insight/fanova.ts";
import type { ImportanceQuery } from "../../../src/protocol/insight.ts";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { history, hyperbandStudy, randomStudy, rounds, SPACE, trialOf } from "./fixture.ts";

const spec: SpaceSpec = {
  parameters: {
    a: { type: "float", low: 1e-4, high: 1, scale: "log" },
    kind: { type: "categorical", choices: ["p", "q"] },
    b: { type: "float", low: -1, high: 1, when: { kind: "p" } },
    idle: { type: "float", low: 0, high: 1 },
    fixed: { type: "int", low: 3, high: 3 },
  },
};

/** a matters most; b where there is one. */
function made(count: number, goal: "minimize" | "maximize" = "minimize") {
  const draws = random(4, 0);
  const space = new Space(spec);
  const trials = Array.from({ length: count }, (_, number) => {
    const configuration = space.sample(draws);
    const loss = (Math.log10(Number(configuration.a)) + 2) ** 2 + ("b" in configuration ? 0 : 1);
    return trialOf(number, "complete", [[9, goal === "minimize" ? loss : 10 - loss]], { configuration });
  });
  const study = history(trials);
  return goal === "minimize" ? study : { ...study, goals: ["maximize"] as const };
}

function look(study: ReturnType<typeof history>, of: SpaceSpec, query: ImportanceQuery = {}) {
  const space = new Space(of);
  return importanceInsight(study, space, new FanovaFactory(space), query);
}

describe("the importance", () => {
  test("ranks parameters by what they explain, and shows the effect of the first", () => {
    const insight = look(made(150), spec);
    expect(insight.parameters.map(({ name }) => name)[0]).toBe("a");
    expect(insight.parameters.map(({ name }) => name).toSorted()).toEqual(["a", "b", "idle", "kind"]);
    const [a] = insight.parameters;
    expect(a!.fanova).toBeGreaterThan(0.5);
    expect(a!.ped).toBeGreaterThan(0.4);
    expect(insight.parameters.find(({ name }) => name === "b")!.trials).toBeLessThan(100);
    const { effect, points, best } = insight;
    expect(effect!.x.name).toBe("a");
    expect(effect!.y).toBeUndefined();
    const lowest = effect!.mean.indexOf(Math.min(...effect!.mean));
    expect(Math.abs(Math.log10(Number(effect!.x.cells[lowest]!.value)) + 2)).toBeLessThan(0.5);
    expect(points).toHaveLength(150);
    expect(points.find(({ trial }) => trial === best)!.score).toBe(Math.min(...points.map((p) => p.score)));
    const shares = insight.parameters.map(({ fanova }) => fanova!);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(insight.rest).toBeGreaterThanOrEqual(0);
    expect(insight.rest).toBeLessThan(0.3);
  });

  test("speaks in the metric's own direction", () => {
    const up = look(made(150, "maximize"), spec, { x: "a" });
    const down = look(made(150), spec, { x: "a" });
    // Not the same to the last digit: where splits are equally good, rounding decides.
    up.effect!.mean.forEach((mean, i) => {
      expect(Math.abs(mean - (10 - down.effect!.mean[i]!))).toBeLessThan(0.1);
    });
    expect(up.effect!.sd.every((sd) => sd >= 0)).toBe(true);
  });

  test("shows one of two, in rows along x, and counts inactive as a value", () => {
    const pair = look(made(150), spec, { x: "kind", y: "a" });
    const { effect, points } = pair;
    expect(effect!.mean).toHaveLength(2 * effect!.y!.cells.length);
    // q costs one more, whatever a is.
    const rows = effect!.y!.cells.map((_, row) => effect!.mean[2 * row + 1]! - effect!.mean[2 * row]!);
    expect(rows.filter((more) => more > 0.3).length).toBeGreaterThan(15);
    expect(new Set(points.map(({ x }) => x))).toEqual(new Set([0.25, 0.75]));
    const conditional = look(made(150), spec, { x: "b" });
    expect(conditional.effect!.inactive!.mean).toBeGreaterThan(Math.max(...conditional.effect!.mean));
    expect(conditional.points.length).toBeLessThan(100);
    expect(effect!.inactive).toBeUndefined();
  });

  test("takes the most important one for what there is not", () => {
    expect(look(made(60), spec, { x: "nothing", y: "a" }).effect!.x.name).toBe("a");
    const { effect } = look(made(60), spec, { x: "kind", y: "kind" });
    expect([effect!.x.name, effect!.y]).toEqual(["kind", undefined]);
  });

  test("has no model below 10 scores", () => {
    const insight = look(made(9), spec);
    expect(insight).toMatchObject({ scored: 9, needed: 10, effect: undefined, pairs: [], rest: undefined });
    expect(insight.parameters.map(({ fanova }) => fanova)).toEqual(Array(4).fill(undefined));
  });

  test("compares scores of one budget, and says of which", () => {
    expect(look(hyperbandStudy(), SPACE).budget).toBe(9);
    expect(look(randomStudy(40), SPACE).budget).toBeUndefined();
  });

  test("takes a bounded time and size for 10,000 trials", () => {
    const study = hyperbandStudy({ plan: rounds(10_000), parallel: 8 });
    const space = new Space(SPACE);
    const factory = new FanovaFactory(space);
    const insight = importanceInsight(study, space, factory, {});
    expect(insight.points.length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(insight).length).toBeLessThan(100_000);
    expect(insight.parameters[0]!.name).toBe("lr");
  });
});
