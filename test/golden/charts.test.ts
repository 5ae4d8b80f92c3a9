import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bracketsInsight } from "../../src/insight/brackets.ts";
import { importanceInsight } from "../../src/insight/effects.ts";
import { FanovaFactory } from "../../src/insight/fanova.ts";
import { incumbentInsight } from "../../src/insight/incumbent.ts";
import { paretoInsight } from "../../src/insight/pareto.ts";
import { schedulesInsight } from "../../src/insight/schedules.ts";
import { surfaceInsight } from "../../src/insight/surface.ts";
import type { ImportanceQuery } from "../../src/protocol/insight.ts";
import type { LearningCurve } from "../../src/protocol/learning.ts";
import type { StrategyInsight } from "../../src/protocol/strategyInsight.ts";
import { Space } from "../../src/space/space.ts";
import { GuideFactory } from "../../src/strategies/gp/constrained.ts";
import type { PlannedBracket } from "../../src/strategies/strategy.ts";
import { collectBrackets } from "../../webview/brackets/collect.ts";
import { collectCurves } from "../../webview/brackets/curves.ts";
import { bracketsSpec, curvesSpec } from "../../webview/brackets/spec.ts";
import { collectBars, collectEffect, collectPair } from "../../webview/importance/collect.ts";
import { barsSpec, effectSpec } from "../../webview/importance/spec.ts";
import { type Across, collectIncumbent } from "../../webview/incumbent/collect.ts";
import { incumbentSpec } from "../../webview/incumbent/spec.ts";
import { weightBins, weightSpec } from "../../webview/learning/cleaning.ts";
import { collectTracks, iterationSpan } from "../../webview/learning/collect.ts";
import { learningSpec } from "../../webview/learning/spec.ts";
import { type Axes, collectPareto, collectVolume } from "../../webview/pareto/collect.ts";
import { paretoSpec, volumeSpec } from "../../webview/pareto/spec.ts";
import { collectQuantity, collectScores, stepSpan } from "../../webview/schedules/collect.ts";
import { trackSpec } from "../../webview/schedules/spec.ts";
import { type ChartTheme, themeFrom } from "../../webview/shared/theme.ts";
import { collectArms, collectRegret } from "../../webview/strategy/bandit/collect.ts";
import { armsSpec, countsSpec, regretSpec } from "../../webview/strategy/bandit/spec.ts";
import { chainParameter, chainScores } from "../../webview/strategy/chains/collect.ts";
import { chainSpec } from "../../webview/strategy/chains/spec.ts";
import { collectDensity } from "../../webview/strategy/densities/collect.ts";
import { densitySpec, ratioSpec } from "../../webview/strategy/densities/spec.ts";
import { collectSearch, collectSigma } from "../../webview/strategy/distribution/collect.ts";
import { searchSpec, sigmaSpec } from "../../webview/strategy/distribution/spec.ts";
import { collectPopulation, lineage } from "../../webview/strategy/population/collect.ts";
import { populationSpec } from "../../webview/strategy/population/spec.ts";
import { collectMap, type MapKind } from "../../webview/surface/collect.ts";
import { mapSpec } from "../../webview/surface/spec.ts";
import { chosenLines, collectTrack, newestPair, stepSpan as stepsOf } from "../../webview/trace/collect.ts";
import { traceSpec } from "../../webview/trace/spec.ts";
import { cleanedCurve, optimizerCurve, policyCurve } from "../fixtures/learningCurve.ts";
import { driftingSpace } from "../fixtures/populationStudy.ts";
import { tracedInsight, tracedStudy } from "../fixtures/tracedStudy.ts";
import {
  hyperbandStudy,
  populationStudy,
  randomStudy,
  SPACE,
  severalStudy,
} from "../unit/insight/fixture.ts";
import { decided } from "../unit/insight/strategyStudies.ts";
import { STRATEGIES, type StrategyScene } from "../webview/studies.ts";
import { THEMES, type ThemeName } from "../webview/themes.ts";

/**
 * Every chart's spec and data for small made-up studies, compared with the files beside this one. Change a chart on
 * purpose, look at it, then: UPDATE_GOLDEN=1 npx vitest run --project unit test/golden
 */
interface Drawn {
  readonly spec: TopLevelSpec;
  readonly params: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, readonly unknown[]>>;
}

/** Hyperband for R = 9, η = 3, and one rung that folds into a strip. */
const PLAN: readonly PlannedBracket[] = [
  [
    [45, 1],
    [9, 3],
    [3, 9],
  ],
  [
    [5, 3],
    [2, 9],
  ],
  [[3, 9]],
].map((rungs, bracket) => ({
  bracket,
  s: 2 - bracket,
  rungs: rungs.map(([size, budget]) => ({ size: size!, budget: budget! })),
}));
const STUDY = hyperbandStudy({ plan: PLAN, until: 0.85, crash: 19 });

function theme(name: ThemeName): ChartTheme {
  const { variables, bodyClass } = THEMES[name];
  return themeFrom((variable) => variables[variable.replace("--vscode-", "")] ?? "", [bodyClass]);
}

const insight = bracketsInsight(STUDY, PLAN, "epochs");
const curves = collectCurves(insight);

function brackets(name: ThemeName, width: number): Drawn {
  const { data } = collectBrackets(insight, insight.brackets, width);
  return { spec: bracketsSpec(theme(name)), params: {}, data: { ...data, path: [], rings: [], cursor: [] } };
}

function learningCurves(name: ThemeName): Drawn {
  const { data, low, high, from, to, rungs, logBudget } = curves;
  const spec = curvesSpec(theme(name), { unit: "epochs", metric: "val_loss", rungs, logBudget });
  return { spec, params: { low, high, from, to }, data: { ...data, chosen: [] } };
}

function incumbent(name: ThemeName, across: Across, wantsLog: boolean, isNarrow = false): Drawn {
  const { data, low, high, end, unit, isLog, states } = collectIncumbent(
    incumbentInsight(STUDY),
    across,
    wantsLog,
  );
  const spec = incumbentSpec(theme(name), {
    metric: "val_loss",
    goal: "minimize",
    across,
    unit,
    isLog,
    states,
    isNarrow,
  });
  return { spec, params: { low, high, end }, data: { ...data, rings: [], cursor: [] } };
}

const space = new Space(SPACE);
const surface = surfaceInsight(
  randomStudy(30),
  space,
  new GuideFactory(space, { kernel: "matern52", warp: "half-rank" }),
  { x: "lr", y: "layers" },
);

/** Numbers to 4 digits: the last ones of a fitted model may differ from machine to machine. */
const rounded = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === "number" ? Number(part.toPrecision(4)) : part,
  ) as T;

function map(name: ThemeName, kind: MapKind): Drawn {
  const { data, low, high } = rounded(collectMap(surface, kind));
  const spec = mapSpec(theme(name), { kind, x: surface.surface!.x, y: surface.surface!.y, goal: "minimize" });
  return { spec, params: { low, high }, data: { ...data, rings: [], chosen: [] } };
}

/** A small study that its strategy has decided. */
function viewOf<V extends StrategyInsight["view"]>(scene: StrategyScene, at: number, _: V) {
  return rounded(decided(STRATEGIES[scene]).look({ at })) as Extract<StrategyInsight, { view: V }>;
}
const tpe = viewOf("tpe", 40, "densities");
const thompson = viewOf("bandit", 60, "bandit");
const aging = viewOf("aging", 50, "population");
const descents = viewOf("chains", 30, "chains");
const cmaEs = viewOf("cma-es", 48, "distribution");

function density(name: ThemeName, index: number): Drawn {
  const { data, low, high } = rounded(collectDensity(tpe, index));
  const { axis } = tpe.model!.parameters[index]!;
  return {
    spec: densitySpec(theme(name), axis),
    params: { low, high },
    data: { ...data, rings: [], cursor: [] },
  };
}

function ratio(name: ThemeName, index: number): Drawn {
  const { data, low, high } = rounded(collectDensity(tpe, index).ratio);
  return { spec: ratioSpec(theme(name), tpe.model!.parameters[index]!.axis), params: { low, high }, data };
}

function arms(name: ThemeName): Drawn {
  const { data, labels, low, high } = rounded(collectArms(thompson));
  const spec = armsSpec(theme(name), { metric: "val_loss", labels, labelLimit: 200 });
  return { spec, params: { low, high }, data: { ...data, rings: [], cursor: [] } };
}

function counts(name: ThemeName): Drawn {
  const { counts: data, labels, most } = collectArms(thompson);
  return { spec: countsSpec(theme(name), labels, 200), params: { most }, data: { ...data } };
}

function regrets(name: ThemeName, isLog: boolean): Drawn {
  const { data, low, high, end } = rounded(collectRegret(thompson));
  const spec = regretSpec(theme(name), "val_loss", isLog);
  return { spec, params: { low, high, end }, data: { ...data, rings: [], cursor: [] } };
}

function population(name: ThemeName, wantsLog: boolean): Drawn {
  const scene = rounded(collectPopulation(aging, wantsLog));
  const { data, low, high, start, end, isLog } = scene;
  const spec = populationSpec(theme(name), { metric: "val_loss", isLog });
  const lines = lineage(aging, scene, 45);
  return {
    spec,
    params: { low, high, start, end },
    data: { ...data, lineage: lines, rings: [], cursor: [] },
  };
}

function chains(name: ThemeName, index: number | undefined): Drawn {
  const scores = chainScores(descents);
  const { data, low, high, end } = rounded(index === undefined ? scores : chainParameter(descents, index));
  const shown = index === undefined ? { metric: "val_loss", ...scores } : descents.parameters[index]!;
  return {
    spec: chainSpec(theme(name), shown),
    params: { low, high, end },
    data: { ...data, rings: [], cursor: [] },
  };
}

function search(name: ThemeName): Drawn {
  const { x, y } = cmaEs.search!;
  const { data } = rounded(collectSearch(cmaEs));
  return { spec: searchSpec(theme(name), x, y), params: {}, data: { ...data, rings: [], cursor: [] } };
}

function sigma(name: ThemeName): Drawn {
  const { data, low, high, end } = rounded(collectSigma(viewOf("restarts", 900, "distribution")));
  return { spec: sigmaSpec(theme(name)), params: { low, high, end }, data: { ...data } };
}

const several = paretoInsight(severalStudy(90));
const three = paretoInsight(severalStudy(70, ["minimize", "minimize", "maximize"]));

function pareto(name: ThemeName, insight: typeof several, axes: Axes): Drawn {
  const { data, x, y, states } = rounded(collectPareto(insight, axes));
  const [first, second] = [insight.objectives[axes.x]!, insight.objectives[axes.y]!];
  const spec = paretoSpec(theme(name), { x: first, y: second, states });
  const params = { lowX: x.low, highX: x.high, lowY: y.low, highY: y.high };
  return { spec, params, data: { ...data, rings: [], cursor: [] } };
}

function growth(name: ThemeName): Drawn {
  const volume = rounded(collectVolume(several));
  return { spec: volumeSpec(theme(name), true), params: { end: volume.at(-1)!.order }, data: { volume } };
}

const importance = (query: ImportanceQuery) =>
  importanceInsight(randomStudy(60), space, new FanovaFactory(space), query);

/** More parameters than have bars, the first of which has its effect shown. */
function bars(name: ThemeName): Drawn {
  const some = importance({});
  const parameters = Array.from({ length: 20 }, (_, i) => ({
    name: i === 0 ? some.effect!.x.name : `parameter_${i}`,
    fanova: 0.5 / 2 ** i,
    ped: i === 3 ? undefined : 0.1 + 0.01 * (i % 3),
    trials: 60,
  }));
  const data = { bars: collectBars({ ...some, parameters }) };
  return { spec: barsSpec(theme(name), "bars"), params: { most: 0.5 }, data };
}

function effect(name: ThemeName, query: ImportanceQuery): Drawn {
  const insight = importance(query);
  const { x, y } = insight.effect!;
  const { data, low, high } = rounded(y ? collectPair(insight) : collectEffect(insight));
  const spec = y
    ? mapSpec(theme(name), { kind: "mean", x, y, goal: "minimize" })
    : effectSpec(theme(name), x, insight.metric);
  return { spec, params: { low, high }, data: { ...data, rings: [] } };
}

const schedules = schedulesInsight(populationStudy(0.4), driftingSpace, "epochs", true);

function schedule(name: ThemeName, what: "lr" | "score"): Drawn {
  const quantity = schedules.quantities.find((one) => one.name === what);
  const { data, low, high, isLog } = quantity
    ? collectQuantity(schedules, quantity)
    : collectScores(schedules);
  const options = { title: quantity?.name ?? "val_loss", isLog, choices: quantity?.choices };
  const spec = trackSpec(theme(name), { ...options, unit: quantity ? undefined : "epochs" });
  return rounded({ spec, params: { low, high, end: stepSpan(schedules) }, data: { ...data, selected: [] } });
}

const traced = tracedInsight(tracedStudy());

function trace(name: ThemeName, at: number): Drawn {
  const quantity = traced.quantities[at]!;
  const lines = chosenLines(traced, newestPair(traced));
  const track = collectTrack(traced, quantity, lines);
  const { low, high, isLog } = track;
  const options = { title: quantity.title, isLog, holds: at === 0, isLast: at === 2 };
  const end = stepsOf(lines);
  const data = {
    lines: track.lines,
    events: track.events,
    selected: [],
    cursor: [{ key: "cursor", step: end }],
  };
  return rounded({ spec: traceSpec(theme(name), options), params: { low, high, end }, data });
}

function learning(name: ThemeName, curve: LearningCurve, at: number): Drawn {
  const tracks = collectTracks(curve);
  const { title, isLog, lines, labels, low, high } = tracks[at]!;
  const options = { title, isLog, isLast: at === tracks.length - 1, isLabelled: labels.length > 0 };
  const params = { low, high, end: iterationSpan(curve) };
  return rounded({ spec: learningSpec(theme(name), options), params, data: { lines, labels } });
}

function weights(name: ThemeName): Drawn {
  const bins = weightBins(cleanedCurve().cleaned!);
  const kind = (one: string) => bins.filter((bin) => bin.kind === one);
  return rounded({
    spec: weightSpec(theme(name)),
    params: {},
    data: { wrong: kind("wrong"), right: kind("right") },
  });
}

const CHARTS: Readonly<Record<string, () => Drawn>> = {
  "brackets-dark-wide": () => brackets("dark", 1000),
  "brackets-light-narrow": () => brackets("light", 400),
  "brackets-high-contrast": () => brackets("high-contrast", 700),
  "curves-dark": () => learningCurves("dark"),
  "curves-high-contrast": () => learningCurves("high-contrast"),
  "incumbent-dark-runs": () => incumbent("dark", "runs", false),
  "incumbent-light-time-log": () => incumbent("light", "time", true, true),
  "incumbent-high-contrast": () => incumbent("high-contrast", "runs", false),
  "schedules-dark-lr": () => schedule("dark", "lr"),
  "schedules-high-contrast-score": () => schedule("high-contrast", "score"),
  "trace-dark-rate": () => trace("dark", 0),
  "trace-light-loss": () => trace("light", 1),
  "trace-high-contrast-change": () => trace("high-contrast", 2),
  "learning-dark-optimizer": () => learning("dark", optimizerCurve(0.4), 0),
  "learning-light-reward": () => learning("light", policyCurve(), 0),
  "learning-high-contrast-spread": () => learning("high-contrast", policyCurve(), 1),
  "learning-dark-weights": () => weights("dark"),
  "learning-high-contrast-weights": () => weights("high-contrast"),
  "surface-dark-mean": () => map("dark", "mean"),
  "surface-light-worth": () => map("light", "worth"),
  "surface-high-contrast-sd": () => map("high-contrast", "sd"),
  "strategy-density-dark": () => density("dark", 0),
  "strategy-density-light-categories": () => density("light", 1),
  "strategy-ratio-high-contrast": () => ratio("high-contrast", 0),
  "strategy-ratio-dark-integers": () => ratio("dark", 3),
  "strategy-arms-dark": () => arms("dark"),
  "strategy-counts-light": () => counts("light"),
  "strategy-regret-high-contrast": () => regrets("high-contrast", false),
  "strategy-regret-light-log": () => regrets("light", true),
  "strategy-population-dark": () => population("dark", false),
  "strategy-population-high-contrast-log": () => population("high-contrast", true),
  "strategy-chains-light-scores": () => chains("light", undefined),
  "strategy-chains-dark-parameter": () => chains("dark", 1),
  "strategy-search-light": () => search("light"),
  "strategy-sigma-dark": () => sigma("dark"),
  "pareto-dark": () => pareto("dark", several, { x: 0, y: 1 }),
  "pareto-light-maximized": () => pareto("light", three, { x: 2, y: 1 }),
  "pareto-high-contrast": () => pareto("high-contrast", several, { x: 1, y: 0 }),
  "volume-dark": () => growth("dark"),
  "importance-light-bars": () => bars("light"),
  "importance-dark-effect": () => effect("dark", { x: "momentum" }),
  "importance-high-contrast-pair": () => effect("high-contrast", { x: "lr", y: "optimizer" }),
};

describe.each(Object.keys(CHARTS))("chart %s", (name) => {
  afterEach(() => vi.restoreAllMocks());

  it("is as in its golden file", () => {
    const file = new URL(`${name}.json`, import.meta.url);
    const now = `${JSON.stringify(CHARTS[name]!(), undefined, 1)}\n`;
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, now);
    expect(existsSync(file), `${name}.json is missing: write it with UPDATE_GOLDEN=1`).toBe(true);
    expect(JSON.parse(now)).toEqual(JSON.parse(readFileSync(file, "utf8")));
  });

  it("is drawn by Vega without eval and without a complaint", async () => {
    const warnings = [vi.spyOn(console, "warn"), vi.spyOn(console, "error")].map((spy) =>
      spy.mockImplementation(() => {}),
    );
    const { spec, params, data } = CHARTS[name]!();
    const view = new View(parse(compile(spec).spec, undefined, { ast: true }), {
      expr: expressionInterpreter,
    });
    for (const [key, value] of Object.entries(params)) view.signal(key, value);
    for (const [key, rows] of Object.entries(data))
      view.data(
        key,
        rows.map((row) => ({ ...(row as object) })),
      );
    const svg = await view.runAsync().then(() => view.toSVG());
    view.finalize();
    expect(warnings.flatMap((spy) => spy.mock.calls)).toEqual([]);
    const marks = Object.values(data).reduce((sum, rows) => sum + rows.length, 0);
    // A chart of one parameter, or of a few arms, is small; a line is one mark, whatever it is drawn from.
    const isSmall = /^(strategy|learning)-/.test(name);
    const [fewestRows, fewestMarks] = isSmall ? [5, 4] : /^volume|bars$/.test(name) ? [10, 10] : [50, 20];
    expect(marks).toBeGreaterThan(fewestRows);
    expect(svg).not.toMatch(/NaN|undefined/);
    // Each kind of mark that has rows is drawn: symbols as paths, words as text.
    expect(
      (svg.match(/<path transform=/g) ?? []).length + (svg.match(/<text/g) ?? []).length,
    ).toBeGreaterThan(fewestMarks);
  });
});
