import type { IncumbentInsight } from "../../src/protocol/insight.ts";
import type { Table } from "../shared/export.ts";
import { formatNumber, formatScore, timeUnit } from "../shared/format.ts";
import type { TooltipContent } from "../shared/tooltip.ts";
import type { PointRow } from "./collect.ts";

export function pointTip(row: PointRow, metric: string): TooltipContent {
  const unit = timeUnit(row.seconds);
  return {
    title: `#${row.trial} · ${row.state === "paused" ? "went on" : row.state}`,
    lines: [
      [metric, formatScore(row.score)],
      ...(row.budget > 0 ? [["at budget", formatNumber(row.budget)] as const] : []),
      ["run", String(row.order)],
      ["after", `${formatNumber(row.seconds / unit.seconds)} ${unit.name}`],
    ],
  };
}

/** One row a run, in the order in which they were scored, with the incumbent of that moment. */
export function incumbentTable({ points, steps, metric }: IncumbentInsight): Table {
  let at = 0;
  const rows = points.map(({ trial, order, seconds, score, budget, state }) => {
    while (at + 1 < steps.length && steps[at + 1]!.order <= order) at++;
    return { trial, cells: [order, seconds, trial, state, budget, score, steps[at]?.best] };
  });
  return { columns: ["run", "seconds", "trial", "state", "budget", metric, "incumbent"], rows };
}
