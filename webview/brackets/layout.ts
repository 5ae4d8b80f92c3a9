import type { BracketsInsight } from "../../src/protocol/insight.ts";

export type Bracket = BracketsInsight["brackets"][number];

/** Rungs with more trials than this are folded into a strip: one thin bar a trial, best first. */
export const FOLD_ABOVE = 40;
const MOST_PLACES = 300;
const PITCH = 16;
const STRIP_HEIGHT = 18;
/** Free pixels at both sides: marks are wider than their places. */
export const INSET = 8;
const MIN_COLUMN = 150;
const GAP = 28;
const HEADER = 18;
/** Between a header and its strip: room for the marks that point at a bar. */
const STRIP_ROOM = 8;
const TITLE = 24;
const ROW_GAP = 22;
const BAND_GAP = 34;

/** Where one rung stands: `top` is the upper edge of its header, `body` that of its nodes, in pixels. */
export interface RungBox {
  readonly bracket: number;
  readonly rung: number;
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly body: number;
  readonly height: number;
  readonly isStrip: boolean;
  /** Trials and empty places. */
  readonly places: number;
}

export interface Layout {
  readonly boxes: readonly RungBox[];
  readonly height: number;
}

/**
 * Brackets side by side, as many as the width takes, then in further bands below. Within a band rungs of the same
 * budget stand at the same height, so that cheap is above dear across all of them.
 */
export function layoutBrackets(brackets: readonly Bracket[], fullWidth: number, top: number): Layout {
  const width = fullWidth - 2 * INSET;
  const perBand = Math.max(1, Math.min(brackets.length, Math.floor((width + GAP) / (MIN_COLUMN + GAP))));
  const boxes: RungBox[] = [];
  let y = top;
  for (let first = 0; first < brackets.length; first += perBand) {
    const band = brackets.slice(first, first + perBand);
    const bottom = layoutBand(band, width, perBand, y, boxes);
    y = bottom + BAND_GAP;
  }
  return { boxes, height: Math.max(top, y - BAND_GAP + 8) };
}

function layoutBand(
  band: readonly Bracket[],
  width: number,
  perBand: number,
  top: number,
  boxes: RungBox[],
): number {
  const columns = columnsOf(band, width, perBand);
  const budgets = [...new Set(band.flatMap(({ rungs }) => rungs.map(({ budget }) => budget)))];
  let y = top;
  for (const budget of budgets.sort((a, b) => a - b)) {
    if (band.some(({ rungs }) => rungs[0]?.budget === budget)) y += TITLE;
    let height = 0;
    band.forEach(({ bracket, rungs }, index) => {
      const rung = rungs.findIndex((one) => one.budget === budget);
      if (rung < 0) return;
      const { x, width: column } = columns[index]!;
      const places = placesOf(rungs[rung]!);
      const isStrip = places > FOLD_ABOVE;
      const perLine = nodesPerLine(column);
      const own = isStrip ? STRIP_HEIGHT : Math.max(1, Math.ceil(places / perLine)) * PITCH;
      const body = y + HEADER + (isStrip ? STRIP_ROOM : 0);
      height = Math.max(height, own + body - y - HEADER);
      boxes.push({ bracket, rung, x, width: column, top: y, body, height: own, isStrip, places });
    });
    y += HEADER + height + ROW_GAP;
  }
  return y - ROW_GAP;
}

/** Wider where more trials are, but never narrower than a header needs. */
function columnsOf(
  band: readonly Bracket[],
  width: number,
  perBand: number,
): readonly { readonly x: number; readonly width: number }[] {
  const free = width - (perBand - 1) * GAP - perBand * Math.min(MIN_COLUMN, width);
  const weights = band.map(({ rungs }) => Math.sqrt(Math.max(1, ...rungs.map(placesOf))));
  // A last band that is not full keeps the columns of the others.
  const total = weights.reduce((sum, weight) => sum + weight, 0) * (perBand / band.length);
  let x = INSET;
  return weights.map((weight) => {
    const column = Math.min(MIN_COLUMN, width) + (Math.max(0, free) * weight) / total;
    const placed = { x, width: column };
    x += column + GAP;
    return placed;
  });
}

function placesOf({ size, nodes, total }: Bracket["rungs"][number]): number {
  // A thinned rung shows the nodes that were sent: empty places would be no plan there.
  return total > nodes.length ? nodes.length : Math.max(Math.min(size ?? 0, MOST_PLACES), nodes.length);
}

function nodesPerLine(width: number): number {
  return Math.max(1, Math.floor(width / PITCH));
}

/** The middle of the `index`-th place of a rung, and the width that it has. */
export function placeAt(box: RungBox, index: number): { x: number; y: number; width: number } {
  if (box.isStrip) {
    const width = box.width / box.places;
    return { x: box.x + (index + 0.5) * width, y: box.body + box.height / 2, width };
  }
  const perLine = nodesPerLine(box.width);
  return {
    x: box.x + ((index % perLine) + 0.5) * PITCH,
    y: box.body + (Math.floor(index / perLine) + 0.5) * PITCH,
    width: PITCH,
  };
}
