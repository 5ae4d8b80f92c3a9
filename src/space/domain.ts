import type { FloatParameter, IntParameter, Parameter, Value } from "../protocol/space.ts";

/**
 * The values of one parameter and how they lie in the unit interval. Uniform draws in [0, 1) through
 * `fromUnit` are the sampling distribution; a discrete value owns a cell of the interval, and `toUnit`
 * gives a point inside that cell, so that decoding an encoded value returns exactly that value.
 */
export interface Domain {
  /** How many distinct values there are; Infinity when continuous. */
  readonly count: number;
  /** The values in order; only for a finite count. */
  at(index: number): Value;
  toUnit(value: Value): number;
  fromUnit(unit: number): Value;
  /** Share of the sampling distribution below `value` (and at it, when `inclusive`). Numeric domains only. */
  share(value: number, inclusive: boolean): number;
  /** What is wrong with a value, as the end of a sentence ("must be …"), or undefined. */
  fault(value: Value): string | undefined;
}

/** Digits after the decimal point with which a number is written. */
function decimals(x: number): number {
  const [mantissa = "", exponent = "0"] = String(x).split("e");
  return Math.max(0, (mantissa.split(".")[1]?.length ?? 0) - Number(exponent));
}

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/** How many steps of a stepped range fit; a rounding error of the division does not lose the last one. */
export function stepCount(low: number, high: number, step: number): number {
  return Math.floor((high - low) / step + 1e-9);
}

const noShare = (): number => Number.NaN;

function choices(values: readonly Value[]): Domain {
  const count = values.length;
  return {
    count,
    at: (index) => values[index]!,
    toUnit: (value) => (values.indexOf(value) + 0.5) / count,
    fromUnit: (unit) => values[clamp(Math.floor(unit * count), 0, count - 1)]!,
    share: values.every((value) => typeof value === "number")
      ? (value, inclusive) =>
          values.filter((v) => (inclusive ? (v as number) <= value : (v as number) < value)).length / count
      : noShare,
    fault: (value) =>
      values.includes(value)
        ? undefined
        : `must be one of ${values.map((v) => JSON.stringify(v)).join(", ")}, not ${JSON.stringify(value)}`,
  };
}

function rangeFault(value: Value, low: number, high: number): string | undefined {
  if (typeof value !== "number" || Number.isNaN(value))
    return `must be a number, not ${JSON.stringify(value)}`;
  if (value < low || value > high) return `must be between ${low} and ${high}, not ${value}`;
  return undefined;
}

/** low, low + step, …: floats on a grid, and whole numbers. */
function stepped(low: number, high: number, step: number): Domain {
  const steps = stepCount(low, high, step);
  const count = steps + 1;
  const digits = Math.min(100, Math.max(decimals(low), decimals(step)));
  // toFixed takes back the rounding error of the multiplication: 3 × 0.1 is 0.3.
  const at = (index: number): number => Number((low + index * step).toFixed(digits));
  const position = (value: number): number => (value - low) / step;
  return {
    count,
    at,
    toUnit: (value) => (clamp(Math.round(position(value as number)), 0, steps) + 0.5) / count,
    fromUnit: (unit) => at(clamp(Math.floor(unit * count), 0, steps)),
    share: (value, inclusive) => {
      const p = position(value);
      const below = inclusive ? Math.floor(p + 1e-9) + 1 : Math.ceil(p - 1e-9);
      return clamp(below, 0, count) / count;
    },
    fault: (value) => {
      const fault = rangeFault(value, low, high);
      if (fault !== undefined) return fault;
      const p = position(value as number);
      if (Math.abs(p - Math.round(p)) <= 1e-8 * Math.max(1, Math.abs(p))) return undefined;
      if (step === 1 && Number.isInteger(low)) return `must be a whole number, not ${value}`;
      return `must be ${low} plus a multiple of ${step}, not ${value}`;
    },
  };
}

/**
 * Whole numbers on a log scale. The cell of v reaches from v − ½ to v + ½, also at both ends: with plain
 * rounding between log(low) and log(high) the first and last value would get only half of their share.
 */
function logInt(low: number, high: number): Domain {
  const start = Math.log(low - 0.5);
  const width = Math.log(high + 0.5) - start;
  const unitOf = (x: number): number => clamp((Math.log(Math.max(x, 0.5)) - start) / width, 0, 1);
  return {
    count: high - low + 1,
    at: (index) => low + index,
    toUnit: (value) => unitOf(value as number),
    fromUnit: (unit) => clamp(Math.round(Math.exp(start + unit * width)), low, high),
    share: (value, inclusive) => unitOf(inclusive ? Math.floor(value) + 0.5 : Math.ceil(value) - 0.5),
    fault: (value) =>
      rangeFault(value, low, high) ??
      (Number.isInteger(value) ? undefined : `must be a whole number, not ${value}`),
  };
}

/** A domain of one single number. */
function constant(value: number): Domain {
  return {
    count: 1,
    at: () => value,
    toUnit: () => 0.5,
    fromUnit: () => value,
    share: (x, inclusive) => ((inclusive ? x >= value : x > value) ? 1 : 0),
    fault: (other) => (other === value ? undefined : `must be ${value}, not ${JSON.stringify(other)}`),
  };
}

/** Significant digits of sampled floats: enough for any optimiser, few enough that decoding is exact. */
const DIGITS = 10;

function logFloat(low: number, high: number): Domain {
  const start = Math.log(low);
  const width = Math.log(high) - start;
  const toUnit = (value: Value): number => clamp((Math.log(value as number) - start) / width, 0, 1);
  return {
    ...continuous(low, high, toUnit),
    fromUnit: (unit) => {
      if (unit <= 0) return low;
      if (unit >= 1) return high;
      return clamp(Number(Math.exp(start + unit * width).toPrecision(DIGITS)), low, high);
    },
  };
}

function linearFloat(low: number, high: number): Domain {
  const largest = Math.max(Math.abs(low), Math.abs(high), high - low);
  const digits = clamp(DIGITS - 1 - Math.floor(Math.log10(largest)), 0, 100);
  const toUnit = (value: Value): number => clamp(((value as number) - low) / (high - low), 0, 1);
  return {
    ...continuous(low, high, toUnit),
    fromUnit: (unit) => {
      if (unit <= 0) return low;
      if (unit >= 1) return high;
      return clamp(Number((low + unit * (high - low)).toFixed(digits)), low, high);
    },
  };
}

function continuous(low: number, high: number, toUnit: (value: Value) => number): Omit<Domain, "fromUnit"> {
  return {
    count: Number.POSITIVE_INFINITY,
    at: () => low,
    toUnit,
    share: (value) => (value <= low ? 0 : value >= high ? 1 : toUnit(value)),
    fault: (value) => rangeFault(value, low, high),
  };
}

function floatDomain(parameter: FloatParameter): Domain {
  const { low, high, step } = parameter;
  if (low === high) return constant(low);
  if (step !== undefined) return stepped(low, high, step);
  return parameter.scale === "log" ? logFloat(low, high) : linearFloat(low, high);
}

function intDomain(parameter: IntParameter): Domain {
  const { low, high, step } = parameter;
  if (low === high) return constant(low);
  return parameter.scale === "log" ? logInt(low, high) : stepped(low, high, step ?? 1);
}

/** The domain of a parameter that has no problems (see `spaceProblems`). */
export function domainOf(parameter: Parameter): Domain {
  switch (parameter.type) {
    case "float":
      return floatDomain(parameter);
    case "int":
      return intDomain(parameter);
    case "categorical":
    case "ordinal":
      return choices(parameter.choices);
    case "boolean":
      return choices([false, true]);
  }
}

/**
 * Up to `levels` values of a domain, evenly spread with both ends, without repeats; all of them where order
 * means nothing (categorical, boolean).
 */
export function levelsOf(parameter: Parameter, domain: Domain, levels: number): Value[] {
  const every = parameter.type === "categorical" || parameter.type === "boolean";
  if (domain.count <= levels || every) {
    return Array.from({ length: domain.count }, (_, i) => domain.at(i));
  }
  if (levels === 1) return [domain.fromUnit(0.5)];
  const numeric = parameter.type === "float" || parameter.type === "int";
  const byUnit = numeric && (parameter.scale === "log" || domain.count === Number.POSITIVE_INFINITY);
  const values = Array.from({ length: levels }, (_, i) => {
    const share = i / (levels - 1);
    if (!byUnit) return domain.at(Math.round(share * (domain.count - 1)));
    if (domain.count === Number.POSITIVE_INFINITY) return domain.fromUnit(share);
    // From the first value to the last, not from the edge of the first cell to that of the last.
    const [first, last] = [domain.toUnit(domain.at(0)), domain.toUnit(domain.at(domain.count - 1))];
    return domain.fromUnit(first + share * (last - first));
  });
  return [...new Set(values)];
}
