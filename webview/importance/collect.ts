import type { ImportanceInsight } from "../../src/protocol/insight.ts";
import { GOLDEN, half, PLASTIC, spread } from "../shared/axis.ts";
import type { Row } from "../shared/chart.ts";
import { scoreSpan } from "../shared/span.ts";
import type { BandRow, CellRow, SpotRow } from "../surface/collect.ts";

/** Parameters that have bars: the most important ones. */
export const MOST_BARS = 15;
/** Smaller pairs are not worth a bar. */
const LEAST_SHARE = 0.005;

export type Method = "fANOVA" | "PED-ANOVA";

/** One bar; `cell` is the place of its parameter or pair in the insight's list. */
export interface BarRow extends Row {
  readonly cell: number;
  readonly name: string;
  readonly share: number;
  readonly method: Method;
  /** Its effect is shown. */
  readonly isChosen: boolean;
}

const isGiven = (share: number | undefined | null): share is number => share !== undefined && share !== null;

/** Two bars a parameter, in their order. */
export function collectBars({ parameters, effect }: ImportanceInsight): BarRow[] {
  return parameters.slice(0, MOST_BARS).flatMap(({ name, fanova, ped }, cell) => {
    const isChosen = effect?.x.name === name || effect?.y?.name === name;
    const bar = (method: Method, share: number): BarRow => ({
      key: `${method} ${name}`,
      cell,
      name,
      share,
      method,
      isChosen,
    });
    return [
      ...(isGiven(fanova) ? [bar("fANOVA", fanova)] : []),
      ...(isGiven(ped) ? [bar("PED-ANOVA", ped)] : []),
    ];
  });
}

/** One bar a pair that explains something. */
export function collectPairs({ pairs, effect }: ImportanceInsight): BarRow[] {
  const shown = new Set([effect?.x.name, effect?.y?.name]);
  return pairs.flatMap(({ x, y, share }, cell) => {
    const name = `${x} × ${y}`;
    const isChosen = shown.has(x) && shown.has(y);
    return share < LEAST_SHARE ? [] : [{ key: name, cell, name, share, method: "fANOVA" as const, isChosen }];
  });
}

export interface EffectScene {
  readonly data: {
    readonly band: readonly BandRow[];
    readonly points: readonly SpotRow[];
    readonly best: readonly SpotRow[];
    /** What the score is where the parameter is inactive: a line across. */
    readonly inactive: readonly BandRow[];
  };
  readonly low: number;
  readonly high: number;
}

const NONE: EffectScene = { data: { band: [], points: [], best: [], inactive: [] }, low: 0, high: 1 };

/** The effect of one parameter: mean and spread along it, with the trials at their own scores. */
export function collectEffect(insight: ImportanceInsight): EffectScene {
  const { effect, points, best, goal } = insight;
  if (!effect || effect.y) return NONE;
  const row = (key: string, at: number, mean: number, sd: number): BandRow => ({
    key,
    at,
    mean,
    low1: mean - sd,
    high1: mean + sd,
    low2: mean - 2 * sd,
    high2: mean + 2 * sd,
  });
  const band = effect.x.cells.map(({ at }, i) => row(`band ${at}`, at, effect.mean[i]!, effect.sd[i]!));
  const { low, high } = scoreSpan([...points.map(({ score }) => score), ...effect.mean], goal, false);
  const spots = points.map(
    ({ trial, x, score }): SpotRow => ({
      key: `point ${trial}`,
      trial,
      x: spread(x, effect.x, trial, GOLDEN),
      y: Math.min(high, Math.max(low, score)),
      size: 28,
    }),
  );
  return {
    data: {
      // A step needs its ends: the first cell begins at 0 and the last one ends at 1.
      band: ends(band),
      points: spots.filter(({ trial }) => trial !== best),
      best: spots.filter(({ trial }) => trial === best).map((spot) => ({ ...spot, key: "best", size: 90 })),
      inactive: effect.inactive
        ? [0, 1].map((at) => row(`inactive ${at}`, at, effect.inactive!.mean, effect.inactive!.sd))
        : [],
    },
    low,
    high,
  };
}

function ends(band: readonly BandRow[]): BandRow[] {
  const [first, last] = [band[0], band.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [{ ...first, key: "band start", at: 0 }, ...band, { ...last, key: "band end", at: 1 }];
}

export interface PairScene {
  readonly data: Readonly<
    Record<"cells" | "points" | "best" | "pending" | "next" | "chosen", readonly (CellRow | SpotRow)[]>
  >;
  readonly low: number;
  readonly high: number;
}

/** The effect of two parameters as cells of a map in the unit square, with the trials on it. */
export function collectPair({ effect, points, best }: ImportanceInsight): PairScene {
  const empty = { pending: [], next: [], chosen: [] };
  if (!effect?.y) return { data: { cells: [], points: [], best: [], ...empty }, low: 0, high: 1 };
  const { x, y, mean } = effect;
  const cells = mean.map((value, cell): CellRow => {
    const column = x.cells[cell % x.cells.length]!;
    const row = y.cells[Math.floor(cell / x.cells.length)]!;
    return {
      key: `cell ${cell}`,
      cell,
      x: column.at - half(x),
      x2: column.at + half(x),
      y: row.at - half(y),
      y2: row.at + half(y),
      value,
    };
  });
  const spots = points.map(
    ({ trial, x: px, y: py }): SpotRow => ({
      key: `point ${trial}`,
      trial,
      x: spread(px, x, trial, GOLDEN),
      y: spread(py, y, trial, PLASTIC),
      size: 24,
    }),
  );
  const [low, high] = [Math.min(...mean), Math.max(...mean)];
  return {
    data: {
      cells,
      points: spots.filter(({ trial }) => trial !== best),
      best: spots.filter(({ trial }) => trial === best).map((spot) => ({ ...spot, key: "best", size: 120 })),
      ...empty,
    },
    ...(high > low ? { low, high } : { low: low - 1, high: high + 1 }),
  };
}
