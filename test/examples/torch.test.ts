import { expect, test } from "vitest";
import { interpreter, tune } from "./tune.ts";

const python = interpreter("TUNING_FORK_TEST_TORCH_PYTHON", "PyTorch");

test("examples/torch: Hyperband pauses and continues a real network, untouched by our module", () => {
  const budget = [
    "--budget-param",
    "epochs",
    "--budget-min",
    "1",
    "--budget-max",
    "3",
    "--budget-mode",
    "pause",
  ];
  const small = { train_size: 500, channels: 4, hidden: 32, batch_size: 64 };
  const held = Object.entries(small).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const args = ["--strategy", "hyperband", "--parallel", "2", "--seed", "1", "--metric", "val_loss"];
  const { exitCode, lines, stderr } = tune("torch/train.py", python, [...args, ...budget, ...held]);
  expect(exitCode, stderr).toBe(0);
  const result = lines.at(-1) as { best: { value: number } };
  expect(result).toMatchObject({ type: "result", best: { params: { lr: expect.any(Number) } } });
  expect(result.best.value).toBeLessThan(Math.log(10)); // the loss of guessing
});
