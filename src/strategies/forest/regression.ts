import type { Parameter } from "../../protocol/space.ts";
import type { Random } from "../../space/random.ts";
import type { Space } from "../../space/space.ts";
import type { Belief } from "../gp/model.ts";
import { grow, type TreeRules } from "./grow.ts";
import type { Feature, Tree } from "./tree.ts";

export interface ForestRules extends TreeRules {
  readonly trees: number;
  /** Each tree sees as many points as there are, drawn with replacement, instead of all. */
  readonly bootstrap: boolean;
}

/** A regression forest (Breiman 2001) over points of the unit cube in which a missing coordinate is NaN. */
export class Forest {
  readonly trees: readonly Tree[];

  /** `points` and `targets` run in parallel; at least one of each. */
  constructor(
    features: readonly Feature[],
    points: readonly Float64Array[],
    targets: Float64Array,
    rules: ForestRules,
    random: Random,
  ) {
    const d = features.length;
    const n = points.length;
    const values = new Float64Array(n * d);
    points.forEach((point, i) => {
      values.set(point, i * d);
    });
    const data = { features, values, targets };
    this.trees = Array.from({ length: rules.trees }, () => {
      const samples = Int32Array.from({ length: n }, (_, i) => (rules.bootstrap ? random.int(n) : i));
      return grow(data, samples, rules, random);
    });
  }

  /**
   * Mean and deviation of the target at a point by the law of total variance over trees and their leaves (Hutter, Xu,
   * Hoos & Leyton-Brown 2014, section 4.3.2): Var = E[σ²] + E[μ²] − E[μ]².
   */
  predict(point: Float64Array): Belief {
    let mean = 0;
    let squares = 0;
    for (const tree of this.trees) {
      const leaf = tree.leafOf(point);
      const own = tree.meanOf(leaf);
      mean += own;
      squares += own * own + tree.varianceOf(leaf);
    }
    const n = this.trees.length;
    mean /= n;
    return { mean, sd: Math.sqrt(Math.max(0, squares / n - mean * mean)) };
  }

  /** The mean alone. */
  mean(point: Float64Array): number {
    let mean = 0;
    for (const tree of this.trees) mean += tree.meanOf(tree.leafOf(point));
    return mean / this.trees.length;
  }
}

/** What a forest must know of a space's encoded configurations. */
export function featuresOf(space: Space): Feature[] {
  return space.names.map((name) => ({ choices: choicesOf(space.parameters[name]!) }));
}

function choicesOf(parameter: Parameter): number | undefined {
  if (parameter.type === "boolean") return 2;
  return parameter.type === "categorical" ? parameter.choices.length : undefined;
}
