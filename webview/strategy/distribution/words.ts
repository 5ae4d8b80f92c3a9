import type { DistributionInsight } from "../../../src/protocol/strategyInsight.ts";
import type { Table } from "../../shared/export.ts";
import { formatConfiguration, formatNumber, formatScore } from "../../shared/format.ts";
import type { TooltipContent } from "../../shared/tooltip.ts";

export function summary({ run, generation, generations, population }: DistributionInsight): string {
  const sigma = generations.at(-1)?.sigma;
  const restarts = run === 0 ? "" : `, after ${run === 1 ? "one restart" : `${formatNumber(run)} restarts`}`;
  const now = `Generation ${formatNumber(generation + 1)}${restarts}: ${formatNumber(population)} trials are drawn from a normal distribution.`;
  const width =
    sigma === undefined ? "" : ` Its step size σ is ${formatNumber(sigma)} of a parameter's range.`;
  return `${now} Once they are in, it moves, widens and turns towards the better half of them.${width}`;
}

export const LEGEND =
  "Solid ellipse: 1 σ, dashed: 2 σ of the distribution that is drawn from, as it lies over these two parameters · ✚ its mean · ● newest generation · ○ earlier ones, the older the fainter · dashed square: running · ★ next";

export const SIGMA_WORDS =
  "Step size σ over results, on a log axis: it falls as the search closes in. Dashed lines: restarts.";

export const NO_AXES =
  "CMA-ES draws numbers from a normal distribution, but this space has no numeric parameter: only the probabilities of choices learn.";

export function nextWords({ next }: DistributionInsight): string {
  if (!next) return "";
  const what = typeof next.trial === "number" ? `★ came next, as #${next.trial}` : "★ next";
  return `${what}: ${formatConfiguration(next.configuration)}`;
}

export function sampleTip({ points, metric }: DistributionInsight, trial: number): TooltipContent {
  const point = points.find((one) => one.trial === trial);
  if (point === undefined) return { title: `#${trial} · running`, lines: [] };
  return {
    title: `#${trial} · generation ${formatNumber(point.generation + 1)}${point.run > 0 ? ` of run ${point.run + 1}` : ""}`,
    lines: [[metric, typeof point.score === "number" ? formatScore(point.score) : "failed"]],
  };
}

export function distributionTables({ points, generations, search, metric }: DistributionInsight): Table[] {
  const names = [search?.x.name, search?.y?.name].filter((name) => typeof name === "string");
  return [
    {
      title: "Trials",
      columns: ["trial", "run", "generation", metric, ...names.map((name) => `${name} (0 to 1)`)],
      rows: points.map(({ trial, run, generation, score, at }) => ({
        trial,
        cells: [trial, run + 1, generation + 1, score, ...at],
      })),
    },
    {
      title: "Generations",
      columns: ["run", "generation", "results before", "σ"],
      rows: generations.map(({ run, generation, order, sigma }) => ({
        trial: undefined,
        cells: [run + 1, generation + 1, order, sigma],
      })),
    },
  ];
}
