import { lineLegend, namedLines, svgOf } from "../picture.ts";

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
  const named = namedLines("line");
  return svgOf({
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
  });
}

/** Mean loss over steps of each optimizer, on a log axis, as an SVG; the first is drawn thickest. */
export async function curvesPicture(
  title: string,
  results: readonly { optimizer: string; curve: readonly number[] }[],
): Promise<string> {
  const values = results.flatMap(({ optimizer, curve }, rank) =>
    curve.map((loss, step) => ({ optimizer, step, loss, width: rank === 0 ? 3 : 1.5 })),
  );
  return svgOf({
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
        ...namedLines("optimizer"),
        scale: { scheme: "category10" },
        legend: lineLegend,
      },
      strokeDash: namedLines("optimizer"),
    },
  });
}

/** Best value so far over evaluations of each optimizer, mean over functions, as an SVG. */
export async function searchPicture(
  title: string,
  results: readonly { name: string; runs: readonly (readonly number[])[] }[],
): Promise<string> {
  const values = results.flatMap(({ name, runs }) =>
    (runs[0] ?? []).map((_, i) => ({
      name,
      evaluation: i + 1,
      best: runs.reduce((sum, run) => sum + run[i]! / runs.length, 0),
    })),
  );
  return svgOf({
    title,
    width: 520,
    height: 320,
    data: { values },
    mark: { type: "line", strokeWidth: 2 },
    encoding: {
      x: { field: "evaluation", type: "quantitative", title: "evaluations" },
      y: { field: "best", type: "quantitative", scale: { zero: false }, title: "best value, mean" },
      color: {
        ...namedLines("name"),
        scale: { scheme: "category10" },
        legend: { ...lineLegend, labelLimit: 240 },
      },
      strokeDash: namedLines("name"),
    },
  });
}
