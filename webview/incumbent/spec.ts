import type { TopLevelSpec } from "vega-lite";
import { type ChartTheme, chartConfig, type DrawnState } from "../shared/theme.ts";
import type { Across } from "./collect.ts";

export interface IncumbentOptions {
  readonly metric: string;
  readonly goal: "minimize" | "maximize";
  readonly across: Across;
  /** Unit of the time axis. */
  readonly unit: string;
  readonly isLog: boolean;
  readonly states: readonly string[];
  /** Whether the legend has room for one line only where it is broken into columns. */
  readonly isNarrow: boolean;
}

/** What the states mean for a single run. */
const LABELS: Readonly<Record<string, string>> = {
  complete: "complete",
  stopped: "stopped",
  paused: "went on to a larger budget",
  running: "running",
};

/** Pixels that the legend takes on one line: a symbol, about six a character, and a gap for each state. */
export function legendWidth(states: readonly string[]): number {
  return states.reduce((sum, state) => sum + 30 + 6.5 * (LABELS[state] ?? state).length, 0);
}

/** Scores as points, the incumbent as a step line, over runs or over time (see `collectIncumbent`). */
export function incumbentSpec(theme: ChartTheme, options: IncumbentOptions): TopLevelSpec {
  const { metric, goal, across, unit, isLog, states, isNarrow } = options;
  const x = {
    field: "x",
    type: "quantitative",
    scale: { zero: true, nice: false, domainMin: 0, domainMax: { expr: "end" } },
    axis: {
      title: across === "runs" ? "Runs" : `${unit[0]?.toUpperCase()}${unit.slice(1)} since the start`,
      grid: false,
      tickMinStep: across === "runs" ? 1 : undefined,
      labelFlush: true,
      labelOverlap: true,
    },
  } as const;
  const scale = {
    ...(isLog ? { type: "log" } : { type: "linear", zero: false }),
    nice: false,
    clamp: true,
    domainMin: { expr: "low" },
    domainMax: { expr: "high" },
  };
  const axis = { title: metric, tickCount: 6, format: isLog ? "~g" : "~r", labelOverlap: true };
  const score = { field: "score", type: "quantitative", scale, axis };
  const best = { field: "best", type: "quantitative", scale, axis };
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 600,
    height: 320,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 4, right: 14, bottom: 0 },
    config: chartConfig(theme),
    params: [
      { name: "low", value: 0.1 },
      { name: "high", value: 1 },
      { name: "end", value: 1 },
    ],
    layer: [
      // Under the points, so that each of them can be clicked.
      {
        name: "steps",
        data: { name: "steps" },
        mark: { type: "line", interpolate: "step-after", stroke: theme.foreground, strokeWidth: 2 },
        encoding: { x, y: best },
      },
      {
        name: "points",
        data: { name: "points" },
        mark: { type: "point", size: 34, filled: true, strokeWidth: 0 },
        encoding: {
          x,
          y: score,
          opacity: { field: "opacity", type: "quantitative", scale: null },
          color: {
            field: "state",
            type: "nominal",
            scale: { domain: states, range: states.map((state) => theme.state[state as DrawnState]) },
            legend: {
              labelExpr: `${JSON.stringify(LABELS)}[datum.label]`,
              symbolOpacity: 1,
              ...(isNarrow && { columns: 2 }),
            },
          },
        },
      },
      {
        name: "best",
        data: { name: "best" },
        mark: {
          type: "text",
          align: "right",
          // On the side where no score is.
          baseline: goal === "minimize" ? "top" : "bottom",
          dy: goal === "minimize" ? 6 : -6,
          fontWeight: "bold",
          fontSize: theme.fontSize + 1,
        },
        encoding: { x, y: best, text: { field: "text" } },
      },
      {
        name: "rings",
        data: { name: "rings" },
        mark: { type: "point", size: 130, stroke: theme.accent, strokeWidth: 2, filled: false, opacity: 1 },
        encoding: { x, y: score },
      },
      {
        name: "cursor",
        data: { name: "cursor" },
        mark: {
          type: "point",
          size: 220,
          stroke: theme.foreground,
          strokeWidth: 1.25,
          strokeDash: [2, 2],
          filled: false,
          opacity: 1,
        },
        encoding: { x, y: { ...score, field: "y" } },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}
