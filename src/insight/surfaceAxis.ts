import type { SurfaceAxis } from "../protocol/axis.ts";
import type { Space } from "../space/space.ts";

/** Cells along a continuous axis, and along one of many values. */
const CELLS = 22;
const TICKS = 5;

/** An axis over one parameter: a cell for each value where they are few, else even cells of the unit interval. */
export function axisOf(space: Space, name: string): SurfaceAxis {
  const count = space.valuesOf(space.names.indexOf(name));
  const cells = Array.from({ length: Math.min(count, CELLS) }, (_, i, total = Math.min(count, CELLS)) => {
    const at = (i + 0.5) / total;
    return { at, value: space.valueAt(name, at)! };
  });
  return { name, isDiscrete: count <= CELLS, cells, ticks: ticksOf(space, name, cells) };
}

function ticksOf(space: Space, name: string, cells: SurfaceAxis["cells"]): SurfaceAxis["ticks"] {
  const parameter = space.parameters[name]!;
  if (parameter.type !== "float" && parameter.type !== "int") {
    const step = Math.ceil(cells.length / 8);
    return cells.filter((_, i) => i % step === 0);
  }
  const { low, high, scale } = parameter;
  const values = scale === "log" ? powers(low, high) : rounds(low, high);
  const inside = values.filter((value) => value >= low && value <= high);
  const shown = inside.length >= 2 ? inside : [low, high];
  return shown.map((value) => ({ at: space.positionOf(name, value), value }));
}

/** Powers of ten, or of two where there are not two of ten. */
function powers(low: number, high: number): number[] {
  for (const base of [10, 2]) {
    const first = Math.ceil(Math.log(low) / Math.log(base) - 1e-9);
    const last = Math.floor(Math.log(high) / Math.log(base) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first) / TICKS));
    const values: number[] = [];
    for (let k = first; k <= last; k += step) values.push(Number((base ** k).toPrecision(12)));
    if (values.length >= 2) return values;
  }
  return [low, high];
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function rounds(low: number, high: number): number[] {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const values: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    values.push(Number((k * step).toPrecision(12)));
  }
  return values;
}
