import type { SeenMetric } from "../protocol/study.ts";
import { counterLevel } from "./metricNames.ts";
import type { Observation } from "./metrics.ts";

/** Values kept of each metric, evenly over the run. */
const MOST_VALUES = 100;

type Goal = SeenMetric["goal"];

/** What the field takes as objective, best first. Matches whole parts of a name: "eval/f1_macro" has f1. */
const KINDS: readonly (readonly [pattern: RegExp, goal: Goal])[] = [
  [/^(?:loss|logloss|nll|bce|objective|cost|.*loss)$/, "minimize"],
  [/^(?:accuracy|acc|top1|correct|.*acc|.*accuracy)$/, "maximize"],
  [/^(?:f1|fbeta|fscore)$/, "maximize"],
  [/^(?:auc|auroc|roc|auprc)$/, "maximize"],
  [/^(?:mse|rmse|rmsle)$/, "minimize"],
  [/^(?:mae|mape)$/, "minimize"],
  [/^(?:r2|r²)$/, "maximize"],
  [/^(?:map|map50|ap|iou|miou|dice|jaccard|ndcg|mrr)$/, "maximize"],
  [/^(?:reward|rew|winrate|.*reward)$/, "maximize"],
  [/^(?:return|ret|returns)$/, "maximize"],
  [/^(?:perplexity|ppl|bpc|bpb)$/, "minimize"],
  [/^(?:bleu|rouge|rougel|meteor|psnr|ssim|elbo|likelihood|mcc|kappa|fitness)$/, "maximize"],
  [/^(?:error|err|wer|cer|fid|regret|kl|.*error)$/, "minimize"],
  [/^(?:precision|recall|sensitivity|specificity)$/, "maximize"],
  [/^(?:score|.*score)$/, "maximize"],
];

/** Parts of the data, the best judge first; a name without any stands before the training data. */
const SPLITS: readonly RegExp[] = [
  /^(?:val|valid|validation)$/,
  /^(?:eval|evaluation|dev)$/,
  /^(?:test|testing)$/,
];
const TRAINING = /^(?:train|training|trn|learn)$/;

export interface KnownMetric {
  /** Smaller is a likelier objective. */
  readonly rank: number;
  readonly goal: Goal;
}

/**
 * What the field thinks of a metric's name: held-out data before training data, then losses, accuracies, F1, AUC
 * and so on. A name that holds "best" only ever improves and so comes last. Undefined for unknown names.
 */
export function knownMetric(name: string): KnownMetric | undefined {
  const parts = name.split(/[^\p{L}\p{N}²]+/u);
  const kind = kindOf(parts);
  if (kind < 0) return undefined;
  const split = SPLITS.findIndex((pattern) => parts.some((part) => pattern.test(part)));
  const training = parts.some((part) => TRAINING.test(part));
  const plain = training ? SPLITS.length + 1 : SPLITS.length;
  const best = parts.includes("best") ? 100 : 0;
  return { rank: (best + (split < 0 ? plain : split)) * KINDS.length + kind, goal: KINDS[kind]![1] };
}

/** The kind that the last telling part names: "roc_auc_score" is an AUC, "loss_ratio_error" an error. */
function kindOf(parts: readonly string[]): number {
  let found = -1;
  for (const part of parts) {
    const kind = KINDS.findIndex(([pattern]) => pattern.test(part));
    const vague = kind === KINDS.length - 1 && found >= 0;
    if (kind >= 0 && !vague) found = kind;
  }
  return found;
}

/**
 * The metrics of a run, likeliest objectives first: known names by rank, then the others, those printed most often
 * first. Counters such as "epoch" are left out.
 */
export function rankMetrics(observations: readonly Observation[]): SeenMetric[] {
  const byName = new Map<string, Observation[]>();
  for (const observation of observations) {
    const same = byName.get(observation.name);
    if (same === undefined) byName.set(observation.name, [observation]);
    else same.push(observation);
  }
  const seen: (SeenMetric & { rank: number; count: number })[] = [];
  for (const [name, all] of byName) {
    if (counterLevel(name) !== undefined) continue;
    const known = knownMetric(name);
    const kept = thin(all);
    seen.push({
      name,
      values: kept.map(({ value }) => value),
      steps: kept.map(({ step }) => step),
      known: known !== undefined,
      goal: known?.goal ?? "minimize",
      rank: known?.rank ?? Number.MAX_SAFE_INTEGER,
      count: all.length,
    });
  }
  seen.sort((a, b) => a.rank - b.rank || b.count - a.count);
  return seen.map(({ rank: _, count: __, ...metric }) => metric);
}

function thin(all: readonly Observation[]): readonly Observation[] {
  if (all.length <= MOST_VALUES) return all;
  const last = all.length - 1;
  return Array.from({ length: MOST_VALUES }, (_, i) => all[Math.round((i * last) / (MOST_VALUES - 1))]!);
}
