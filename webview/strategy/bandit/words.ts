import type { BanditArm, BanditInsight } from "../../../src/protocol/strategyInsight.ts";
import type { Table } from "../../shared/export.ts";
import { formatConfiguration, formatNumber, formatScore } from "../../shared/format.ts";
import type { TooltipContent } from "../../shared/tooltip.ts";

const POLICIES: Readonly<Record<BanditInsight["policy"], string>> = {
  thompson:
    "Thompson sampling draws a mean for each arm from what is believed of it, and pulls the best draw.",
  ucb1: "UCB1 pulls the arm whose mean may be best: the one with the best upper confidence bound.",
  "epsilon-greedy": "ε-greedy pulls the arm with the best mean, but now and then any other.",
  exp3: "Exp3 draws an arm by weights that grow with what it has brought, and holds against scores that change over time.",
};

const BOUNDS: Readonly<Record<BanditInsight["policy"], string>> = {
  thompson: "line: mean as it is believed, ± 2 standard deviations",
  ucb1: "line: from the mean to its confidence bound, on the good side",
  "epsilon-greedy": "beside the bars: probability of each arm to be next",
  exp3: "beside the bars: probability of each arm to be next",
};

/** What an arm is and how the next is chosen, in sentences. */
export function summary({ arms, hidden, policy, at }: BanditInsight): string {
  const parts = [
    `Each arm is one configuration, run again and again: ${formatNumber(arms.length + hidden)} arms, ${formatNumber(at)} results.`,
    POLICIES[policy],
  ];
  if (hidden > 0) parts.push(`${formatNumber(hidden)} arms that were pulled least are left out.`);
  return parts.join(" ");
}

export const legend = (policy: BanditInsight["policy"]): string =>
  `● mean score of an arm, the best on top · ${BOUNDS[policy]} · ★ pulled next`;

export const REGRET_WORDS =
  "Regret ρ = Σ score − T · best mean, as losses: what T results have cost against always pulling the arm that is best as far as is known now. Solid: as scored · dashed: each result at its arm's mean. A good policy's regret grows with the logarithm of T: on a log axis a straight line.";

export function armTip(arm: BanditArm, metric: string): TooltipContent {
  const { mean, bounds, pulls, failed, probability, latest } = arm;
  const isKnown = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null;
  return {
    title: formatConfiguration(arm.configuration),
    lines: [
      [`mean ${metric}`, formatScore(mean)],
      ...(isKnown(bounds)
        ? [["believed", `${formatNumber(bounds[0])} to ${formatNumber(bounds[1])}`] as const]
        : []),
      ["pulls", formatNumber(pulls)],
      ...(failed > 0 ? [["failed", formatNumber(failed)] as const] : []),
      ...(isKnown(probability) ? [["next with", `${formatNumber(100 * probability)} %`] as const] : []),
      ...(isKnown(latest) ? [["latest trial", `#${latest}`] as const] : []),
    ],
  };
}

export function pullTip({ pulls, arms, metric }: BanditInsight, trial: number): TooltipContent {
  const pull = pulls.find((one) => one.trial === trial);
  const arm = arms.find((one) => one.arm === pull?.arm);
  return {
    title: `#${trial}${arm === undefined ? "" : ` · ${formatConfiguration(arm.configuration)}`}`,
    lines:
      pull === undefined
        ? []
        : [
            [metric, formatScore(pull.score)],
            ["result", formatNumber(pull.order)],
            ["regret by then", formatNumber(pull.regret)],
          ],
  };
}

/** The arms, and the results one by one. */
export function banditTables({ arms, pulls, metric }: BanditInsight): Table[] {
  return [
    {
      title: "Arms, best mean first",
      columns: [
        "arm",
        "configuration",
        "pulls",
        "failed",
        `mean ${metric}`,
        "from",
        "to",
        "next with probability",
      ],
      rows: arms.map(({ arm, configuration, pulls: count, failed, mean, bounds, probability, latest }) => ({
        trial: latest ?? undefined,
        cells: [
          arm + 1,
          formatConfiguration(configuration),
          count,
          failed,
          mean,
          bounds?.[0],
          bounds?.[1],
          probability,
        ],
      })),
    },
    {
      title: "Results",
      columns: ["result", "trial", "arm", metric, "regret", "expected regret"],
      rows: pulls.map(({ trial, order, arm, score, regret, expected }) => ({
        trial,
        cells: [order, trial, arm + 1, score, regret, expected],
      })),
    },
  ];
}
