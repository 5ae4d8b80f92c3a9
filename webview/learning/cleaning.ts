import type { TopLevelSpec } from "vega-lite";
import type { CleanedPicture, LearningCurve } from "../../src/protocol/learning.ts";
import type { Row } from "../shared/chart.ts";
import { element } from "../shared/dom.ts";
import type { Table } from "../shared/export.ts";
import { formatScore } from "../shared/format.ts";
import { type ChartTheme, chartConfig } from "../shared/theme.ts";

export type Cleaned = NonNullable<LearningCurve["cleaned"]>;

/** How many pictures of one kind have weights within a bin. */
export interface BinRow extends Row {
  readonly kind: "wrong" | "right";
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  readonly count: number;
}

const BINS = 20;

/** Histograms of the weights of pictures with wrong labels and of those with right ones. */
export function weightBins({ weights, isWrong }: Cleaned): readonly BinRow[] {
  const binOf = (weight: number): number => Math.min(BINS - 1, Math.floor(weight * BINS));
  return (["wrong", "right"] as const).flatMap((kind) => {
    const counts = Array<number>(BINS).fill(0);
    weights.forEach((weight, i) => {
      if (isWrong[i] === (kind === "wrong")) counts[binOf(weight)]!++;
    });
    return counts.map((count, bin): BinRow => {
      const [low, high] = [bin / BINS, (bin + 1) / BINS];
      return { key: `${kind} ${bin}`, kind, low, middle: (low + high) / 2, high, count };
    });
  });
}

/** Bars side by side: filled for wrong labels, hollow for right ones. Few pictures in a bin are seen beside many. */
export function weightSpec(theme: ChartTheme): TopLevelSpec {
  const x = {
    type: "quantitative",
    scale: { domain: [0, 1], nice: false },
    axis: { title: "weight λ", grid: false, tickCount: 6 },
  } as const;
  const y = {
    field: "count",
    type: "quantitative",
    scale: { type: "symlog", constant: 5 },
    axis: { title: "pictures", tickCount: 5, minExtent: 62, maxExtent: 62 },
  } as const;
  const bar = (kind: BinRow["kind"], from: string, to: string, mark: object) => ({
    name: kind,
    data: { name: kind },
    mark: { type: "bar", ...mark },
    encoding: { x: { ...x, field: from }, x2: { field: to }, y, y2: { datum: 0 } },
  });
  const { failed, complete } = theme.state;
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 600,
    height: 200,
    autosize: { type: "fit", contains: "padding" },
    padding: { left: 0, top: 6, right: 14, bottom: 4 },
    config: chartConfig(theme),
    layer: [
      bar("wrong", "low", "middle", { fill: failed, stroke: failed }),
      bar("right", "middle", "high", { fill: theme.background, stroke: complete, strokeWidth: 1.5 }),
    ],
  };
  return spec as unknown as TopLevelSpec;
}

/** What there is to say of the cleaning in one line. */
export function cleaningText({ weights, isWrong }: Cleaned): string {
  const gone = (wrong: boolean): number =>
    weights.filter((weight, i) => isWrong[i] === wrong && weight < 1e-3).length;
  const of = (wrong: boolean): number => isWrong.filter((one) => one === wrong).length;
  return `Of ${of(true)} wrong labels ${gone(true)} were found; of ${of(false)} right ones ${gone(false)} were given up with them.`;
}

/** Pictures with their labels and weights under a title; empty where there are none. */
export function gallery(title: string, pictures: readonly CleanedPicture[]): HTMLElement {
  const figures = pictures.map((picture) =>
    element(
      "figure",
      { class: "picture" },
      drawn(picture),
      element(
        "figcaption",
        {},
        picture.label === picture.truth ? `${picture.label}` : `${picture.label} → ${picture.truth}`,
        element("br"),
        `λ ${formatScore(picture.weight)}`,
      ),
    ),
  );
  return element(
    "section",
    { hidden: pictures.length === 0 },
    element("h2", {}, title),
    element("div", { class: "gallery" }, ...figures),
  );
}

function drawn({ label, truth, pixels }: CleanedPicture): HTMLCanvasElement {
  const side = Math.round(Math.sqrt(pixels.length));
  const canvas = element("canvas", { role: "img", "aria-label": `a ${truth} that is labelled ${label}` });
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(side, side);
  pixels.forEach((value, i) => {
    const grey = Math.round(255 * value);
    image.data.set([grey, grey, grey, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

export function cleaningTables({ weights, isWrong }: Cleaned): readonly Table[] {
  return [
    {
      title: "Weights",
      columns: ["picture", "weight", "label"],
      rows: weights.map((weight, i) => ({ cells: [i, weight, isWrong[i] ? "wrong" : "right"] })),
    },
  ];
}
