import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/setup/process.ts";
import { interpreter, tune } from "./tune.ts";

const python = interpreter("TUNING_FORK_TEST_PYTHON", "NumPy");
const folder = join(root, "examples/cartpole");

/** Without leaving a compiled copy among the examples. */
function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(python, ["-B", ...args], { cwd: folder, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** The mean after each repeat. */
const means = (printed: string): number[] =>
  [...printed.matchAll(/^repeat \d\/\d episodes=(\S+) last=\d+$/gm)].map((found) => Number(found[1]));

const GOOD = ["--learning-rate", "0.005", "--batch-size", "10"];

test("examples/cartpole: agents learn, one line each, the same for the same seed", () => {
  const printed = run(["train.py", ...GOOD, "--repeats", "4"]);
  expect(means(printed)).toHaveLength(4);
  expect(means(printed)[3]).toBeLessThan(250);
  expect(run(["train.py", ...GOOD, "--repeats", "4"])).toBe(printed);
  expect(run(["train.py", ...GOOD, "--repeats", "4", "--seed", "1"])).not.toBe(printed);
});

test("examples/cartpole: those that cannot learn count as the most episodes; no edge of a range ends a training", () => {
  const few = ["--repeats", "1", "--max-episodes", "64", "--batch-size", "32"];
  const edges = ["--learning-rate", "--discount", "--likelihood-ratio-clipping", "--entropy-regularization"];
  for (const ends of ["0", "1"]) {
    const printed = run(["train.py", ...few, ...edges.flatMap((flag) => [flag, ends])]);
    expect(means(printed)[0]).toBeLessThanOrEqual(64);
  }
  expect(means(run(["train.py", ...few, "--learning-rate", "0"]))).toEqual([64]);
});

test("examples/cartpole: the gradient written by hand is that of finite differences", () => {
  const check = `
import numpy as np, train
rng = np.random.default_rng(3)
network = train.Network(4, (5, 7), 0.1, rng)
network.weights = [rng.normal(0, 0.5, w.shape) for w in network.weights]
x, slope = rng.normal(size=(6, 4)), rng.normal(size=6)
gradients = network.backward(network.forward(x)[1], slope)
worst = 0
for w, g in zip(network.weights, gradients):
    for place in np.ndindex(w.shape):
        kept, sums = w[place], []
        for w[place] in (kept + 1e-6, kept - 1e-6):
            sums.append(slope @ network.forward(x)[0])
        w[place] = kept
        worst = max(worst, abs((sums[0] - sums[1]) / 2e-6 - g[place]))
print(worst)
`;
  expect(Number(run(["-c", check]))).toBeLessThan(1e-7);
});

test("examples/cartpole: agents take the same way through the carts' physics as one that is worked out by hand", () => {
  const check = `
import numpy as np, train
carts = train.CartPole(1, np.random.default_rng(0))
carts.state = np.zeros((4, 1), np.float32)
stands = carts.step(np.array([True]))
after = carts.step(np.array([True])) & stands
print(after[0], *carts.state[:, 0])
for _ in range(20):
    after = carts.step(np.array([True]))
print(after[0])
`;
  const [first, last] = run(["-c", check]).trim().split("\n");
  const [stands, ...state] = first!.split(" ");
  expect([stands, last]).toEqual(["True", "False"]);
  // Newton's equations: from rest a push of 10 N gives the cart 9.756 m/s² and the pole −14.634 rad/s² (0.02 s a step).
  const [x, speed, angle, turn] = state.map(Number);
  expect(x).toBeCloseTo(0.02 * 0.19512, 5);
  expect(speed).toBeCloseTo(2 * 0.19512, 2);
  expect(angle).toBeCloseTo(-0.02 * 0.29268, 5);
  expect(turn).toBeCloseTo(-2 * 0.29268, 2);
});

test("examples/cartpole: a study pauses agents after a repeat and finds one that learns", () => {
  const args = ["--trials", "9", "--seed", "2"];
  const { exitCode, lines, stderr } = tune("cartpole/train.py", python, args);
  expect(exitCode, stderr).toBe(0);
  const result = lines.at(-1) as { best: { value: number; params: Record<string, number> } };
  expect(result).toMatchObject({ type: "result", metric: "episodes", counts: { failed: 0, total: 9 } });
  expect(Object.keys(result.best.params)).toHaveLength(7);
  expect(result.best.value).toBeLessThan(1000);
  const reached = lines.filter(({ type }) => type === "reached").map(({ budget }) => budget);
  expect(new Set(reached)).toEqual(new Set([1, 3, 9]));
});
