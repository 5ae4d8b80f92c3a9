import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/setup/process.ts";
import { interpreter, tune } from "./tune.ts";

const python = interpreter("TUNING_FORK_TEST_PYTHON", "NumPy");

/** What the script prints, by name; derivatives as `d lr`. */
function run(args: readonly string[]): Map<string, number> {
  const folder = join(root, "examples/hypergradient");
  const { status, stdout, stderr } = spawnSync(python, ["-B", "train.py", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  const [scores, derivatives] = stdout.split("hypergradient");
  const pairs = (text: string, prefix: string) =>
    [...text.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [`${prefix}${name}`, Number(value)] as const);
  return new Map([...pairs(scores!, ""), ...pairs(derivatives!, "d ")]);
}

const AT = { lr: 0.2, momentum: 0.6, "decay-0": 0.01, "decay-3": 0.003, "decay-7": 0.02 };
const flags = (values: Readonly<Record<string, number>>) =>
  Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);

test("examples/hypergradient: tells the derivatives that differences have", () => {
  const told = run(flags(AT));
  for (const name of Object.keys(AT) as (keyof typeof AT)[]) {
    const width = 1e-3 * AT[name];
    const [up, down] = [1, -1].map(
      (sign) => run(flags({ ...AT, [name]: AT[name] + sign * width })).get("val_loss")!,
    );
    // Losses are printed to eight digits, which leaves some three of the smallest difference.
    const difference = (up! - down!) / (2 * width);
    const own = told.get(`d ${name.replace("-", "_")}`)!;
    expect(Math.abs(own - difference), name).toBeLessThan(1e-8 / width + 1e-4 * Math.abs(difference));
  }
});

test("examples/hypergradient: 20 trials along them are better than 20 at random", () => {
  const best = (strategy: string, seed: number): number => {
    const args = ["--strategy", strategy, "--seed", String(seed), "--trials", "20"];
    const { exitCode, lines, stderr } = tune("hypergradient/train.py", python, args);
    expect(exitCode, stderr).toBe(0);
    return (lines.at(-1) as { best: { value: number } }).best.value;
  };
  const along = best("hypergradient", 1);
  expect(along).toBeLessThan(0.36);
  for (const seed of [1, 2, 3]) expect(best("random", seed)).toBeGreaterThan(along + 0.05);
});
