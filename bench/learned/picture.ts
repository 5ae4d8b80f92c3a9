import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Mean loss over steps of each optimizer, on a log axis, as an SVG; the first is drawn thickest. */
export async function curvesPicture(
  title: string,
  results: readonly { optimizer: string; curve: readonly number[] }[],
): Promise<string> {
  const values = results.flatMap(({ optimizer, curve }, rank) =>
    curve.map((loss, step) => ({ optimizer, step, loss, width: rank === 0 ? 3 : 1.5 })),
  );
  const spec: TopLevelSpec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    title,
    width: 560,
    height: 340,
    data: { values },
    mark: { type: "line" },
    encoding: {
      x: { field: "step", type: "quantitative", title: "step" },
      y: { field: "loss", type: "quantitative", scale: { type: "log" }, title: "mean loss" },
      strokeWidth: { field: "width", type: "quantitative", scale: null },
      color: {
        field: "optimizer",
        type: "nominal",
        title: null,
        sort: null,
        scale: { scheme: "category10" },
        legend: { symbolType: "stroke", symbolOpacity: 1, symbolStrokeWidth: 2 },
      },
      strokeDash: { field: "optimizer", type: "nominal", title: null, sort: null },
    },
  };
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}
