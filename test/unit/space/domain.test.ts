import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Parameter } from "../../../src/protocol/space.ts";
import { domainOf, levelsOf } from "../../../src/space/domain.ts";
import { random } from "../../../src/space/random.ts";
import { chiSquare, chiSquareBound } from "./chiSquare.ts";

const parameters: Record<string, Parameter> = {
  "log float": { type: "float", low: 1e-6, high: 1, scale: "log" },
  "linear float": { type: "float", low: -3, high: 0.99 },
  "tiny float": { type: "float", low: 1e-12, high: 3e-12 },
  "huge float": { type: "float", low: -1e12, high: 1e15 },
  "stepped float": { type: "float", low: 0, high: 0.3, step: 0.1 },
  "stepped float from -1": { type: "float", low: -1, high: 1, step: 0.05 },
  int: { type: "int", low: -3, high: 4 },
  "log int": { type: "int", low: 1, high: 12, scale: "log" },
  "wide log int": { type: "int", low: 64, high: 4096, scale: "log" },
  "stepped int": { type: "int", low: 16, high: 128, step: 16 },
  categorical: { type: "categorical", choices: ["a", 1, true, null, "1"] },
  ordinal: { type: "ordinal", choices: [1, 2, 8] },
  boolean: { type: "boolean" },
  "single float": { type: "float", low: 0.5, high: 0.5 },
  "single int": { type: "int", low: 3, high: 3, scale: "log" },
};

describe.each(Object.entries(parameters))("%s", (_, parameter) => {
  const domain = domainOf(parameter);
  const unit = fc.double({ min: 0, max: 1, noNaN: true });

  it("decodes what it encodes, exactly, over the whole interval", () => {
    fc.assert(
      fc.property(unit, (u) => {
        const value = domain.fromUnit(u);
        expect(domain.fault(value)).toBeUndefined();
        const encoded = domain.toUnit(value);
        expect(encoded).toBeGreaterThanOrEqual(0);
        expect(encoded).toBeLessThanOrEqual(1);
        expect(domain.fromUnit(encoded)).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps order: a larger unit is not a smaller value", () => {
    if (typeof domain.fromUnit(0) !== "number" || parameter.type === "categorical") return;
    fc.assert(
      fc.property(unit, unit, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(domain.fromUnit(low) as number).toBeLessThanOrEqual(domain.fromUnit(high) as number);
      }),
    );
  });

  it("lists all of its values, each reachable", () => {
    if (domain.count === Number.POSITIVE_INFINITY) return;
    const values = levelsOf(parameter, domain, Number.POSITIVE_INFINITY);
    expect(new Set(values).size).toBe(domain.count);
    for (const value of values) expect(domain.fromUnit(domain.toUnit(value))).toBe(value);
  });
});

describe("distributions", () => {
  const draws = 60_000;

  /** Counts of each value in uniform draws. */
  function counted(parameter: Parameter): Map<unknown, number> {
    const domain = domainOf(parameter);
    const source = random(11, 5);
    const counts = new Map<unknown, number>();
    for (let i = 0; i < draws; i++) {
      const value = domain.fromUnit(source.uniform());
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  }

  it.each([
    "stepped float",
    "stepped float from -1",
    "int",
    "stepped int",
    "categorical",
    "ordinal",
    "boolean",
  ])("%s: every value is as likely as every other, the ends too", (name) => {
    const counts = [...counted(parameters[name]!).values()];
    const { count } = domainOf(parameters[name]!);
    expect(counts).toHaveLength(count);
    const expected = Array<number>(count).fill(draws / count);
    expect(chiSquare(counts, expected)).toBeLessThan(chiSquareBound(count - 1));
  });

  it("log int: the share of v is that of [v − ½, v + ½] on the log scale, at the ends too", () => {
    const counts = counted(parameters["log int"]!);
    const width = Math.log(12.5 / 0.5);
    const values = Array.from({ length: 12 }, (_, i) => i + 1);
    const expected = values.map((v) => (draws * Math.log((v + 0.5) / (v - 0.5))) / width);
    const observed = values.map((v) => counts.get(v) ?? 0);
    expect(chiSquare(observed, expected)).toBeLessThan(chiSquareBound(11));
  });

  it("log float: every decade is as likely as every other", () => {
    const domain = domainOf(parameters["log float"]!);
    const source = random(1, 1);
    const decades = Array<number>(6).fill(0);
    for (let i = 0; i < draws; i++)
      decades[Math.floor(Math.log10(domain.fromUnit(source.uniform()) as number) + 6)]!++;
    expect(chiSquare(decades, Array<number>(6).fill(draws / 6))).toBeLessThan(chiSquareBound(5));
  });

  it.each(["stepped float", "int", "log int", "stepped int", "ordinal", "log float", "linear float"])(
    "%s: `share` is the share of draws below",
    (name) => {
      const domain = domainOf(parameters[name]!);
      for (let i = 0; i <= 200; i++) {
        const u = (i + 0.5) / 201;
        const value = domain.fromUnit(u) as number;
        expect(domain.share(value, false)).toBeLessThanOrEqual(u + 1e-9);
        expect(domain.share(value, true)).toBeGreaterThanOrEqual(u - 1e-9);
      }
      expect(domain.share(-1e9, true)).toBe(0);
      expect(domain.share(1e9, false)).toBe(1);
    },
  );
});

describe("values as they are written", () => {
  it("has no rounding dirt on a step", () => {
    const domain = domainOf(parameters["stepped float"]!);
    expect(levelsOf(parameters["stepped float"]!, domain, 10)).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it("has at most ten significant digits", () => {
    const domain = domainOf(parameters["log float"]!);
    expect(domain.fromUnit(0.123456789)).toBe(Number((10 ** (-6 + 6 * 0.123456789)).toPrecision(10)));
  });

  it("keeps its exact ends", () => {
    for (const [low, high] of [
      [1e-7, 0.01],
      [0.1234567890123, 0.98765432109876],
    ] as const) {
      for (const scale of ["log", "linear"] as const) {
        const domain = domainOf({ type: "float", low, high, scale });
        expect([domain.fromUnit(0), domain.fromUnit(1)]).toEqual([low, high]);
      }
    }
  });
});

describe("levelsOf", () => {
  const levels = (parameter: Parameter, n: number) => levelsOf(parameter, domainOf(parameter), n);

  it("spreads values evenly on the scale, ends included, without repeats", () => {
    expect(levels({ type: "float", low: 0, high: 1 }, 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(levels({ type: "float", low: 1e-4, high: 1, scale: "log" }, 5)).toEqual([
      1e-4, 1e-3, 0.01, 0.1, 1,
    ]);
    expect(levels({ type: "int", low: 1, high: 100, scale: "log" }, 5)).toEqual([1, 3, 10, 32, 100]);
    expect(levels({ type: "int", low: 1, high: 4, scale: "log" }, 3)).toEqual([1, 2, 4]);
    expect(levels({ type: "int", low: 0, high: 100 }, 3)).toEqual([0, 50, 100]);
    expect(levels({ type: "int", low: 1, high: 3 }, 9)).toEqual([1, 2, 3]);
    expect(levels({ type: "ordinal", choices: ["xs", "s", "m", "l", "xl"] }, 3)).toEqual(["xs", "m", "xl"]);
  });

  it("takes choices in full, and the middle where one level is asked for", () => {
    expect(levels({ type: "categorical", choices: ["a", "b", "c"] }, 2)).toEqual(["a", "b", "c"]);
    expect(levels({ type: "float", low: 1e-4, high: 1, scale: "log" }, 1)).toEqual([0.01]);
  });
});

describe("faults", () => {
  it.each([
    [{ type: "float", low: 0, high: 1 }, 1.5, "must be between 0 and 1, not 1.5"],
    [{ type: "float", low: 0, high: 1 }, "x", 'must be a number, not "x"'],
    [{ type: "float", low: 0, high: 1 }, Number.NaN, "must be a number, not null"],
    [{ type: "int", low: 0, high: 9 }, 1.5, "must be a whole number, not 1.5"],
    [{ type: "int", low: 1, high: 9, scale: "log" }, 1.5, "must be a whole number, not 1.5"],
    [{ type: "int", low: 0, high: 9, step: 3 }, 4, "must be 0 plus a multiple of 3, not 4"],
    [{ type: "boolean" }, "true", 'must be one of false, true, not "true"'],
    [{ type: "categorical", choices: [1, "a"] }, "1", 'must be one of 1, "a", not "1"'],
  ] as [Parameter, never, string][])("%j does not take %j", (parameter, value, text) => {
    expect(domainOf(parameter).fault(value)).toBe(text);
  });
});
