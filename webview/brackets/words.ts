import type { BracketsInsight } from "../../src/protocol/insight.ts";
import type { Table } from "../shared/export.ts";
import { formatBudget, formatScore, formatValue } from "../shared/format.ts";
import type { TooltipContent } from "../shared/tooltip.ts";
import type { CurveRow } from "./curves.ts";
import type { Spot } from "./scene.ts";

/** The picture in words: tooltips, announcements, and the table behind the chart. */

export function spotTip(
  { trial, budget, node }: Spot,
  { metric, unit, best }: BracketsInsight,
): TooltipContent {
  return {
    title: `${trial === best ? "★ " : ""}#${trial} · ${node.state}`,
    lines: [
      [metric, formatScore(node.score)],
      ["at", formatBudget(budget, unit)],
      ...Object.entries(node.configuration).map(([name, value]) => [name, formatValue(value)] as const),
    ],
  };
}

export function curveTip(
  { trial, state, budget, score }: CurveRow,
  { metric, unit }: BracketsInsight,
): TooltipContent {
  return {
    title: `#${trial} · ${state}`,
    lines: [
      [metric, formatScore(score)],
      ["at", formatBudget(budget, unit)],
    ],
  };
}

/** One row for each trial at each rung, in the order of brackets, rungs and trials. */
export function bracketsTable({ brackets, metric, unit, curves }: BracketsInsight): Table {
  const nodes = brackets.flatMap(({ bracket, rungs }) =>
    rungs.flatMap(({ budget, nodes: here }, rung) => here.map((node) => ({ bracket, rung, budget, node }))),
  );
  if (nodes.length === 0) return curvesTable(curves, metric, unit);
  const names = [...new Set(nodes.flatMap(({ node }) => Object.keys(node.configuration)))];
  return {
    columns: ["bracket", "rung", unit === "" ? "budget" : unit, "trial", "state", metric, ...names],
    rows: nodes.map(({ bracket, rung, budget, node }) => ({
      trial: node.trial,
      cells: [
        bracket,
        rung,
        budget,
        node.trial,
        node.state,
        node.score,
        ...names.map((name) => node.configuration[name]),
      ],
    })),
  };
}

/** Studies without brackets have their curves to show. */
function curvesTable(curves: BracketsInsight["curves"], metric: string, unit: string): Table {
  return {
    columns: ["trial", "state", unit === "" ? "budget" : unit, metric],
    rows: curves.flatMap(({ trial, state, points }) =>
      points.map(({ budget, score }) => ({ trial, cells: [trial, state, budget, score] })),
    ),
  };
}
