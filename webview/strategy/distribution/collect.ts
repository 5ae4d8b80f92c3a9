import type { DistributionInsight, PlacedTrial } from "../../../src/protocol/strategyInsight.ts";
import { GOLDEN, PLASTIC, spread } from "../../shared/axis.ts";
import type { Row } from "../../shared/chart.ts";
import type { SpotRow } from "../../shared/cursor.ts";

export interface SampleRow extends SpotRow {
  readonly trial: number;
  /** Earlier generations are fainter. */
  readonly opacity: number;
}

export interface EllipseRow extends SpotRow {
  readonly order: number;
}

export interface SearchScene {
  readonly data: {
    readonly one: readonly EllipseRow[];
    readonly two: readonly EllipseRow[];
    readonly mean: readonly SpotRow[];
    readonly earlier: readonly SampleRow[];
    readonly newest: readonly SampleRow[];
    readonly running: readonly SampleRow[];
    readonly next: readonly SpotRow[];
  };
}

/** Corners of a drawn ellipse. */
const CORNERS = 72;

/** The distribution over two axes: ellipses of one and two deviations, and the samples by generation. */
export function collectSearch(insight: DistributionInsight): SearchScene {
  const { search, points, running, next } = insight;
  const empty = { one: [], two: [], mean: [], earlier: [], newest: [], running: [], next: [] };
  if (!search) return { data: empty };
  const sample = (placed: PlacedTrial, age: number): SampleRow[] => {
    const place = placeOf(insight, placed.at, placed.trial);
    if (place === undefined) return [];
    const opacity = Number((0.8 - 0.6 * age).toFixed(3));
    return [{ key: `trial ${placed.trial}`, trial: placed.trial, ...place, opacity }];
  };
  const isNewest = (point: DistributionInsight["points"][number]) => point.age === 0;
  const [x, y] = search.mean;
  const place = next ? placeOf(insight, next.at, undefined) : undefined;
  return {
    data: {
      one: ellipse(search, 1),
      two: ellipse(search, 2),
      mean: [{ key: "mean", x, y }],
      earlier: points.filter((point) => !isNewest(point)).flatMap((point) => sample(point, point.age)),
      newest: points.filter(isNewest).flatMap((point) => sample(point, 0)),
      running: running.flatMap((point) => sample(point, 0)),
      next: place === undefined ? [] : [{ key: "next", ...place }],
    },
  };
}

/** Trials of one value are spread within their cell, what comes next is not. */
function placeOf(
  { search }: DistributionInsight,
  at: readonly (number | null)[],
  trial: number | undefined,
): { x: number; y: number } | undefined {
  const [x, y] = at;
  if (x === null || x === undefined || y === null) return undefined;
  const up = y ?? 0.5;
  if (trial === undefined) return { x, y: up };
  return { x: spread(x, search!.x, trial, GOLDEN), y: spread(up, search!.y ?? undefined, trial, PLASTIC) };
}

/** Points of m + r·L·(cos, sin), L the Cholesky factor of the covariance. */
function ellipse(
  { mean: [x, y], covariance: [xx, xy, yy] }: NonNullable<DistributionInsight["search"]>,
  deviations: number,
): EllipseRow[] {
  const a = Math.sqrt(Math.max(0, xx));
  const b = a > 0 ? xy / a : 0;
  const c = Math.sqrt(Math.max(0, yy - b * b));
  return Array.from({ length: CORNERS + 1 }, (_, order) => {
    const [cos, sin] = [Math.cos((2 * Math.PI * order) / CORNERS), Math.sin((2 * Math.PI * order) / CORNERS)];
    return {
      key: `corner ${order}`,
      order,
      x: x + deviations * a * cos,
      y: y + deviations * (b * cos + c * sin),
    };
  });
}

export interface SigmaRow extends Row {
  readonly x: number;
  readonly sigma: number;
  readonly run: string;
}

export interface SigmaScene {
  readonly data: { readonly sigma: readonly SigmaRow[]; readonly restarts: readonly SigmaRow[] };
  readonly low: number;
  readonly high: number;
  readonly end: number;
}

/** σ over results, generation by generation; a restart is where a new run begins. */
export function collectSigma({ generations, at }: DistributionInsight): SigmaScene {
  const steps = generations.map(
    ({ run, generation, order, sigma }): SigmaRow => ({
      key: `${run} ${generation}`,
      x: order,
      sigma,
      run: `${run}`,
    }),
  );
  const last = steps.at(-1);
  const rows = last === undefined || last.x >= at ? steps : [...steps, { ...last, key: "now", x: at }];
  const sigmas = rows.map(({ sigma }) => sigma);
  return {
    data: {
      sigma: rows,
      restarts: steps.filter((_, i) => i > 0 && generations[i]!.run !== generations[i - 1]!.run),
    },
    low: Math.min(0.1, ...sigmas) / 1.2,
    high: Math.max(0.3, ...sigmas) * 1.2,
    end: Math.max(2, at),
  };
}
