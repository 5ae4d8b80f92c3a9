import type { ChainsInsight } from "../../../src/protocol/strategyInsight.ts";
import type { Row } from "../../shared/chart.ts";
import type { SpotRow } from "../../shared/cursor.ts";
import { scoreSpan } from "../../shared/span.ts";

type OneChain = ChainsInsight["chains"][number];
type Visit = OneChain["visits"][number];

/** Which way a trial's hypergradient says that a parameter should go to make the score better. */
export type Way = "up" | "down" | "unknown";

export interface VisitRow extends SpotRow {
  readonly trial: number;
  readonly chain: number;
  readonly voice: "leading" | "other";
}

export interface PathRow extends VisitRow {
  readonly line: string;
}

/** From a chain's best point to one that was worse. */
export interface AsideRow extends Row {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

export interface ChainScene {
  readonly data: {
    readonly path: readonly PathRow[];
    readonly aside: readonly AsideRow[];
    readonly up: readonly VisitRow[];
    readonly down: readonly VisitRow[];
    readonly unknown: readonly VisitRow[];
    readonly worse: readonly VisitRow[];
  };
  readonly low: number;
  readonly high: number;
  /** The last iteration of any chain. */
  readonly end: number;
}

/** The chain with the best score so far; undefined where there is none. */
export function leadingChain({ chains, goal }: ChainsInsight): number | undefined {
  const sign = goal === "minimize" ? 1 : -1;
  const scored = chains.filter(({ best }) => typeof best === "number");
  return scored.toSorted((a, b) => sign * (a.best! - b.best!))[0]?.chain;
}

/** The scores of all chains over their iterations. */
export function chainScores(insight: ChainsInsight): ChainScene & { readonly isLog: boolean } {
  const scores = insight.chains.flatMap(({ visits }) =>
    visits.flatMap(({ score }) => (typeof score === "number" ? [score] : [])),
  );
  // Where a chain has begun far away, nothing is to be seen on a linear axis of where it has got to.
  const isLog =
    scores.length > 0 && Math.min(...scores) > 0 && Math.max(...scores) > 10 * Math.min(...scores);
  const { low, high } = scoreSpan(scores, insight.goal, isLog);
  const worst = insight.goal === "minimize" ? high : low;
  // What failed stands on the edge where the worst are, as does what lies beyond it.
  const y = ({ score }: Visit) => (typeof score === "number" ? Math.min(high, Math.max(low, score)) : worst);
  return { ...collect(insight, y, () => "unknown"), low, high, isLog };
}

/** One parameter over the iterations of all chains, in its range. */
export function chainParameter(insight: ChainsInsight, index: number): ChainScene {
  const sign = insight.goal === "minimize" ? 1 : -1;
  const way = ({ slopes }: Visit): Way => {
    const slope = slopes[index];
    if (typeof slope !== "number" || slope === 0) return "unknown";
    return sign * slope > 0 ? "down" : "up";
  };
  return { ...collect(insight, ({ at }) => at[index] ?? undefined, way), low: 0, high: 1 };
}

function collect(
  insight: ChainsInsight,
  y: (visit: Visit) => number | undefined,
  way: (visit: Visit) => Way,
): Pick<ChainScene, "data" | "end"> {
  const leading = leadingChain(insight);
  const placed = insight.chains.flatMap((one) =>
    one.visits.flatMap((visit) => {
      const up = y(visit);
      if (up === undefined) return [];
      const { trial, iteration: x } = visit;
      const voice = one.chain === leading ? "leading" : "other";
      const row: VisitRow = { key: `trial ${trial}`, trial, x, y: up, chain: one.chain, voice };
      return [{ visit, row }];
    }),
  );
  const rows = new Map(placed.map(({ row }) => [row.trial, row]));
  const good = placed.filter(({ visit }) => visit.became === "best");
  const worse = placed.filter(({ visit }) => visit.became === "worse");
  const pointing = (wanted: Way) => good.flatMap(({ visit, row }) => (way(visit) === wanted ? [row] : []));
  return {
    data: {
      path: good.map(({ row }) => ({
        ...row,
        key: `path ${row.trial}`,
        line: `${row.voice} ${row.chain}`,
      })),
      aside: worse.flatMap(({ visit, row }) => {
        const from = visit.from === undefined ? undefined : rows.get(visit.from);
        return from === undefined
          ? []
          : [{ key: `aside ${row.trial}`, x: from.x, y: from.y, x2: row.x, y2: row.y }];
      }),
      up: pointing("up"),
      down: pointing("down"),
      unknown: pointing("unknown"),
      worse: worse.map(({ row }) => row),
    },
    end: Math.max(2, ...placed.map(({ row }) => row.x)),
  };
}

/** All trials of a scene, from left to right. */
export function visitRows({ data: { up, down, unknown, worse } }: ChainScene): VisitRow[] {
  return [...up, ...down, ...unknown, ...worse].sort((a, b) => a.x - b.x || a.chain - b.chain);
}
