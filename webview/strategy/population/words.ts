import type { Value } from "../../../src/protocol/space.ts";
import type { PopulationInsight } from "../../../src/protocol/strategyInsight.ts";
import type { Table } from "../../shared/export.ts";
import { formatConfiguration, formatNumber, formatScore, formatValue } from "../../shared/format.ts";
import type { TooltipContent } from "../../shared/tooltip.ts";

type Point = PopulationInsight["points"][number];

export function summary({ variant, size, earlier, points }: PopulationInsight): string {
  const alive = points.filter(({ isAlive }) => isAlive).length;
  const members = `${formatNumber(alive)} of ${formatNumber(size)} members are alive.`;
  const how =
    variant === "aging"
      ? "The population are the last trials that have ended: the oldest dies, however good. The best of a few drawn members gets one parameter changed."
      : "Each trial competes with one member of the population and takes its place if it is no worse. It is made of that member and of another one, moved by the difference of two more.";
  const left = earlier > 0 ? ` The newest ${formatNumber(points.length)} trials are drawn.` : "";
  return `${members} ${how}${left}`;
}

export const LEGEND =
  "● alive · ○ dead, the older the fainter · × failed · line: from parent to child; those of the selected trial are thick";

export const nextWords = ({ next }: PopulationInsight): string => {
  if (!next) return "";
  const what = typeof next.trial === "number" ? `★ came next, as #${next.trial}` : "★ next";
  return `${what}: ${formatConfiguration(next.configuration)}`;
};

const word = (value: Value | undefined): string => (value === undefined ? "none" : formatValue(value));

/** "lr 0.01 → 0.02" for each parameter that is not the parent's. */
const changeLines = ({ changes }: Point): (readonly [string, string])[] =>
  changes.map(({ name, from, to }) => [name, `${word(from)} → ${word(to)}`] as const);

/** Where a trial comes from. */
function origin({ parents }: Point, variant: PopulationInsight["variant"]): string {
  const [first, ...others] = parents;
  if (first === undefined) return "random draw, or unknown";
  if (variant === "aging" || others.length === 0) return `#${first}`;
  return `#${first}, made of ${others.map((other) => `#${other}`).join(", ")}`;
}

export function memberTip({ points, metric, variant }: PopulationInsight, trial: number): TooltipContent {
  const point = points.find((one) => one.trial === trial);
  if (point === undefined) return { title: `#${trial}`, lines: [] };
  const state = point.isAlive ? "alive" : typeof point.score === "number" ? "dead" : "failed";
  return {
    title: `#${trial} · ${state}`,
    lines: [
      [metric, formatScore(point.score)],
      ["parent", origin(point, variant)],
      ...(variant === "de" ? [["competes as member", formatNumber(point.member + 1)] as const] : []),
      ...changeLines(point),
    ],
  };
}

export function populationTables(insight: PopulationInsight): Table[] {
  const { points, metric, variant } = insight;
  return [
    {
      columns: ["trial", metric, "alive", "member", "parents", "changed"],
      rows: points.map((point) => ({
        trial: point.trial,
        cells: [
          point.trial,
          point.score,
          point.isAlive ? "alive" : "",
          variant === "de" ? point.member + 1 : undefined,
          point.parents.map((parent) => `#${parent}`).join(" "),
          changeLines(point)
            .map(([name, change]) => `${name} ${change}`)
            .join(" · "),
        ],
      })),
    },
  ];
}
