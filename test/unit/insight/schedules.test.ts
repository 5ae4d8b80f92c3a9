import { describe, expect, it } from "vitest";
import { schedulesInsight } from "../../../src/insight/schedules.ts";
import type { SpaceSpec } from "../../../src/protocol/space.ts";
import { driftingSpace } from "../../fixtures/populationStudy.ts";
import { history, hyperbandStudy, populationStudy, SPACE, trialOf } from "./fixture.ts";

const whole = schedulesInsight(populationStudy(), driftingSpace, "epochs", true);

describe("schedules", () => {
  it("are a series a member and a line a trial, from where it was copied to where it got", () => {
    const { trials } = populationStudy();
    expect(whole.series.map(({ name }) => name)).toEqual(
      Array.from({ length: 8 }, (_, i) => `member ${i + 1}`),
    );
    expect(whole.series.flatMap(({ lines }) => lines)).toHaveLength(trials.length);
    for (const { name, lines } of whole.series) {
      for (const { trial, steps, values, scores } of lines) {
        const { placement, from, reports, configuration } = trials[trial]!;
        expect(name).toBe(`member ${placement!.bracket + 1}`);
        expect(steps).toEqual([from?.budget ?? 0, reports.at(-1)!.budget]);
        expect(values.lr).toEqual([configuration.lr, configuration.lr]);
        expect(scores.at(-1)).toEqual({ step: reports.at(-1)!.budget, score: reports.at(-1)!.value });
      }
    }
  });

  it("tell each copy with its source and the strategy's words", () => {
    const copies = populationStudy().trials.filter(({ from }) => from !== undefined);
    expect(whole.events).toHaveLength(copies.length);
    expect(whole.events.length).toBeGreaterThan(10);
    for (const [i, { number, from }] of copies.entries()) {
      expect(whole.events[i]).toMatchObject({
        kind: "copy",
        trial: number,
        from: from!.trial,
        step: from!.budget,
      });
      expect(whole.events[i]!.text).toMatch(new RegExp(`^Copy of #${from!.trial} at ${from!.budget}`));
    }
  });

  it("know the way to the best, without a gap from the beginning to the end", () => {
    const { winner, best } = whole;
    expect(winner.at(-1)).toMatchObject({ trial: best, to: 60 });
    expect(winner[0]!.from).toBe(0);
    expect(winner.length).toBeGreaterThan(3);
    for (const [i, { trial, from }] of winner.entries()) {
      if (i === 0) continue;
      expect(from).toBe(winner[i - 1]!.to);
      expect(whole.events.find((event) => event.trial === trial)).toMatchObject({
        from: winner[i - 1]!.trial,
        step: from,
      });
    }
  });

  it("have the quantity first that changes most, and say how each is drawn", () => {
    const space: SpaceSpec = {
      parameters: {
        still: { type: "float", low: 0, high: 1 },
        size: { type: "ordinal", choices: ["s", "m", "l"] },
        lr: { type: "float", low: 1e-4, high: 1, scale: "log" },
        nesterov: { type: "boolean" },
      },
    };
    const base = { still: 0.5, size: "m", lr: 0.1, nesterov: true };
    const copy = (number: number, change: object) =>
      trialOf(number, "running", [], {
        configuration: { ...base, ...change },
        from: { trial: number - 1, budget: 1 },
        placement: { bracket: 0, rung: 0 },
      });
    const trials = [
      trialOf(0, "stopped", [[1, 0.5]], { configuration: base, placement: { bracket: 1, rung: 0 } }),
      copy(1, { lr: 0.2 }),
      copy(2, { size: "l", lr: 0.3 }),
    ];
    const { quantities, series } = schedulesInsight(history(trials), space, "", false);
    expect(quantities).toEqual([
      { name: "lr", isLog: true },
      { name: "size", isLog: false, choices: ["s", "m", "l"] },
      { name: "still", isLog: false },
      { name: "nesterov", isLog: false, choices: [false, true] },
    ]);
    // A copy that has no report yet stands where it began.
    expect(series[0]!.lines[1]!.steps).toEqual([1, 1]);
  });

  it("are there before the first copy where the strategy copies, and not in any other study", () => {
    const early = populationStudy(0.02);
    expect(early.trials.some(({ from }) => from !== undefined)).toBe(false);
    expect(schedulesInsight(early, driftingSpace, "", true).series.length).toBeGreaterThan(0);
    expect(schedulesInsight(early, driftingSpace, "", false).series).toEqual([]);
    const other = schedulesInsight(hyperbandStudy(), SPACE, "epochs", false);
    expect(other).toMatchObject({ series: [], events: [], winner: [] });
  });

  it("are bounded: the newest trials, and those that led to the best", () => {
    const trials = Array.from({ length: 1000 }, (_, number) =>
      trialOf(number, "stopped", [[number + 1, 1 / (number === 700 ? 1e6 : number + 1)]], {
        placement: { bracket: number % 5, rung: 0 },
        ...(number > 0 && { from: { trial: number === 700 ? 20 : number - 1, budget: number } }),
      }),
    );
    trials[700]!.state = "complete";
    const insight = schedulesInsight(history(trials), driftingSpace, "", true);
    const lines = insight.series.flatMap((one) => one.lines.map(({ trial }) => trial));
    expect(lines).toHaveLength(421);
    expect(insight.earlier).toBe(579);
    expect(insight.winner.map(({ trial }) => trial)).toEqual([
      ...Array.from({ length: 21 }, (_, i) => i),
      700,
    ]);
  });
});
