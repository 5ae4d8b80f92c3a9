import type { ScheduleLine, SchedulesInsight } from "../../src/protocol/insight.ts";
import type { Table } from "../shared/export.ts";
import { formatBudget, formatNumber, formatScore, formatValue } from "../shared/format.ts";
import type { TooltipContent } from "../shared/tooltip.ts";

/** A trial's line with the series that it belongs to. */
function find(insight: SchedulesInsight, trial: number): { name: string; line: ScheduleLine } | undefined {
  for (const { name, lines } of insight.series) {
    const line = lines.find((one) => one.trial === trial);
    if (line !== undefined) return { name, line };
  }
  return undefined;
}

/** What a line is: its trial, its values, how far it went, and whose copy it is. */
export function lineTip(insight: SchedulesInsight, trial: number): TooltipContent | undefined {
  const found = find(insight, trial);
  if (found === undefined) return undefined;
  const { name, line } = found;
  const [from, to] = [line.steps[0]!, line.steps.at(-1)!];
  const copy = insight.events.find((event) => event.trial === trial);
  const values = insight.quantities.flatMap((quantity): (readonly [string, string])[] => {
    const value = line.values[quantity.name]?.at(-1);
    return value === undefined ? [] : [[quantity.name, formatValue(value)]];
  });
  return {
    title: `#${trial} · ${name} · ${trial === insight.best ? "best" : line.state}`,
    lines: [
      [insight.metric, formatScore(line.scores.at(-1)?.score)],
      ["trained", `${formatNumber(from)} to ${formatBudget(to, insight.unit)}`],
      ...(copy === undefined ? [] : ([["copy of", `#${copy.from}`]] as const)),
      ...values,
    ],
  };
}

/** One row a trial: its stretch, whose copy it is, its score and its values. */
export function schedulesTable({ series, events, quantities, metric, unit }: SchedulesInsight): Table {
  const sources = new Map(events.map(({ trial, from }) => [trial, from]));
  const names = quantities.map(({ name }) => name);
  const ending = unit === "" ? "" : ` (${unit})`;
  const rows = series.flatMap(({ name, lines }) =>
    lines.map(({ trial, steps, state, scores, values }) => ({
      trial,
      cells: [
        trial,
        name,
        state,
        sources.get(trial),
        steps[0]!,
        steps.at(-1)!,
        scores.at(-1)?.score,
        ...names.map((quantity) => cellOf(values[quantity]?.at(-1))),
      ],
    })),
  );
  const columns = ["trial", "series", "state", "copy of", `from${ending}`, `to${ending}`, metric, ...names];
  return { columns, rows };
}

const cellOf = (value: unknown) =>
  typeof value === "number" || value === undefined ? value : formatValue(value as string | boolean | null);
