/** A function and its gradient at a point. */
export interface Slope {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface Bounds {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
}

/** Pairs of step and change of gradient that the curvature is estimated from. */
const MEMORY = 8;
/** Armijo's constant: how much of the promised decrease a step must give. */
const DECREASE = 1e-4;
const HALVINGS = 20;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

interface Place extends Slope {
  readonly point: Float64Array;
}

/**
 * Minimises a smooth function within a box: limited-memory BFGS (Nocedal & Wright 2006, Algorithm 7.4) on the
 * variables that are not held at a bound, with a projected backtracking line search. A value that is not finite is
 * stepped back from; `start` must have a finite one.
 */
export function minimize(
  f: (point: Float64Array) => Slope,
  start: ArrayLike<number>,
  bounds: Bounds,
  iterations: number,
  tolerance = 1e-6,
): Minimum {
  const first = project(Float64Array.from(start), bounds);
  let here: Place = { point: first, ...f(first) };
  const memory = new Memory();
  for (let iteration = 0; iteration < iterations; iteration++) {
    const free = freeGradient(here.point, here.gradient, bounds);
    if (Math.sqrt(dot(free, free)) < tolerance) break;
    const next = search(f, here, free, memory.direction(free), bounds, memory.isEmpty);
    if (next === undefined) break;
    memory.add(
      next.point.map((x, i) => x - here.point[i]!),
      next.gradient.map((g, i) => g - here.gradient[i]!),
    );
    const gain = here.value - next.value;
    here = next;
    if (gain < 1e-9 * Math.max(1, Math.abs(here.value))) break;
  }
  return here;
}

function project(point: Float64Array, { low, high }: Bounds): Float64Array {
  for (let i = 0; i < point.length; i++) point[i] = Math.min(high[i]!, Math.max(low[i]!, point[i]!));
  return point;
}

/** The first point along the direction, at ever shorter steps, that is lower by enough (Armijo). */
function search(
  f: (point: Float64Array) => Slope,
  here: Place,
  free: Float64Array,
  direction: Float64Array,
  bounds: Bounds,
  isFirst: boolean,
): Place | undefined {
  // Without curvature the length of the gradient says nothing: the first step is a short one.
  let length = isFirst ? Math.min(1, 0.5 / Math.sqrt(dot(direction, direction))) : 1;
  for (let halving = 0; halving < HALVINGS; halving++, length /= 2) {
    const point = project(
      here.point.map((x, i) => x + length * direction[i]!),
      bounds,
    );
    const promised = free.reduce((sum, g, i) => sum + g * (point[i]! - here.point[i]!), 0);
    if (!(promised < 0)) continue;
    const there = f(point);
    if (there.value <= here.value + DECREASE * promised) return { point, ...there };
  }
  return undefined;
}

/** The gradient without what points out of the box. */
function freeGradient(point: Float64Array, gradient: Float64Array, { low, high }: Bounds): Float64Array {
  return gradient.map((g, i) =>
    (point[i]! <= low[i]! && g > 0) || (point[i]! >= high[i]! && g < 0) ? 0 : g,
  );
}

/** The last steps and changes of gradient, from which the curvature is known. */
class Memory {
  readonly #steps: Float64Array[] = [];
  readonly #changes: Float64Array[] = [];

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  add(step: Float64Array, change: Float64Array): void {
    // Along a step that bends down the inverse curvature would not be positive.
    if (!(dot(step, change) > 1e-10 * dot(change, change))) return;
    this.#steps.push(step);
    this.#changes.push(change);
    if (this.#steps.length > MEMORY) {
      this.#steps.shift();
      this.#changes.shift();
    }
  }

  /** A direction of descent that leaves variables with a gradient of 0 alone. */
  direction(gradient: Float64Array): Float64Array {
    const direction = this.#newton(gradient).map((x, i) => (gradient[i] === 0 ? 0 : x));
    if (dot(direction, gradient) < 0) return direction;
    this.#steps.length = 0;
    this.#changes.length = 0;
    return gradient.map((g) => -g);
  }

  /** The two-loop recursion: minus the inverse curvature times the gradient. */
  #newton(gradient: Float64Array): Float64Array {
    const steps = this.#steps;
    const changes = this.#changes;
    const q = gradient.slice();
    const weights: number[] = [];
    for (let k = steps.length - 1; k >= 0; k--) {
      weights[k] = dot(steps[k]!, q) / dot(steps[k]!, changes[k]!);
      subtract(q, weights[k]!, changes[k]!);
    }
    const [step, change] = [steps.at(-1), changes.at(-1)];
    const scale = step && change ? dot(step, change) / dot(change, change) : 1;
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
    for (let k = 0; k < steps.length; k++) {
      const back = dot(changes[k]!, q) / dot(steps[k]!, changes[k]!);
      subtract(q, back - weights[k]!, steps[k]!);
    }
    return q.map((x) => -x);
  }
}

function subtract(from: Float64Array, factor: number, what: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i]! -= factor * what[i]!;
}
