import type { ParameterInsight, ParametersInsight } from "../protocol/insight.ts";
import type { Value } from "../protocol/space.ts";
import type { StudySummary } from "../protocol/study.ts";
import { formatBudget, formatNumber, formatValue, plural } from "./format.ts";
import type { Selection } from "./studies.ts";

/** Below this share a parameter is said to matter little: a hollow mark, and no score. */
const MATTERS = 0.1;

const percent = (share: number) => `${Math.round(share * 100)} %`;

/**
 * What stands behind a tuned line: `● best 3.2e-3 · val_loss 0.071 · 54 trials · matters 61 %`, or
 * `○ best 0.86 · matters 4 %` where the parameter explains less than a tenth. Undefined without a best value.
 */
export function annotationText(
  parameter: ParameterInsight,
  insight: ParametersInsight,
  stale: boolean,
  chosen?: { readonly selection: Selection; readonly value: Value | undefined },
): string | undefined {
  if (parameter.best === undefined || !insight.best) {
    return undefined;
  }
  const importance = parameter.importance ?? undefined;
  const weak = importance !== undefined && importance < MATTERS;
  // Of several objectives none has the last word: what is best by the first one is said to be that.
  const of = insight.others ? ` by ${insight.metric} alone` : "";
  const parts = [`${weak ? "○" : "●"} best${of} ${formatValue(parameter.best)}`];
  if (!weak) {
    parts.push(`${insight.metric} ${formatNumber(insight.best.score)}`, plural(insight.scored, "trial"));
  }
  if (importance !== undefined) {
    parts.push(`matters ${percent(importance)}`);
  }
  if (chosen?.value !== undefined && chosen.selection.trial !== insight.best.trial) {
    parts.push(`#${chosen.selection.trial}: ${formatValue(chosen.value)}`);
  }
  return parts.join(" · ") + (stale ? " (stale: script changed)" : "");
}

/** The five best trials as a Markdown table, with this parameter's values. */
export function topTrialsTable(insight: ParametersInsight, name: string): string {
  const rows = insight.top.map((row) => {
    const value = row.configuration[name];
    const score = row.score === undefined || row.score === null ? "–" : formatNumber(row.score);
    return `| #${row.number} | ${score} | ${value === undefined ? "–" : cell(formatValue(value))} |`;
  });
  return [`| trial | ${cell(insight.metric)} | ${cell(name)} |`, "|:--|--:|--:|", ...rows].join("\n");
}

/** One sentence on how much a parameter matters, honest about small numbers. */
export function importanceSentence(parameter: ParameterInsight): string {
  const importance = parameter.importance ?? undefined;
  const trials = plural(parameter.trials, "scored trial");
  return importance === undefined
    ? `${trials}: too few to say how much it matters.`
    : `Explains ${percent(importance)} of the score's variation over ${trials}.`;
}

/** Of several objectives: that the best is best in the first one alone, and where the others stand. */
export function othersSentence(insight: ParametersInsight): string | undefined {
  const others = insight.others ?? undefined;
  return others === undefined
    ? undefined
    : `_Best by ${cell(insight.metric)} alone; compromises with ${cell(others.join(", "))} are in the Pareto front._`;
}

/** At which budget the effect plot's scores were measured, where it is not the full one. */
export function effectSentence(insight: ParametersInsight, study: StudySummary): string | undefined {
  const at = insight.effectBudget ?? undefined;
  const budget = study.definition?.budget;
  return at === undefined || budget === undefined || at >= budget.max
    ? undefined
    : `_Scores at ${formatBudget(at, budget)}: the largest budget with enough trials to compare._`;
}

/** Text for a Markdown table cell: nothing in it is read as Markdown. */
export function cell(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~]/g, "\\$&").replace(/\s+/g, " ");
}
