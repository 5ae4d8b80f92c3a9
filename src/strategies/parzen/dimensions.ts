import { domainOf } from "../../space/domain.ts";
import type { Space } from "../../space/space.ts";

/** One parameter as a kernel density sees it, in the unit interval of its scale. */
export interface Dimension {
  readonly name: string;
  /** `ordered`: whole numbers, steps and ordinals, of which each owns a cell of the interval. */
  readonly kind: "continuous" | "ordered" | "categorical";
  /** How many values there are; Infinity when continuous. */
  readonly count: number;
  /** Ends of the cell of the value at a point; of a continuous parameter the point itself. */
  cell(unit: number): readonly [low: number, high: number];
}

/** Index of the choice at a point of the unit interval. */
export function choiceAt(unit: number, count: number): number {
  return Math.min(count - 1, Math.floor(unit * count));
}

/** The dimensions of a space's vectors, in the order of its names. */
export function dimensionsOf(space: Space): Dimension[] {
  return space.names.map((name): Dimension => {
    const parameter = space.parameters[name]!;
    const domain = domainOf(parameter);
    const { count } = domain;
    if (count === Number.POSITIVE_INFINITY) {
      return { name, kind: "continuous", count, cell: (unit) => [unit, unit] };
    }
    const numeric = parameter.type === "float" || parameter.type === "int";
    const ordered = numeric || parameter.type === "ordinal";
    return {
      name,
      kind: ordered ? "ordered" : "categorical",
      count,
      cell: (unit) => {
        if (numeric && count > 1) {
          const value = domain.fromUnit(unit) as number;
          return [domain.share(value, false), domain.share(value, true)];
        }
        const index = choiceAt(unit, count);
        return [index / count, (index + 1) / count];
      },
    };
  });
}

/** A configuration's vector without what cannot be: a value that is none of the choices counts as unknown. */
export function vectorOf(space: Space, configuration: Parameters<Space["encode"]>[0]): Float64Array {
  return space.encode(configuration).map((unit) => (unit >= 0 && unit <= 1 ? unit : Number.NaN));
}
