import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/setup/process.ts";
import { LstmOptimizer } from "../../src/learning/optimizer/inference.ts";
import {
  encodeWeights,
  initialWeights,
  type LearnedOptimizer,
  PREPROCESSING,
} from "../../src/learning/optimizer/weights.ts";
import { interpreter } from "./tune.ts";

const python = interpreter("TUNING_FORK_TEST_TORCH_PYTHON", "PyTorch");
const STEPS = 100;
/** Σ c x²: curvatures over five decades, so that both branches of the preprocessing are taken. */
const CURVATURES = [1e-4, 1e-3, 0.01, 0.1, 1, 3];

const program = `
import json, sys, torch, tuning_fork
given = json.load(sys.stdin)
c = torch.tensor(given["curvatures"])
x = torch.nn.Parameter(torch.ones(2, len(c) // 2))
optimizer = tuning_fork.LearnedOptimizer([x], given["learned"])
trajectory = []
for step in range(given["steps"]):
    optimizer.zero_grad()
    if "gradients" in given:
        x.grad = torch.tensor(given["gradients"][step]).reshape(x.shape)
    else:
        (c * x.reshape(-1) ** 2).sum().backward()
    optimizer.step()
    trajectory.append(x.reshape(-1).tolist())
print(json.dumps(trajectory))
`;

function byPython(learned: LearnedOptimizer, gradients?: readonly number[][]): number[][] {
  const input = JSON.stringify({ learned, curvatures: CURVATURES, steps: STEPS, gradients });
  const env = { ...process.env, PYTHONPATH: join(root, "python") };
  const { status, stdout, stderr } = spawnSync(python, ["-c", program], { input, env, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as number[][];
}

function byTypeScript(learned: LearnedOptimizer): number[][] {
  const x = new Float32Array(CURVATURES.length).fill(1);
  const optimizer = LstmOptimizer.of(learned, x.length);
  return Array.from({ length: STEPS }, () => {
    const update = optimizer.step(x.map((value, k) => 2 * CURVATURES[k]! * value));
    update.forEach((by, k) => {
      x[k]! += by;
    });
    return [...x];
  });
}

function farthest(learned: LearnedOptimizer, gradients?: readonly number[][]): number {
  const [theirs, ours] = [byPython(learned, gradients), byTypeScript(learned)];
  return Math.max(...ours.flatMap((row, step) => row.map((value, k) => Math.abs(value - theirs[step]![k]!))));
}

test.each(PREPROCESSING)(
  "LearnedOptimizer goes where the TypeScript one goes, to 1e-5: %s",
  (preprocessing) => {
    const architecture = { preprocessing, units: 20, scale: 0.1 };
    const learned: LearnedOptimizer = {
      system: "optimizer",
      version: 1,
      ...architecture,
      weights: encodeWeights(initialWeights(architecture, 4)),
      record: { seed: 4, options: {}, seconds: 0, progress: [] },
    };
    expect(farthest(learned)).toBeLessThan(1e-5);
  },
);

const folder = join(root, "media/learned");
const shipped = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("lstm-")) : [];

/**
 * A trained one goes through minima, where its inputs jump with the gradient's sign: there the last digit decides, and two
 * that are the same go apart. So both are given the same gradients, those on our way.
 */
test.each(shipped)("the shipped %s too, where gradients are the same", (name) => {
  const learned = JSON.parse(readFileSync(join(folder, name), "utf8")) as LearnedOptimizer;
  const way = [new Array<number>(CURVATURES.length).fill(1), ...byTypeScript(learned)];
  const gradients = way.map((x) => x.map((value, k) => 2 * CURVATURES[k]! * value));
  expect(farthest(learned, gradients)).toBeLessThan(1e-5);
});

test("one that comes along is found by its name, and trains a network", () => {
  const env = { ...process.env, PYTHONPATH: join(root, "python") };
  const training = `
import torch, tuning_fork
torch.manual_seed(0)
x = torch.randn(256, 8); y = (x[:, 0] * x[:, 1] > 0).long()
model = torch.nn.Sequential(torch.nn.Linear(8, 20), torch.nn.Sigmoid(), torch.nn.Linear(20, 2))
optimizer = tuning_fork.LearnedOptimizer(model.parameters(), "digits")
for step in range(100):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
print(loss.item())
`;
  const { status, stdout, stderr } = spawnSync(python, ["-c", training], { env, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expect(Number(stdout)).toBeLessThan(0.3);
});

test("what is no learned optimizer is refused, and the package needs no PyTorch", () => {
  const env = { ...process.env, PYTHONPATH: join(root, "python") };
  const alone = "import sys, tuning_fork; assert 'torch' not in sys.modules";
  expect(spawnSync(python, ["-c", alone], { env }).status).toBe(0);
  const wrong = "import tuning_fork; tuning_fork.LearnedOptimizer([], {})";
  const { stderr } = spawnSync(python, ["-c", wrong], { env, encoding: "utf8" });
  expect(stderr).toContain("tuning-fork learn optimizer");
});
