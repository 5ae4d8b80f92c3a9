import type { ChainsInsight } from "../../../src/protocol/strategyInsight.ts";
import type { Table } from "../../shared/export.ts";
import { formatConfiguration, formatNumber, formatScore } from "../../shared/format.ts";
import type { TooltipContent } from "../../shared/tooltip.ts";
import { leadingChain } from "./collect.ts";

type OneChain = ChainsInsight["chains"][number];
type Visit = OneChain["visits"][number];

const ENDS: Readonly<Record<NonNullable<OneChain["ended"]>, string>> = {
  converged: "no step that is long enough to be worth a trial makes it better",
  silent: "its last trial told no hypergradient",
  failed: "its first trial failed, or broke a limit",
};

const HOW =
  "A chain goes from its best trial against the hypergradient that the script has told; where that was worse it goes back and takes half the step.";

export function summary(insight: ChainsInsight): string {
  if (insight.silence !== undefined) return insight.silence;
  const { chains, metric, earlier } = insight;
  const leading = chains.find(({ chain }) => chain === leadingChain(insight));
  const left = earlier > 0 ? ` The newest ${formatNumber(chains.length)} chains are drawn.` : "";
  if (leading === undefined) return `${HOW}${left}`;
  const best = `Chain ${leading.chain + 1} leads with ${metric} ${formatScore(leading.best)}.`;
  return `${best} ${HOW}${left}`;
}

export const LEGEND =
  "thick line: the chain that leads · ▲ ▼ where the hypergradient says that a value should go · ● none was told · × was worse, and the chain went back";

/** One line a chain: where it is, or why it has ended. */
export const chainLines = ({ chains, metric }: ChainsInsight): readonly string[] =>
  chains.map(({ chain, ended, running, step, best, visits }) => {
    const score = best === undefined ? "no score yet" : `${metric} ${formatScore(best)}`;
    const count = visits.at(-1)?.iteration ?? 0;
    const length = count === 1 ? "1 trial" : `${formatNumber(count)} trials`;
    const size = `next step ${formatNumber(Number((100 * step).toPrecision(2)))} % of a range`;
    const on = running === undefined ? `waits, ${size}` : `#${running} runs`;
    const now = ended === undefined ? on : `ended: ${ENDS[ended]}`;
    return `Chain ${chain + 1}: ${score}, ${length}, ${now}.`;
  });

export const nextWords = ({ next }: ChainsInsight): string => {
  if (!next) return "";
  const what = typeof next.trial === "number" ? `Came next, as #${next.trial}` : "Next";
  return `${what}: ${formatConfiguration(next.configuration)}`;
};

export function visitTip(insight: ChainsInsight, trial: number): TooltipContent {
  const chain = insight.chains.find(({ visits }) => visits.some((visit) => visit.trial === trial));
  const visit = chain?.visits.find((one) => one.trial === trial);
  if (chain === undefined || visit === undefined) return { title: `#${trial}`, lines: [] };
  const from = visit.from === undefined ? "a start" : `#${visit.from}, step ${formatNumber(visit.step)}`;
  const slopes = insight.parameters.flatMap(({ name }, i): (readonly [string, string])[] => {
    const slope = visit.slopes[i];
    return typeof slope === "number" ? [[`hypergradient of ${name}`, formatScore(slope)]] : [];
  });
  return {
    title: `#${trial} · chain ${chain.chain + 1}, iteration ${visit.iteration}`,
    lines: [
      [insight.metric, formatScore(visit.score)],
      ["from", from],
      ["became", visit.became === "best" ? "the chain's best" : "worse: the chain went back"],
      ...slopes,
    ],
  };
}

export function chainTables(insight: ChainsInsight): Table[] {
  const names = insight.parameters.map(({ name }) => name);
  const cells = (chain: OneChain, visit: Visit) => [
    chain.chain + 1,
    visit.iteration,
    visit.trial,
    visit.score,
    visit.became,
    visit.from,
    visit.step,
    ...visit.slopes,
  ];
  return [
    {
      columns: [
        ...["chain", "iteration", "trial", insight.metric, "became", "from", "step"],
        ...names.map((name) => `hypergradient of ${name}, by its range`),
      ],
      rows: insight.chains.flatMap((chain) =>
        chain.visits.map((visit) => ({ trial: visit.trial, cells: cells(chain, visit) })),
      ),
    },
  ];
}
