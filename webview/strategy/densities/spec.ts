import type { TopLevelSpec } from "vega-lite";
import type { SurfaceAxis } from "../../../src/protocol/axis.ts";
import { axisSpec, UNIT } from "../../shared/axis.ts";
import { STAR } from "../../shared/marks.ts";
import { type ChartTheme, chartConfig } from "../../shared/theme.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";
/** Both charts of a parameter leave the same room at the left, so that they stand under each other. */
const AXIS_ROOM = { minExtent: 34, maxExtent: 34 } as const;

/** Labels of the ratio axis, of which those in its range are shown. */
const RATIOS = [0.1, 0.3, 1, 3, 10];

const frame = (theme: ChartTheme) => ({
  $schema: SCHEMA,
  width: 300,
  height: 150,
  autosize: { type: "fit", contains: "padding" },
  padding: { left: 0, top: 4, right: 10, bottom: 4 },
  config: chartConfig(theme),
  params: [
    { name: "low", value: 0.1 },
    { name: "high", value: 1 },
  ],
});

/** l and g of one parameter with the trials as ticks below, and the next proposal (star). */
export function densitySpec(theme: ChartTheme, axis: SurfaceAxis): TopLevelSpec {
  const x = { field: "x", type: "quantitative", scale: UNIT, axis: null };
  const at = { ...x, field: "at" };
  const scale = { domainMin: { expr: "low" }, domainMax: { expr: "high" }, nice: false, zero: false };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    scale,
    axis: {
      title: axis.isDiscrete ? "probability" : "density",
      tickCount: 4,
      format: "~g",
      labelExpr: "datum.value < 0 ? '' : datum.label",
      grid: false,
      ...AXIS_ROOM,
    },
  });
  const zero = { datum: 0 };
  const area = (field: string, fill: string, fillOpacity: number, dash: number[]) => ({
    name: `${field}Curve`,
    data: { name: "curves" },
    mark: {
      type: "area",
      interpolate: "monotone",
      fill,
      fillOpacity,
      line: { stroke: fill, strokeWidth: 1.5, strokeDash: dash },
    },
    encoding: { x: at, y: y(field), y2: zero },
  });
  const bars = (name: string, fill: string, fillOpacity: number, dash: number[]) => ({
    name,
    data: { name },
    mark: { type: "rect", fill, fillOpacity, stroke: fill, strokeWidth: 1, strokeDash: dash },
    encoding: { x, x2: { field: "x2" }, y: y("value"), y2: zero },
  });
  const ticks = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "tick", orient: "vertical", size: 11, thickness: 2.5, opacity: 0.9, ...mark },
    encoding: { x, y: y("y") },
  });
  const spots = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "point", opacity: 1, filled: false, ...mark },
    encoding: { x, y: y("y") },
  });
  const [light, strong] = theme.highContrast ? [0.25, 0.5] : [0.16, 0.34];
  const spec = {
    ...frame(theme),
    layer: [
      area("bad", theme.quiet, light, [4, 3]),
      area("good", theme.accent, strong, [1, 0]),
      bars("badBars", theme.quiet, light, [4, 3]),
      bars("goodBars", theme.accent, strong, [1, 0]),
      {
        data: { values: [{ y: 0 }] },
        mark: { type: "rule", stroke: theme.quiet, strokeWidth: 1 },
        encoding: { y: y("y") },
      },
      ticks("others", { color: theme.quiet }),
      ticks("good", { color: theme.accent }),
      spots("running", { shape: "square", size: 40, stroke: theme.foreground, strokeDash: [2, 2] }),
      {
        name: "nextLine",
        data: { name: "next" },
        mark: { type: "rule", stroke: theme.foreground, strokeWidth: 1.5, strokeDash: [6, 3] },
        encoding: { x, y: y("y"), y2: zero },
      },
      spots("next", { shape: STAR, size: 150, filled: true, fill: theme.foreground, strokeWidth: 0 }),
      ticks("rings", { color: theme.foreground, size: 19, thickness: 4 }),
      spots("cursor", { size: 240, stroke: theme.foreground, strokeWidth: 1.25, strokeDash: [2, 2] }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}

/** l/g of one parameter on a log axis: above 1 trials there are more likely good than not. */
export function ratioSpec(theme: ChartTheme, axis: SurfaceAxis): TopLevelSpec {
  const x = { field: "x", type: "quantitative", scale: UNIT, ...axisSpec(axis, false) };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    scale: { type: "log", domainMin: { expr: "low" }, domainMax: { expr: "high" }, nice: false, clamp: true },
    axis: { title: "l / g", values: RATIOS, format: "~g", grid: false, labelOverlap: true, ...AXIS_ROOM },
  });
  const one = { datum: 1 };
  const strong = theme.highContrast ? 0.5 : 0.34;
  const spec = {
    ...frame(theme),
    layer: [
      {
        name: "ratio",
        data: { name: "ratio" },
        mark: { type: "line", interpolate: "monotone", stroke: theme.foreground, strokeWidth: 1.75 },
        encoding: { x: { ...x, field: "at" }, y: y("ratio") },
      },
      {
        name: "ratioBars",
        data: { name: "ratioBars" },
        mark: { type: "rect", fill: theme.foreground, fillOpacity: strong },
        encoding: { x, x2: { field: "x2" }, y: y("value"), y2: one },
      },
      {
        data: { values: [{ y: 1 }] },
        mark: { type: "rule", stroke: theme.quiet, strokeWidth: 1 },
        encoding: { y: y("y") },
      },
      {
        name: "next",
        data: { name: "next" },
        mark: { type: "rule", stroke: theme.foreground, strokeWidth: 1.5, strokeDash: [6, 3] },
        encoding: { x },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}
