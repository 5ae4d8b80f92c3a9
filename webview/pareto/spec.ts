import type { TopLevelSpec } from "vega-lite";
import type { ParetoInsight } from "../../src/protocol/insight.ts";
import { type ChartTheme, chartConfig } from "../shared/theme.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

type State = ParetoInsight["points"][number]["state"];
type Objective = ParetoInsight["objectives"][number];

const LABELS: Readonly<Record<State, string>> = {
  front: "on the front",
  dominated: "beaten by another",
  infeasible: "breaks a limit",
};
/** A shape beside the colour: states are told apart without it. */
const SHAPES: Readonly<Record<State, string>> = {
  front: "diamond",
  dominated: "circle",
  infeasible: "cross",
};

export interface ParetoOptions {
  readonly x: Objective;
  readonly y: Objective;
  readonly states: readonly State[];
}

const title = ({ metric, goal }: Objective, arrow: string): string =>
  `${metric} (${goal === "minimize" ? "smaller" : "larger"} is better ${arrow})`;

/** Trials over two objectives, and the edge of what the front dominates as a step line. */
export function paretoSpec(theme: ChartTheme, { x, y, states }: ParetoOptions): TopLevelSpec {
  const scale = (low: string, high: string) => ({
    nice: false,
    zero: false,
    clamp: true,
    domainMin: { expr: low },
    domainMax: { expr: high },
  });
  const across = {
    field: "x",
    type: "quantitative",
    scale: scale("lowX", "highX"),
    axis: {
      title: title(x, x.goal === "minimize" ? "←" : "→"),
      format: "~r",
      labelOverlap: true,
      grid: true,
    },
  };
  const up = {
    field: "y",
    type: "quantitative",
    scale: scale("lowY", "highY"),
    axis: {
      title: title(y, y.goal === "minimize" ? "↓" : "↑"),
      format: "~r",
      tickCount: 6,
      labelOverlap: true,
    },
  };
  const colours: Readonly<Record<State, string>> = {
    front: theme.state.complete,
    dominated: theme.state.stopped,
    infeasible: theme.state.failed,
  };
  const ring = (name: string, mark: object) => ({
    name,
    data: { name },
    mark: { type: "point", filled: false, opacity: 1, ...mark },
    encoding: { x: across, y: up },
  });
  const legend = { labelExpr: `${JSON.stringify(LABELS)}[datum.label]`, symbolOpacity: 1 };
  const spec = {
    $schema: SCHEMA,
    width: 600,
    height: 340,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 4, right: 14, bottom: 4 },
    config: chartConfig(theme),
    params: ["lowX", "highX", "lowY", "highY"].map((name) => ({
      name,
      value: name.startsWith("low") ? 0 : 1,
    })),
    layer: [
      // Under the points, so that each of them can be clicked.
      {
        name: "front",
        data: { name: "front" },
        mark: {
          type: "line",
          // The corners lie where both neighbours are beaten, whichever way x is better.
          interpolate: x.goal === "minimize" ? "step-after" : "step-before",
          stroke: theme.state.complete,
          strokeWidth: 2,
        },
        encoding: { x: across, y: up },
      },
      {
        name: "points",
        data: { name: "points" },
        mark: { type: "point", filled: true, strokeWidth: 0 },
        encoding: {
          x: across,
          y: up,
          size: { condition: { test: "datum.state === 'front'", value: 90 }, value: 34 },
          opacity: { condition: { test: "datum.state === 'front'", value: 1 }, value: 0.75 },
          shape: {
            field: "state",
            type: "nominal",
            scale: { domain: states, range: states.map((state) => SHAPES[state]) },
            legend,
          },
          color: {
            field: "state",
            type: "nominal",
            scale: { domain: states, range: states.map((state) => colours[state]) },
            legend,
          },
        },
      },
      ring("rings", { size: 220, stroke: theme.accent, strokeWidth: 2 }),
      ring("cursor", { size: 320, stroke: theme.foreground, strokeWidth: 1.25, strokeDash: [2, 2] }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}

/** The dominated share over the trials, as a step line; where there are limits, over those that keep them. */
export function volumeSpec(theme: ChartTheme, isLimited: boolean): TopLevelSpec {
  const spec = {
    $schema: SCHEMA,
    width: 600,
    height: 150,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 6, right: 14, bottom: 4 },
    config: chartConfig(theme),
    params: [{ name: "end", value: 1 }],
    layer: [
      {
        name: "volume",
        data: { name: "volume" },
        mark: { type: "line", interpolate: "step-after", stroke: theme.foreground, strokeWidth: 2 },
        encoding: {
          x: {
            field: "order",
            type: "quantitative",
            scale: { nice: false, domainMin: 0, domainMax: { expr: "end" } },
            axis: {
              title: isLimited ? "Complete trials within the limits" : "Complete trials",
              grid: false,
              tickMinStep: 1,
              labelFlush: true,
              labelOverlap: true,
            },
          },
          y: {
            field: "volume",
            type: "quantitative",
            scale: { domain: [0, 1], nice: false },
            axis: { title: "Share", format: ".0%", tickCount: 4 },
          },
        },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}
