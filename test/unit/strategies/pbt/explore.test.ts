import { describe, expect, it } from "vitest";
import type { Configuration, SpaceSpec } from "../../../../src/protocol/space.ts";
import { random } from "../../../../src/space/random.ts";
import { Space } from "../../../../src/space/space.ts";
import { Explore, type ExploreOptions } from "../../../../src/strategies/pbt/explore.ts";
import { constrained, wholeSpace } from "../../../fixtures/spaces.ts";

const spec: SpaceSpec = {
  parameters: {
    lr: { type: "float", low: 1e-5, high: 1, scale: "log" },
    shift: { type: "float", low: -1, high: 1 },
    layers: { type: "int", low: 1, high: 8 },
    units: { type: "int", low: 8, high: 512, scale: "log" },
    smoothing: { type: "float", low: 0, high: 0.5, step: 0.1 },
    size: { type: "ordinal", choices: ["xs", "s", "m", "l", "xl"] },
    optimizer: { type: "categorical", choices: ["sgd", "adam", "rmsprop"] },
    nesterov: { type: "boolean" },
  },
};
const parent: Configuration = {
  lr: 0.01,
  shift: 0,
  layers: 2,
  units: 64,
  smoothing: 0.2,
  size: "m",
  optimizer: "adam",
  nesterov: true,
};
const options: ExploreOptions = { resample: 0, factor: 0.2 };

/** The different values of each parameter over many copies. */
function seen(change: Partial<ExploreOptions> = {}, from = parent): Record<string, unknown[]> {
  const explore = new Explore(new Space(spec), { ...options, ...change });
  const copies = Array.from({ length: 300 }, (_, i) => explore.propose(from, random(1, i)).configuration);
  return Object.fromEntries(
    Object.keys(spec.parameters).map((name) => [name, [...new Set(copies.map((copy) => copy[name]))].sort()]),
  );
}

describe("the explore step", () => {
  it("multiplies numbers, steps to neighbours, and leaves choices as they are", () => {
    expect(seen()).toEqual({
      lr: [0.008, 0.012],
      // A 0 would stay one for ever.
      shift: [-0.4, 0.4],
      // 2 × 1.2 and 2 × 0.8 round to 2: they move by one.
      layers: [1, 3],
      units: [51, 77],
      smoothing: [0.1, 0.3],
      size: ["l", "s"],
      optimizer: ["adam"],
      nesterov: [true],
    });
  });

  it("takes the factor it is told, and stays in the range", () => {
    const edge = { ...parent, lr: 0.9, shift: -0.9, layers: 8, units: 500, smoothing: 0, size: "xl" };
    const values = seen({ factor: 0.5 }, edge);
    expect(values).toMatchObject({ lr: [0.45, 1], shift: [-0.45, -1], layers: [4, 8], units: [250, 512] });
    expect(values).toMatchObject({ smoothing: [0, 0.3], size: ["l", "xl"] });
  });

  it("draws anew as often as it is told", () => {
    const values = seen({ resample: 1 });
    expect(values.lr!.length).toBe(300);
    expect(values.optimizer).toEqual(["adam", "rmsprop", "sgd"]);
    expect(values.layers).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const explore = new Explore(new Space(spec), { ...options, resample: 0.25 });
    let drawn = 0;
    for (let i = 0; i < 2000; i++) {
      const { lr } = explore.propose(parent, random(2, i)).configuration;
      if (lr !== 0.008 && lr !== 0.012) drawn++;
    }
    expect(drawn / 2000).toBeGreaterThan(0.21);
    expect(drawn / 2000).toBeLessThan(0.29);
  });

  it("changes only the parameters that are named, and says what it changed", () => {
    const explore = new Explore(new Space(spec), { ...options, parameters: ["lr"] });
    const { configuration, words } = explore.propose(parent, random(3, 0));
    expect(configuration).toEqual({ ...parent, lr: configuration.lr });
    expect(words).toMatch(/^lr 0\.01 → 0\.0(08|12)$/);
  });

  it.each([
    ["conditions, forbidden combinations and relations", constrained],
    ["a network", wholeSpace],
  ])("gives valid configurations in a space with %s", (_, spaceSpec) => {
    const space = new Space(spaceSpec);
    const explore = new Explore(space, { resample: 0.25, factor: 0.2 });
    let moved = 0;
    for (let i = 0; i < 300; i++) {
      const from = space.sample(random(4, i));
      const { configuration } = explore.propose(from, random(5, i));
      expect(space.check(configuration)).toBeUndefined();
      if (space.key(configuration) !== space.key(from)) moved++;
    }
    expect(moved).toBeGreaterThan(280);
  });
});
