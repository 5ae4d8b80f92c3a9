import type { Random } from "../../space/random.ts";
import { choiceOf, type Feature, type Nodes, Tree } from "./tree.ts";

/** What a tree is grown from. NaN is a value of its own: below all numbers, one more choice of a category. */
export interface TreeData {
  readonly features: readonly Feature[];
  /** Points in the unit cube, one after the other. */
  readonly values: Float64Array;
  readonly targets: Float64Array;
}

export interface TreeRules {
  /** Share of the features that are looked at for a split. */
  readonly featureShare: number;
  /** Thresholds drawn for each number, of which the best counts. */
  readonly draws: number;
  /** Samples that a leaf holds at least. */
  readonly leastInLeaf: number;
  /** Fewer samples are not split. */
  readonly leastToSplit: number;
}

/** Where a missing number lies when thresholds are drawn. */
const MISSING = -0.5;

interface Split {
  readonly feature: number;
  readonly threshold: number;
  /** For a category: 1 for the choices that go left. */
  readonly sides: Uint8Array | undefined;
  readonly gain: number;
}

/**
 * Grows a regression tree (Breiman et al. 1984) whose splits take the most of the squared error away. Numbers are
 * split at drawn thresholds (Geurts, Ernst & Wehenkel 2006), categories into two subsets of their choices.
 * `samples` are indices of points, repeated as often as they count; their order is changed.
 */
export function grow(data: TreeData, samples: Int32Array, rules: TreeRules, random: Random): Tree {
  const most = 2 * samples.length;
  const nodes: Nodes = {
    count: 1,
    feature: new Int16Array(most).fill(-1),
    threshold: new Float64Array(most),
    left: new Int32Array(most),
    sides: [],
    mean: new Float64Array(most),
    variance: new Float64Array(most),
  };
  const stack: (readonly [node: number, start: number, end: number])[] = [[0, 0, samples.length]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [node, start, end] = next;
    const { mean, variance, isFlat } = moments(data.targets, samples, start, end);
    nodes.mean[node] = mean;
    nodes.variance[node] = variance;
    if (isFlat || end - start < rules.leastToSplit) continue;
    const split = bestSplit(data, samples.subarray(start, end), rules, random);
    if (split === undefined) continue;
    const middle = start + partition(data, samples.subarray(start, end), split);
    nodes.feature[node] = split.feature;
    nodes.threshold[node] = split.sides === undefined ? split.threshold : nodes.sides.length;
    if (split.sides !== undefined) nodes.sides.push(...split.sides);
    nodes.left[node] = nodes.count;
    stack.push([nodes.count, start, middle], [nodes.count + 1, middle, end]);
    nodes.count += 2;
  }
  return new Tree(data.features, nodes);
}

function moments(targets: Float64Array, samples: Int32Array, start: number, end: number) {
  let sum = 0;
  let isFlat = true;
  const first = targets[samples[start]!]!;
  for (let i = start; i < end; i++) {
    const target = targets[samples[i]!]!;
    sum += target;
    if (target !== first) isFlat = false;
  }
  const mean = isFlat ? first : sum / (end - start);
  let squares = 0;
  for (let i = start; i < end; i++) squares += (targets[samples[i]!]! - mean) ** 2;
  return { mean, variance: squares / (end - start), isFlat };
}

/** The best split over some of the features, and over more where none of these can be split. */
function bestSplit(data: TreeData, samples: Int32Array, rules: TreeRules, random: Random): Split | undefined {
  const d = data.features.length;
  const enough = Math.max(1, Math.round(rules.featureShare * d));
  const order = Int16Array.from(data.features.keys());
  let best: Split | undefined;
  for (let looked = 0; looked < d && (looked < enough || best === undefined); looked++) {
    // The next of the features in random order (Fisher–Yates).
    const at = looked + random.int(d - looked);
    const feature = order[at]!;
    order[at] = order[looked]!;
    const { choices } = data.features[feature]!;
    const split =
      choices === undefined
        ? numberSplit(data, samples, feature, rules, random)
        : choiceSplit(data, samples, feature, choices, rules, random);
    if (split !== undefined && (best === undefined || split.gain > best.gain)) best = split;
  }
  return best;
}

/** The best of some drawn thresholds. */
function numberSplit(
  data: TreeData,
  samples: Int32Array,
  feature: number,
  rules: TreeRules,
  random: Random,
): Split | undefined {
  const [least, most] = rangeOf(data, samples, feature);
  if (!(most > least)) return undefined;
  let sum = 0;
  for (const sample of samples) sum += data.targets[sample]!;
  let best: Split | undefined;
  for (let draw = 0; draw < rules.draws; draw++) {
    const threshold = least + random.uniform() * (most - least);
    const [above, sumAbove] = sumOver(data, samples, feature, threshold);
    const below = samples.length - above;
    if (above < rules.leastInLeaf || below < rules.leastInLeaf) continue;
    const gain = explained(below, sum - sumAbove, above, sumAbove);
    if (best === undefined || gain > best.gain) best = { feature, threshold, sides: undefined, gain };
  }
  return best;
}

function rangeOf({ features, values }: TreeData, samples: Int32Array, feature: number): [number, number] {
  const d = features.length;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const sample of samples) {
    const x = values[sample * d + feature]!;
    const at = Number.isNaN(x) ? MISSING : x;
    if (at < least) least = at;
    if (at > most) most = at;
  }
  return [least, most];
}

/** How many samples lie above a threshold, and the sum of their targets. */
function sumOver(
  { features, values, targets }: TreeData,
  samples: Int32Array,
  feature: number,
  threshold: number,
): [count: number, sum: number] {
  const d = features.length;
  let count = 0;
  let sum = 0;
  for (const sample of samples) {
    if (!(values[sample * d + feature]! > threshold)) continue;
    count++;
    sum += targets[sample]!;
  }
  return [count, sum];
}

/**
 * Of all subsets of the choices one of those is best that hold the choices with the smallest means (Breiman et al.
 * 1984, theorem 4.5). A choice that no sample has goes either way.
 */
function choiceSplit(
  { features, values, targets }: TreeData,
  samples: Int32Array,
  feature: number,
  choices: number,
  rules: TreeRules,
  random: Random,
): Split | undefined {
  const d = features.length;
  const counts = new Float64Array(choices + 1);
  const sums = new Float64Array(choices + 1);
  let sum = 0;
  for (const sample of samples) {
    const k = choiceOf(values[sample * d + feature]!, choices);
    counts[k]! += 1;
    sums[k]! += targets[sample]!;
    sum += targets[sample]!;
  }
  const present: number[] = [];
  for (let k = 0; k <= choices; k++) if (counts[k]! > 0) present.push(k);
  if (present.length < 2) return undefined;
  present.sort((a, b) => sums[a]! / counts[a]! - sums[b]! / counts[b]!);
  let best: { readonly size: number; readonly gain: number } | undefined;
  let below = 0;
  let sumBelow = 0;
  for (let size = 1; size < present.length; size++) {
    below += counts[present[size - 1]!]!;
    sumBelow += sums[present[size - 1]!]!;
    const above = samples.length - below;
    if (below < rules.leastInLeaf || above < rules.leastInLeaf) continue;
    const gain = explained(below, sumBelow, above, sum - sumBelow);
    if (best === undefined || gain > best.gain) best = { size, gain };
  }
  if (best === undefined) return undefined;
  const sides = Uint8Array.from(counts, (count) => (count > 0 ? 0 : random.int(2)));
  for (const k of present.slice(0, best.size)) sides[k] = 1;
  return { feature, threshold: 0, sides, gain: best.gain };
}

/** What of the sum of squares two means explain, but for a constant. */
function explained(n: number, sum: number, m: number, other: number): number {
  return (sum * sum) / n + (other * other) / m;
}

/** Puts the samples that go left first; gives their number. */
function partition({ features, values }: TreeData, samples: Int32Array, split: Split): number {
  const d = features.length;
  const { feature, threshold, sides } = split;
  const choices = features[feature]!.choices!;
  let at = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = values[samples[i]! * d + feature]!;
    if (sides === undefined ? x > threshold : sides[choiceOf(x, choices)] === 0) continue;
    const sample = samples[at]!;
    samples[at++] = samples[i]!;
    samples[i] = sample;
  }
  return at;
}
