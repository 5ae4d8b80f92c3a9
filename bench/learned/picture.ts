import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

export interface LinePoint {
  readonly line: string;
  readonly x: number;
  readonly y: number;
}

/** Lines on logarithmic axes, as an SVG. */
export function linesOf(
  points: readonly LinePoint[],
  titles: { readonly x: string; readonly y: string },
): Promise<string> {
  const named = { field: "line", type: "nominal", title: null, sort: null } as const;
  const spec: TopLevelSpec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    width: 520,
    height: 320,
    data: { values: points as LinePoint[] },
    mark: { type: "line", point: true, strokeWidth: 2 },
    encoding: {
      x: { field: "x", type: "quantitative", scale: { type: "log", nice: false }, title: titles.x },
      y: { field: "y", type: "quantitative", scale: { type: "log" }, title: titles.y },
      color: { ...named, scale: { scheme: "category10" } },
      strokeDash: named,
    },
  };
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}
