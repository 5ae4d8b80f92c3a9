import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Of the color of lines that a field names, in the order of the data. */
export const namedLines = (field: string) => ({ field, type: "nominal", title: null, sort: null }) as const;

/** Lines in a legend, thick enough to be told apart. */
export const lineLegend = { symbolType: "stroke", symbolOpacity: 1, symbolStrokeWidth: 2 } as const;

/** A chart on white, as an SVG. */
export function svgOf(chart: TopLevelSpec): Promise<string> {
  const spec = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", background: "white", ...chart };
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}

/** A quantity of a training at one of its steps. */
export interface TracedStep {
  /** Which training: a name, or the number that it began with. */
  readonly of: string | number;
  readonly step: number;
  readonly quantity: string;
  readonly y: number;
}

/** Trainings over their steps, one chart for each quantity, on log axes, as an SVG; `colors` tells them apart. */
export function tracesPicture(steps: readonly TracedStep[], colors: object): Promise<string> {
  const chart = {
    data: { values: steps },
    facet: { column: { field: "quantity", type: "nominal", title: null, sort: null } },
    resolve: { scale: { y: "independent" } },
    spec: {
      width: 300,
      height: 220,
      mark: { type: "line" },
      encoding: {
        x: { field: "step", type: "quantitative" },
        y: { field: "y", type: "quantitative", scale: { type: "log" }, title: null },
        ...colors,
      },
    },
  };
  return svgOf(chart as unknown as TopLevelSpec);
}
