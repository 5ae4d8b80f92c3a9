import type { TopLevelSpec } from "vega-lite";
import { STAR } from "../../shared/marks.ts";
import { type ChartTheme, chartConfig } from "../../shared/theme.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

const frame = (theme: ChartTheme, params: readonly string[]) => ({
  $schema: SCHEMA,
  width: 400,
  height: 200,
  autosize: { type: "fit", contains: "padding" },
  padding: { left: 0, top: 4, right: 12, bottom: 4 },
  config: chartConfig(theme),
  params: params.map((name, i) => ({ name, value: i })),
});

/** An axis with a row for each arm, the first on top. */
function rowsAxis(labels: readonly string[], labelLimit: number) {
  return {
    type: "quantitative",
    scale: { domain: [-0.5, labels.length - 0.5], reverse: true, nice: false, zero: false },
    axis:
      labelLimit === 0
        ? null
        : {
            title: null,
            values: labels.map((_, i) => i),
            labelExpr: `${JSON.stringify(labels)}[datum.value]`,
            labelLimit,
            labelOverlap: false,
            grid: false,
          },
  };
}

export interface ArmsOptions {
  readonly metric: string;
  readonly labels: readonly string[];
  /** Pixels for the words beside an arm. */
  readonly labelLimit: number;
}

/** Each arm's mean score with what is believed of it, and the arm that is pulled next (star). */
export function armsSpec(theme: ChartTheme, { metric, labels, labelLimit }: ArmsOptions): TopLevelSpec {
  const scale = { domainMin: { expr: "low" }, domainMax: { expr: "high" }, nice: false, zero: false };
  const axis = { title: `mean ${metric}`, tickCount: 5, format: "~r", labelOverlap: true };
  const x = { field: "x", type: "quantitative", scale, axis };
  const y = { field: "y", ...rowsAxis(labels, labelLimit) };
  const spots = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "point", opacity: 1, filled: false, ...mark },
    encoding: { x, y },
  });
  const ends = (field: string) => ({
    data: { name: "bounds" },
    mark: { type: "tick", orient: "vertical", size: 9, thickness: 2, color: theme.accent },
    encoding: { x: { ...x, field }, y },
  });
  const spec = {
    ...frame(theme, ["low", "high"]),
    layer: [
      {
        name: "bounds",
        data: { name: "bounds" },
        mark: { type: "rule", stroke: theme.accent, strokeWidth: 2 },
        encoding: { x, x2: { field: "x2" }, y },
      },
      ends("x"),
      ends("x2"),
      spots("means", { filled: true, fill: theme.foreground, size: 60 }),
      spots("next", {
        shape: STAR,
        filled: true,
        fill: theme.foreground,
        stroke: theme.background,
        strokeWidth: 1,
        size: 260,
      }),
      spots("rings", { size: 220, stroke: theme.accent, strokeWidth: 2 }),
      spots("cursor", { size: 320, stroke: theme.foreground, strokeWidth: 1.25, strokeDash: [2, 2] }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}

/** How often each arm was pulled, and with what probability it is next. */
export function countsSpec(theme: ChartTheme, labels: readonly string[], labelLimit: number): TopLevelSpec {
  const x = {
    field: "pulls",
    type: "quantitative",
    scale: { domainMin: 0, domainMax: { expr: "most" }, nice: false },
    axis: { title: "pulls", tickCount: 4, tickMinStep: 1, format: "~r", labelOverlap: true },
  };
  const y = { field: "y", ...rowsAxis(labels, labelLimit) };
  const spec = {
    ...frame(theme, ["most"]),
    layer: [
      {
        name: "counts",
        data: { name: "counts" },
        mark: { type: "rect", fill: theme.accent, fillOpacity: theme.highContrast ? 0.7 : 0.55 },
        encoding: { x, x2: { datum: 0 }, y: { ...y, field: "top" }, y2: { field: "foot" } },
      },
      {
        data: { name: "counts" },
        mark: { type: "text", align: "left", baseline: "middle", dx: 5 },
        encoding: { x, y, text: { field: "text" } },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}

/** The regret after each result, on a log axis a straight line where it grows with the logarithm. */
export function regretSpec(theme: ChartTheme, metric: string, isLog: boolean): TopLevelSpec {
  const x = {
    field: "x",
    type: "quantitative",
    scale: {
      ...(isLog ? { type: "log" } : { type: "linear", zero: false }),
      domainMin: 1,
      domainMax: { expr: "end" },
      nice: false,
    },
    axis: {
      title: `Results${isLog ? " (log)" : ""}`,
      grid: false,
      format: "~r",
      labelOverlap: true,
      tickCount: 6,
    },
  };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    scale: { domainMin: { expr: "low" }, domainMax: { expr: "high" }, nice: false, zero: false },
    axis: { title: `regret (${metric})`, tickCount: 5, format: "~r" },
  });
  const spots = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "point", ...mark },
    encoding: { x, y: y("y") },
  });
  const ring = { filled: false, opacity: 1 };
  const spec = {
    ...frame(theme, ["low", "high", "end"]),
    layer: [
      {
        data: { name: "pulls" },
        mark: { type: "line", stroke: theme.accent, strokeWidth: 2, strokeDash: [6, 3] },
        encoding: { x, y: y("expected") },
      },
      {
        data: { name: "pulls" },
        mark: { type: "line", stroke: theme.foreground, strokeWidth: 1.5 },
        encoding: { x, y: y("y") },
      },
      spots("pulls", { size: 14, filled: true, fill: theme.foreground, opacity: 0.8 }),
      spots("rings", { size: 130, stroke: theme.accent, strokeWidth: 2, ...ring }),
      spots("cursor", {
        size: 220,
        stroke: theme.foreground,
        strokeWidth: 1.25,
        strokeDash: [2, 2],
        ...ring,
      }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}
