import { join } from "node:path";
import { expect, test } from "vitest";
import { normalisedRegret, openScenario } from "../../../bench/quality/scenario.ts";
import type { Configuration } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";

const noise = random(0, 0);

test("regret is normalised by the range seen, in either direction, and never clipped", () => {
  expect(normalisedRegret(90, { min: 50, max: 100 }, false)).toBeCloseTo(0.2);
  expect(normalisedRegret(101, { min: 50, max: 100 }, false)).toBeCloseTo(-0.02);
  expect(normalisedRegret(0.3, { min: 0.1, max: 0.5 }, true)).toBeCloseTo(0.5);
});

/** Its model is linear: time = size, score = 100 task + 1000 kind + size + 10 x − depth. */
const tiny = join(import.meta.dirname, "../../fixtures/scenario");

test("inputs go to the model in its order, inactive ones as 0", async () => {
  const scenario = await openScenario(tiny);
  expect(scenario.instances).toEqual(["a", "b"]);
  const problem = scenario.problem("b");
  expect(Object.keys(problem.space.parameters)).toEqual(["x", "kind", "depth"]);
  expect(problem.budget).toEqual({ min: 0.1, max: 1 });

  const deep = await problem.evaluate({ x: 0.5, kind: "deep", depth: 4 }, undefined, noise);
  expect(deep.loss).toBeCloseTo(-(200 + 1000 + 1 + 5 - 4), 3);
  expect(deep.regret).toBeCloseTo((2200 - 1202) / 1000, 6);
  expect(deep.duration).toBeCloseTo(1);

  const short = await problem.evaluate({ x: 1, kind: true }, 0.25, noise);
  expect(short.loss).toBeCloseTo(-(200 + 2000 + 0.25 + 10), 3);
  expect(short.regret).toBeLessThan(0);
  expect(short.duration).toBeCloseTo(0.25);
});

test("another output can be tuned, and what does not exist is named", async () => {
  const scenario = await openScenario(tiny, "time");
  expect(scenario.minimize).toBe(true);
  expect(() => scenario.problem("a")).toThrow("statistics.csv has no a, time, min.");
  expect(() => scenario.problem("c")).toThrow("no instance c");
  await expect(openScenario(tiny, "speed")).rejects.toThrow('no output "speed": time, score.');
});

/** A folder that holds YAHPO Gym's `lcbench`: the project has none of its own, and no test where none is named. */
const folder = process.env.TUNING_FORK_TEST_YAHPO;

if (folder !== undefined) {
  test("YAHPO Gym's lcbench answers as its data notes say", async () => {
    const scenario = await openScenario(join(folder, "lcbench"));
    const defaults: Configuration = {
      batch_size: 91,
      learning_rate: 0.0031622777,
      momentum: 0.545,
      weight_decay: 0.050005,
      num_layers: 3,
      max_units: 256,
      max_dropout: 0.5,
    };
    const outputs = await scenario.outputs({ OpenML_task_id: "3945", epoch: 26, ...defaults });
    expect(outputs.time).toBeCloseTo(102.43, 2);
    expect(outputs.val_accuracy).toBeCloseTo(92.35, 2);
    expect(outputs.val_cross_entropy).toBeCloseTo(0.4047, 4);

    const problem = scenario.problem("189354");
    expect(Object.keys(problem.space.parameters).toSorted()).toEqual(Object.keys(defaults).toSorted());
    expect(problem.budget).toEqual({ min: 1, max: 52 });
    const full = await problem.evaluate(defaults, undefined, noise);
    expect(-full.loss).toBeCloseTo(53.56, 2);
    const short = await problem.evaluate(defaults, 2, noise);
    expect(short.duration).toBeLessThan(full.duration / 5);
  });
}
