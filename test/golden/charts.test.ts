import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bracketsInsight } from "../../src/insight/brackets.ts";
import { incumbentInsight } from "../../src/insight/incumbent.ts";
import { schedulesInsight } from "../../src/insight/schedules.ts";
import { surfaceInsight } from "../../src/insight/surface.ts";
import { Space } from "../../src/space/space.ts";
import { SurrogateFactory } from "../../src/strategies/gp/belief.ts";
import type { PlannedBracket } from "../../src/strategies/strategy.ts";
import { collectBrackets } from "../../webview/brackets/collect.ts";
import { collectCurves } from "../../webview/brackets/curves.ts";
import { bracketsSpec, curvesSpec } from "../../webview/brackets/spec.ts";
import { type Across, collectIncumbent } from "../../webview/incumbent/collect.ts";
import { incumbentSpec } from "../../webview/incumbent/spec.ts";
import { collectQuantity, collectScores, stepSpan } from "../../webview/schedules/collect.ts";
import { trackSpec } from "../../webview/schedules/spec.ts";
import { type ChartTheme, themeFrom } from "../../webview/shared/theme.ts";
import { collectMap, type MapKind } from "../../webview/surface/collect.ts";
import { mapSpec } from "../../webview/surface/spec.ts";
import { driftingSpace } from "../fixtures/populationStudy.ts";
import { hyperbandStudy, populationStudy, randomStudy, SPACE } from "../unit/insight/fixture.ts";
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
  new SurrogateFactory(space, { kernel: "matern52", warp: "half-rank" }),
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
  "surface-dark-mean": () => map("dark", "mean"),
  "surface-light-worth": () => map("light", "worth"),
  "surface-high-contrast-sd": () => map("high-contrast", "sd"),
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
    expect(marks).toBeGreaterThan(50);
    expect(svg).not.toMatch(/NaN|undefined/);
    // Each kind of mark that has rows is drawn: symbols as paths, words as text.
    expect(
      (svg.match(/<path transform=/g) ?? []).length + (svg.match(/<text/g) ?? []).length,
    ).toBeGreaterThan(20);
  });
});
