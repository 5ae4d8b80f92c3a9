import type { LearningCurve } from "../../src/protocol/learning.ts";
import type { Table } from "../shared/export.ts";
import { formatNumber, formatScore, formatValue } from "../shared/format.ts";
import { cleaningTables } from "./cleaning.ts";
import { figureNames, roleOf } from "./collect.ts";

const TITLES: Readonly<Record<string, string>> = {
  "step-size": "Step-size policy",
  optimizer: "Learned optimizer",
  cleaning: "Cleaned labels",
};

export const titleOf = ({ system }: LearningCurve): string => TITLES[system] ?? system;

const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

export const fileOf = ({ file }: LearningCurve): string => baseName(file);

const STATUS: Readonly<Record<LearningCurve["status"], string>> = {
  running: "learning",
  finished: "finished",
  stopped: "ended early",
  failed: "failed",
};

export function factsOf({ points, of, seed, status, options }: LearningCurve): string {
  const done = points.at(-1)?.iteration ?? 0;
  const chosen = Object.entries(options)
    .filter(([name]) => ["direction", "problem"].includes(name))
    .map(([, value]) => formatValue(value));
  const counted =
    of === undefined
      ? "the first iteration is under way"
      : `${formatNumber(done)} of ${formatNumber(of)} iterations`;
  return [...chosen, counted, `seed ${seed}`, STATUS[status]].join(" · ");
}

/** The figures as they are now: a row each, those of what learns first. */
export function readings(
  curve: LearningCurve,
): readonly (readonly [name: string, role: string, now: string])[] {
  const last = curve.points.at(-1);
  const now = (name: string): number => last?.figures[name] ?? Number.POSITIVE_INFINITY;
  const others = figureNames(curve).filter((name) => roleOf(curve, name) === "other");
  const own = figureNames(curve).filter((name) => roleOf(curve, name) === "learned");
  return [...own, ...others.sort((a, b) => now(a) - now(b))].map((name) => [
    name,
    roleOf(curve, name) === "other" ? "compared with" : "learned",
    formatScore(last?.figures[name] ?? null),
  ]);
}

export function learningTables(curve: LearningCurve): readonly Table[] {
  const names = figureNames(curve);
  return [
    {
      title: "Iterations",
      columns: ["iteration", ...names],
      rows: curve.points.map(({ iteration, figures }) => ({
        cells: [iteration, ...names.map((name) => figures[name])],
      })),
    },
    {
      title: "Options",
      columns: ["option", "value"],
      rows: Object.entries({ ...curve.options, seed: curve.seed }).map(([name, value]) => ({
        cells: [name, value],
      })),
    },
    ...(curve.cleaned === undefined ? [] : cleaningTables(curve.cleaned)),
  ];
}
