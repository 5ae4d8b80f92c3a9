import type { TopLevelSpec } from "vega-lite";
import type { SurfaceAxis } from "../../src/protocol/axis.ts";
import { axisSpec, UNIT } from "../shared/axis.ts";
import { STAR } from "../shared/marks.ts";
import { type ChartTheme, chartConfig } from "../shared/theme.ts";
import type { MapKind } from "./collect.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** Scores by viridis, the best bright; the two others by scales of their own. */
const SCHEMES: Readonly<Record<MapKind, string>> = { mean: "viridis", sd: "cividis", worth: "inferno" };

export interface MapOptions {
  readonly kind: MapKind;
  readonly x: SurfaceAxis;
  readonly y: SurfaceAxis | undefined;
  readonly goal: "minimize" | "maximize";
}

/** A heat map over two parameters, with trials, pending ones, the incumbent (ring) and the next proposal (star). */
export function mapSpec(theme: ChartTheme, { kind, x, y, goal }: MapOptions): TopLevelSpec {
  const across = { field: "x", type: "quantitative", scale: UNIT, ...axisSpec(x, false) };
  const up = { field: "y", type: "quantitative", scale: UNIT, ...axisSpec(y, true) };
  const spots = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "point", opacity: 1, ...mark },
    encoding: { x: across, y: up, size: { field: "size", type: "quantitative", scale: null } },
  });
  const spec = {
    $schema: SCHEMA,
    width: 300,
    height: 260,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 6, right: 8, bottom: 0 },
    config: chartConfig(theme),
    params: [
      { name: "low", value: 0 },
      { name: "high", value: 1 },
    ],
    layer: [
      {
        name: "cells",
        data: { name: "cells" },
        mark: { type: "rect", strokeWidth: 0 },
        encoding: {
          x: across,
          x2: { field: "x2" },
          y: up,
          y2: { field: "y2" },
          fill: {
            field: "value",
            type: "quantitative",
            scale: {
              scheme: SCHEMES[kind],
              domainMin: { expr: "low" },
              domainMax: { expr: "high" },
              nice: false,
              zero: false,
              clamp: true,
              reverse: kind === "mean" && goal === "minimize",
            },
            legend: { orient: "top", gradientLength: 120, gradientThickness: 8, format: "~g", tickCount: 3 },
          },
        },
      },
      // A dark rim inside a light one shows on every colour.
      spots("points", { filled: true, fill: "white", stroke: "black", strokeWidth: 1 }),
      spots("pending", {
        shape: "square",
        filled: false,
        stroke: "white",
        strokeWidth: 2,
        strokeDash: [3, 2],
      }),
      spots("best", { filled: false, stroke: theme.accent, strokeWidth: 3 }),
      spots("next", { shape: STAR, filled: true, fill: "white", stroke: "black", strokeWidth: 1.25 }),
      spots("rings", { filled: false, stroke: theme.accent, strokeWidth: 2 }),
      spots("chosen", { shape: "cross", filled: true, fill: "white", stroke: "black", strokeWidth: 1 }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}

/** Mean with its bands of one and two deviations along one parameter. */
export function sliceSpec(theme: ChartTheme, axis: SurfaceAxis, metric: string): TopLevelSpec {
  const x = { field: "at", type: "quantitative", scale: UNIT, ...axisSpec(axis, false) };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    scale: { zero: false },
    axis: { title: metric, tickCount: 4, format: "~g" },
  });
  const interpolate = axis.isDiscrete ? "step" : "monotone";
  const band = (low: string, high: string, opacity: number) => ({
    data: { name: "band" },
    mark: { type: "area", interpolate, opacity, fill: theme.accent },
    encoding: { x, y: y(low), y2: { field: high } },
  });
  const spec = {
    $schema: SCHEMA,
    width: 300,
    height: 150,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 6, right: 8, bottom: 0 },
    config: chartConfig(theme),
    layer: [
      band("low2", "high2", theme.highContrast ? 0.3 : 0.18),
      band("low1", "high1", theme.highContrast ? 0.5 : 0.3),
      {
        data: { name: "band" },
        mark: { type: "line", interpolate, stroke: theme.foreground, strokeWidth: 2 },
        encoding: { x, y: y("mean") },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}
