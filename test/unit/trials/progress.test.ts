import { describe, expect, test } from "vitest";
import { createMetricReader } from "../../../src/trials/metricReader.ts";
import { createProgress, type ProgressOptions, type Report } from "../../../src/trials/progress.ts";

/** The reports of a whole output, as (budget, value). */
function follow(output: string, options: ProgressOptions): readonly (readonly [number, number])[] {
  const reader = createMetricReader();
  const progress = createProgress(options);
  return output
    .split("\n")
    .flatMap((line) => reader.read(line))
    .map((observation) => progress.observe(observation))
    .filter((report): report is Report => report !== undefined)
    .map(({ budget, value }) => [budget, value]);
}

const metric = "val_loss";

describe("how far a run is", () => {
  test("the epoch that is printed with the objective", () => {
    expect(follow("epoch 1 val_loss 0.5\nepoch 2 val_loss 0.4", { metric })).toEqual([
      [1, 0.5],
      [2, 0.4],
    ]);
  });

  test("the epoch of a line before", () => {
    expect(follow("Epoch 1/3\nval_loss: 0.5\nEpoch 2/3\nval_loss: 0.4", { metric })).toEqual([
      [1, 0.5],
      [2, 0.4],
    ]);
  });

  test("epochs counted from 0 are one more than they say", () => {
    expect(follow("epoch 0 val_loss 0.5\nepoch 1 val_loss 0.4", { metric })).toEqual([
      [1, 0.5],
      [2, 0.4],
    ]);
  });

  test("counted from 0 where another metric showed epoch 0", () => {
    expect(follow("epoch 0 loss 0.9\nepoch 1 loss 0.8\nval_loss 0.5", { metric })).toEqual([[2, 0.5]]);
  });

  test("the count of reports where nothing is said", () => {
    expect(follow("val_loss 0.5\nloss 3\nval_loss 0.4", { metric })).toEqual([
      [1, 0.5],
      [2, 0.4],
    ]);
  });

  test("an epoch's header alone is no progress: its batches are fractions of it", () => {
    const keras =
      "Epoch 1/2\n 5/20 - loss: 0.9\n20/20 - loss: 0.8\nEpoch 2/2\n10/20 - loss: 0.7\n20/20 - loss: 0.6";
    expect(follow(keras, { metric: "loss" })).toEqual([
      [0.25, 0.9],
      [1, 0.8],
      [1.5, 0.7],
      [2, 0.6],
    ]);
    expect(follow(keras, { metric: "loss", progress: "epoch" })).toEqual([
      [0.25, 0.9],
      [1, 0.8],
      [1.5, 0.7],
      [2, 0.6],
    ]);
  });

  test("fractions of epochs counted from 0", () => {
    const bar = (n: number) => `|██| ${n}/20 [00:01<00:01, 9it/s, loss=0.5]`;
    const lightning = `Epoch 0: 50%${bar(10)}\nEpoch 0: 100%${bar(20)}\nEpoch 1: 50%${bar(10)}\nEpoch 1: 100%${bar(20)}`;
    expect(follow(lightning, { metric: "loss" }).map(([budget]) => budget)).toEqual([0.5, 1, 1.5, 2]);
  });

  test("a counter by name, whatever else is printed", () => {
    const output =
      '{"epoch": 1, "samples_seen": 640, "val_loss": 0.5}\n{"epoch": 1, "samples_seen": 1280, "val_loss": 0.4}';
    expect(follow(output, { metric, progress: "samples_seen" })).toEqual([
      [640, 0.5],
      [1280, 0.4],
    ]);
    expect(follow(output, { metric, progress: "Samples Seen" })).toEqual([
      [640, 0.5],
      [1280, 0.4],
    ]);
  });

  test("no progress before a named counter is printed", () => {
    expect(follow("val_loss 0.9\nround 2\nval_loss 0.5", { metric, progress: "round" })).toEqual([
      [0, 0.9],
      [2, 0.5],
    ]);
  });

  test("never falls: a second fold starts its counter anew", () => {
    const output = [1, 2, 3, 1, 2, 3, 4].map((epoch) => `epoch ${epoch} val_loss 0.5`).join("\n");
    expect(follow(output, { metric }).map(([budget]) => budget)).toEqual([1, 2, 3, 3, 3, 3, 4]);
  });

  test("never falls when the script begins to count later", () => {
    expect(
      follow("val_loss 3\nval_loss 2\nepoch 1 val_loss 1", { metric }).map(([budget]) => budget),
    ).toEqual([1, 2, 2]);
  });
});

describe("the objective", () => {
  test("is found however it is written", () => {
    expect(follow("Epoch 1 - Val Loss: 0.5", { metric: "Val Loss" })).toEqual([[1, 0.5]]);
    expect(follow("Epoch 1 - Val Loss: 0.5", { metric: "val_loss" })).toEqual([[1, 0.5]]);
  });

  test("is told as printed when it is not finite", () => {
    expect(follow("epoch 1 val_loss nan\nepoch 2 val_loss inf", { metric })).toEqual([
      [1, Number.NaN],
      [2, Number.POSITIVE_INFINITY],
    ]);
  });

  test("is no other metric", () => {
    expect(follow("epoch 1 loss 0.5 best_val_loss 0.3", { metric })).toEqual([]);
  });
});
