import type { Configuration } from "../../protocol/space.ts";
import type { Random } from "../../space/random.ts";
import { Sobol } from "../../space/sobol.ts";
import type { Space } from "../../space/space.ts";
import { isCategorical } from "./kernel.ts";
import { minimize } from "./lbfgs.ts";

/** What is to be maximised, over encoded configurations. */
export interface Objective {
  value(point: Float64Array): number;
  /** Value and derivatives; those of parameters that are no numbers are ignored. */
  slope(point: Float64Array): { readonly value: number; readonly gradient: Float64Array };
}

export interface Found {
  readonly point: Float64Array;
  readonly value: number;
}

export interface SearchInput {
  readonly space: Space;
  readonly random: Random;
  /** Good points to search around: the incumbent first. */
  readonly around: readonly Float64Array[];
  /** Typical length on which the objective changes, in the unit interval, for each parameter. */
  readonly lengths: ArrayLike<number>;
  /** Configurations that are not to be found. */
  has(configuration: Configuration): boolean;
}

const SPREAD = 1024;
const LOCAL = 256;
const STARTS = 6;
/** Discrete parameters that are searched through at most: those on which the objective depends most. */
const MOST_SWEPT = 16;
const ROUNDS = 3;
/** Discrete parameters with at most so many values are tried value by value; others one step up and down. */
const MOST_VALUES = 24;
const ITERATIONS = 30;
/** A finite space of at most so many configurations is looked through whole. */
const MOST_LISTED = 2_000;

/**
 * Maximises an acquisition over a space with numbers, categories, conditions and constraints: quasi-random points
 * and perturbations of good ones, then from the best of them, in turns, gradient ascent over the continuous
 * parameters and a search through the values of each discrete one. Undefined where nothing new was found.
 */
export function maximize(objective: Objective, search: SearchInput): Found | undefined {
  const input = { ...search, order: discreteOrder(search) };
  const candidates = scored(objective, input);
  candidates.sort((a, b) => b.value - a.value);
  const starts = apart(candidates, input.lengths);
  const found = starts.map((start) => climb(objective, input, start));
  return [...found, ...starts].reduce<Found | undefined>(
    (best, one) => (best === undefined || one.value > best.value ? one : best),
    undefined,
  );
}

function scored(objective: Objective, input: SearchInput): Found[] {
  const found: Found[] = [];
  for (const point of proposals(input)) {
    const at = settle(objective, input, point);
    if (at !== undefined) found.push(at);
  }
  return found;
}

/** The valid, new configuration nearest to a point, with its value. */
function settle(objective: Objective, { space, has }: SearchInput, point: Float64Array): Found | undefined {
  // Without cells, conditions and constraints every point is a configuration, and none is met twice by chance.
  if (space.isPlain) return { point, value: objective.value(point) };
  const configuration = space.decode(point);
  if (isForbidden(space, configuration) || has(configuration)) return undefined;
  const encoded = space.encode(configuration);
  return { point: encoded, value: objective.value(encoded) };
}

/** What was decoded cannot be invalid otherwise. */
const isForbidden = (space: Space, decoded: Configuration): boolean =>
  space.isConstrained && space.check(decoded) !== undefined;

function* proposals({ space, random, around, lengths }: SearchInput): Generator<Float64Array> {
  if (space.size <= MOST_LISTED) {
    for (const configuration of space.all()) yield space.encode(configuration);
    return;
  }
  const sobol = new Sobol(space.dimensions, random);
  let valid = 0;
  for (let i = 0; i < SPREAD; i++) {
    const point = sobol.point(i);
    if (space.isConstrained && isForbidden(space, space.decode(point))) continue;
    valid++;
    yield point;
  }
  // Where constraints leave little room, they are drawn as the space itself draws.
  for (let i = valid; i < SPREAD / 2; i++) yield space.encode(space.sample(random));
  for (let i = 0; i < LOCAL && around.length > 0; i++) {
    yield perturbed(around[i % around.length]!, i, space, lengths, random);
  }
}

/** A neighbour: a few parameters moved, the numbers by a share of the length on which they matter. */
function perturbed(
  point: Float64Array,
  index: number,
  space: Space,
  lengths: ArrayLike<number>,
  random: Random,
): Float64Array {
  const d = space.dimensions;
  const share = Math.max(1 / d, 0.2 + 0.8 * random.uniform());
  const reach = 10 ** (-3 * random.uniform() * ((index % 4) / 3));
  return point.map((x, i) => {
    if (random.uniform() > share) return x;
    if (isCategory(space, i) || Number.isNaN(x)) return random.uniform();
    return Math.min(1, Math.max(0, x + random.normal() * reach * Math.min(0.5, lengths[i]!)));
  });
}

const isCategory = (space: Space, i: number): boolean => isCategorical(space.parameters[space.names[i]!]!);

/** The best candidates that are not all the same hill: each at least a tenth of a length from the others. */
function apart(candidates: readonly Found[], lengths: ArrayLike<number>): Found[] {
  const chosen: Found[] = [];
  for (const candidate of candidates) {
    const near = chosen.some(({ point }) =>
      point.every(
        (x, i) =>
          x === candidate.point[i] || Math.abs(x - candidate.point[i]!) < 0.1 * Math.min(1, lengths[i]!),
      ),
    );
    if (!near) chosen.push(candidate);
    if (chosen.length === STARTS) break;
  }
  return chosen;
}

function climb(objective: Objective, input: Climb, start: Found): Found {
  let best = start;
  for (let round = 0; round < ROUNDS; round++) {
    const before = best.value;
    best = ascend(objective, input, best);
    best = sweep(objective, input, best);
    if (!(best.value > before + 1e-6)) break;
  }
  return best;
}

/** Gradient ascent over the active continuous parameters, the others held. */
function ascend(objective: Objective, input: SearchInput, from: Found): Found {
  const { space } = input;
  const free = space.names.flatMap((_, i) =>
    space.valuesOf(i) === Number.POSITIVE_INFINITY && !Number.isNaN(from.point[i]!) ? [i] : [],
  );
  if (free.length === 0) return from;
  const whole = (part: ArrayLike<number>): Float64Array => {
    const point = from.point.slice();
    free.forEach((i, k) => {
      point[i] = part[k]!;
    });
    return point;
  };
  const { point } = minimize(
    (part) => {
      const { value, gradient } = objective.slope(whole(part));
      return { value: -value, gradient: Float64Array.from(free, (i) => -gradient[i]!) };
    },
    free.map((i) => from.point[i]!),
    { low: free.map(() => 0), high: free.map(() => 1) },
    ITERATIONS,
    1e-7,
  );
  const found = settle(objective, input, whole(point));
  return found !== undefined && found.value > from.value ? found : from;
}

interface Climb extends SearchInput {
  /** Positions of the discrete parameters to search through. */
  readonly order: readonly number[];
}

function discreteOrder({ space, lengths }: SearchInput): number[] {
  const discrete = space.names.flatMap((_, i) => (Number.isFinite(space.valuesOf(i)) ? [i] : []));
  return discrete.sort((a, b) => lengths[a]! - lengths[b]!).slice(0, MOST_SWEPT);
}

/** For each active discrete parameter: all its values, or the neighbouring ones where they are many. */
function sweep(objective: Objective, input: Climb, from: Found): Found {
  const { space } = input;
  let best = from;
  for (const i of input.order) {
    for (const value of alternatives(best.point[i]!, space.valuesOf(i))) {
      const point = best.point.slice();
      point[i] = value;
      const found = settle(objective, input, point);
      if (found !== undefined && found.value > best.value) best = found;
    }
  }
  return best;
}

/** Positions of the other values of an active discrete parameter that stands at x. */
function alternatives(x: number, count: number): number[] {
  if (!Number.isFinite(count) || count < 2 || Number.isNaN(x)) return [];
  if (count > MOST_VALUES) return neighbours(x, count);
  const cells = Array.from({ length: count }, (_, k) => (k + 0.5) / count);
  return cells.filter((value) => Math.floor(value * count) !== Math.floor(x * count));
}

/** Positions at steps of 1, 2, 4, … cells up and down. */
function neighbours(x: number, count: number): number[] {
  const steps: number[] = [];
  for (let step = 1; step < count; step *= 2) steps.push(x - step / count, x + step / count);
  return steps.filter((value) => value >= 0 && value <= 1);
}
