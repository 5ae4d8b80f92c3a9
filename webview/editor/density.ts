import { formatNumber, isLoose, type Loose, sameJson } from "./values.ts";

/** A line on the ruler of a preview, at 0 … 1 of its width. */
export interface Tick {
  readonly at: number;
  readonly major: boolean;
}

/**
 * How values are drawn from a parameter, on the axis of its own scale: one area for a continuous range, one
 * block per value where values can be told apart. Both directions run 0 … 1; heights are densities, the highest 1.
 */
export interface DensityShape {
  readonly blocks: readonly { readonly from: number; readonly to: number; readonly height: number }[];
  readonly discrete: boolean;
  readonly ticks: readonly Tick[];
  /** Where the default stands. */
  readonly mark: number | undefined;
}

/** More blocks than this run together in a preview. */
const MOST_BLOCKS = 24;

interface Range {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** The distance between values; 0 for a continuous range. */
  readonly step: number;
}

function readRange(parameter: Loose): Range | undefined {
  const { low, high, type } = parameter;
  const numeric = type === "float" || type === "int";
  if (!numeric || typeof low !== "number" || typeof high !== "number" || !(low <= high)) {
    return undefined;
  }
  const log = parameter.scale === "log";
  if (log && low <= 0) {
    return undefined;
  }
  const given = typeof parameter.step === "number" && parameter.step > 0 ? parameter.step : undefined;
  return { low, high, log, step: given ?? (type === "int" ? 1 : 0) };
}

/** Integers are drawn with half a step to either side, so that the ends are as likely as the rest. */
function ends({ low, high, step, log }: Range): [number, number] {
  const count = step > 0 ? Math.floor((high - low) / step + 1e-9) : 0;
  const last = step > 0 ? low + count * step : high;
  const [from, to] = [low - step / 2, last + step / 2];
  return log ? [Math.log(Math.max(from, low / 2)), Math.log(to)] : [from, to];
}

function position(range: Range, value: number): number {
  const [from, to] = ends(range);
  const x = range.log ? Math.log(value) : value;
  return to > from ? (x - from) / (to - from) : 0.5;
}

function logTicks(range: Range): Tick[] {
  const ticks: Tick[] = [];
  const first = Math.floor(Math.log10(range.low));
  const decades = Math.log10(range.high / range.low);
  // Beyond a few decades the lines between them would run together.
  const minors = decades <= 2 ? [2, 3, 4, 5, 6, 7, 8, 9] : decades <= 6 ? [2, 5] : [];
  for (let power = first; 10 ** power <= range.high; power++) {
    for (const digit of [1, ...minors]) {
      const at = position(range, digit * 10 ** power);
      if (at > 0.01 && at < 0.99) {
        ticks.push({ at, major: digit === 1 });
      }
    }
  }
  return ticks;
}

function numericShape(range: Range, parameter: Loose): DensityShape {
  const count = range.step > 0 ? Math.floor((range.high - range.low) / range.step + 1e-9) + 1 : 0;
  const discrete = count > 0 && count <= MOST_BLOCKS;
  const value = parameter.default;
  const inside = typeof value === "number" && value >= range.low && value <= range.high;
  const mark = inside ? position(range, value) : undefined;
  if (!discrete) {
    return {
      blocks: [{ from: 0, to: 1, height: 1 }],
      discrete,
      ticks: range.log ? logTicks(range) : [],
      mark,
    };
  }
  const blocks = Array.from({ length: count }, (_, index) => {
    const center = range.low + index * range.step;
    const from = index === 0 ? 0 : position(range, center - range.step / 2);
    return { from, to: position(range, center + range.step / 2), height: 1 };
  });
  return { blocks, discrete, ticks: [], mark };
}

function choiceShape(values: readonly unknown[], preset: unknown): DensityShape {
  const width = 1 / values.length;
  const blocks = values.map((_, index) => ({ from: index * width, to: (index + 1) * width, height: 1 }));
  const index = values.findIndex((value) => sameJson(value, preset));
  return { blocks, discrete: true, ticks: [], mark: index < 0 ? undefined : (index + 0.5) * width };
}

/** Undefined where the parameter is not whole enough to draw. */
export function density(parameter: unknown): DensityShape | undefined {
  if (!isLoose(parameter)) {
    return undefined;
  }
  if (parameter.type === "boolean") {
    return choiceShape([false, true], parameter.default);
  }
  if (Array.isArray(parameter.choices)) {
    return parameter.choices.length > 0 ? choiceShape(parameter.choices, parameter.default) : undefined;
  }
  const range = readRange(parameter);
  return range && numericShape(range, parameter);
}

/** The preview in words: for screen readers and as its tooltip. */
export function densityText(parameter: unknown): string {
  const shape = density(parameter);
  if (!shape || !isLoose(parameter)) {
    return "";
  }
  const range = readRange(parameter);
  if (!range) {
    const count = shape.blocks.length;
    return count === 1 ? "One value" : `${count} values, each as likely as the others`;
  }
  const between = `${formatNumber(range.low)} to ${formatNumber(range.high)}`;
  if (range.log) {
    const median = Number(Math.sqrt(range.low * range.high).toPrecision(2));
    return `Every factor of ten from ${between} is as likely; half of the values are below ${formatNumber(median)}`;
  }
  return range.step > 0
    ? `Every ${range.step === 1 ? "whole number" : `step of ${formatNumber(range.step)}`} from ${between} is as likely`
    : `All values from ${between} are as likely`;
}
