import { lineLegend, namedLines, svgOf } from "../picture.ts";

/** What a method took at one place of a sweep. */
export interface CostPoint {
  /** What is varied. */
  readonly against: string;
  readonly method: string;
  readonly x: number;
  readonly ms: number;
  /** Counted. */
  readonly bytes: number;
  readonly measured: number;
}

/** Time and memory against each thing that is varied, on logarithmic axes, as an SVG. */
export function costPicture(points: readonly CostPoint[]): Promise<string> {
  const values = points.flatMap(({ against, method, x, ms, bytes }) => [
    { against, method, x, y: ms, quantity: "processor time, ms" },
    { against, method, x, y: bytes / 1000, quantity: "memory, kB" },
  ]);
  return svgOf({
    data: { values },
    facet: {
      row: { field: "quantity", type: "nominal", title: null, sort: null },
      column: { field: "against", type: "nominal", title: null, sort: null },
    },
    resolve: { scale: { x: "independent", y: "independent" } },
    spec: {
      width: 190,
      height: 170,
      mark: { type: "line", point: true },
      encoding: {
        x: { field: "x", type: "quantitative", scale: { type: "log", nice: false }, title: null },
        y: { field: "y", type: "quantitative", scale: { type: "log" }, title: null },
        color: { ...namedLines("method"), scale: { scheme: "category10" }, legend: lineLegend },
        strokeDash: namedLines("method"),
      },
    },
  });
}

/** One step of a training whose hyperparameters move. */
export interface TracePoint {
  /** The learning rate that it began with. */
  readonly start: number;
  readonly step: number;
  readonly quantity: string;
  readonly y: number;
}

/** Trainings from several learning rates over their steps, one chart for each quantity, as an SVG. */
export function tracePicture(points: readonly TracePoint[]): Promise<string> {
  return svgOf({
    data: { values: points as TracePoint[] },
    facet: { column: { field: "quantity", type: "nominal", title: null, sort: null } },
    resolve: { scale: { y: "independent" } },
    spec: {
      width: 300,
      height: 220,
      mark: { type: "line" },
      encoding: {
        x: { field: "step", type: "quantitative" },
        y: { field: "y", type: "quantitative", scale: { type: "log" }, title: null },
        color: {
          field: "start",
          type: "ordinal",
          title: "begun at",
          scale: { scheme: "viridis" },
          legend: { ...lineLegend, format: ".0e" },
        },
      },
    },
  });
}
