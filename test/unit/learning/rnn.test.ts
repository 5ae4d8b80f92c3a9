import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { BACKENDS, openBackend } from "../../../src/learning/backend/backend.ts";
import { ExpectedImprovement } from "../../../src/learning/rnn/expectedImprovement.ts";
import { drawFunctions } from "../../../src/learning/rnn/prior.ts";
import { type RnnVariables, rollOut } from "../../../src/learning/rnn/rollout.ts";
import { type RnnTraining, trainRnn } from "../../../src/learning/rnn/train.ts";
import { random } from "../../../src/space/random.ts";
import { RnnCell } from "../../../src/strategies/rnn/cell.ts";
import {
  INPUTS,
  MOST_DIMENSIONS,
  packWeights,
  type RnnWeights,
  unpackWeights,
} from "../../../src/strategies/rnn/weights.ts";

const small: RnnTraining = {
  loss: "oi",
  hidden: 8,
  horizon: 6,
  batch: 16,
  iterations: 30,
  rate: 0.02,
  seed: 1,
  dimensions: [2],
};
const quiet = () => {};
const never = () => false;

function variables(hidden: number): RnnVariables {
  const source = random(9, 0);
  const normals = (size: number) => Float32Array.from({ length: size }, () => 0.3 * source.normal());
  return tf.tidy(() => ({
    kernel: tf.variable(tf.tensor2d(normals((INPUTS + hidden) * 4 * hidden), [INPUTS + hidden, 4 * hidden])),
    bias: tf.variable(tf.tensor1d(normals(4 * hidden))),
    output: tf.variable(tf.tensor2d(normals(hidden * MOST_DIMENSIONS), [hidden, MOST_DIMENSIONS])),
    offset: tf.variable(tf.tensor1d(normals(MOST_DIMENSIONS))),
  })) as unknown as RnnVariables;
}

function weightsOf(variables: RnnVariables, hidden: number, horizon: number): RnnWeights {
  const values = (tensor: tf.Tensor) => Float32Array.from(tensor.dataSync());
  const { kernel, bias, output, offset } = variables;
  return {
    hidden,
    horizon,
    kernel: values(kernel),
    bias: values(bias),
    output: values(output),
    offset: values(offset),
  };
}

/** The negative expected improvements of trained weights on functions that they were not trained on. */
function expectedLoss({ hidden, horizon, kernel, bias, output, offset }: RnnWeights): number {
  return tf.tidy(() => {
    const rnn = {
      kernel: tf.tensor2d(kernel, [INPUTS + hidden, 4 * hidden]),
      bias: tf.tensor1d(bias),
      output: tf.tensor2d(output, [hidden, MOST_DIMENSIONS]),
      offset: tf.tensor1d(offset),
    } as unknown as RnnVariables;
    const functions = drawFunctions(random(77, 0), 128, 2, () => 0.4);
    return rollOut(rnn, functions, 128, 2, horizon, "ei").loss.dataSync()[0]!;
  });
}

// The native backend is there only where somebody has built it: it is tested where it loads.
const loadable: string[] = [];
for (const name of BACKENDS) if ((await openBackend(name)) === undefined) loadable.push(name);

test("WebAssembly and plain JavaScript load everywhere", () => {
  expect(loadable).toEqual(expect.arrayContaining(["wasm", "cpu"]));
});

describe.each(loadable)("learning a black-box optimizer with the backend %s", (name) => {
  const open = () => openBackend(name as (typeof BACKENDS)[number]);

  test("finds better and better values, and leaves no tensor behind", async () => {
    await open();
    const before = tf.memory().numTensors;
    const seen: number[] = [];
    const start = await trainRnn({ ...small, iterations: 1 }, ({ best }) => seen.push(best), never);
    await trainRnn({ ...small, iterations: 120 }, ({ best }) => seen.push(best), never);
    expect(seen.at(-1)).toBeLessThan(seen[0]! - 0.1);
    expect(tf.memory().numTensors).toBe(before);
    expect(start.hidden).toBe(8);
  });

  test("learns to expect improvements, and leaves no tensor behind", async () => {
    await open();
    const before = tf.memory().numTensors;
    const ei = { ...small, loss: "ei" } as const;
    const start = await trainRnn({ ...ei, iterations: 1 }, quiet, never);
    const trained = await trainRnn({ ...ei, iterations: 60 }, quiet, never);
    expect(expectedLoss(trained)).toBeLessThan(1.2 * expectedLoss(start));
    expect(tf.memory().numTensors).toBe(before);
  });

  test("learns from expected improvements point by point: what came before is held fixed", async () => {
    await open();
    // With fewer dimensions the cell and the roll-out fill the others differently.
    const [hidden, batch, dimensions, horizon] = [5, 4, MOST_DIMENSIONS, 5];
    const weights = variables(hidden);
    const list = Object.values(weights) as tf.Variable[];
    const functions = drawFunctions(random(4, 0), batch, dimensions, () => 0.5);
    const seen: { x: number[][]; y: number[] }[] = [];
    const spy = {
      ...functions,
      evaluate: (x: tf.Tensor2D) => {
        const y = functions.evaluate(x);
        seen.push({ x: x.arraySync(), y: Array.from(y.dataSync()) });
        return y;
      },
    };
    const { value, grads } = tf.variableGrads(
      () => rollOut(weights, spy, batch, dimensions, horizon, "ei").loss,
      list,
    );
    const plain = weightsOf(weights, hidden, horizon);
    // The same loss in double precision, with the evaluations that the roll-out had.
    const lossOf = (changed: RnnWeights): number => {
      const cell = new RnnCell(changed, dimensions);
      const posteriors = new ExpectedImprovement(functions.lengths, dimensions);
      let states = Array.from({ length: batch }, () => cell.start());
      let sum = 0;
      seen.forEach(({ x, y }, t) => {
        const proposals = states.flatMap((state) => [...cell.proposal(state)]);
        if (t > 0) sum += posteriors.at(proposals).values.reduce((total, one) => total + one, 0);
        posteriors.add(x.flat(), y);
        states = states.map((state, b) => cell.after(state, x[b]!, y[b]!));
      });
      return -sum / (batch * horizon);
    };
    expect(value.dataSync()[0]).toBeCloseTo(lossOf(plain), 4);
    let steep = 0;
    for (const name of ["kernel", "bias", "output", "offset"] as const) {
      const gradient = grads[weights[name].name]!.dataSync();
      plain[name].forEach((weight, i) => {
        const moved = (by: number) => lossOf({ ...plain, [name]: plain[name].with(i, weight + by) });
        const slope = (moved(2 ** -8) - moved(-(2 ** -8))) / 2 ** -7;
        expect(Math.abs(gradient[i]! - slope)).toBeLessThan(0.02 * Math.max(0.004, Math.abs(slope)));
        if (Math.abs(slope) > 0.004) steep++;
      });
    }
    expect(steep).toBeGreaterThan(15);
    tf.dispose([grads, value]);
    functions.dispose();
    tf.dispose(list);
  });

  test("learns the same from the same seed", async () => {
    await open();
    const weights = () => trainRnn(small, quiet, never);
    expect(await weights()).toEqual(await weights());
    expect((await trainRnn({ ...small, seed: 2 }, quiet, never)).kernel).not.toEqual(
      (await weights()).kernel,
    );
  });

  test("has the slope of its loss, through the running minimum too", async () => {
    await open();
    const hidden = 5;
    const weights = variables(hidden);
    const functions = drawFunctions(random(4, 0), 8, 3, () => 0.4);
    const list = Object.values(weights) as tf.Variable[];
    let smooth = 0;
    for (const loss of ["oi", "sum"] as const) {
      const value = () => tf.tidy(() => rollOut(weights, functions, 8, 3, 6, loss).loss.dataSync()[0]!);
      const { grads } = tf.variableGrads(() => rollOut(weights, functions, 8, 3, 6, loss).loss, list);
      const source = random(5, 0);
      for (const variable of list) {
        const gradient = grads[variable.name]!.dataSync();
        const data = variable.dataSync().slice();
        for (let k = 0; k < 5; k++) {
          const i = source.int(data.length);
          const moved = (by: number) => {
            const changed = data.slice();
            changed[i]! += by;
            tf.tidy(() => variable.assign(tf.tensor(changed, variable.shape)));
            return value();
          };
          const slopes = [4e-3, 2e-3].map((h) => (moved(h) - moved(-h)) / (2 * h));
          moved(0);
          // Where another point becomes the best in between, the loss has a step and no slope.
          if (Math.abs(slopes[0]! - slopes[1]!) > 0.02 * Math.max(0.1, Math.abs(slopes[1]!))) continue;
          smooth++;
          expect(Math.abs(gradient[i]! - slopes[1]!)).toBeLessThan(
            0.04 * Math.max(0.1, Math.abs(slopes[1]!)),
          );
        }
      }
      tf.dispose(grads);
    }
    expect(smooth).toBeGreaterThan(15);
    functions.dispose();
    tf.dispose(list);
  });
});

test("the cell proposes what the roll-out did, from packed weights too", async () => {
  await openBackend("cpu");
  const hidden = 6;
  const weights = variables(hidden);
  const plain = weightsOf(weights, hidden, 7);
  const functions = drawFunctions(random(6, 0), 3, 4, () => 0.3);
  const places: number[][][] = [];
  const spy = {
    ...functions,
    evaluate: (x: tf.Tensor2D) => {
      places.push(x.arraySync());
      return functions.evaluate(x);
    },
  };
  tf.tidy(() => rollOut(weights, spy, 3, 4, 7, "oi"));
  const all = tf.tidy(() => places.map((x) => functions.evaluate(tf.tensor2d(x)).arraySync()));
  for (const [cell, digits] of [
    [new RnnCell(plain, 4), 2],
    [new RnnCell(unpackWeights(packWeights(plain)), 4), 2],
  ] as const) {
    for (let b = 0; b < 3; b++) {
      let state = cell.start();
      places.forEach((x, t) => {
        const proposal = cell.proposal(state);
        for (let i = 0; i < 4; i++) expect(proposal[i]).toBeCloseTo(x[b]![i]!, digits);
        state = cell.after(state, x[b]!, all[t]![b]![0]!);
      });
    }
  }
});
