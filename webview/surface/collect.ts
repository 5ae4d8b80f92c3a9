import type { SurfaceInsight, SurfaceSlice } from "../../src/protocol/insight.ts";
import { GOLDEN, half, PLASTIC, spread } from "../shared/axis.ts";
import type { Row } from "../shared/chart.ts";

export type MapKind = "mean" | "sd" | "worth";

export interface CellRow extends Row {
  readonly cell: number;
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  readonly value: number;
}

export interface SpotRow extends Row {
  readonly x: number;
  readonly y: number;
  /** Newer trials are larger. */
  readonly size: number;
}

export interface MapScene {
  readonly data: {
    readonly cells: readonly CellRow[];
    readonly points: readonly SpotRow[];
    readonly pending: readonly SpotRow[];
    readonly best: readonly SpotRow[];
    readonly next: readonly SpotRow[];
  };
  readonly low: number;
  readonly high: number;
}

export interface BandRow extends Row {
  readonly at: number;
  readonly mean: number;
  readonly low2: number;
  readonly low1: number;
  readonly high1: number;
  readonly high2: number;
}

/** One of the three maps as rows in the unit square, with the trials on it. */
export function collectMap(insight: SurfaceInsight, kind: MapKind): MapScene {
  const { surface, points, pending, best } = insight;
  if (surface === undefined || surface === null) {
    return { data: { cells: [], points: [], pending: [], best: [], next: [] }, low: 0, high: 1 };
  }
  const { x, y, next } = surface;
  const values = surface[kind];
  const cells = values.map((value, cell): CellRow => {
    const column = x.cells[cell % x.cells.length]!;
    const row = y?.cells[Math.floor(cell / x.cells.length)];
    return {
      key: `cell ${cell}`,
      cell,
      x: column.at - half(x),
      x2: column.at + half(x),
      y: row === undefined || !y ? 0 : row.at - half(y),
      y2: row === undefined || !y ? 1 : row.at + half(y),
      value,
    };
  });
  const spots = points.map(
    ({ trial, x: px, y: py, age }): SpotRow => ({
      key: `point ${trial}`,
      trial,
      x: spread(px, x, trial, GOLDEN),
      y: spread(py, y ?? undefined, trial, PLASTIC),
      size: 18 + 42 * (1 - age),
    }),
  );
  return {
    data: {
      cells,
      points: spots.filter(({ trial }) => trial !== best),
      pending: pending.map(({ trial, x: px, y: py }) => ({
        key: `pending ${trial}`,
        trial,
        x: px,
        y: py,
        size: 60,
      })),
      best: spots.filter(({ trial }) => trial === best).map((spot) => ({ ...spot, key: "best", size: 120 })),
      next: next?.place ? [{ key: "next", ...next.place, size: 220 }] : [],
    },
    ...rangeOf(values, kind, insight.acquisition === "log-ei" || insight.acquisition === "pi"),
  };
}

/** Logarithms below the largest one that are told apart: what is e⁻¹² times as good is not worth a look. */
const DEPTH = 12;

/** The best of the acquisition's range is where one looks, and its logarithm falls without end. */
function rangeOf(
  values: readonly number[],
  kind: MapKind,
  isLogarithm: boolean,
): { low: number; high: number } {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const high = at(1);
  const least = at(kind === "worth" ? 0.4 : 0);
  const low = kind === "worth" && isLogarithm ? Math.max(least, high - DEPTH) : least;
  return high > low ? { low, high } : { low: low - 1, high: high + 1 };
}

/** What is believed along an axis, as rows of a band. */
export function collectSlice(slices: readonly SurfaceSlice[]): BandRow[] {
  return slices.map(({ at, mean, band }) => {
    const [a, b, c, d] = band;
    return {
      key: `band ${at}`,
      at,
      mean,
      low2: Math.min(a, d),
      low1: Math.min(b, c),
      high1: Math.max(b, c),
      high2: Math.max(a, d),
    };
  });
}
