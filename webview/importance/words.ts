import type { ImportanceInsight } from "../../src/protocol/insight.ts";
import type { Table } from "../shared/export.ts";
import { formatConfiguration, formatNumber } from "../shared/format.ts";
import type { TooltipContent } from "../shared/tooltip.ts";
import { MOST_BARS } from "./collect.ts";

export const percent = (share: number | undefined | null): string =>
  share === undefined || share === null ? "–" : `${Math.round(share * 100)} %`;

/** What the shares are shares of, in one sentence each. */
export const EXPLAINED = {
  fanova: "how much of the score's variation over the whole space the parameter explains alone",
  ped: "how much it sets the best tenth of the trials apart from all of them",
  pairs: "variation that two parameters explain together and neither alone (fANOVA)",
} as const;

/** From how many trials, and what is not in the bars. */
export function source({ scored, budget, parameters, rest }: ImportanceInsight): string {
  const at = budget === undefined || budget === null ? "" : ` at budget ${formatNumber(budget)}`;
  const more = parameters.length - MOST_BARS;
  const hidden = more > 0 ? ` ${more} parameters of less importance have no bar.` : "";
  const others =
    rest === undefined || rest === null ? "" : ` Three and more parameters together: ${percent(rest)}.`;
  return `From ${formatNumber(scored)} scored trials${at}.${others}${hidden}`;
}

export function effectTitle({ effect, metric }: ImportanceInsight): string {
  if (!effect) return "";
  const of = effect.y ? `${effect.x.name} and ${effect.y.name}` : effect.x.name;
  return `Effect of ${of} on ${metric}`;
}

export function effectNote({ effect, metric }: ImportanceInsight): string {
  if (!effect) return "";
  if (effect.y) return "Mean over all other parameters · ○ trial · ring: best";
  const inactive = effect.inactive
    ? ` · dashed: ${metric} ${formatNumber(effect.inactive.mean)} where ${effect.x.name} is inactive`
    : "";
  return `Line: mean over all other parameters · band: how much the trees differ · ● trial · ring: best${inactive}`;
}

export function parameterTip({ parameters }: ImportanceInsight, cell: number): TooltipContent | undefined {
  const one = parameters[cell];
  return (
    one && {
      title: one.name,
      lines: [
        ["fANOVA", percent(one.fanova)],
        ["PED-ANOVA", percent(one.ped)],
        ["scored trials", formatNumber(one.trials)],
      ],
    }
  );
}

export function pairTip({ pairs, parameters }: ImportanceInsight, cell: number): TooltipContent | undefined {
  const pair = pairs[cell];
  if (pair === undefined) return undefined;
  const alone = (name: string) => percent(parameters.find((one) => one.name === name)?.fanova);
  return {
    title: `${pair.x} × ${pair.y}`,
    lines: [
      ["together, and neither alone", percent(pair.share)],
      [`${pair.x} alone`, alone(pair.x)],
      [`${pair.y} alone`, alone(pair.y)],
    ],
  };
}

export function trialTip({ points, metric, best }: ImportanceInsight, trial: number): TooltipContent {
  const point = points.find((one) => one.trial === trial);
  return {
    title: `#${trial}${trial === best ? " · best" : ""}`,
    lines: point === undefined ? [] : [[metric, formatNumber(point.score)]],
  };
}

/** What a cell of the map says. */
export function cellTip({ effect, metric }: ImportanceInsight, cell: number): TooltipContent | undefined {
  if (!effect?.y) return undefined;
  const { x, y, mean, sd } = effect;
  const values = {
    [x.name]: x.cells[cell % x.cells.length]!.value,
    [y.name]: y.cells[Math.floor(cell / x.cells.length)]!.value,
  };
  return {
    title: formatConfiguration(values),
    lines: [[`mean ${metric}`, `${formatNumber(mean[cell]!)} ± ${formatNumber(sd[cell]!)}`]],
  };
}

/** One row a parameter and one a pair, with the shares in digits. */
export function importanceTable({ parameters, pairs }: ImportanceInsight): Table {
  return {
    columns: ["parameter or pair", "fANOVA", "PED-ANOVA", "scored trials"],
    rows: [
      ...parameters.map(({ name, fanova, ped, trials }) => ({ cells: [name, fanova, ped, trials] })),
      ...pairs.map(({ x, y, share }) => ({ cells: [`${x} × ${y}`, share, undefined, undefined] })),
    ],
  };
}
