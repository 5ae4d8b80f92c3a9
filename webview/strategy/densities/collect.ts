import type {
  DensitiesInsight,
  NextProposal,
  ParameterCurves,
  PlacedTrial,
} from "../../../src/protocol/strategyInsight.ts";
import { GOLDEN, half, spread } from "../../shared/axis.ts";
import type { Row } from "../../shared/chart.ts";
import type { SpotRow } from "../../shared/cursor.ts";

/** A place along a continuous parameter. */
export interface CurveRow extends Row {
  readonly at: number;
  readonly good: number;
  readonly bad: number;
  readonly ratio: number;
}

/** A value of a discrete parameter, from `x` to `x2`. */
export interface BarRow extends Row {
  readonly x: number;
  readonly x2: number;
  readonly value: number;
}

export interface TickRow extends SpotRow {
  readonly trial: number;
  readonly group: "good" | "other" | "running";
  readonly score: number | undefined;
}

/** One parameter as a chart of densities and one of their ratio draw it. */
export interface DensityScene {
  readonly data: {
    readonly curves: readonly CurveRow[];
    readonly goodBars: readonly BarRow[];
    readonly badBars: readonly BarRow[];
    readonly good: readonly TickRow[];
    readonly others: readonly TickRow[];
    readonly running: readonly TickRow[];
    readonly next: readonly SpotRow[];
  };
  /** The density axis; ticks of trials stand below 0. */
  readonly low: number;
  readonly high: number;
  readonly ratio: {
    readonly data: {
      readonly ratio: readonly CurveRow[];
      readonly ratioBars: readonly BarRow[];
      readonly next: readonly SpotRow[];
    };
    readonly low: number;
    readonly high: number;
  };
}

/** Ticks' distance from 0, as shares of the density axis: one row for each group. */
const ROWS = { good: 0.09, other: 0.21, running: 0.33 } as const;
const DEPTH = 0.4;
/** The ratio axis reaches at least so far from 1, and no further than this: what lies outside stands on its edge. */
const LEAST_RATIO = 3;
const MOST_RATIO = 10;

/** `index`: the parameter's place among those of the model. */
export function collectDensity(insight: DensitiesInsight, index: number): DensityScene {
  const curves = insight.model!.parameters[index]!;
  const { axis, units, good, bad } = curves;
  const high = Math.max(...good, ...bad) * 1.08 || 1;
  const rows = units.map((at, i): CurveRow => {
    const ratio = clamp(good[i]! / bad[i]!);
    return { key: `at ${at}`, at, good: good[i]!, bad: bad[i]!, ratio };
  });
  const reach = Math.max(LEAST_RATIO, ...rows.map(({ ratio }) => Math.max(ratio, 1 / ratio)));
  const ticks = (trials: readonly PlacedTrial[], group: TickRow["group"]) =>
    ticksOf(trials, index, curves, group, -ROWS[group] * high);
  const { isDiscrete } = axis;
  return {
    data: {
      curves: isDiscrete ? [] : rows,
      goodBars: isDiscrete ? barsOf(curves, good, "left") : [],
      badBars: isDiscrete ? barsOf(curves, bad, "right") : [],
      good: ticks(insight.good, "good"),
      others: ticks(insight.others, "other"),
      running: ticks(insight.running, "running"),
      next: nextAt(insight.next, index, high * 0.94),
    },
    low: -DEPTH * high,
    high,
    ratio: {
      data: {
        ratio: isDiscrete ? [] : rows,
        ratioBars: isDiscrete
          ? barsOf(
              curves,
              rows.map(({ ratio }) => ratio),
              "both",
            )
          : [],
        next: nextAt(insight.next, index, 1),
      },
      low: 1 / reach,
      high: reach,
    },
  };
}

const clamp = (ratio: number): number =>
  Number.isNaN(ratio) ? 1 : Math.min(MOST_RATIO, Math.max(1 / MOST_RATIO, ratio));

function barsOf(
  { axis, units }: ParameterCurves,
  values: readonly number[],
  side: "left" | "right" | "both",
): BarRow[] {
  const width = 0.8 * half(axis);
  return units.map((at, i) => ({
    key: `bar ${i}`,
    x: side === "right" ? at : at - width,
    x2: side === "left" ? at : at + width,
    value: values[i]!,
  }));
}

function ticksOf(
  trials: readonly PlacedTrial[],
  index: number,
  { axis }: ParameterCurves,
  group: TickRow["group"],
  y: number,
): TickRow[] {
  return trials.flatMap(({ trial, score, at }) => {
    const x = at[index];
    if (x === null || x === undefined) return [];
    return [{ key: `trial ${trial}`, trial, group, score, x: spread(x, axis, trial, GOLDEN), y }];
  });
}

function nextAt(next: NextProposal | null | undefined, index: number, y: number): SpotRow[] {
  const x = next?.at[index];
  if (x === null || x === undefined) return [];
  const trial = next?.trial;
  return [{ key: "next", x, y, ...(typeof trial === "number" && { trial }) }];
}
