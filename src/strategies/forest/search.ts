import type { Configuration } from "../../protocol/space.ts";
import { type Domain, domainOf } from "../../space/domain.ts";
import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import { completed } from "../evolution/vectors.ts";
import { choiceOf, type Feature } from "./tree.ts";

/** Random configurations that are looked at, and how many of the best of them a local search starts from. */
const SPREAD = 1000;
const STARTS = 5;
/** Steps of one local search at most. */
const STEPS = 12;
/** Neighbours in one number, and how far away they are: normal, with this share of the range as deviation, … */
const NEIGHBOURS = 4;
const STEP = 0.2;
/** … and each time with a quarter of it up to so many times. */
const FINER = 3;
/** A finite space of at most so many configurations is looked through whole. */
const MOST_LISTED = 2000;

export interface Found {
  readonly point: Float64Array;
  readonly value: number;
}

/** What a search goes by. */
export interface Goal {
  /** What a point is worth, larger is better. */
  value(point: Float64Array): number;
  /** Good points to search around. */
  readonly around: readonly Float64Array[];
  /** Configurations that are not to be found. */
  has(configuration: Configuration): boolean;
}

/**
 * Looks for the point of the largest value among random configurations and by local search, from the best of these
 * and from good points: by the best neighbour that differs in one parameter, as long as there is a better one (the
 * one-exchange neighbourhood of SMAC: Hutter, Hoos & Leyton-Brown 2011, section 4.3).
 */
export class Neighbourhoods {
  readonly #space: Space;
  readonly #features: readonly Feature[];
  readonly #domains: readonly Domain[];
  readonly #isConditional: boolean;

  constructor(space: Space, features: readonly Feature[]) {
    this.#space = space;
    this.#features = features;
    this.#domains = space.names.map((name) => domainOf(space.parameters[name]!));
    this.#isConditional = space.names.some((name) => space.parameters[name]!.when !== undefined);
  }

  /** Undefined where nothing new was found. */
  search(goal: Goal, random: Random): Found | undefined {
    const points = this.#space.size <= MOST_LISTED ? this.#all() : this.#spread(random);
    const spread = points.map((point) => ({ point, value: goal.value(point) }));
    spread.sort((a, b) => b.value - a.value);
    const around = goal.around.map((point) => ({ point, value: goal.value(point) }));
    const found = [...around, ...spread.slice(0, STARTS)].flatMap((start) =>
      this.#climb(start, goal, random),
    );
    found.push(...spread);
    found.sort((a, b) => b.value - a.value);
    return found.find(({ point }) => this.#isNew(point, goal));
  }

  #isNew(point: Float64Array, goal: Goal): boolean {
    const configuration = this.#space.decode(point);
    return this.#space.check(configuration) === undefined && !goal.has(configuration);
  }

  #all(): Float64Array[] {
    return Array.from(this.#space.all(), (configuration) => this.#space.encode(configuration));
  }

  #spread(random: Random): Float64Array[] {
    const { dimensions } = this.#space;
    const draw = (): Float64Array => this.#settled(Float64Array.from({ length: dimensions }, random.uniform));
    return Array.from({ length: SPREAD }, draw);
  }

  /** The values in whose cells a point lies, with NaN for what is inactive. */
  #settled(point: Float64Array): Float64Array {
    if (this.#isConditional) return this.#space.encode(this.#space.decode(point));
    return point.map((unit, i) => this.#cell(i, unit));
  }

  #cell(index: number, unit: number): number {
    const domain = this.#domains[index]!;
    return domain.count === Number.POSITIVE_INFINITY ? unit : domain.toUnit(domain.fromUnit(unit));
  }

  /** All points on the way, and the best neighbour of the last of them, since all others may have been tried. */
  #climb(start: Found, goal: Goal, random: Random): Found[] {
    const way = [start];
    for (let step = 0; step < STEPS; step++) {
      let best: Found | undefined;
      for (const point of this.#neighbours(way.at(-1)!.point, random)) {
        const value = goal.value(point);
        if (best === undefined || value > best.value) best = { point, value };
      }
      if (best === undefined || best.value <= way.at(-1)!.value) {
        if (best) way.push(best);
        break;
      }
      way.push(best);
    }
    return way;
  }

  *#neighbours(point: Float64Array, random: Random): Generator<Float64Array> {
    for (let i = 0; i < point.length; i++) {
      const x = point[i]!;
      if (Number.isNaN(x)) continue;
      for (const value of this.#others(i, x, random)) {
        if (value === x) continue;
        if (!this.#isConditional) yield point.with(i, value);
        else yield this.#settled(completed(point, random).with(i, value));
      }
    }
  }

  /** Other values of one parameter: all other choices, or normal steps. */
  #others(index: number, x: number, random: Random): number[] {
    const { choices } = this.#features[index]!;
    if (choices !== undefined) {
      const own = choiceOf(x, choices);
      return Array.from({ length: choices - 1 }, (_, k) => (k < own ? k + 0.5 : k + 1.5) / choices);
    }
    return Array.from({ length: NEIGHBOURS }, (_, k) => {
      const to = x + STEP * 4 ** -(k % FINER) * random.normal();
      return this.#cell(index, Math.min(1, Math.max(0, to)));
    });
  }
}
