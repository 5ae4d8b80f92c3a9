import { describe, expect, test } from "vitest";
import { ACTIVATIONS } from "../../../../src/learning/hypergradient/activations.ts";
import { Perceptron } from "../../../../src/learning/hypergradient/perceptron.ts";
import { random } from "../../../../src/space/random.ts";
import { derivative, learning, relative } from "./small.ts";

const numbers = Uint32Array.from({ length: 9 }, (_, i) => 3 * i);
/** Not all examples count alike, and one not at all. */
const shares = Float64Array.from(numbers, (_, i) => (i === 4 ? 0 : (0.3 + random(1, i).uniform()) / 9));

const models = [
  { name: "softmax regression", hidden: [], activation: "tanh" as const },
  ...ACTIVATIONS.map((activation) => ({ name: `two ${activation} layers`, hidden: [7, 6], activation })),
];

describe.each(models)("$name", ({ hidden, activation }) => {
  const model = new Perceptron([learning.pixels, ...hidden, learning.classes], activation);
  model.load(learning, numbers);
  const weights = model.initial(random(2, 0)).map((w, i) => w + 0.05 * random(3, i).normal());
  const direction = weights.map((_, i) => random(4, i).normal());
  const moved = (by: number) => weights.map((w, i) => w + by * direction[i]!);
  const loss = (at: Float64Array) => model.run(at).reduce((sum, one, i) => sum + shares[i]! * one, 0);
  const gradientAt = (at: Float64Array) => {
    model.run(at);
    return model.gradient(at, shares, new Float64Array(model.size));
  };
  const STEP = 1e-5;

  test("has the gradient of its loss", () => {
    const gradient = gradientAt(weights);
    const source = random(5, 0);
    const places = Array.from({ length: 100 }, () => source.int(model.size));
    const expected = Float64Array.from(places, (place) =>
      derivative((by) => loss(weights.map((w, i) => (i === place ? w + by : w))), STEP),
    );
    expect(
      relative(
        Float64Array.from(places, (place) => gradient[place]!),
        expected,
      ),
    ).toBeLessThan(1e-7);
  });

  test("R-operator: the Hessian's product is the change of the gradient", () => {
    gradientAt(weights);
    const product = new Float64Array(model.size);
    model.tangent(weights, direction);
    model.addProduct(weights, direction, shares, product);
    // All places at once: along the direction each part of the gradient is a function of one number.
    const central = (h: number) => {
      const [up, down] = [gradientAt(moved(h)), gradientAt(moved(-h))];
      return up.map((value, i) => (value - down[i]!) / (2 * h));
    };
    const [coarse, fine] = [central(STEP), central(STEP / 2)];
    const expected = fine.map((value, i) => (4 * value - coarse[i]!) / 3);
    expect(relative(product, expected)).toBeLessThan(1e-8);
  });

  test("knows how each example's loss changes along a direction", () => {
    model.run(weights);
    model.tangent(weights, direction);
    const changes = Float64Array.from(numbers, (_, i) => model.change(i));
    const expected = Float64Array.from(numbers, (_, i) =>
      derivative((by) => model.run(moved(by))[i]!, STEP / 10),
    );
    expect(relative(changes, expected)).toBeLessThan(1e-7);
  });

  test("the gradient of other shares is added row by row, and leaves what products need", () => {
    const before = gradientAt(weights);
    const mixed = new Float64Array(model.size).fill(1);
    model.addMixed(weights, shares, mixed);
    expect(
      relative(
        mixed.map((value) => value - 1),
        before,
      ),
    ).toBeLessThan(1e-12);
    const product = () => {
      const into = new Float64Array(model.size);
      model.tangent(weights, direction);
      model.addProduct(weights, direction, shares, into);
      return into;
    };
    const expected = product();
    model.addMixed(
      weights,
      shares.map((_, i) => (i === 2 ? 1 : 0)),
      mixed,
    );
    expect(product()).toEqual(expected);
  });
});

test("a perceptron counts hits", () => {
  const model = new Perceptron([learning.pixels, learning.classes]);
  model.load(learning, numbers);
  const weights = new Float64Array(model.size);
  const biases = learning.pixels * learning.classes;
  weights[biases + 3] = 1;
  model.run(weights);
  expect(model.hits()).toBe([...numbers].filter((number) => learning.labels[number] === 3).length);
  weights[biases + 3] = Number.NaN;
  model.run(weights);
  expect(model.hits()).toBe(0);
});
