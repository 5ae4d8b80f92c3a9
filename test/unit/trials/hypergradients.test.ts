import { expect, test } from "vitest";
import { readHypergradients } from "../../../src/trials/hypergradients.ts";

const read = (line: string) => {
  const found = readHypergradients(line);
  return found && Object.fromEntries(found);
};

test.each([
  ["hypergradient lr=-0.12 weight_decay=3.1", { lr: -0.12, weight_decay: 3.1 }],
  ["hypergradients: C=1e-3, gamma=-.5", { C: 1e-3, gamma: -0.5 }],
  ["INFO:root:epoch 3 val_loss=0.3 hypergradient lr=-0.12", { lr: -0.12 }],
  ["hypergradient {'lr': np.float64(-0.12), 'weight decay': 2}", { lr: -0.12, "weight decay": 2 }],
  ["hypergradient lr = tensor(-0.25, device='cuda:0'), x.y = 4", { lr: -0.25, "x.y": 4 }],
  [
    '{"step": 3, "val_loss": 0.07, "hypergradients": {"lr": -0.12, "b": 1}, "seconds": 3}',
    { lr: -0.12, b: 1 },
  ],
  ["Hypergradient lr=nan b=-inf", { lr: Number.NaN, b: Number.NEGATIVE_INFINITY }],
  ["hypergradient λ_1=2", { λ_1: 2 }],
])("reads %s", (line, found) => {
  expect(read(line)).toEqual(found);
});

test.each([
  "val_loss=0.3",
  "hypergradient of the validation loss computed in 3.2 s",
  "hypergradient_lr=3",
  "runs/hypergradient/lr=0.1",
  "",
])("finds none in %s", (line) => {
  expect(read(line)).toBeUndefined();
});

test("takes time in proportion to the line", () => {
  const begin = performance.now();
  for (const part of ["a", "a=", "'", "hypergradient ", "{", "1e"])
    read(`hypergradient ${part.repeat(100_000)}`);
  expect(performance.now() - begin).toBeLessThan(1_000);
});
