import type { SurfaceAxis } from "../../src/protocol/axis.ts";
import { formatValue } from "./format.ts";

/** The scale of an axis on which parameters lie as their space encodes them. */
export const UNIT = { domain: [0, 1], nice: false, zero: false } as const;

/** An axis over the unit interval whose ticks have the words of the parameter's values. */
export function axisSpec(axis: SurfaceAxis | undefined, isVertical: boolean): object {
  if (axis === undefined) return { axis: null };
  const words = Object.fromEntries(axis.ticks.map(({ at, value }) => [at.toFixed(4), formatValue(value)]));
  return {
    axis: {
      title: axis.name,
      values: axis.ticks.map(({ at }) => at),
      labelExpr: `${JSON.stringify(words)}[format(datum.value, ".4f")]`,
      grid: false,
      labelOverlap: true,
      ...(isVertical && { titlePadding: 4, labelLimit: 90 }),
    },
  };
}

/** How far a cell reaches to each side of its middle: the cells of an axis are even. */
export const half = (axis: SurfaceAxis): number => 0.5 / axis.cells.length;

/** Multiples of an irrational number fill an interval evenly; two different ones a square. */
export const GOLDEN = 0.6180339887;
export const PLASTIC = 0.7548776662;

/**
 * Trials of one value would stand on one spot: within their cell they are spread, each trial always at the same
 * place.
 */
export function spread(at: number, axis: SurfaceAxis | undefined, trial: number, ratio: number): number {
  if (!axis?.isDiscrete) return at;
  return at + (((trial * ratio) % 1) - 0.5) * 1.4 * half(axis);
}
