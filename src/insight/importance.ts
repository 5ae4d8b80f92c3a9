import type { Configuration, Parameter, Value } from "../protocol/space.ts";

/** Fewer observations say nothing about importance. */
export const LEAST_OBSERVATIONS = 10;

const BINS = 50;

/**
 * How much of the score's variation each parameter explains, from configurations ranked best first, by PED-ANOVA: Watanabe, Bansal & Hutter,
 * "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces", IJCAI 2023, eq. 11. The
 * importance of a parameter is the Pearson divergence between its density among the best trials and its density
 * among all of them: a parameter whose good values are no different from its usual values does not matter.
 *
 * Densities are Parzen estimates on a grid of the parameter's own scale (Scott's bandwidth), with a uniform prior
 * that counts as one observation; choices are counted. The top share is 10 %, but at least √n trials, because the
 * density of two or three points is mostly noise.
 *
 * A conditional parameter is judged among the trials in which it was active, and weighted by their share; one
 * with fewer than 10 such trials is left out. Shares are ≥ 0 and sum to 1; the result is empty below 10
 * observations or where nothing matters measurably.
 */
export function importances(
  ranked: readonly Configuration[],
  parameters: Readonly<Record<string, Parameter>>,
): ReadonlyMap<string, number> {
  const raw = new Map<string, number>();
  if (ranked.length < LEAST_OBSERVATIONS) return raw;
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.enabled === false) continue;
    const active = ranked.filter((configuration) => Object.hasOwn(configuration, name));
    if (active.length < LEAST_OBSERVATIONS) continue;
    const cells = active.map((configuration) => cellOf(parameter, configuration[name] as Value));
    const spread = divergence(cells, cellCount(parameter), isOrdered(parameter));
    raw.set(name, spread * (active.length / ranked.length));
  }
  const total = [...raw.values()].reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return new Map();
  return new Map([...raw].map(([name, value]) => [name, value / total]));
}

/** Pearson divergence of the best observations' density from that of all. */
function divergence(ranked: readonly number[], cells: number, ordered: boolean): number {
  if (cells < 2) return 0;
  const count = Math.min(ranked.length, Math.ceil(Math.max(0.1 * ranked.length, Math.sqrt(ranked.length))));
  const known = ranked.filter((cell) => cell >= 0);
  const top = ranked.slice(0, count).filter((cell) => cell >= 0);
  if (known.length < LEAST_OBSERVATIONS || top.length === 0) return 0;
  const kernel = ordered ? smoother(top, cells) : undefined;
  const all = density(known, cells, kernel);
  const best = density(top, cells, kernel);
  let found = 0;
  for (let i = 0; i < cells; i++) found += (best[i]! - all[i]!) ** 2 / all[i]!;
  return found;
}

/** Share of the observations in each cell, smoothed, with a uniform prior of weight one; sums to 1. */
function density(observed: readonly number[], cells: number, kernel: Float64Array | undefined): Float64Array {
  const counts = histogram(observed, cells);
  const result = new Float64Array(cells).fill(1 / cells);
  for (let j = 0; j < cells; j++) {
    if (counts[j] === 0) continue;
    if (kernel === undefined) result[j]! += counts[j]!;
    else for (let i = 0; i < cells; i++) result[i]! += counts[j]! * kernel[j * cells + i]!;
  }
  const weight = observed.length + 1;
  return result.map((value) => value / weight);
}

function histogram(observed: readonly number[], cells: number): Float64Array {
  const counts = new Float64Array(cells);
  for (const cell of observed) counts[cell]!++;
  return counts;
}

/** Row j: where an observation in cell j puts its weight. Scott's rule for `sample`; rows sum to 1 within the range. */
function smoother(sample: readonly number[], cells: number): Float64Array {
  const n = sample.length;
  const mean = sample.reduce((sum, cell) => sum + cell, 0) / n;
  const variance = sample.reduce((sum, cell) => sum + (cell - mean) ** 2, 0) / Math.max(1, n - 1);
  // One cell at least: beyond that the grid knows no difference.
  const bandwidth = Math.max(1, 1.059 * Math.sqrt(variance) * n ** -0.2);
  const kernel = new Float64Array(cells * cells);
  for (let j = 0; j < cells; j++) {
    let total = 0;
    for (let i = 0; i < cells; i++) {
      const value = Math.exp(-0.5 * ((i - j) / bandwidth) ** 2);
      kernel[j * cells + i] = value;
      total += value;
    }
    for (let i = 0; i < cells; i++) kernel[j * cells + i]! /= total;
  }
  return kernel;
}

function isOrdered(parameter: Parameter): boolean {
  return parameter.type === "float" || parameter.type === "int" || parameter.type === "ordinal";
}

function cellCount(parameter: Parameter): number {
  switch (parameter.type) {
    case "boolean":
      return 2;
    case "categorical":
    case "ordinal":
      return parameter.choices.length;
    case "int":
      return Math.min(
        BINS,
        Math.max(1, Math.floor((parameter.high - parameter.low) / (parameter.step ?? 1)) + 1),
      );
    case "float":
      return parameter.high > parameter.low ? BINS : 1;
  }
}

/** The grid cell of a value; -1 for one that does not belong to the parameter (its space was edited since). */
function cellOf(parameter: Parameter, value: Value): number {
  if (parameter.type === "boolean") return typeof value === "boolean" ? Number(value) : -1;
  if (parameter.type === "categorical" || parameter.type === "ordinal")
    return parameter.choices.indexOf(value);
  if (typeof value !== "number" || value < parameter.low || value > parameter.high) return -1;
  const { low, high, scale } = parameter;
  const at = scale === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const cells = cellCount(parameter);
  return cells < 2 ? 0 : Math.min(cells - 1, Math.max(0, Math.floor(at * cells)));
}
