import type { BanditInsight } from "../../../src/protocol/strategyInsight.ts";
import type { Row } from "../../shared/chart.ts";
import type { SpotRow } from "../../shared/cursor.ts";
import { formatConfiguration, formatNumber } from "../../shared/format.ts";

export interface ArmRow extends SpotRow {
  readonly arm: number;
}

export interface BoundRow extends Row {
  readonly x: number;
  readonly x2: number;
  readonly y: number;
}

export interface CountRow extends Row {
  readonly pulls: number;
  readonly y: number;
  /** The bar's edges. */
  readonly top: number;
  readonly foot: number;
  readonly text: string;
}

/** Half a bar's width, in rows. */
const BAR = 0.27;

export interface ArmsScene {
  readonly data: {
    /** At their means. */
    readonly means: readonly ArmRow[];
    readonly bounds: readonly BoundRow[];
    readonly next: readonly ArmRow[];
  };
  readonly counts: { readonly counts: readonly CountRow[] };
  /** The configurations, by rank. */
  readonly labels: readonly string[];
  readonly low: number;
  readonly high: number;
  /** End of the axis of pulls: beside the longest bar there is room for its words. */
  readonly most: number;
}

/** Arms from top to bottom, the best first, at y = 0, 1, … */
export function collectArms({ arms, next, goal }: BanditInsight): ArmsScene {
  const known = arms.flatMap(({ mean, bounds }) => [
    ...(typeof mean === "number" ? [mean] : []),
    ...(bounds ?? []),
  ]);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  const span = known.length === 0 ? { low: 0, high: 1 } : { low: low - margin, high: high + margin };
  /** An arm without a mean stands on the side where the worst are. */
  const edge = goal === "minimize" ? span.high : span.low;
  const hasChances = arms.some(({ probability }) => typeof probability === "number");
  const rows = arms.map(({ arm, mean, latest }, y): ArmRow => {
    const trial = typeof latest === "number" ? { trial: latest } : {};
    return { key: `arm ${arm}`, arm, x: typeof mean === "number" ? mean : edge, y, ...trial };
  });
  return {
    data: {
      means: rows.filter((_, i) => typeof arms[i]!.mean === "number"),
      bounds: arms.flatMap(({ arm, bounds }, y) =>
        bounds ? [{ key: `bounds ${arm}`, x: bounds[0], x2: bounds[1], y }] : [],
      ),
      next: rows.filter(({ arm }) => arm === next).map((row) => ({ ...row, key: "next" })),
    },
    counts: {
      counts: arms.map(({ arm, pulls, probability }, y) => {
        const chance =
          probability === undefined || probability === null ? "" : ` · next with ${percent(probability)}`;
        return {
          key: `count ${arm}`,
          pulls,
          y,
          top: y - BAR,
          foot: y + BAR,
          text: `${formatNumber(pulls)}${chance}`,
        };
      }),
    },
    labels: arms.map(({ configuration }) => formatConfiguration(configuration)),
    ...span,
    most: (hasChances ? 2.2 : 1.25) * Math.max(1, ...arms.map(({ pulls }) => pulls)),
  };
}

const percent = (share: number): string => `${share < 0.01 ? "< 1" : Math.round(100 * share)} %`;

export interface PullRow extends SpotRow {
  readonly trial: number;
  readonly expected: number;
}

export interface RegretScene {
  readonly data: { readonly pulls: readonly PullRow[] };
  readonly low: number;
  readonly high: number;
  readonly end: number;
}

/** Regret over pulls. */
export function collectRegret({ pulls }: BanditInsight): RegretScene {
  const rows = pulls.map(
    ({ trial, order, regret, expected }): PullRow => ({
      key: `pull ${order}`,
      trial,
      x: order,
      y: regret,
      expected,
    }),
  );
  const values = rows.flatMap(({ y, expected }) => [y, expected]);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const margin = (high - low) * 0.06 || 1;
  return {
    data: { pulls: rows },
    low: low - margin,
    high: high + margin,
    end: Math.max(2, pulls.at(-1)?.order ?? 0),
  };
}
