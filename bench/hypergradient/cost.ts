/**
 * Time and memory of a hypergradient by the ways to it, against the number of steps, of hyperparameters and of weights, with
 * the growth that fits: `npm run bench -- hypergradient cost [--repeats 5] [--json FILE] [--picture FILE]`.
 *
 * Time is the processor's. Memory is counted (states and their derivatives that are held at once) and measured (bytes of all arrays that are alive
 * when the outer error is asked for, over those before).
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readDigits } from "../../src/learning/data/digits.ts";
import { type Images, pick } from "../../src/learning/data/images.ts";
import type { Hypergradient, Problem } from "../../src/learning/hypergradient/dynamics.ts";
import { forwardHypergradient } from "../../src/learning/hypergradient/forward.ts";
import { DEFAULT_SETTINGS, Hyperparameters } from "../../src/learning/hypergradient/hyperparameters.ts";
import { Perceptron } from "../../src/learning/hypergradient/perceptron.ts";
import {
  checkpointedHypergradient,
  reverseHypergradient,
  truncatedHypergradient,
} from "../../src/learning/hypergradient/reverse.ts";
import { Training } from "../../src/learning/hypergradient/training.ts";
import { ValidationError } from "../../src/learning/hypergradient/validation.ts";
import { random } from "../../src/space/random.ts";
import { quantile } from "../quality/statistics.ts";
import { figure, markdown } from "../quality/table.ts";
import { type CostPoint, costPicture } from "./picture.ts";

const ROOT = join(import.meta.dirname, "../..");
const KEPT = 10;
const METHODS: Readonly<Record<string, (problem: Problem, lambda: Float64Array) => Hypergradient>> = {
  forward: forwardHypergradient,
  reverse: reverseHypergradient,
  checkpointed: checkpointedHypergradient,
  [`truncated, K = ${KEPT}`]: (problem, lambda) => truncatedHypergradient(problem, lambda, KEPT),
};

interface Shape {
  readonly steps: number;
  readonly hyperparameters: number;
  readonly hidden: readonly number[];
}

const SMALL: Shape = { steps: 100, hyperparameters: 3, hidden: [] };
const doubled = (from: number, count: number) => Array.from({ length: count }, (_, i) => from * 2 ** i);
type Against = "steps T" | "hyperparameters m" | "weights n";
const SWEEPS: readonly { readonly against: Against; readonly shapes: readonly Shape[] }[] = [
  { against: "steps T", shapes: doubled(25, 5).map((steps) => ({ ...SMALL, steps })) },
  {
    against: "hyperparameters m",
    shapes: doubled(3, 6).map((hyperparameters) => ({ ...SMALL, hyperparameters })),
  },
  { against: "weights n", shapes: doubled(4, 5).map((units) => ({ ...SMALL, hidden: [units] })) },
];

interface Posed {
  readonly problem: Problem;
  readonly lambda: Float64Array;
  /** The number that is varied. */
  readonly x: number;
}

/** Heavy ball; its learning rate has as many values as are wanted, one for each of the first steps. */
function pose(images: Images, against: Against, { steps, hyperparameters: m, hidden }: Shape): Posed {
  const [learning, validation] = [pick(images, numbers(0, 100)), pick(images, numbers(100, 200))];
  const sizes = [images.pixels, ...hidden, images.classes];
  const names = ["rate", "momentum", "decay"] as const;
  const settings = { ...DEFAULT_SETTINGS, momentum: 0.5, decay: 1e-3 };
  const counts = { examples: learning.count, schedule: { of: ["rate"], steps: m - 2 } } as const;
  const hyperparameters = new Hyperparameters(names, settings, counts);
  const model = new Perceptron(sizes);
  const all = Uint32Array.from(numbers(0, learning.count));
  const dynamics = new Training({
    model,
    images: learning,
    batches: () => all,
    rule: "momentum",
    hyperparameters,
  });
  const start = dynamics.start(model.initial(random(0, 0)));
  const outer = new ValidationError(new Perceptron(sizes), validation);
  return {
    problem: { dynamics, outer, start, steps },
    lambda: hyperparameters.initial(),
    x: { "steps T": steps, "hyperparameters m": m, "weights n": model.size }[against],
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

// Bytes that are alive can only be told after a collection.
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function alive(): number {
  // Buffers are let go of one collection after what held them.
  for (let i = 0; i < 3; i++) collect();
  return process.memoryUsage().arrayBuffers;
}

/** Bytes of all arrays that are alive when the outer error is asked for, over those before. */
function measuredBytes({ problem, lambda }: Posed, method: keyof typeof METHODS): number {
  let most = 0;
  const before = alive();
  const outer: Problem["outer"] = {
    gradient: (t, state, into) => {
      most = alive() - before;
      return problem.outer.gradient(t, state, into);
    },
  };
  METHODS[method]!({ ...problem, outer }, lambda);
  return most;
}

/** Medians of processor time over the repeats, in which all shapes and methods take turns; then their memory. */
function measure(posed: readonly Posed[], repeats: number): Omit<CostPoint, "against">[] {
  const cells = posed.flatMap((one) =>
    Object.keys(METHODS).map((method) => ({ one, method, times: [] as number[], bytes: 0 })),
  );
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const cell of cells) {
      const begun = process.cpuUsage();
      cell.bytes = METHODS[cell.method]!(cell.one.problem, cell.one.lambda).bytes;
      const { user, system } = process.cpuUsage(begun);
      cell.times.push((user + system) / 1000);
    }
  }
  return cells.map(({ one, method, times, bytes }) => ({
    method,
    x: one.x,
    ms: quantile(times, 0.5),
    bytes,
    measured: measuredBytes(one, method),
  }));
}

/** Slope of ln y by ln x over the larger half, where what is constant no longer counts: the exponent of the growth. */
function growth(points: readonly (readonly [number, number])[]): number {
  const [xs, ys] = [0, 1].map((k) => points.slice(points.length / 2).map((point) => Math.log(point[k]!)));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs!), mean(ys!)];
  const covariance = xs!.reduce((sum, x, i) => sum + (x - mx) * (ys![i]! - my), 0);
  return covariance / xs!.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}

function sweep(images: Images, { against, shapes }: (typeof SWEEPS)[number], repeats: number): CostPoint[] {
  const posed = shapes.map((shape) => pose(images, against, shape));
  const points = measure(posed, repeats).map((point): CostPoint => ({ against, ...point }));
  const of = (method: string) => points.filter((point) => point.method === method);
  const xs = of("reverse").map(({ x }) => x);
  const quantities = {
    "processor time, ms": "ms",
    "counted, kB": "bytes",
    "measured, kB": "measured",
  } as const;
  for (const [title, key] of Object.entries(quantities)) {
    const unit = key === "ms" ? 1 : 1000;
    const rows = Object.keys(METHODS).map((method) => [
      method,
      ...of(method).map((point) => figure(point[key] / unit)),
      growth(of(method).map((point) => [point.x, point[key]])).toFixed(2),
    ]);
    console.log(`\n${title}, against ${against}\n`);
    console.log(markdown(["", ...xs.map(String), "exponent"], rows));
  }
  return points;
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      repeats: { type: "string", default: "5" },
      json: { type: "string" },
      picture: { type: "string" },
    },
  });
  const images = await readDigits(join(ROOT, "examples"));
  // Compiled before it is timed.
  const shapes = [SMALL, { ...SMALL, hidden: [16] }];
  measure(
    shapes.map((shape) => pose(images, "steps T", shape)),
    3,
  );
  const points = SWEEPS.flatMap((one) => sweep(images, one, Number(values.repeats)));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ points })}\n`);
  if (values.picture !== undefined) writeFileSync(values.picture, await costPicture(points));
}
