import { lineLegend, namedLines, svgOf } from "../picture.ts";

/** The learning rate of a training, step by step. */
export interface ScheduleLine {
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly rate: number }[];
}

/** Learning rates over steps, on a log axis, as an SVG. */
export function schedulesPicture(lines: readonly ScheduleLine[]): Promise<string> {
  return svgOf({
    width: 560,
    height: 320,
    data: { values: lines.flatMap(({ name, points }) => points.map((point) => ({ ...point, name }))) },
    mark: { type: "line", strokeWidth: 2 },
    encoding: {
      x: { field: "step", type: "quantitative", title: "step" },
      y: { field: "rate", type: "quantitative", scale: { type: "log" }, title: "learning rate" },
      color: { ...namedLines("name"), scale: { scheme: "category10" }, legend: lineLegend },
      strokeDash: namedLines("name"),
    },
  });
}
