import type { TopLevelSpec } from "vega-lite";
import { CROSS } from "../../shared/marks.ts";
import { type ChartTheme, chartConfig } from "../../shared/theme.ts";

export interface PopulationOptions {
  readonly metric: string;
  readonly isLog: boolean;
}

/** Trials by number and score: the population filled, the dead hollow, lines from parents to children. */
export function populationSpec(theme: ChartTheme, { metric, isLog }: PopulationOptions): TopLevelSpec {
  const x = {
    field: "x",
    type: "quantitative",
    scale: { domainMin: { expr: "start" }, domainMax: { expr: "end" }, nice: false, zero: false },
    axis: { title: "Trial", grid: false, tickMinStep: 1, format: "~r", labelOverlap: true, tickCount: 8 },
  };
  const y = {
    field: "y",
    type: "quantitative",
    scale: {
      ...(isLog ? { type: "log" } : { type: "linear", zero: false }),
      nice: false,
      clamp: true,
      domainMin: { expr: "low" },
      domainMax: { expr: "high" },
    },
    axis: { title: metric, tickCount: 6, format: isLog ? "~g" : "~r", labelOverlap: true },
  };
  const lines = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "rule", clip: true, ...mark },
    encoding: { x, y, x2: { field: "x2" }, y2: { field: "y2" } },
  });
  const spots = (name: string, mark: object, fades = false) => ({
    name,
    data: { name },
    mark: { type: "point", filled: false, ...(fades ? {} : { opacity: 1 }), ...mark },
    encoding: {
      x,
      y,
      ...(fades && { opacity: { field: "opacity", type: "quantitative", scale: null } }),
    },
  });
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 600,
    height: 320,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 4, right: 14, bottom: 4 },
    config: chartConfig(theme),
    params: ["low", "high", "start", "end"].map((name, i) => ({ name, value: 0.1 + i })),
    layer: [
      lines("lines", { stroke: theme.quiet, strokeWidth: 1, opacity: theme.highContrast ? 0.55 : 0.3 }),
      lines("lineage", { stroke: theme.accent, strokeWidth: 2.5 }),
      spots("dead", { size: 30, stroke: theme.foreground, strokeWidth: 1.25 }, true),
      spots("failed", { shape: CROSS, size: 30, stroke: theme.state.failed, strokeWidth: 1.5 }),
      spots("alive", {
        size: 70,
        filled: true,
        fill: theme.accent,
        stroke: theme.foreground,
        strokeWidth: 1,
      }),
      spots("rings", { size: 170, stroke: theme.foreground, strokeWidth: 2 }),
      spots("cursor", { size: 260, stroke: theme.foreground, strokeWidth: 1.25, strokeDash: [2, 2] }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}
