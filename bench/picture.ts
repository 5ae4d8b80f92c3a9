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
