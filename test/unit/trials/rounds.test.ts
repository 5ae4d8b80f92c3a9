import { describe, expect, test } from "vitest";
import { createMetricReader } from "../../../src/trials/metricReader.ts";
import { createRounds, type Round, type RoundsOptions } from "../../../src/trials/rounds.ts";

/** [budget, ...values] of each round, and that of the end. */
function follow(text: string, options: RoundsOptions): { rounds: number[][]; end: number[] | undefined } {
  const reader = createMetricReader();
  const rounds = createRounds(options);
  const flat = ({ budget, values }: Round) => [budget, ...values];
  const complete = text.split("\n").flatMap((line) => rounds.line(reader.read(line)));
  const end = rounds.end();
  return { rounds: complete.map(flat), end: end && flat(end) };
}

const both = { metrics: ["loss", "acc"] };

describe("rounds of several metrics", () => {
  test("one line an epoch is a round", () => {
    const text = "epoch 1 loss=3 acc=0.1\nepoch 2 loss=2 acc=0.2";
    expect(follow(text, both).rounds).toEqual([
      [1, 3, 0.1],
      [2, 2, 0.2],
    ]);
  });

  test("two lines an epoch are one round, never mixed with the epoch before", () => {
    const text = "epoch 1 loss=3\nacc=0.1\nepoch 2 loss=2\nacc=0.2";
    expect(follow(text, both)).toEqual({
      rounds: [
        [1, 3, 0.1],
        [2, 2, 0.2],
      ],
      end: undefined,
    });
  });

  test("what was printed once at the start holds for all rounds", () => {
    const text = "acc=0.5\nepoch 1 loss=3\nepoch 2 loss=2\nepoch 3 loss=1\nepoch 4 loss=0";
    expect(follow(text, both).rounds).toEqual([
      [1, 3, 0.5],
      [2, 2, 0.5],
      [3, 1, 0.5],
      [4, 0, 0.5],
    ]);
  });

  test("what is printed at the end alone makes the one round there", () => {
    const text = "epoch 1 loss=3\nepoch 2 loss=2\nacc=0.5";
    expect(follow(text, both)).toEqual({ rounds: [[2, 2, 0.5]], end: undefined });
  });

  test("the last round does not wait for ever", () => {
    const text = "epoch 1 loss=3 acc=0.1\nepoch 2 loss=2";
    expect(follow(text, both)).toEqual({ rounds: [[1, 3, 0.1]], end: [2, 2, 0.1] });
  });

  test("nothing is a round while a metric is unknown", () => {
    const reader = createMetricReader();
    const rounds = createRounds(both);
    expect(rounds.line(reader.read("epoch 1 loss=3"))).toEqual([]);
    expect([rounds.missing(), rounds.end()]).toEqual([["acc"], undefined]);
  });

  test("with one metric every value is a round", () => {
    const text = "epoch 1 loss=3\nepoch 1 loss=2.5\nepoch 2 loss=2";
    expect(follow(text, { metrics: ["Loss"] }).rounds).toEqual([
      [1, 3],
      [1, 2.5],
      [2, 2],
    ]);
  });
});
