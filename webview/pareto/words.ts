import type { ParetoInsight } from "../../src/protocol/insight.ts";
import type { Table } from "../shared/export.ts";
import { formatConfiguration, formatNumber, formatScore } from "../shared/format.ts";
import type { TooltipContent } from "../shared/tooltip.ts";

type Point = ParetoInsight["points"][number];

const STATES: Readonly<Record<Point["state"], string>> = {
  front: "on the front",
  dominated: "beaten by another trial",
  infeasible: "breaks a limit",
};

export function pointTip({ objectives }: ParetoInsight, point: Point): TooltipContent {
  return {
    title: `#${point.trial} · ${STATES[point.state]}`,
    lines: [
      ...objectives.map(({ metric }, i) => [metric, formatScore(point.values[i])] as const),
      ...(point.broken ?? []).map((text) => ["limit", text] as const),
    ],
  };
}

/** A trial in one line: scores, broken limits, configuration. */
export function pointLine({ objectives }: ParetoInsight, point: Point): string {
  const scores = objectives.map(({ metric }, i) => `${metric} ${formatScore(point.values[i])}`);
  return [
    `#${point.trial}: ${scores.join(" · ")}`,
    ...(point.broken ?? []),
    formatConfiguration(point.configuration),
  ].join(" — ");
}

/** What the volume is a share of. */
export function referenceWords({ objectives, reference }: ParetoInsight): string {
  if (reference === undefined || reference === null) return "";
  const worst = objectives.map(({ metric }, i) => `${metric} ${formatNumber(reference[i]!)}`).join(", ");
  return `Share of the box between the best and the worst values seen that the front dominates. Reference point: ${worst}.`;
}

/** How large the front is, in words. */
export function frontWords({ frontSize, total, points }: ParetoInsight): string {
  const broken = points.filter(({ state }) => state === "infeasible").length;
  const trials = `${formatNumber(total)} complete trial${total === 1 ? "" : "s"}`;
  return `${formatNumber(frontSize)} of ${trials} on the front${broken > 0 ? `, ${formatNumber(broken)} beyond a limit` : ""}`;
}

/** One row a trial, the front first. */
export function paretoTable({ points, objectives }: ParetoInsight): Table {
  const order: readonly Point["state"][] = ["front", "dominated", "infeasible"];
  const sorted = [...points].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return {
    columns: ["trial", "state", ...objectives.map(({ metric }) => metric), "configuration"],
    rows: sorted.map(({ trial, state, values, configuration }) => ({
      trial,
      cells: [trial, STATES[state], ...values, formatConfiguration(configuration)],
    })),
  };
}
