import type { TopLevelSpec } from "vega-lite";
import type { ScheduleQuantity } from "../../src/protocol/insight.ts";
import { formatValue } from "../shared/format.ts";
import { LABEL_LIMIT, STEP_PARAMS, stepAxis, valueAxis } from "../shared/steps.ts";
import { type ChartTheme, chartConfig } from "../shared/theme.ts";

export interface TrackOptions {
  /** What the vertical axis shows. */
  readonly title: string;
  readonly isLog: boolean;
  readonly choices: ScheduleQuantity["choices"];
  /** The title of the horizontal axis; the upper of two aligned charts has none. */
  readonly unit: string | undefined;
}

function vertical({ title, isLog, choices }: TrackOptions): object {
  const labels = choices && {
    values: choices.map((_, i) => i),
    labelExpr: `${JSON.stringify(choices.map(formatValue))}[datum.value]`,
  };
  return valueAxis(title, isLog, { tickCount: 5, labelLimit: LABEL_LIMIT, ...labels });
}

/** Lines over steps, with copies as arrows and the schedule that led to the best on top (see `collect`). */
export function trackSpec(theme: ChartTheme, options: TrackOptions): TopLevelSpec {
  const x = stepAxis(options.unit);
  const y = vertical(options);
  const detail = { field: "line", type: "nominal" };
  const opacity = { field: "opacity", type: "quantitative", scale: null };
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 600,
    height: 240,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 6, right: 14, bottom: 4 },
    config: chartConfig(theme),
    params: STEP_PARAMS,
    layer: [
      {
        name: "links",
        data: { name: "links" },
        mark: { type: "rule", stroke: theme.quiet, strokeWidth: 1, strokeDash: [3, 2], opacity: 0.8 },
        encoding: { x, y, y2: { field: "y2" } },
      },
      {
        name: "lines",
        data: { name: "lines" },
        mark: { type: "line", stroke: theme.foreground, strokeWidth: 1.25 },
        encoding: { x, y, detail, opacity, order: { field: "step" } },
      },
      {
        name: "winner",
        data: { name: "winner" },
        mark: { type: "line", stroke: theme.state.complete, strokeWidth: 3.5 },
        encoding: { x, y, detail, order: { field: "step" } },
      },
      {
        name: "heads",
        data: { name: "heads" },
        mark: { type: "point", shape: "triangle-up", size: 30, filled: true, fill: theme.quiet, opacity: 1 },
        encoding: { x, y, angle: { field: "angle", type: "quantitative", scale: null } },
      },
      {
        name: "ends",
        data: { name: "ends" },
        mark: { type: "point", size: 26, filled: true, fill: theme.foreground, strokeWidth: 0 },
        encoding: { x, y, opacity },
      },
      {
        name: "selected",
        data: { name: "selected" },
        mark: { type: "line", stroke: theme.accent, strokeWidth: 3, point: { fill: theme.accent, size: 60 } },
        encoding: { x, y, detail, order: { field: "step" } },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}
