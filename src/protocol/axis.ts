import type { Value } from "./space.ts";

/** One axis, in the unit interval in which the space encodes a parameter. */
export interface SurfaceAxis {
  readonly name: string;
  /** A cell is one value, not a stretch of values. */
  readonly isDiscrete: boolean;
  readonly ticks: readonly { readonly at: number; readonly value: Value }[];
  /** Middles of the cells, and the values there. */
  readonly cells: readonly { readonly at: number; readonly value: Value }[];
}
