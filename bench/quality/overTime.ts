import type { TopLevelSpec } from "vega-lite";
import { lineLegend, namedLines, svgOf } from "../picture.ts";
import type { Problem, StudyResult } from "./problem.ts";
import { simulateStudy } from "./simulate.ts";
import { mean, standardError } from "./statistics.ts";
import { figure, markdown, regretAt } from "./table.ts";

/** Strategies on one problem, compared over what their trainings cost. */
export interface Comparison {
  readonly problem: Problem;
  readonly strategies: readonly string[];
  readonly seeds: readonly number[];
  /** Of each study, in full trainings. */
  readonly budget: number;
  /** Called after each study. */
  readonly heard?: (result: StudyResult) => void;
}

/** Runs all studies; strategies take turns. */
export async function studiesOf(comparison: Comparison): Promise<StudyResult[]> {
  const { problem, strategies, seeds, budget, heard } = comparison;
  const results: StudyResult[] = [];
  if (strategies.length === 0) return results;
  for (const seed of seeds) {
    for (const strategy of strategies) {
      const result = await simulateStudy(problem, { strategy, seed, workers: 1, budget });
      results.push(result);
      heard?.(result);
    }
    process.stderr.write(`seed ${seed} done\n`);
  }
  return results;
}

export interface Row {
  readonly strategy: string;
  /** Full trainings spent. */
  readonly at: number;
  /** Mean over studies, and its standard error. */
  readonly mean: number;
  readonly error: number;
}

/** The mean of some numbers, and its standard error. */
export function meanAndError(numbers: readonly number[]): { readonly mean: number; readonly error: number } {
  return { mean: mean(numbers), error: standardError(numbers) };
}

/**
 * Mean and standard error over studies at each place, of the strategies in the order in which they come; a place
 * at which a study has no result yet is left out.
 */
export function meansOver(results: readonly StudyResult[], places: readonly number[]): Row[] {
  const studies = Map.groupBy(results, ({ strategy }) => strategy);
  return [...studies].flatMap(([strategy, own]) =>
    places.flatMap((at) => {
      const values = own.map((study) => regretAt(study, at));
      if (values.some(Number.isNaN)) return [];
      return [{ strategy, at, ...meanAndError(values) }];
    }),
  );
}

/** Places along the budget, even on a log scale. */
export function placesOf(budget: number, count = 60): number[] {
  const first = budget / 200;
  return Array.from({ length: count }, (_, i) => first * (budget / first) ** (i / (count - 1)));
}

/** Mean ± standard error at each checkpoint, one row a strategy. */
export function tableOver(results: readonly StudyResult[], checkpoints: readonly number[]): string {
  const rows = Map.groupBy(meansOver(results, checkpoints), ({ strategy }) => strategy);
  return markdown(
    ["strategy", ...checkpoints.map((at) => `at ${figure(at)}`)],
    [...rows].map(([strategy, own]) => [
      strategy,
      ...checkpoints.map((at) => {
        const row = own.find((one) => one.at === at);
        return row === undefined ? "–" : `${figure(row.mean)} ± ${figure(row.error)}`;
      }),
    ]),
  );
}

/**
 * How often one strategy's mean is below another's from a tenth of the budget on, and where it is furthest above, in
 * standard errors of the difference.
 */
function below(
  results: readonly StudyResult[],
  [better, worse]: readonly [string, string],
  budget: number,
): string {
  const places = placesOf(budget).filter((at) => at >= budget / 10);
  const rows = meansOver(results, places);
  const of = (name: string): Row[] => rows.filter(({ strategy }) => strategy === name);
  const pairs = of(better).map((row, i) => [row, of(worse)[i]!] as const);
  const gaps = pairs.map(([a, b]) => (a.mean - b.mean) / Math.hypot(a.error, b.error));
  const worst = gaps.indexOf(Math.max(...gaps));
  const count = gaps.filter((gap) => gap <= 0).length;
  const where = `${figure(gaps[worst]!)} standard errors at ${figure(pairs[worst]![0].at)}`;
  return `${better} at or below ${worse}: ${count} of ${gaps.length} places after a tenth of the budget; worst: ${where}`;
}

/** The comparisons that were asked for, of the strategies that are there. */
export function comparisons(results: readonly StudyResult[], budget: number): string {
  const names = new Set(results.map(({ strategy }) => strategy));
  const pairs = [
    ["bohb", "random"],
    ["bohb", "hyperband"],
    ["auto", "bohb"],
  ] as const;
  const there = pairs.filter((pair) => pair.every((name) => names.has(name)));
  return there.map((pair) => `\n${below(results, pair, budget)}`).join("\n");
}

/** Mean over what was spent, log-log, with bands of one standard error, as an SVG. */
export function pictureOver(
  results: readonly StudyResult[],
  { title, x, y, budget }: { title: string; x: string; y: string; budget: number },
): Promise<string> {
  const rows = meansOver(results, placesOf(budget));
  const least = Math.min(...rows.map((row) => row.mean).filter((value) => value > 0));
  const floor = (value: number): number => Math.max(value, least / 2);
  const spec: TopLevelSpec = {
    title,
    width: 560,
    height: 340,
    data: {
      values: rows.map((row) => ({
        ...row,
        mean: floor(row.mean),
        low: floor(row.mean - row.error),
        high: floor(row.mean + row.error),
      })),
    },
    encoding: {
      x: { field: "at", type: "quantitative", scale: { type: "log", nice: false }, title: x },
      color: { ...namedLines("strategy"), scale: { scheme: "category10" }, legend: lineLegend },
    },
    layer: [
      {
        mark: { type: "area", opacity: 0.15 },
        encoding: {
          y: { field: "low", type: "quantitative", scale: { type: "log" }, title: y },
          y2: { field: "high" },
        },
      },
      {
        mark: { type: "line", strokeWidth: 2 },
        encoding: {
          y: { field: "mean", type: "quantitative" },
          strokeDash: namedLines("strategy"),
        },
      },
    ],
  };
  return svgOf(spec);
}
