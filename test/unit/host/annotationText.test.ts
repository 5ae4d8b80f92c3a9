import { describe, expect, test } from "vitest";
import {
  annotationText,
  cell,
  effectSentence,
  importanceSentence,
  othersSentence,
  topTrialsTable,
} from "../../../src/host/annotationText.ts";
import { parameters, summary } from "../../fixtures/fakeEngine/data.ts";

const lr = parameters.parameters[0]!;
const optimizer = parameters.parameters[1]!;

describe("the text beside a line", () => {
  test("best value, score, trials, and how much it matters", () => {
    expect(annotationText(lr, parameters, false)).toBe(
      "● best 3.2e-3 · val_loss 0.0712 · 54 trials · matters 61 %",
    );
  });
  test("a parameter that matters little is quiet", () => {
    expect(annotationText(optimizer, parameters, false)).toBe("○ best adam · matters 4 %");
  });
  test("with several objectives it says by which one", () => {
    const several = { ...parameters, others: ["latency"] };
    expect(annotationText(lr, several, false)).toBe(
      "● best by val_loss alone 3.2e-3 · val_loss 0.0712 · 54 trials · matters 61 %",
    );
    expect(othersSentence(several)).toBe(
      "_Best by val\\_loss alone; compromises with latency are in the Pareto front._",
    );
    expect(othersSentence(parameters)).toBeUndefined();
  });
  test("too few trials say nothing of importance", () => {
    const early = { ...lr, importance: undefined };
    expect(annotationText(early, { ...parameters, scored: 8 }, false)).toBe(
      "● best 3.2e-3 · val_loss 0.0712 · 8 trials",
    );
  });
  test("older than the script", () => {
    expect(annotationText(optimizer, parameters, true)).toBe(
      "○ best adam · matters 4 % (stale: script changed)",
    );
  });
  test("a selected trial's value, unless it is the best one", () => {
    const selected = (trial: number) => ({ selection: { study: "s", trial }, value: 0.5 });
    expect(annotationText(optimizer, parameters, false, selected(4))).toBe(
      "○ best adam · matters 4 % · #4: 0.5",
    );
    expect(annotationText(optimizer, parameters, false, selected(12))).toBe("○ best adam · matters 4 %");
  });
  test("nothing without a best value", () => {
    expect(annotationText({ ...lr, best: undefined }, parameters, false)).toBeUndefined();
    expect(annotationText(lr, { ...parameters, best: undefined }, false)).toBeUndefined();
  });
});

test("the top five as a table; what is inactive has a dash", () => {
  expect(topTrialsTable(parameters, "lr").split("\n").slice(2)).toEqual([
    "| #12 | 0.0712 | 3\\.2e\\-3 |",
    "| #4 | 0.09 | 0\\.01 |",
  ]);
  expect(topTrialsTable(parameters, "absent")).toContain("| #4 | 0.09 | – |");
});

test("names cannot break out of a table or into Markdown", () => {
  expect(cell("a|b\n[x](command:y)")).toBe("a\\|b \\[x\\]\\(command:y\\)");
});

test("importance is not claimed from few trials", () => {
  expect(importanceSentence({ ...lr, importance: undefined, trials: 1 })).toBe(
    "1 scored trial: too few to say how much it matters.",
  );
  expect(importanceSentence(lr)).toBe("Explains 61 % of the score's variation over 54 scored trials.");
});

describe("at which budget the effect was measured", () => {
  test("is said where it is not the full one", () => {
    expect(effectSentence(parameters, summary())).toBe(
      "_Scores at 3/81 ep: the largest budget with enough trials to compare._",
    );
  });
  test("needs no words where it is, or where there is none", () => {
    expect(effectSentence({ ...parameters, effectBudget: 81 }, summary())).toBeUndefined();
    expect(effectSentence({ ...parameters, effectBudget: undefined }, summary())).toBeUndefined();
  });
});
