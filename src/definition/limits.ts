import type { Limit } from "../protocol/definition.ts";

/** One side of a limit: a metric that must not be above, or below, a bound. */
interface Side {
  readonly metric: string;
  readonly bound: number;
  readonly side: "above" | "below";
}

/** The sides of all limits, in the order in which constraints are recorded. */
function sidesOf(limits: readonly Limit[]): Side[] {
  return limits.flatMap(({ metric, min, max }): Side[] => [
    ...(min === undefined ? [] : [{ metric, bound: min, side: "below" } as const]),
    ...(max === undefined ? [] : [{ metric, bound: max, side: "above" } as const]),
  ]);
}

/** What an excess is a share of. */
const scaleOf = ({ bound }: Side): number => (bound === 0 ? 1 : Math.abs(bound));

/**
 * The constraints of measured values, one number for each side of a limit: how far beyond the bound the value is as a
 * share of the bound, negative where it is within. `values` are those of the limits' metrics, in their order.
 */
export function constraintsOf(limits: readonly Limit[], values: readonly number[]): number[] {
  const byMetric = new Map(limits.map(({ metric }, i) => [metric, values[i]!]));
  return sidesOf(limits).map((side) => {
    const value = byMetric.get(side.metric)!;
    return (side.side === "above" ? value - side.bound : side.bound - value) / scaleOf(side);
  });
}

/** The limits that constraints say are broken, in words: "memory 5120 > 4000". */
export function brokenLimits(limits: readonly Limit[], constraints: readonly number[]): string[] {
  const sides = sidesOf(limits);
  return constraints.flatMap((constraint, i) => {
    if (!(constraint > 0)) return [];
    const side = sides[i];
    // A study that was made elsewhere says no more than this.
    if (side === undefined) return [`constraint ${i + 1} broken by ${Number(constraint.toPrecision(3))}`];
    const { metric, bound } = side;
    const excess = constraint * scaleOf(side);
    const value = side.side === "above" ? bound + excess : bound - excess;
    return [`${metric} ${apart(value, bound)} ${side.side === "above" ? ">" : "<"} ${bound}`];
  });
}

/** A number to as many digits, four or more, as tell it apart from its bound. */
function apart(value: number, bound: number): string {
  for (let digits = 4; digits < 15; digits++) {
    const short = Number(value.toPrecision(digits));
    if (short !== bound) return String(short);
  }
  return String(value);
}
