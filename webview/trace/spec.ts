import type { TopLevelSpec } from "vega-lite";
import { STEP_PARAMS, stepAxis, valueAxis } from "../shared/steps.ts";
import { type ChartTheme, chartConfig } from "../shared/theme.ts";

export interface TraceOptions {
  /** What the vertical axis shows. */
  readonly title: string;
  readonly isLog: boolean;
  /** A value that holds from step to step, drawn as stairs; else a line. */
  readonly holds: boolean;
  /** The lowest of the charts, which has the steps written under it. */
  readonly isLast: boolean;
}

/** Lines over the steps of a training, one colour and dash a voice, with the place of the slider (see `collect`). */
export function traceSpec(theme: ChartTheme, { title, isLog, holds, isLast }: TraceOptions): TopLevelSpec {
  const x = stepAxis(isLast ? "step" : undefined, ",d");
  const y = valueAxis(title, isLog, { titleLimit: 150, tickCount: 4 });
  const voices = ["policy", "own", "schedule"];
  const stroke = {
    field: "voice",
    type: "nominal",
    scale: { domain: voices, range: [theme.state.complete, theme.foreground, theme.quiet] },
    legend: null,
  };
  const strokeDash = {
    field: "voice",
    type: "nominal",
    scale: {
      domain: voices,
      range: [
        [1, 0],
        [6, 3],
        [2, 3],
      ],
    },
    legend: null,
  };
  const strokeWidth = { field: "width", type: "quantitative", scale: null };
  const detail = { field: "line", type: "nominal" };
  const order = { field: "step" };
  const interpolate = holds ? "step-after" : "linear";
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 600,
    height: 200,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 6, right: 14, bottom: 4 },
    config: chartConfig(theme),
    params: STEP_PARAMS,
    layer: [
      {
        name: "cursor",
        data: { name: "cursor" },
        mark: { type: "rule", stroke: theme.accent, strokeWidth: 1 },
        encoding: { x },
      },
      {
        name: "lines",
        data: { name: "lines" },
        mark: { type: "line", interpolate },
        encoding: { x, y, detail, stroke, strokeDash, strokeWidth, order },
      },
      {
        name: "selected",
        data: { name: "selected" },
        mark: { type: "line", interpolate, stroke: theme.accent, strokeWidth: 3 },
        encoding: { x, y, detail, order },
      },
      {
        // Wide and unseen: a line of two pixels is hard to hit.
        name: "touch",
        data: { name: "lines" },
        mark: { type: "point", size: 120, opacity: 0, filled: true },
        encoding: { x, y },
      },
      {
        name: "events",
        data: { name: "events" },
        mark: {
          type: "point",
          shape: "triangle-down",
          size: 110,
          filled: true,
          fill: theme.state.failed,
          opacity: 1,
        },
        encoding: { x, y },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}
