import type { TopLevelSpec } from "vega-lite";
import type { SurfaceAxis } from "../../../src/protocol/axis.ts";
import { axisSpec } from "../../shared/axis.ts";
import { CROSS } from "../../shared/marks.ts";
import { type ChartTheme, chartConfig } from "../../shared/theme.ts";

const LEADING = "datum.voice === 'leading'";

/** What a chart shows: a parameter, or the metric. */
export type Shown = SurfaceAxis | { readonly metric: string; readonly isLog: boolean };

/**
 * A quantity over the iterations of chains: lines through the points that they went on from, triangles that point where the
 * hypergradient says, crosses where a step was worse.
 */
export function chainSpec(theme: ChartTheme, of: Shown): TopLevelSpec {
  const isLog = "metric" in of && of.isLog;
  const x = {
    field: "x",
    type: "quantitative",
    scale: { domainMin: 0.5, domainMax: { expr: "end + 0.5" }, nice: false, zero: false },
    axis: { title: "Iteration", grid: false, tickMinStep: 1, format: "~r", labelOverlap: true, tickCount: 8 },
  };
  const y = {
    field: "y",
    type: "quantitative",
    scale: {
      ...(isLog ? { type: "log" } : { type: "linear", zero: false }),
      nice: false,
      domainMin: { expr: "low" },
      domainMax: { expr: "high" },
    },
    ...("metric" in of
      ? { axis: { title: of.metric, tickCount: 5, format: isLog ? "~g" : "~r", labelOverlap: true } }
      : axisSpec(of, true)),
  };
  const stroke = { condition: { test: LEADING, value: theme.accent }, value: theme.quiet };
  const strokeWidth = { condition: { test: LEADING, value: 2.5 }, value: 1.25 };
  const spots = (name: string, mark: object, more: object = {}) => ({
    name,
    data: { name },
    mark: { type: "point", filled: false, opacity: 1, clip: false, ...mark },
    encoding: { x, y, ...more },
  });
  const visits = (name: string, shape: string, size: number) =>
    spots(name, { shape, size, filled: true, stroke: theme.background, strokeWidth: 1 }, { fill: stroke });
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 400,
    height: 170,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 8, right: 12, bottom: 4 },
    config: chartConfig(theme),
    params: ["low", "high", "end"].map((name, i) => ({ name, value: i })),
    layer: [
      {
        name: "aside",
        data: { name: "aside" },
        mark: { type: "rule", stroke: theme.quiet, strokeWidth: 1, strokeDash: [3, 3] },
        encoding: { x, y, x2: { field: "x2" }, y2: { field: "y2" } },
      },
      {
        name: "path",
        data: { name: "path" },
        mark: { type: "line" },
        encoding: {
          x,
          y,
          detail: { field: "line", type: "nominal" },
          order: { field: "x" },
          stroke: {
            field: "voice",
            type: "nominal",
            scale: { domain: ["leading", "other"], range: [theme.accent, theme.quiet] },
            legend: null,
          },
          strokeWidth,
        },
      },
      visits("unknown", "circle", 45),
      visits("down", "triangle-down", 75),
      visits("up", "triangle-up", 75),
      spots("worse", { shape: CROSS, size: 30, stroke: theme.state.failed, strokeWidth: 1.75 }),
      spots("rings", { size: 190, stroke: theme.foreground, strokeWidth: 2 }),
      spots("cursor", { size: 280, stroke: theme.foreground, strokeWidth: 1.25, strokeDash: [2, 2] }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}
