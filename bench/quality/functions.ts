import type { Configuration, Parameter } from "../../src/protocol/space.ts";
import type { Problem } from "./problem.ts";

/** A function with a known minimum. */
interface TestFunction {
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Value − minimum: 0 at the best configuration. */
  regret(configuration: Configuration): number;
}

const uniform = (low: number, high: number): Parameter => ({ type: "float", low, high });
const logUniform = (low: number, high: number): Parameter => ({ type: "float", low, high, scale: "log" });
const repeated = (prefix: string, count: number, parameter: Parameter): Record<string, Parameter> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, parameter]));
const vector = (c: Configuration, prefix: string, count: number): number[] =>
  Array.from({ length: count }, (_, i) => c[`${prefix}${i}`] as number);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Dixon & Szegö 1978, on x in [−5, 10], y in [0, 15]. */
const branin: TestFunction = {
  parameters: { x: uniform(-5, 10), y: uniform(0, 15) },
  regret: (c) => {
    const x = c.x as number;
    const y = c.y as number;
    const parabola = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
    return parabola ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10 - 0.39788735772973816;
  },
};

/** −Σ α exp(−Σ a (x − p)²) on the unit cube (Dixon & Szegö 1978); `p` in units of 1e-4. */
function hartmann(a: readonly number[][], p: readonly number[][], minimum: number): TestFunction {
  const alpha = [1, 1.2, 3, 3.2];
  const dimensions = a[0]!.length;
  return {
    parameters: repeated("x", dimensions, uniform(0, 1)),
    regret: (c) => {
      const x = vector(c, "x", dimensions);
      const peak = (i: number): number =>
        alpha[i]! * Math.exp(-sum(x.map((value, j) => a[i]![j]! * (value - 1e-4 * p[i]![j]!) ** 2)));
      return -sum(alpha.map((_, i) => peak(i))) - minimum;
    },
  };
}

const hartmann3 = hartmann(
  [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  [
    [3689, 1170, 2673],
    [4699, 4387, 7470],
    [1091, 8732, 5547],
    [381, 5743, 8828],
  ],
  -3.862779787332663,
);

const hartmann6 = hartmann(
  [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
  ],
  -3.32236801141551,
);

/** Ackley 1987 in 10 dimensions on [−32.768, 32.768]: many local minima around one at the centre. */
const ackley10: TestFunction = {
  parameters: repeated("x", 10, uniform(-32.768, 32.768)),
  regret: (c) => {
    const x = vector(c, "x", 10);
    const root = Math.sqrt(sum(x.map((v) => v * v)) / 10);
    return (
      -20 * Math.exp(-0.2 * root) - Math.exp(sum(x.map((v) => Math.cos(2 * Math.PI * v))) / 10) + 20 + Math.E
    );
  },
};

/** Rosenbrock 1960 in 4 dimensions on [−5, 10], the usual domain (Surjanovic & Bingham's library, BoTorch). */
const rosenbrock: TestFunction = {
  parameters: repeated("x", 4, uniform(-5, 10)),
  regret: (c) => {
    const x = vector(c, "x", 4);
    return sum(x.slice(1).map((next, i) => 100 * (next - x[i]! ** 2) ** 2 + (x[i]! - 1) ** 2));
  },
};

/** Made to be like a network's hyperparameters: log scales, whole numbers, categories, one interaction. */
const mixed6: TestFunction = {
  parameters: {
    lr: logUniform(1e-5, 1),
    wd: logUniform(1e-6, 1e-1),
    drop: uniform(0, 0.8),
    units: { type: "int", low: 8, high: 512, scale: "log" },
    layers: { type: "int", low: 1, high: 6 },
    opt: { type: "categorical", choices: ["sgd", "adam", "rmsprop"] },
  },
  regret: (c) => {
    const [lr, wd, drop, units, layers] = [c.lr, c.wd, c.drop, c.units, c.layers] as number[];
    const [best, floor] = { sgd: [-1, 0.03], adam: [-2.7, 0], rmsprop: [-2.9, 0.02] }[
      c.opt as string
    ] as number[];
    const rate = Math.log10(lr!) - best!;
    const width = Math.log2(units! / 128);
    return (
      floor! +
      0.08 * rate ** 2 +
      0.01 * (Math.log10(wd!) + 4) ** 2 +
      0.15 * (drop! - 0.25) ** 2 +
      0.01 * width ** 2 +
      0.01 * (layers! - 3) ** 2 +
      0.01 * rate * width
    );
  },
};

/** Counting ones (Falkner et al. 2018) without noise and budgets: 8 numbers and 8 categories, best when all are 1. */
const countingones8_8: TestFunction = {
  parameters: {
    ...repeated("f", 8, uniform(0, 1)),
    ...repeated("c", 8, { type: "categorical", choices: [0, 1] }),
  },
  regret: (c) => 16 - sum(vector(c, "f", 8)) - sum(vector(c, "c", 8)),
};

export const functions: Readonly<Record<string, TestFunction>> = {
  branin,
  hartmann3,
  hartmann6,
  ackley10,
  rosenbrock,
  mixed6,
  countingones8_8,
};

/**
 * A function as a problem: each trial takes one second.
 * @param noise standard deviation of what is added to the values that a strategy sees
 * @throws {Error} for an unknown name
 */
export function functionProblem(name: string, noise = 0): Problem {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (found === undefined) {
    throw new Error(`There is no function "${name}". There are: ${Object.keys(functions).join(", ")}.`);
  }
  return {
    scenario: noise > 0 ? `function, noise ${noise}` : "function",
    instance: name,
    space: { parameters: found.parameters },
    normalised: false,
    evaluate: async (configuration, _, source) => {
      const regret = found.regret(configuration);
      const loss = noise > 0 ? regret + noise * source.normal() : regret;
      return { loss, regret, duration: 1 };
    },
  };
}
