/** Longest name of a metric; longer runs of words are prose. */
export const LONGEST_NAME = 80;

/**
 * A metric's name in the one form used everywhere: lower case, runs of spaces and brackets turned into "_":
 * "Val Loss" is "val_loss", "Accuracy (val)" is "accuracy_val", "eval/F1" is "eval/f1".
 */
export function metricName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s()[\]{}]+/g, "_")
    .replace(/^[_%:.-]+|[_%:.-]+$/g, "");
}

/** The parts of a name: "eval/mean_reward" is eval, mean, reward. */
function partsOf(name: string): readonly string[] {
  return name.split(/[^\p{L}\p{N}²]+/u).filter((part) => part !== "");
}

const SPLIT_WORDS: ReadonlySet<string> = new Set([
  ...["train", "training", "trn", "learn"],
  ...["val", "valid", "validation", "dev", "eval", "evaluation"],
  ...["test", "testing", "holdout"],
]);

/** The part of the data that a name speaks of: "train", "val", "test", … as printed. */
export function splitOf(name: string): string | undefined {
  return partsOf(name).find((part) => SPLIT_WORDS.has(part));
}

export function isSplitWord(word: string): boolean {
  return SPLIT_WORDS.has(word.toLowerCase());
}

const METRIC_WORDS: ReadonlySet<string> = new Set([
  ...[
    "loss",
    "acc",
    "accuracy",
    "correct",
    "error",
    "err",
    "score",
    "f1",
    "fbeta",
    "auc",
    "auroc",
    "roc",
    "ap",
    "map",
  ],
  ...[
    "auprc",
    "precision",
    "recall",
    "sensitivity",
    "specificity",
    "iou",
    "miou",
    "dice",
    "jaccard",
    "mcc",
    "kappa",
  ],
  ...[
    "mse",
    "rmse",
    "mae",
    "mape",
    "rmsle",
    "r2",
    "r²",
    "nll",
    "bce",
    "elbo",
    "kl",
    "perplexity",
    "ppl",
    "bpc",
    "bpb",
  ],
  ...[
    "reward",
    "return",
    "rew",
    "ret",
    "regret",
    "winrate",
    "bleu",
    "rouge",
    "meteor",
    "wer",
    "cer",
    "fid",
    "psnr",
    "ssim",
  ],
  ...["likelihood", "objective", "fitness", "cost", "top1", "top5", "ndcg", "mrr", "map50"],
]);

/** Whether a word is one that the field measures by: "loss", "logloss", "acc@1", "f1". */
function isMetricPart(part: string): boolean {
  return METRIC_WORDS.has(part) || /(?:loss|acc|accuracy|score|error|reward)$/.test(part);
}

/** Whether a name is clearly that of a metric, so that a number right after it is its value. */
export function saysMetric(name: string): boolean {
  return partsOf(name).some(isMetricPart);
}

/** How a counter ranks: an epoch wins over a step, a step over what counts only within its line. */
export type CounterLevel = "epoch" | "step" | "batch";

/** Singular only: "steps: 1000" and "samples: 60000" say how long the run will be, not how far it is. */
const COUNTERS: Readonly<Record<CounterLevel, ReadonlySet<string>>> = {
  epoch: new Set(["epoch", "epoche", "ep", "round", "generation", "episode"]),
  step: new Set([
    ...[
      "step",
      "global_step",
      "train_step",
      "training_step",
      "iter",
      "iteration",
      "it",
      "update",
      "num_updates",
    ],
    ...["timestep", "total_timesteps", "num_timesteps", "env_step", "env_steps"],
    ...["samples_seen", "examples_seen", "tokens_seen", "images_seen"],
  ]),
  batch: new Set(["batch", "minibatch"]),
};

/** The level of a counter's name ("epoch", "trainer/global_step"); undefined for anything else. */
export function counterLevel(name: string): CounterLevel | undefined {
  const last = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(".")) + 1);
  if (COUNTERS.epoch.has(last)) return "epoch";
  if (COUNTERS.step.has(last)) return "step";
  return COUNTERS.batch.has(last) ? "batch" : undefined;
}

const NO_METRICS: ReadonlySet<string> = new Set(["version", "v_num", "port", "pid", "eta", "line"]);

/** File names before a line number ("train.py:42") and the like. */
const FILE_ENDING =
  /\.(?:py|pyc|ipynb|ckpt|pt|pth|h5|keras|bin|onnx|json|yaml|yml|csv|txt|log|cc|cpp|c|js|ts)$/;

/** Names that never name a metric, whatever number follows. */
export function isNoMetric(name: string): boolean {
  return NO_METRICS.has(name) || name.endsWith("_version") || FILE_ENDING.test(name);
}

/** Words that end the sentence before a name: "finished with val loss 0.3" names "val loss". */
const STOP_WORDS: ReadonlySet<string> = new Set([
  ...[
    "a",
    "an",
    "and",
    "as",
    "at",
    "by",
    "finished",
    "completed",
    "done",
    "end",
    "for",
    "from",
    "got",
    "had",
    "has",
  ],
  ...[
    "have",
    "in",
    "is",
    "its",
    "model",
    "new",
    "now",
    "of",
    "on",
    "reached",
    "saved",
    "so",
    "far",
    "that",
    "the",
  ],
  ...[
    "then",
    "this",
    "to",
    "took",
    "was",
    "we",
    "were",
    "with",
    "your",
    "results",
    "result",
    "info",
    "debug",
  ],
  ...["warning", "warn", "notice"],
]);

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word.toLowerCase());
}

/** The severities of a log line: what follows one is the logger's name. */
export function isLogLevel(word: string): boolean {
  return /^(?:debug|info|notice|warn|warning|error|critical|fatal)$/i.test(word);
}
