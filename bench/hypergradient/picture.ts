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

/** Trainings by the learning rate that they began with. */
export const BY_START = {
  color: {
    field: "of",
    type: "ordinal",
    title: "begun at",
    scale: { scheme: "viridis" },
    legend: { ...lineLegend, format: ".0e" },
  },
};
