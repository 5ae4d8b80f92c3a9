import type { Random } from "../../space/random.ts";
import { choiceAt, type Dimension } from "../parzen/dimensions.ts";

export interface VariationOptions {
  /** Probability that a child has two parents. */
  readonly crossover: number;
  /** ηc: the larger, the nearer to one of its parents is a child. */
  readonly crossoverIndex: number;
  /** ηm: the larger, the smaller is a mutation. */
  readonly mutationIndex: number;
}

/**
 * Simulated binary crossover of two numbers in [0, 1], bounded (Deb & Agrawal 1995, in the form of the authors'
 * NSGA-II code): one of the two children, by chance.
 */
export function simulatedBinary(a: number, b: number, index: number, random: Random): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  const gap = high - low;
  if (gap < 1e-14) return a;
  const isLower = random.uniform() < 0.5;
  // How far a child may lie outside of its parents, as a multiple of their distance.
  const room = 1 + (2 * (isLower ? low : 1 - high)) / gap;
  const alpha = 2 - room ** -(index + 1);
  const share = random.uniform() * alpha;
  const spread = (share <= 1 ? share : 1 / (2 - share)) ** (1 / (index + 1));
  const child = ((isLower ? -1 : 1) * spread * gap + low + high) / 2;
  return Math.min(1, Math.max(0, child));
}

/** Polynomial mutation of a number in [0, 1], bounded (Deb & Agrawal 1999, as in the authors' NSGA-II code). */
export function polynomial(x: number, index: number, random: Random): number {
  const u = random.uniform();
  const power = index + 1;
  if (u < 0.5) return x + (2 * u + (1 - 2 * u) * (1 - x) ** power) ** (1 / power) - 1;
  return x + 1 - (2 * (1 - u) + (2 * u - 1) * x ** power) ** (1 / power);
}

/** The other parent's value where one has none, because the parameter is not active there. */
const either = (a: number, b: number): readonly [number, number] => [
  Number.isNaN(a) ? b : a,
  Number.isNaN(b) ? a : b,
];

/**
 * A child of two encoded configurations: each number half the time by simulated binary crossover, else the first
 * parent's, each category that of either parent; then each parameter is mutated with probability 1/n. Numbers with
 * few values move by at least one. NaN where neither parent has a value.
 */
export function childOf(
  [first, second]: readonly [Float64Array, Float64Array],
  dimensions: readonly Dimension[],
  { crossover, crossoverIndex, mutationIndex }: VariationOptions,
  random: Random,
): Float64Array {
  const crosses = random.uniform() < crossover;
  return first.map((_, i) => {
    const dimension = dimensions[i]!;
    const [a, b] = either(first[i]!, second[i]!);
    if (Number.isNaN(a)) return a;
    const exchanged = crosses && random.uniform() < 0.5;
    const mixed = dimension.kind === "categorical" ? b : simulatedBinary(a, b, crossoverIndex, random);
    const value = exchanged ? mixed : a;
    return random.uniform() < 1 / dimensions.length
      ? mutated(value, dimension, mutationIndex, random)
      : value;
  });
}

function mutated(x: number, { kind, count, cell }: Dimension, index: number, random: Random): number {
  if (count < 2) return x;
  if (kind === "categorical") {
    const other = (choiceAt(x, count) + 1 + random.int(count - 1)) % count;
    return (other + 0.5) / count;
  }
  const to = Math.min(1, Math.max(0, polynomial(x, index, random)));
  const [low, high] = cell(x);
  if (kind === "continuous" || to < low || to > high) return to;
  // Within its own cell nothing would change: on to the next one, in the direction of the step.
  const up = high < 1 && (low <= 0 || to >= x);
  return up ? Math.min(1, high + 1e-9) : Math.max(0, low - 1e-9);
}
