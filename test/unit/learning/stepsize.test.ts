import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readDigits } from "../../../src/learning/data/digits.ts";
import { logVariance, StepSizeController } from "../../../src/learning/stepsize/controller.ts";
import { DIRECTIONS, directionOf } from "../../../src/learning/stepsize/directions.ts";
import { Network } from "../../../src/learning/stepsize/network.ts";
import { parsePolicy } from "../../../src/learning/stepsize/policy.ts";
import { sampleStarts, sampleTask, split } from "../../../src/learning/stepsize/tasks.ts";
import { train } from "../../../src/learning/stepsize/training.ts";
import { random } from "../../../src/space/random.ts";

const examples = join(import.meta.dirname, "../../../examples");
const images = await readDigits(examples);

describe("the network", () => {
  const batch = 16;
  const network = new Network([64, 12, 9, 10], batch);
  const weights = network.initial(random(1, 0));
  // No weight of 0: a unit at its corner has no slope.
  for (let i = 0; i < weights.length; i++) weights[i]! += 0.01 * random(2, i).normal();
  network.load(
    images,
    Array.from({ length: batch }, (_, i) => 7 * i),
  );
  const losses = (at: Float64Array) => network.losses(at, new Float64Array(batch)).slice();
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / values.length, 0);

  test("has the gradient of its mean loss", () => {
    losses(weights);
    const gradient = network.gradient(weights, new Float64Array(network.size)).slice();
    const source = random(3, 0);
    for (let k = 0; k < 200; k++) {
      const i = source.int(network.size);
      const moved = (by: number) => mean(losses(weights.map((w, j) => (j === i ? w + by : w))));
      expect(gradient[i]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 7);
    }
  });

  test("knows how each example's loss changes along a direction", () => {
    const direction = Float64Array.from(weights, (_, i) => random(4, i).normal());
    losses(weights);
    const changes = network.changes(weights, direction, new Float64Array(batch)).slice();
    const moved = (by: number) => losses(weights.map((w, i) => w + by * direction[i]!));
    const [up, down] = [moved(1e-6), moved(-1e-6)];
    for (let i = 0; i < batch; i++) expect(changes[i]).toBeCloseTo((up[i]! - down[i]!) / 2e-6, 5);
    // Their mean is the gradient's part along the direction.
    losses(weights);
    const gradient = network.gradient(weights, new Float64Array(network.size));
    expect(mean(changes)).toBeCloseTo(
      gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0),
      9,
    );
  });
});

describe("directions", () => {
  test.each(DIRECTIONS)("%s goes down a quadratic bowl", (name) => {
    const point = new Float64Array([0.5, -0.3]);
    const turn = directionOf(name, 2);
    for (let step = 0; step < 300; step++) {
      const gradient = Float64Array.from(point);
      turn(gradient);
      for (let i = 0; i < 2; i++) point[i]! -= 0.01 * gradient[i]!;
    }
    expect(Math.hypot(...point)).toBeLessThan(0.1);
  });

  test("gradients are clipped to ±1 first", () => {
    const gradient = new Float64Array([50, -0.5]);
    directionOf("sgd", 2)(gradient);
    expect([...gradient]).toEqual([1, -0.5]);
  });
});

describe("the controller", () => {
  const bounds = { low: 1e-6, high: 1 };

  test("takes discounted averages and noise levels, corrected for their start at 0", () => {
    const controller = new StepSizeController([0, 0, 0, 0, Math.log(0.01)], bounds);
    expect(controller.next({ logVarChange: -4, logVarLoss: 2 })).toBeCloseTo(0.01, 12);
    expect(controller.features).toEqual([-4, 2, 0, 0, 1]);
    controller.next({ logVarChange: -2, logVarLoss: 2 });
    const [s1, s2, u1, u2] = controller.features;
    // ŝ = (0.9 · 0.1 · −4 + 0.1 · −2) / 0.19, u = 0.1 (−2 − ŝ)² / 0.19: by hand.
    expect(s1).toBeCloseTo(-2.947368, 5);
    expect(s2).toBeCloseTo(2, 12);
    expect(u1).toBeCloseTo((0.1 * (-2 + 2.947368) ** 2) / 0.19, 5);
    expect(u2).toBeCloseTo(0, 12);
  });

  test("holds the step size within its bounds, whatever it sees", () => {
    const controller = new StepSizeController([1, 1, 1, 1, 0], bounds);
    const strange = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e300];
    for (const value of strange) {
      const rate = new StepSizeController([1, 1, 1, 1, 0], bounds).next({
        logVarChange: value,
        logVarLoss: value,
      });
      expect(rate).toBeGreaterThanOrEqual(bounds.low);
      expect(rate).toBeLessThanOrEqual(bounds.high);
    }
    expect(controller.next({ logVarChange: 5, logVarLoss: 5 })).toBe(bounds.high);
  });

  test("the logarithm of a variance", () => {
    expect(logVariance(new Float64Array([1, 3]))).toBeCloseTo(0, 12);
    expect(logVariance(new Float64Array([2, 2]))).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("a training", () => {
  const { learning, measuring } = split(images);
  const task = sampleTask(learning, random(1, 0));

  test("is the same for the same seed, and ends below where it began", () => {
    const one = train(task, "rmsprop", { start: 0.003 });
    expect(train(task, "rmsprop", { start: 0.003 })).toEqual(one);
    expect(one.last).toBeLessThan(one.first / 5);
  });

  test("that runs away ends at chance", () => {
    expect(train(task, "sgd", { start: 1e6 }).last).toBe(Math.log(10));
  });

  test("tasks to measure on share no picture with those to learn on", () => {
    const text = (part: typeof learning, i: number) => part.data.subarray(64 * i, 64 * (i + 1)).join();
    const seen = new Set(Array.from({ length: learning.count }, (_, i) => text(learning, i)));
    const shared = Array.from({ length: measuring.count }, (_, i) => text(measuring, i)).filter((one) =>
      seen.has(one),
    );
    expect([learning.count, measuring.count, shared.length]).toEqual([1200, 597, 0]);
  });
});

describe("step sizes to begin with", () => {
  test("are one from each part of the log scale", () => {
    const starts = sampleStarts(random(1, 0), 4);
    expect(starts.map((start) => Math.floor((Math.log10(start) + 6) / 1.5))).toEqual([0, 1, 2, 3]);
  });

  test("with the ends are both of them, and some between", () => {
    const starts = sampleStarts(random(1, 0), 4, true);
    expect([starts[0], starts[3]]).toEqual([1e-6, 1]);
    expect(starts.slice(1, 3).map((start) => Math.floor((Math.log10(start) + 6) / 3))).toEqual([0, 1]);
  });
});

describe("a policy's file", () => {
  const good = {
    system: "step-size",
    version: 1,
    direction: "rmsprop",
    theta: [0, 0, 0, 0, -4],
    bounds: { low: 1e-6, high: 1 },
  };

  test("is read", () => expect(parsePolicy(JSON.stringify(good), "p.json")).toEqual(good));

  test.each([
    ["{", "p.json is not JSON"],
    ["[]", 'it has no "system": "step-size"'],
    [JSON.stringify({ ...good, version: 2 }), "its version is 2"],
    [JSON.stringify({ ...good, direction: "adm" }), 'its direction is "adm", not one of sgd'],
    [JSON.stringify({ ...good, theta: [1, 2] }), "its theta is not a list of five numbers"],
    [JSON.stringify({ ...good, bounds: { low: 0, high: 1 } }), "its bounds have no positive low and high"],
    [
      JSON.stringify({ ...good, bounds: { low: 1, high: 0.1 } }),
      "its bounds end (0.1) before they begin (1)",
    ],
  ])("says what is wrong with %s", (text, fault) => {
    expect(() => parsePolicy(text, "p.json")).toThrow(fault);
  });
});
