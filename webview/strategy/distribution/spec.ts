import type { TopLevelSpec } from "vega-lite";
import type { SurfaceAxis } from "../../../src/protocol/axis.ts";
import { axisSpec, UNIT } from "../../shared/axis.ts";
import { STAR } from "../../shared/marks.ts";
import { type ChartTheme, chartConfig } from "../../shared/theme.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

const frame = (theme: ChartTheme) => ({
  $schema: SCHEMA,
  width: 400,
  height: 360,
  autosize: { type: "fit", contains: "padding" },
  padding: { left: 0, top: 6, right: 12, bottom: 4 },
  config: chartConfig(theme),
});

/** Samples by generation, the mean (cross) and the ellipses of one and two deviations. */
export function searchSpec(theme: ChartTheme, x: SurfaceAxis, y: SurfaceAxis | undefined): TopLevelSpec {
  const across = { field: "x", type: "quantitative", scale: UNIT, ...axisSpec(x, false) };
  const up = { field: "y", type: "quantitative", scale: UNIT, ...axisSpec(y, true) };
  const ellipse = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "line", clip: true, stroke: theme.accent, ...mark },
    encoding: { x: across, y: up, order: { field: "order" } },
  });
  const spots = (name: string, mark: object, fades = false) => ({
    name,
    data: { name },
    mark: { type: "point", filled: false, ...(fades ? {} : { opacity: 1 }), ...mark },
    encoding: {
      x: across,
      y: up,
      ...(fades && { opacity: { field: "opacity", type: "quantitative", scale: null } }),
    },
  });
  const spec = {
    ...frame(theme),
    view: { stroke: theme.grid },
    layer: [
      ellipse("two", { strokeWidth: 1.5, strokeDash: [5, 3] }),
      ellipse("one", { strokeWidth: 2.5 }),
      spots("earlier", { size: 28, stroke: theme.foreground, strokeWidth: 1.25 }, true),
      spots("newest", {
        size: 60,
        filled: true,
        fill: theme.accent,
        stroke: theme.foreground,
        strokeWidth: 1,
      }),
      spots("running", {
        shape: "square",
        size: 60,
        stroke: theme.foreground,
        strokeWidth: 1.5,
        strokeDash: [3, 2],
      }),
      spots("mean", {
        shape: "cross",
        clip: true,
        size: 90,
        filled: true,
        fill: theme.foreground,
        stroke: theme.background,
      }),
      spots("next", {
        shape: STAR,
        size: 220,
        filled: true,
        fill: theme.foreground,
        stroke: theme.background,
      }),
      spots("rings", { size: 170, stroke: theme.foreground, strokeWidth: 2 }),
      spots("cursor", { size: 260, stroke: theme.foreground, strokeWidth: 1.25, strokeDash: [2, 2] }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}

/** σ on a log axis over results; dashed lines where the search began anew. */
export function sigmaSpec(theme: ChartTheme): TopLevelSpec {
  const x = {
    field: "x",
    type: "quantitative",
    scale: { domainMin: 0, domainMax: { expr: "end" }, nice: false },
    axis: { title: "Results", grid: false, format: "~r", tickMinStep: 1, labelOverlap: true, tickCount: 6 },
  };
  const y = {
    field: "sigma",
    type: "quantitative",
    scale: { type: "log", domainMin: { expr: "low" }, domainMax: { expr: "high" }, nice: false, clamp: true },
    axis: { title: "σ (share of a range)", tickCount: 4, format: "~g", labelOverlap: true },
  };
  const spec = {
    ...frame(theme),
    params: ["low", "high", "end"].map((name, i) => ({ name, value: 0.1 + i })),
    layer: [
      {
        name: "restarts",
        data: { name: "restarts" },
        mark: { type: "rule", stroke: theme.foreground, strokeWidth: 1.25, strokeDash: [4, 3] },
        encoding: { x },
      },
      {
        name: "sigma",
        data: { name: "sigma" },
        mark: { type: "line", interpolate: "step-after", stroke: theme.accent, strokeWidth: 2 },
        encoding: { x, y, detail: { field: "run" } },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}
