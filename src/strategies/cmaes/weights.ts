/** The strategy parameters of CMA-ES, which follow from the dimension and the population's size. */
export interface Settings {
  readonly dimensions: number;
  /** λ */
  readonly population: number;
  /** w_i, best first; the worse half is negative. */
  readonly weights: readonly number[];
  /** μ_eff */
  readonly effective: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cc: number;
  readonly c1: number;
  readonly cMu: number;
  /** Expected length of a standard normal vector. */
  readonly length: number;
}

/** λ = 4 + ⌊3 ln n⌋. */
export const defaultPopulation = (dimensions: number): number =>
  4 + Math.floor(3 * Math.log(Math.max(1, dimensions)));

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const effectiveOf = (values: readonly number[]): number =>
  sum(values) ** 2 / sum(values.map((value) => value * value));

/** Hansen 2016, "The CMA evolution strategy: a tutorial", table 1 (equations 49–58). */
export function settingsOf(dimensions: number, population: number): Settings {
  const n = dimensions;
  const raw = Array.from({ length: population }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const positive = raw.slice(0, population >> 1);
  const negative = raw.slice(population >> 1);
  const effective = effectiveOf(positive);
  const cc = (4 + effective / n) / (n + 4 + (2 * effective) / n);
  const c1 = 2 / ((n + 1.3) ** 2 + effective);
  const cMu = Math.min(1 - c1, (2 * (0.25 + effective + 1 / effective - 2)) / ((n + 2) ** 2 + effective));
  const most = Math.min(
    1 + c1 / cMu,
    1 + (2 * effectiveOf(negative)) / (effective + 2),
    (1 - c1 - cMu) / (n * cMu),
  );
  const [good, bad] = [sum(positive), Math.abs(sum(negative.map((value) => Math.min(0, value))))];
  const cSigma = (effective + 2) / (n + effective + 5);
  return {
    dimensions,
    population,
    weights: raw.map((value) => (value >= 0 ? value / good : (most * value) / bad)),
    effective,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + cSigma,
    cc,
    c1,
    cMu,
    length: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}
