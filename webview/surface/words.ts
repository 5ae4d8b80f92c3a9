import type { SurfaceInsight } from "../../src/protocol/insight.ts";
import type { Configuration } from "../../src/protocol/space.ts";
import type { Table } from "../shared/export.ts";
import { formatConfiguration, formatNumber } from "../shared/format.ts";
import type { TooltipContent } from "../shared/tooltip.ts";

const NAMES = { "log-ei": "log EI", ei: "EI", pi: "log P(improvement)", ucb: "bound" } as const;

export const acquisitionName = ({ acquisition }: SurfaceInsight): string => NAMES[acquisition];

/** What the next proposal is called, with why it may be on no map. */
export function nextWords(insight: SurfaceInsight | undefined): string {
  const { x, y, next } = insight?.surface ?? {};
  if (!next || next.place) return "★ next";
  const inactive = [x, y].flatMap((axis) => (axis && !(axis.name in next.configuration) ? [axis.name] : []));
  return `★ next (not on these maps: it has no ${inactive.join(" and no ")})`;
}

/** The values of a cell's two parameters. */
export function cellValues({ surface }: SurfaceInsight, cell: number): Configuration {
  if (!surface) return {};
  const { x, y } = surface;
  const row = y?.cells[Math.floor(cell / x.cells.length)];
  return { [x.name]: x.cells[cell % x.cells.length]!.value, ...(y && row && { [y.name]: row.value }) };
}

export function cellTip(insight: SurfaceInsight, cell: number): TooltipContent {
  const { surface, metric } = insight;
  return {
    title: formatConfiguration(cellValues(insight, cell)),
    lines: [
      [metric, `${formatNumber(surface!.mean[cell]!)} ± ${formatNumber(surface!.sd[cell]!)}`],
      [acquisitionName(insight), formatNumber(surface!.worth[cell]!)],
    ],
  };
}

export function pointTip({ points, metric, best }: SurfaceInsight, trial: number): TooltipContent {
  const point = points.find((one) => one.trial === trial);
  const title = `#${trial}${trial === best ? " · best" : point === undefined ? " · running" : ""}`;
  return { title, lines: point === undefined ? [] : [[metric, formatNumber(point.score)]] };
}

/** One row a trial: where it stands on the axes, in values' positions, and its score. */
export function surfaceTable({ points, surface, metric }: SurfaceInsight): Table {
  const [x, y] = [surface?.x.name ?? "x", surface?.y?.name ?? "y"];
  return {
    columns: ["trial", `${x} (0 to 1)`, `${y} (0 to 1)`, metric],
    rows: points.map(({ trial, x: px, y: py, score }) => ({ trial, cells: [trial, px, py, score] })),
  };
}
