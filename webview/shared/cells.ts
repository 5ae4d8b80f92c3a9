import type { SurfaceAxis } from "../../src/protocol/insight.ts";
import { formatValue } from "./format.ts";

/** A quantitative scale over the unit interval in which a space encodes a parameter. */
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

/**
 * Trials of one value would stand on one spot: within their cell they are spread, each trial always at the same
 * place (multiples of an irrational number fill an interval evenly).
 */
export function spread(at: number, axis: SurfaceAxis | undefined, trial: number, ratio: number): number {
  if (!axis?.isDiscrete) return at;
  return at + (((trial * ratio) % 1) - 0.5) * 1.4 * half(axis);
}

/** Ratios for `spread` along x and along y. */
export const SPREAD_X = 0.6180339887;
export const SPREAD_Y = 0.7548776662;
