import { describe, expect, test } from "vitest";
import { knownMetric, rankMetrics } from "../../../src/trials/knownMetrics.ts";
import { createMetricReader } from "../../../src/trials/metricReader.ts";

const names = (order: readonly { name: string }[]) => order.map(({ name }) => name);
const observe = (...metrics: string[]) => metrics.map((name) => ({ name, value: 1, step: undefined }));

describe("directions", () => {
  test.each([
    [
      "minimize",
      [
        "val_loss",
        "validation_loss",
        "eval/loss",
        "test_average_loss",
        "logloss",
        "rmse",
        "mae",
        "error_rate",
      ],
    ],
    ["minimize", ["perplexity", "eval_ppl", "wer", "metrics.mse", "mean_absolute_error", "binary_logloss"]],
    [
      "maximize",
      ["val_accuracy", "acc@1", "eval/f1_macro", "roc_auc_score", "r2", "mean_reward", "ep_rew_mean"],
    ],
    [
      "maximize",
      ["episode_return", "score", "map50_b", "val_dice", "f1-score", "valid_0's_auc", "bleu", "r2_score"],
    ],
  ] as const)("%s %j", (goal, metrics) => {
    for (const metric of metrics) expect([metric, knownMetric(metric)?.goal]).toEqual([metric, goal]);
  });

  test.each(["lr", "time", "grad_norm", "batch_size", "epochs", "classical", "accelerator"])(
    "%s is unknown",
    (name) => {
      expect(knownMetric(name)).toBeUndefined();
    },
  );
});

describe("the likeliest objective comes first", () => {
  test("held-out data, then losses, accuracies and the rest", () => {
    const wanted = [
      ...["val_loss", "val_accuracy", "val_f1", "eval_loss", "test_loss", "test_accuracy"],
      ...[
        "loss",
        "accuracy",
        "auc",
        "rmse",
        "mae",
        "r2",
        "reward",
        "return",
        "perplexity",
        "score",
        "train_loss",
      ],
      ...["best_val_loss"],
    ];
    expect(names(rankMetrics(observe(...wanted.toReversed())))).toEqual(wanted);
  });

  test("unknown names follow, those printed most often first", () => {
    const ranked = rankMetrics(observe("batch_size", "lr", "lr", "loss", "lr"));
    expect(names(ranked)).toEqual(["loss", "lr", "batch_size"]);
    expect(ranked.map(({ known }) => known)).toEqual([true, false, false]);
  });

  test("counters are no objectives", () => {
    expect(names(rankMetrics(observe("epoch", "global_step", "trainer/global_step", "loss")))).toEqual([
      "loss",
    ]);
  });
});

test("values keep their order and steps, thinned evenly to 100", () => {
  const reader = createMetricReader();
  const seen = Array.from({ length: 1000 }, (_, i) => reader.read(`epoch ${i} val_loss ${i}`)).flat();
  const [metric] = rankMetrics(seen);
  expect(metric!.values).toHaveLength(100);
  expect(metric!.values[0]).toBe(0);
  expect(metric!.values.at(-1)).toBe(999);
  expect(metric!.steps).toEqual(metric!.values);
  expect([...metric!.values].sort((a, b) => a - b)).toEqual(metric!.values);
});
