import type { TopLevelSpec } from "vega-lite";
import { STEP_PARAMS, stepAxis, valueAxis } from "../shared/steps.ts";
import { type ChartTheme, chartConfig } from "../shared/theme.ts";

export interface LearningOptions {
  /** What the vertical axis shows. */
  readonly title: string;
  readonly isLog: boolean;
  /** The lowest of the charts, which has the iterations written under it. */
  readonly isLast: boolean;
  /** Whether the lines have their names at their ends, which takes room. */
  readonly isLabelled: boolean;
}

/** Pixels for the names at the ends of the lines. */
const LABEL_ROOM = 96;

/** Figures over the iterations of learning: what learns is drawn through, what it is compared with is dashed. */
export function learningSpec(
  theme: ChartTheme,
  { title, isLog, isLast, isLabelled }: LearningOptions,
): TopLevelSpec {
  const x = stepAxis(isLast ? "iteration" : undefined, ",d");
  const y = valueAxis(title, isLog, { titleLimit: 170, tickCount: 5 });
  const roles = ["learned", "other"];
  const byRole = (range: readonly unknown[]) => ({
    field: "role",
    type: "nominal",
    scale: { domain: roles, range },
    legend: null,
  });
  const detail = { field: "name", type: "nominal" };
  const lines = {
    x,
    y,
    detail,
    stroke: byRole([theme.state.complete, theme.quiet]),
    strokeDash: byRole([
      [1, 0],
      [4, 3],
    ]),
    strokeWidth: { field: "width", type: "quantitative", scale: null },
    order: { field: "step" },
  };
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 600,
    height: 260,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 6, right: isLabelled ? LABEL_ROOM : 14, bottom: 4 },
    config: chartConfig(theme),
    params: STEP_PARAMS,
    layer: [
      { name: "lines", data: { name: "lines" }, mark: { type: "line" }, encoding: lines },
      {
        name: "labels",
        data: { name: "labels" },
        mark: { type: "text", align: "left", dx: 6, fontSize: theme.fontSize, clip: false },
        encoding: {
          x,
          y,
          text: { field: "name" },
          color: byRole([theme.foreground, theme.quiet]),
        },
      },
      {
        // Wide and unseen: a line of two pixels is hard to hit.
        name: "touch",
        data: { name: "lines" },
        mark: { type: "point", size: 120, opacity: 0, filled: true },
        encoding: { x, y },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
}
