import { expect, test } from "vitest";
import { interpreter, tune } from "./tune.ts";

const python = interpreter("TUNING_FORK_TEST_PYTHON", "scikit-learn");

test("examples/svm: random search finds both hyperparameters of the SVM", () => {
  const args = [
    "--strategy",
    "random",
    "--trials",
    "12",
    "--parallel",
    "2",
    "--seed",
    "1",
    "--metric",
    "val_error",
  ];
  const { exitCode, lines, stderr } = tune("svm/train.py", python, [...args, "--set", "samples=600"]);
  expect(exitCode, stderr).toBe(0);
  const result = lines.at(-1) as { best: { value: number; params: Record<string, number> } };
  expect(result).toMatchObject({
    type: "result",
    best: { params: { C: expect.any(Number), gamma: expect.any(Number) } },
  });
  expect(result.best.value).toBeLessThan(0.1);
});
