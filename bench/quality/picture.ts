import { lineLegend, namedLines, svgOf } from "../picture.ts";
import type { StudyResult } from "./problem.ts";
import { mean, quantile } from "./statistics.ts";
import { regretAt } from "./table.ts";

interface Row {
  readonly strategy: string;
  readonly at: number;
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

const POINTS = 60;
/** Regrets are drawn on a log axis: less than this is nothing. */
const LEAST = 1e-4;

/**
 * Regret over trials, or over the budget spent, of each strategy, log-log, as an SVG: the mean over problems and seeds,
 * with the mean quartiles over seeds as a band. A surrogate's own best value is not known (it may lie above
 * the best that was seen when the surrogate was made), so on scenarios the regret drawn is to the best value that any
 * study of the comparison has found on the instance.
 */
export async function pictureOf(results: readonly StudyResult[], title: string): Promise<string> {
  const spends = results.some(({ trajectory }) => typeof trajectory[0] === "object");
  return svgOf({
    title,
    width: 560,
    height: 340,
    data: { values: rowsOf(results) as Row[] },
    encoding: {
      x: {
        field: "at",
        type: "quantitative",
        scale: { type: "log", nice: false },
        title: spends ? "budget spent, full trainings" : "trials",
      },
      color: {
        ...namedLines("strategy"),
        scale: { scheme: "category10" },
        legend: { ...lineLegend, labelLimit: 220 },
      },
      strokeDash: namedLines("strategy"),
    },
    layer: [
      {
        mark: { type: "area", opacity: 0.12 },
        encoding: {
          y: { field: "low", type: "quantitative", scale: { type: "log" }, title: "regret" },
          y2: { field: "high" },
        },
      },
      { mark: { type: "line", strokeWidth: 2 }, encoding: { y: { field: "middle", type: "quantitative" } } },
    ],
  });
}

function rowsOf(results: readonly StudyResult[]): Row[] {
  const problems = Map.groupBy(results, ({ scenario, instance }) => `${scenario} ${instance}`);
  const strategies = [...new Set(results.map(({ strategy }) => strategy))];
  const places = spread(results);
  return strategies.flatMap((strategy) =>
    places.flatMap((at) => {
      const quartiles = [...problems.values()].flatMap((studies) => {
        const best = bestOf(studies);
        const regrets = studies
          .filter((study) => study.strategy === strategy)
          .map((study) => regretAt(study, at) - best)
          .filter((regret) => !Number.isNaN(regret));
        return regrets.length === 0
          ? []
          : [[quantile(regrets, 0.25), mean(regrets), quantile(regrets, 0.75)]];
      });
      // A mean over some of the problems would not be comparable.
      if (quartiles.length < problems.size) return [];
      const [low, middle, high] = [0, 1, 2].map((k) =>
        Math.max(LEAST, mean(quartiles.map((one) => one[k]!))),
      );
      return [{ strategy, at, low: low!, middle: middle!, high: high! }];
    }),
  );
}

/** What regret is drawn to: 0 for functions, whose least value is known. */
function bestOf(studies: readonly StudyResult[]): number {
  if (studies[0]?.scenario === "function") return 0;
  return Math.min(...studies.map(({ regret, trajectory }) => Math.min(regret, ...trajectory.map(regretOf))));
}

const regretOf = (point: StudyResult["trajectory"][number]): number =>
  typeof point === "number" ? point : point[1];

/** Places along the axis, even on its log scale. */
function spread(results: readonly StudyResult[]): number[] {
  const ends = results.map(({ trajectory }) => {
    const last = trajectory.at(-1);
    return typeof last === "number" ? trajectory.length : (last?.[0] ?? 0);
  });
  const spends = results.some(({ trajectory }) => typeof trajectory[0] === "object");
  const [first, end] = [spends ? 0.3 : 1, Math.max(...ends)];
  const places = Array.from({ length: POINTS }, (_, i) => first * (end / first) ** (i / (POINTS - 1)));
  return spends ? places : [...new Set(places.map(Math.round))];
}
