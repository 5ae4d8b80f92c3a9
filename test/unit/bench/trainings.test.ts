import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  cartpoleProblem,
  REPEATS,
  Surrogate,
  space,
  type Trained,
} from "../../../bench/cartpole/surrogate.ts";
import { EPOCHS, networkProblem } from "../../../bench/network/problem.ts";
import { readDigits } from "../../../src/learning/data/digits.ts";
import { random } from "../../../src/space/random.ts";
import { ROOT } from "../script/support.ts";

const digits = await readDigits(join(ROOT, "examples"));
const GOOD = {
  learningRate: 0.1,
  lastRate: 0.25,
  momentum: 0.9,
  batchSize: 16,
  weightDecay: 1e-5,
  units: 16,
};

describe("the network of six hyperparameters", () => {
  it("goes on from a budget as if it had never rested, and depends on every hyperparameter", async () => {
    const draws = random(0, 0);
    const whole = await networkProblem(digits).evaluate(GOOD, undefined, draws);
    const resting = networkProblem(digits);
    const early = await resting.evaluate(GOOD, 3, draws);
    expect((await resting.evaluate(GOOD, EPOCHS, draws)).loss).toBe(whole.loss);
    expect(early.loss).toBeGreaterThan(whole.loss);
    expect(whole.loss).toBeLessThan(0.5);
    const others = {
      learningRate: 0.05,
      lastRate: 1,
      momentum: 0.5,
      batchSize: 32,
      weightDecay: 0.01,
      units: 8,
    };
    for (const [name, value] of Object.entries(others))
      expect((await resting.evaluate({ ...GOOD, [name]: value }, 3, draws)).loss, name).not.toBe(early.loss);
  });

  it("counts a training that goes astray as a guess", async () => {
    const wild = { ...GOOD, learningRate: 1, momentum: 0.99, lastRate: 1 };
    const { loss } = await networkProblem(digits).evaluate(wild, 5, random(0, 0));
    expect(loss).toBeLessThanOrEqual(Math.log(10));
  });
});

describe("the surrogate of cart-pole", () => {
  /** Fast learning rates learn, and the nine agents of a configuration differ by a factor. */
  const table: Trained[] = Array.from({ length: 150 }, (_, i) => {
    const configuration = space.sample(random(1, i));
    const isGood = (configuration.learning_rate as number) > 1e-3;
    const episodes = isGood ? Array.from({ length: REPEATS }, (_, k) => 50 * 1.2 ** k) : [1000, 1000, 1000];
    return { configuration, episodes };
  });
  const surrogate = new Surrogate(table);
  const at = (learning_rate: number) => ({ ...space.defaults(), learning_rate });

  it("predicts the agents of a configuration and how they differ", () => {
    const fast = surrogate.episodes(at(0.03));
    expect(fast).toEqual([...fast].sort((a, b) => a - b));
    expect(fast[8]! / fast[0]!).toBeGreaterThan(1.2 ** 6);
    expect(fast[4]).toBeLessThan(300);
    expect(Math.min(...surrogate.episodes(at(1e-6)))).toBeGreaterThan(700);
  });

  it("gives means over as many agents as the budget says, around the mean of all", async () => {
    const problem = cartpoleProblem(surrogate);
    const of = async (budget: number | undefined, seed: number) =>
      problem.evaluate(at(0.03), budget, random(seed, 0));
    const [one, three, all] = [await of(1, 5), await of(3, 5), await of(undefined, 5)];
    const episodes = surrogate.episodes(at(0.03));
    expect(episodes).toContain(one.loss);
    expect(three.loss).not.toBe(one.loss);
    expect(all.regret).toBeCloseTo(episodes.reduce((sum, n) => sum + n, 0) / REPEATS, 9);
    const means = await Promise.all(
      Array.from({ length: 2000 }, async (_, seed) => (await of(9, seed)).loss),
    );
    const mean = means.reduce((sum, loss) => sum + loss / means.length, 0);
    // 2,000 means of nine: their mean has a standard error of about 0.3 % here.
    expect(mean / all.regret).toBeGreaterThan(0.98);
    expect(mean / all.regret).toBeLessThan(1.02);
  });
});
