import type { TopLevelSpec } from "vega-lite";
import { CROSS, STAR } from "../shared/marks.ts";
import { type ChartTheme, chartConfig } from "../shared/theme.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";
const NODE = 95;

const pixel = (field: string) => ({ field, type: "quantitative", scale: null }) as const;
const POSITION = { x: pixel("x"), y: pixel("y") };
const BOX = { ...POSITION, x2: { field: "x2" }, y2: { field: "y2" } };
/** Scores by viridis: the best is bright, whatever the goal. */
const SCORE = {
  field: "tone",
  type: "quantitative",
  scale: { scheme: "viridis", domain: [0, 1], clamp: true },
  legend: null,
} as const;

/**
 * The bracket tree over data sets in pixels (see `collectBrackets`): every layer is one kind of mark, so that no
 * mark needs a condition.
 */
export function bracketsSpec(theme: ChartTheme): TopLevelSpec {
  const { state } = theme;
  const faint = theme.highContrast ? 0.8 : 0.4;
  const symbols = (name: string, mark: object, encoding: object = {}) => ({
    name,
    data: { name },
    mark: { type: "point", size: NODE, strokeWidth: 1.5, opacity: 1, ...mark },
    encoding: { ...POSITION, ...encoding },
  });
  const lines = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "line", interpolate: "basis", strokeCap: "round", ...mark },
    encoding: {
      ...POSITION,
      detail: { field: "link" },
      order: { field: "order", type: "quantitative" },
      strokeWidth: { field: "width", type: "quantitative", scale: null },
    },
  });
  const bars = (name: string, mark: object, encoding: object = {}) => ({
    name,
    data: { name },
    mark: { type: "rect", strokeWidth: 0, ...mark },
    encoding: { ...BOX, ...encoding },
  });
  const words = (name: string, mark: object, encoding: object = {}) => ({
    name,
    data: { name: "texts" },
    mark: {
      type: "text",
      baseline: "alphabetic",
      align: { expr: "datum.align" },
      fontWeight: { expr: "datum.weight" },
      ...mark,
    },
    encoding: { ...POSITION, text: { field: "text" }, ...encoding },
  });
  const ringed = {
    stroke: {
      field: "state",
      scale: { domain: ["promoted", "complete"], range: [theme.quiet, state.complete] },
      legend: null,
    },
  };
  const spec = {
    $schema: SCHEMA,
    width: 600,
    height: 400,
    autosize: "none",
    padding: 0,
    config: chartConfig(theme),
    // The same channel means another thing in another layer.
    resolve: { scale: { fill: "independent", stroke: "independent", color: "independent" } },
    layer: [
      lines("links", { stroke: theme.foreground, opacity: theme.highContrast ? 0.6 : 0.25 }),
      lines("path", { stroke: theme.accent, opacity: 1 }),
      symbols("slots", { size: 16, filled: true, color: theme.quiet, opacity: faint }),
      bars("plannedBars", { fill: theme.quiet, opacity: theme.highContrast ? 0.35 : 0.18 }),
      bars("fadedBars", { opacity: theme.highContrast ? 0.7 : 0.5 }, { fill: SCORE }),
      bars("bars", {}, { fill: SCORE }),
      bars(
        "plainBars",
        {},
        {
          fill: {
            field: "state",
            scale: { domain: ["running", "failed"], range: [state.running, state.failed] },
            legend: null,
          },
        },
      ),
      {
        name: "cuts",
        data: { name: "cuts" },
        mark: { type: "rule", color: theme.foreground, strokeWidth: 1.5 },
        encoding: BOX,
      },
      symbols(
        "faded",
        { filled: false, stroke: theme.quiet, strokeWidth: 0.75, opacity: theme.highContrast ? 0.65 : 0.42 },
        { fill: SCORE },
      ),
      symbols("solid", { filled: false, strokeWidth: 1.5 }, { fill: SCORE, ...ringed }),
      symbols(
        "hollow",
        { filled: false, size: 64, strokeWidth: 2.25, fill: theme.background },
        { stroke: SCORE },
      ),
      symbols("running", {
        filled: false,
        size: 64,
        strokeWidth: 2,
        fill: theme.background,
        stroke: state.running,
      }),
      symbols("failed", { shape: CROSS, filled: false, size: 50, stroke: state.failed, strokeWidth: 1.75 }),
      symbols(
        "best",
        { shape: STAR, filled: false, size: 300, stroke: theme.foreground, strokeWidth: 1 },
        { fill: SCORE },
      ),
      symbols(
        "rings",
        { filled: false, size: 200, stroke: theme.accent, strokeWidth: 2 },
        { shape: { field: "shape", type: "nominal", scale: null } },
      ),
      symbols(
        "cursor",
        { filled: false, size: 300, stroke: theme.foreground, strokeWidth: 1.25, strokeDash: [2, 2] },
        { shape: { field: "shape", type: "nominal", scale: null } },
      ),
      // Links run behind the words: a rim in the page's colour keeps these readable.
      words("halo", { stroke: theme.background, strokeWidth: 4, color: theme.background }),
      words(
        "texts",
        {},
        {
          color: {
            field: "look",
            scale: { domain: ["plain", "quiet"], range: [theme.foreground, theme.quiet] },
            legend: null,
          },
        },
      ),
    ],
  };
  return spec as unknown as TopLevelSpec;
}

export interface CurvesOptions {
  readonly unit: string;
  readonly metric: string;
  /** Budgets of the rungs: the ticks of the axis. */
  readonly rungs: readonly number[];
  readonly logBudget: boolean;
}

/** Learning curves: one line a trial, coloured by its last score, ended by a mark where it was stopped. */
export function curvesSpec(
  theme: ChartTheme,
  { unit, metric, rungs, logBudget }: CurvesOptions,
): TopLevelSpec {
  const x = {
    field: "budget",
    type: "quantitative",
    scale: {
      ...(logBudget ? { type: "log" } : { type: "linear", zero: false }),
      nice: false,
      domainMin: { expr: "from" },
      domainMax: { expr: "to" },
    },
    axis: {
      title: unit === "" ? "Budget" : `${unit[0]?.toUpperCase()}${unit.slice(1)}`,
      ...(rungs.length > 1 ? { values: rungs } : {}),
      format: "~s",
      grid: true,
    },
  } as const;
  const y = {
    field: "score",
    type: "quantitative",
    scale: { zero: false, nice: false, clamp: true, domainMin: { expr: "low" }, domainMax: { expr: "high" } },
    axis: { title: metric, tickCount: 5, format: "~g" },
  } as const;
  const line = (name: string, mark: object, encoding: object = {}) => ({
    name,
    data: { name },
    mark: { type: "line", strokeWidth: 1.25, interpolate: "monotone", ...mark },
    encoding: { x, y, detail: { field: "trial" }, ...encoding },
  });
  const spec = {
    $schema: SCHEMA,
    width: 600,
    height: 220,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 6, right: 8, bottom: 0 },
    config: chartConfig(theme),
    params: [
      { name: "low", value: 0 },
      { name: "high", value: 1 },
      { name: "from", value: 1 },
      { name: "to", value: 2 },
    ],
    layer: [
      line("curves", { opacity: theme.highContrast ? 0.9 : 0.7 }, { stroke: SCORE }),
      line("chosen", { stroke: theme.accent, strokeWidth: 3 }),
      {
        name: "ends",
        data: { name: "ends" },
        mark: { type: "point", size: 26, filled: true, opacity: 1 },
        encoding: {
          x,
          y,
          color: {
            field: "state",
            scale: {
              domain: ["running", "paused", "complete", "stopped"],
              range: [theme.state.running, theme.state.paused, theme.state.complete, theme.state.stopped],
            },
            legend: null,
          },
        },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}
