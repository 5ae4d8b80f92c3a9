import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Condition, Configuration, Parameter, SpaceSpec } from "../../../src/protocol/space.ts";
import { random } from "../../../src/space/random.ts";
import { Space } from "../../../src/space/space.ts";
import { constrained, everyType, finite, wholeSpace } from "../../fixtures/spaces.ts";
import { chiSquare, chiSquareBound } from "./chiSquare.ts";

const fixtures = Object.entries({ everyType, constrained, finite, wholeSpace });
const int = (low: number, high: number): Parameter => ({ type: "int", low, high });

describe.each(fixtures)("%s", (_, spec) => {
  const space = new Space(spec);

  it("samples valid configurations only, and comes back from their encoding", () => {
    for (let i = 0; i < 3000; i++) {
      const configuration = space.sample(random(1, i));
      expect(space.check(configuration)).toBeUndefined();
      const vector = space.encode(configuration);
      expect(vector).toHaveLength(space.dimensions);
      expect(space.decode(vector)).toEqual(configuration);
      for (const [at, name] of space.names.entries()) {
        expect(Number.isNaN(vector[at]!)).toBe(!(name in configuration));
        expect(space.isActive(name, configuration)).toBe(name in configuration);
      }
    }
  });

  it("uses every parameter, and keeps the order of the spec", () => {
    const used = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      const names = Object.keys(space.sample(random(2, i)));
      expect(names).toEqual(space.names.filter((name) => names.includes(name)));
      for (const name of names) used.add(name);
    }
    expect([...used].sort()).toEqual([...space.names].sort());
  });

  it("decodes every point of the cube to something with the right parameters", () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(unit, { minLength: space.dimensions, maxLength: space.dimensions }), (point) => {
        const configuration = space.decode(point);
        const fault = space.check(configuration);
        expect(fault === undefined || fault.startsWith("The configuration")).toBe(true);
        expect(space.decode(space.encode(configuration))).toEqual(configuration);
      }),
    );
  });

  it("has defaults with the right parameters", () => {
    expect(space.check(space.defaults())).toBeUndefined();
  });
});

describe("the whole space of a network", () => {
  const space = new Space(wholeSpace);

  it("has 15 global parameters and 5 for each of six layers", () => {
    expect(space.dimensions).toBe(45);
    expect(space.size).toBe(Number.POSITIVE_INFINITY);
  });

  it("starts from one layer, trained by smorms3 at a fixed rate", () => {
    expect(space.defaults()).toEqual({
      batch_size: 32,
      num_updates: 200,
      num_layers: 1,
      learning_rate: 1e-2,
      l2: 1e-4,
      dropout_output: 0.5,
      solver: "smorms3",
      lr_policy: "Fixed",
      activation_1: "ReLU",
      units_1: 128,
      dropout_1: 0.5,
      init_1: "He-Normal",
    });
  });

  it("gives each layer its parameters exactly when the network is that deep", () => {
    for (let i = 0; i < 2000; i++) {
      const configuration = space.sample(random(3, i));
      const depth = configuration.num_layers as number;
      for (let n = 1; n <= 6; n++) {
        expect(`units_${n}` in configuration).toBe(n <= depth);
        expect(`init_std_${n}` in configuration).toBe(n <= depth && configuration[`init_${n}`] === "Normal");
      }
      expect("beta1" in configuration).toBe(configuration.solver === "Adam");
      expect("momentum" in configuration).toBe(
        ["Momentum", "Nesterov"].includes(configuration.solver as string),
      );
      expect("gamma" in configuration).toBe(configuration.lr_policy !== "Fixed");
    }
  });
});

/** All configurations by brute force: the product of all values, judged by `check` alone. */
function brute(spec: SpaceSpec): Set<string> {
  const space = new Space(spec);
  let all: Configuration[] = [{}];
  for (const name of space.names) {
    const single = new Space({
      parameters: { [name]: { ...spec.parameters[name]!, when: undefined } as never },
    });
    const values = [...single.all()].map((configuration) => configuration[name]!);
    all = all.flatMap((partial) => [partial, ...values.map((value) => ({ ...partial, [name]: value }))]);
  }
  return new Set(
    all.filter((candidate) => space.check(candidate) === undefined).map((found) => space.key(found)),
  );
}

describe("counting and listing", () => {
  it("counts a finite space as brute force does, and lists each configuration once", () => {
    const keys = [...new Space(finite).all()].map((found) => new Space(finite).key(found));
    expect(new Set(keys)).toEqual(brute(finite));
    expect(keys).toHaveLength(new Space(finite).size);
  });

  const value = fc.integer({ min: 1, max: 3 });
  const test = fc.oneof(
    value,
    fc.array(value, { minLength: 1, maxLength: 2 }),
    fc.record({ ">=": value }),
    fc.record({ "!=": value }),
  );
  const names = ["a", "b", "c", "d"];
  /** Random spaces of four parameters, each with a condition on earlier ones, with constraints over all. */
  const spaces = fc
    .record({
      whens: fc.array(fc.option(fc.tuple(fc.nat(2), test), { nil: undefined }), {
        minLength: 4,
        maxLength: 4,
      }),
      forbidden: fc.array(fc.dictionary(fc.constantFrom(...names), test, { minKeys: 1, maxKeys: 2 }), {
        maxLength: 2,
      }),
      relations: fc.array(
        fc.tuple(
          fc.constantFrom(...names),
          fc.constantFrom("<", "<=", ">", ">=", "!=", "="),
          fc.constantFrom(...names),
        ),
        { maxLength: 2 },
      ),
    })
    .map(({ whens, forbidden, relations }): SpaceSpec => {
      const parameters = names.map((name, i): [string, Parameter] => {
        const when = whens[i];
        const parent = when && i > 0 ? names[when[0] % i] : undefined;
        const condition = parent && { when: { [parent]: when![1] } as Condition };
        return [name, { type: "int", low: 1, high: 3, ...condition }];
      });
      return {
        parameters: Object.fromEntries(parameters),
        forbidden: forbidden as Condition[],
        relations: relations.filter(([a, , b]) => a !== b).map((sides) => sides.join(" ")),
      };
    });

  it("agrees with brute force on random spaces; every sample is among them", () => {
    fc.assert(
      fc.property(spaces, fc.nat(1000), (spec, stream) => {
        const space = new Space(spec);
        const all = brute(spec);
        expect(space.size).toBe(all.size);
        expect(new Set([...space.all()].map((found) => space.key(found)))).toEqual(all);
        if (all.size === 0) expect(() => space.sample(random(1, stream))).toThrow(/No values of/);
        else expect(all).toContain(space.key(space.sample(random(1, stream))));
      }),
      { numRuns: 400, seed: 20 },
    );
  });

  it("multiplies independent parts instead of listing them", () => {
    const parameters = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`p${i}`, int(1, 10)]));
    expect(new Space({ parameters }).size).toBe(1e12);
    expect(new Space({ parameters, relations: ["p0 <= p1", "p2 != p3"] }).size).toBe(55 * 90 * 1e8);
  });

  it("has one configuration when there is nothing to choose", () => {
    expect(new Space({ parameters: {} }).size).toBe(1);
    expect(new Space({ parameters: {} }).sample(random(1, 1))).toEqual({});
  });

  it("lays a grid over conditions without repeats", () => {
    const spec: SpaceSpec = {
      parameters: {
        kind: { type: "categorical", choices: ["a", "b"] },
        x: { type: "float", low: 0, high: 1, when: { kind: "a" } },
        y: int(1, 9),
      },
      forbidden: [{ kind: "b", y: 9 }],
    };
    expect([...new Space(spec).grid({ each: 3, by: { y: 2 } })]).toEqual([
      { kind: "a", x: 0, y: 1 },
      { kind: "a", x: 0, y: 9 },
      { kind: "a", x: 0.5, y: 1 },
      { kind: "a", x: 0.5, y: 9 },
      { kind: "a", x: 1, y: 1 },
      { kind: "a", x: 1, y: 9 },
      { kind: "b", y: 1 },
    ]);
  });
});

describe("sampling under constraints", () => {
  function counts(spec: SpaceSpec, draws: number): Map<string, number> {
    const space = new Space(spec);
    const found = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const key = space.key(space.sample(random(5, i)));
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    return found;
  }

  it("k1 <= k2: every valid pair is as likely as every other", () => {
    const found = counts({ parameters: { k1: int(1, 7), k2: int(1, 7) }, relations: ["k1 <= k2"] }, 28_000);
    expect(found.size).toBe(28);
    expect(chiSquare([...found.values()], Array<number>(28).fill(1000))).toBeLessThan(chiSquareBound(27));
  });

  it("a forbidden combination takes nothing from the others", () => {
    const parameters = { a: int(1, 3), b: int(1, 3) };
    const found = counts({ parameters, forbidden: [{ a: 1, b: { ">": 1 } }] }, 14_000);
    expect(found.size).toBe(7);
    expect(chiSquare([...found.values()], Array<number>(7).fill(2000))).toBeLessThan(chiSquareBound(6));
  });

  it("finds its way where independent draws hardly ever fit", () => {
    const continuous: Parameter = { type: "float", low: 0, high: 1 };
    const wide: Parameter = { type: "float", low: 0, high: 100 };
    const chain = Array.from({ length: 9 }, (_, i) => [`n${i}`, int(1, 100)] as const);
    const specs: SpaceSpec[] = [
      { parameters: { a: continuous, b: wide }, relations: ["a = b"] },
      { parameters: { b: wide, a: continuous }, relations: ["a == b"] },
      {
        parameters: Object.fromEntries(chain),
        relations: chain.slice(1).map((_, i) => `n${i} <= n${i + 1}`),
      },
      { parameters: { a: continuous, b: continuous }, relations: ["a > 0.99999", "b <= 1e-7"] },
    ];
    for (const spec of specs) {
      const space = new Space(spec);
      for (let i = 0; i < 50; i++) expect(space.check(space.sample(random(9, i)))).toBeUndefined();
    }
  });

  it("finds the only configuration of a nearly empty finite space", () => {
    const parameters = { a: int(1, 50), b: int(1, 50), c: int(1, 50) };
    const forbidden: Condition[] = [{ a: { "!=": 17 } }, { b: { "!=": 23 } }, { c: { "!=": 41 } }];
    expect(new Space({ parameters, forbidden }).sample(random(1, 1))).toEqual({ a: 17, b: 23, c: 41 });
  });

  it("says what cannot be satisfied when the space is empty", () => {
    const parameters: Record<string, Parameter> = { a: { type: "float", low: 0, high: 1 }, b: int(1, 3) };
    const space = new Space({ parameters, forbidden: [{ a: { ">=": 0 } }] });
    expect(() => space.sample(random(1, 1))).toThrow(/No values of a were found .* 2000 draws failed/);
  });

  it("does not bind relations while one side is inactive", () => {
    const parameters: Record<string, Parameter> = {
      two: { type: "boolean" },
      k1: int(5, 9),
      k2: { ...int(1, 6), when: { two: true } },
    };
    const found = counts({ parameters, relations: ["k1 <= k2"] }, 2000);
    expect([...found.keys()].sort()).toEqual([
      "[[false],[5],0]",
      "[[false],[6],0]",
      "[[false],[7],0]",
      "[[false],[8],0]",
      "[[false],[9],0]",
      "[[true],[5],[5]]",
      "[[true],[5],[6]]",
      "[[true],[6],[6]]",
    ]);
  });
});

describe("check", () => {
  const space = new Space(constrained);
  const valid = { optimizer: "sgd", lr: 0.1, momentum: 0.1, size: "small", k1: 3, k2: 5 };

  it.each([
    [valid, undefined],
    [{ ...valid, momentun: 0.5 }, '"momentun" is not a parameter of the space. Did you mean "momentum"?'],
    [{ ...valid, momentum: undefined }, "momentum is missing."],
    [{ ...valid, momentum: 0.5 }, "nesterov is missing."],
    [{ ...valid, nesterov: true }, "nesterov must be left out: its condition does not hold."],
    [{ ...valid, optimizer: "adam" }, "momentum must be left out: its condition does not hold."],
    [{ ...valid, lr: 3 }, "lr must be between 0.0001 and 1, not 3."],
    [{ ...valid, size: "medium" }, "extra is missing."],
    [{ ...valid, k1: 6 }, "The configuration breaks the relation k1 <= k2."],
    [
      { ...valid, lr: 0.6, momentum: 0.95, nesterov: true },
      'The configuration is forbidden: {"lr":{">":0.5},"momentum":{">":0.9}}.',
    ],
  ])("%j", (configuration, fault) => {
    const given = JSON.parse(JSON.stringify(configuration)) as Configuration;
    expect(space.check(given)).toBe(fault);
  });
});

describe("key and decode", () => {
  it("does not depend on the order of keys, and tells values of different types apart", () => {
    const space = new Space({
      parameters: { a: { type: "categorical", choices: [1, "1", null, 0] }, b: int(1, 2) },
    });
    expect(space.key({ a: 1, b: 2 })).toBe(space.key({ b: 2, a: 1 }));
    const different: Configuration[] = [{ a: 1 }, { a: "1" }, { a: null }, { a: 0 }, {}];
    const keys = different.map((configuration) => space.key(configuration));
    expect(new Set(keys).size).toBe(5);
  });

  it("refuses a vector of the wrong length", () => {
    expect(() => new Space(finite).decode([0.5])).toThrow(/vector of 1 numbers .* 5 parameters/);
  });

  it("takes the default where an active parameter has no position", () => {
    expect(new Space(finite).decode(Array(5).fill(Number.NaN))).toEqual({
      kind: "a",
      depth: 1,
      k1: 1,
      k2: 3,
    });
  });

  it("moves a default that is outside to the nearest value", () => {
    const parameters: Record<string, Parameter> = {
      off: { type: "float", low: 0, high: 1, default: 7, enabled: false },
      step: { type: "int", low: 0, high: 10, step: 5, default: 4, enabled: false },
      none: { type: "float", low: 1e-4, high: 1, scale: "log" },
    };
    expect(new Space({ parameters }).defaults()).toEqual({ off: 1, step: 5, none: 0.01 });
  });
});
