import type {
  DensitiesInsight,
  ParameterCurves,
  PlacedTrial,
} from "../../../src/protocol/strategyInsight.ts";
import type { Table } from "../../shared/export.ts";
import { formatBudget, formatConfiguration, formatNumber, formatScore } from "../../shared/format.ts";
import type { TooltipContent } from "../../shared/tooltip.ts";
import type { TickRow } from "./collect.ts";

const GROUPS = { good: "good", other: "not among the good", running: "running" } as const;

/** A policy gradient has one distribution, and shows beside it the one that it began with. */
const isPolicy = ({ strategy }: DensitiesInsight): boolean => strategy === "reinforce";

/** What the marks mean. */
export function legendWords(insight: DensitiesInsight): string {
  const curves = isPolicy(insight)
    ? [
        "Filled, solid line: l, what the policy draws",
        "dashed line: g, as it began, all alike",
        "ticks below: trials, good above others; dashed square: running",
        "★ next proposal",
        "l / g above 1: more likely than at the beginning",
      ]
    : [
        "Filled, solid line: l, density of good trials",
        "dashed line: g, density of the others",
        "ticks below: trials, good above others; dashed square: running",
        "★ next proposal",
        "density 1: as likely as anywhere",
        "l / g above 1: rather good than not",
      ];
  return curves.join(" · ");
}

function policySummary({ model, metric, goal }: DensitiesInsight): string {
  if (!model) return "The policy draws all values alike until a trial has a score.";
  const { good, others, threshold } = model;
  const bound = `${metric} ${goal === "minimize" ? "≤" : "≥"} ${formatNumber(threshold)}`;
  return `The policy draws each parameter by itself; every trial makes its own values more likely where it is better than the median, and less likely where it is worse. Marked as good are the best ${formatNumber(good)} of ${formatNumber(good + others)} trials: ${bound}.`;
}

/** What divides good from others, in a sentence. */
export function summary(insight: DensitiesInsight): string {
  if (isPolicy(insight)) return policySummary(insight);
  const { model, metric, goal, title, randomShare } = insight;
  if (!model) return waiting(insight);
  const { budget, unit, good, others, threshold, hidden } = model;
  const at = budget === undefined || budget === null ? "" : ` at ${formatBudget(budget, unit)}`;
  const bound = `${metric} ${goal === "minimize" ? "≤" : "≥"} ${formatNumber(threshold)}`;
  const best = good === 1 ? "the best one" : `the best ${formatNumber(good)}`;
  const parts = [`Good are ${best} of ${formatNumber(good + others)} trials${at}: ${bound}.`];
  parts.push(`${title} tries next what is likely among the good (l) and unlikely among the others (g).`);
  if (randomShare > 0) parts.push(`${Math.round(100 * randomShare)} % of its proposals stay random.`);
  if (insight.at < insight.needs) parts.push(`${waitingFor(insight)}.`);
  if (hidden > 0) {
    parts.push(
      `${formatNumber(hidden)} parameters in which good and other trials hardly differ are left out.`,
    );
  }
  return parts.join(" ");
}

function waiting(insight: DensitiesInsight): string {
  return `${insight.title} learns where good trials lie. ${waitingFor(insight)}; then the densities of good and of other trials will be here.`;
}

const waitingFor = ({ needs, strategy }: DensitiesInsight): string =>
  strategy === "bohb"
    ? `Its proposals are random until ${formatNumber(needs)} trials have a score at one budget`
    : `Its first ${formatNumber(needs)} proposals are random`;

export function nextWords({ next }: DensitiesInsight): string {
  if (!next) return "";
  const { trial, configuration } = next;
  const what = typeof trial === "number" ? `★ came next, as #${trial}` : "★ next";
  return `${what}: ${formatConfiguration(configuration)}`;
}

/** How many trials know a parameter, where it is not all of them. */
export function activeWords(
  { active: [good, other] }: ParameterCurves,
  all: readonly [number, number],
): string {
  if (good === all[0] && other === all[1]) return "";
  return `active in ${formatNumber(good)} good and ${formatNumber(other)} others`;
}

export function tickTip({ trial, group, score }: TickRow, metric: string): TooltipContent {
  return {
    title: `#${trial} · ${GROUPS[group]}`,
    lines: group === "running" ? [] : [[metric, formatScore(score)]],
  };
}

/** The densities, and the trials that they are made of. */
export function densityTables({ model, good, others, running, metric }: DensitiesInsight): Table[] {
  const parameters = model?.parameters ?? [];
  const densities = parameters.flatMap(({ axis, units, good: l, bad: g }) =>
    units.map((at, i) => ({
      trial: undefined,
      cells: [axis.name, nearest(axis, at), l[i]!, g[i]!, l[i]! / g[i]!],
    })),
  );
  const rows = (trials: readonly PlacedTrial[], group: TickRow["group"]) =>
    trials.map(({ trial, score, at }) => ({ trial, cells: [trial, GROUPS[group], score, ...at] }));
  return [
    {
      title: "Trials",
      columns: ["trial", "group", metric, ...parameters.map(({ axis }) => `${axis.name} (0 to 1)`)],
      rows: [...rows(good, "good"), ...rows(running, "running"), ...rows(others, "other")],
    },
    { title: "Densities", columns: ["parameter", "value", "l", "g", "l / g"], rows: densities },
  ];
}

/** The value of a discrete axis at a position; of a continuous one the position itself. */
function nearest(axis: ParameterCurves["axis"], at: number): string | number | boolean | null {
  if (!axis.isDiscrete) return at;
  return axis.cells.reduce((a, b) => (Math.abs(b.at - at) < Math.abs(a.at - at) ? b : a)).value;
}
