import type { TopLevelSpec } from "vega-lite";
import type { SurfaceAxis } from "../../src/protocol/axis.ts";
import { axisSpec, UNIT } from "../shared/axis.ts";
import { type ChartTheme, chartConfig } from "../shared/theme.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

const page = (theme: ChartTheme) => ({
  $schema: SCHEMA,
  width: 300,
  height: 200,
  autosize: { type: "fit", contains: "padding" },
  padding: { left: 0, top: 4, right: 44, bottom: 0 },
  config: chartConfig(theme),
});

/** Bars of shares, one row a name: of parameters by two methods, or of pairs by one. The chosen ones have an outline. */
export function barsSpec(theme: ChartTheme, name: "bars" | "pairs"): TopLevelSpec {
  const hasTwo = name === "bars";
  const y = {
    field: "name",
    type: "nominal",
    sort: null,
    scale: { paddingInner: 0.3, paddingOuter: 0.15 },
    axis: { title: null, grid: false, labelLimit: 160, labelColor: theme.foreground },
  };
  const offset = hasTwo ? { yOffset: { field: "method", sort: ["fANOVA", "PED-ANOVA"] } } : {};
  const x = {
    field: "share",
    type: "quantitative",
    scale: { domainMin: 0, domainMax: { expr: "most" }, nice: false },
    // The numbers stand behind the bars.
    axis: null,
  };
  const fill = {
    field: "method",
    type: "nominal",
    scale: { domain: ["fANOVA", "PED-ANOVA"], range: [theme.accent, theme.quiet] },
    legend: hasTwo ? { symbolType: "square", symbolStrokeWidth: 0 } : null,
  };
  const spec = {
    ...page(theme),
    params: [{ name: "most", value: 1 }],
    layer: [
      {
        name,
        data: { name },
        mark: { type: "bar", cursor: "pointer", stroke: theme.foreground },
        encoding: {
          x,
          y,
          ...offset,
          fill,
          strokeWidth: { condition: { test: "datum.isChosen", value: 1.5 }, value: 0 },
        },
      },
      {
        data: { name },
        mark: { type: "text", align: "left", baseline: "middle", dx: 5, fill: theme.foreground },
        encoding: { x, y, ...offset, text: { field: "share", type: "quantitative", format: ".0%" } },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}

/** Mean score along one parameter, how much the trees differ (band), and the trials. */
export function effectSpec(theme: ChartTheme, axis: SurfaceAxis, metric: string): TopLevelSpec {
  const along = (field: string) => ({ field, type: "quantitative", scale: UNIT, ...axisSpec(axis, false) });
  const up = (field: string) => ({
    field,
    type: "quantitative",
    scale: { domainMin: { expr: "low" }, domainMax: { expr: "high" }, nice: false, zero: false, clamp: true },
    axis: { title: metric, tickCount: 5, format: "~g" },
  });
  const interpolate = axis.isDiscrete ? "step" : "monotone";
  const spots = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "point", ...mark },
    encoding: {
      x: along("x"),
      y: up("y"),
      size: { field: "size", type: "quantitative", scale: null },
    },
  });
  const spec = {
    ...page(theme),
    padding: { left: 0, top: 6, right: 8, bottom: 4 },
    params: [
      { name: "low", value: 0 },
      { name: "high", value: 1 },
    ],
    layer: [
      spots("points", { filled: true, fill: theme.quiet, opacity: theme.highContrast ? 0.9 : 0.55 }),
      {
        data: { name: "band" },
        mark: {
          type: "area",
          interpolate,
          fill: theme.accent,
          opacity: theme.highContrast ? 0.5 : 0.3,
          clip: true,
        },
        encoding: { x: along("at"), y: up("low1"), y2: { field: "high1" } },
      },
      {
        data: { name: "inactive" },
        mark: { type: "line", stroke: theme.foreground, strokeWidth: 1.5, strokeDash: [5, 4] },
        encoding: { x: along("at"), y: up("mean") },
      },
      {
        data: { name: "band" },
        mark: { type: "line", interpolate, stroke: theme.foreground, strokeWidth: 2 },
        encoding: { x: along("at"), y: up("mean") },
      },
      spots("best", { filled: false, opacity: 1, stroke: theme.accent, strokeWidth: 3 }),
      spots("rings", { filled: false, opacity: 1, stroke: theme.accent, strokeWidth: 2 }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}
